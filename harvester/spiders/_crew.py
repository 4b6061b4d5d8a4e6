"""Processes that an event loop asks and gets answers from, over a socket each, without a thread between.

`concurrent.futures` has one thread that packs what is asked, one that unpacks the answers, and locks, pipes and
wake-ups to hand both over; with a page for each task that was a sixth of the time of the process that fetches.
"""

import asyncio
import gc
import multiprocessing
import os
import pickle
import signal
import socket
import threading
import traceback
from collections import deque
from collections.abc import Callable
from importlib import import_module
from multiprocessing.process import BaseProcess
from typing import TypeVar

T = TypeVar("T")

# Never "fork": the parent has threads, and a lock that one of them holds would stay locked in the child.
METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
# Looking for circles in memory takes a seventh of a crawl's time at Python's own thresholds, and hardly finds any.
COLLECT = (5000, 20, 50)

_AHEAD = 2
"""Tasks that one process has at once: while it answers one, the next is there already."""
_HEAD = 8
_BUFFER = 1 << 20
_PATIENCE = 5
"""Seconds for a process to end that was told to."""


class DiedError(Exception):
    """A process ended before it answered."""


class SlowError(Exception):
    """A task took longer than it may."""


class Crew:
    """So many processes, which load ``module`` when they start; they start when they are first needed, or by `hire`."""

    def __init__(self, count: int, module: str) -> None:
        self._count = count
        self._module = module
        self._workers: list[_Worker] = []
        self._places = asyncio.Semaphore(count * _AHEAD)
        self._hiring = asyncio.Lock()
        self._over = asyncio.Event()

    async def hire(self) -> None:
        """Start the processes that are missing. Raises `OSError` where there can be none."""
        async with self._hiring:
            self._workers = [worker for worker in self._workers if not worker.is_gone]
            while len(self._workers) < self._count and not self._over.is_set():
                worker = await _hired(self._module)
                self._workers.append(worker)
                if self._over.is_set():  # meanwhile
                    self.close()

    async def run(self, task: Callable[[], T], seconds: float) -> T:
        """Return what a task returns, in one of the processes; raise what it raises.

        Raises `DiedError` where the process ended before it answered, of this task or of another one; `SlowError` where
        it takes more than ``seconds``, which ends the process; `OSError` where there can be none.
        """
        async with self._places:
            if len(self._workers) < self._count or any(worker.is_gone for worker in self._workers):
                await self.hire()
            if self._over.is_set():
                raise asyncio.CancelledError
            worker = min(self._workers, key=lambda each: each.busy)
            return await worker.run(task, seconds)

    def close(self) -> None:
        """End the processes; whoever waits for one of them is cancelled."""
        self._over.set()
        workers, self._workers = [worker for worker in self._workers if not worker.is_gone], []
        for worker in workers:
            worker.dismiss()
        for worker in workers:
            worker.bury()


class _Worker(asyncio.Protocol):
    """One process, this end of its socket, and who waits for its answers, in order."""

    def __init__(self, process: BaseProcess) -> None:
        self.is_gone = False
        self._process = process
        self._waiting: deque[asyncio.Future[bytes]] = deque()
        self._answers = bytearray()
        self._transport: asyncio.Transport | None = None
        self._dismissed = False
        self.ready: asyncio.Future[bytes] = self._expect()

    @property
    def busy(self) -> int:
        """How many tasks it has."""
        return len(self._waiting)

    async def run(self, task: Callable[[], T], seconds: float) -> T:
        """Return what a task returns there. Raises as `Crew.run` does."""
        packed = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)
        if self.is_gone or self._transport is None:
            raise DiedError
        answer = self._expect()
        self._transport.write(_framed(packed))
        try:
            async with asyncio.timeout(seconds):
                told = await answer
        except TimeoutError as late:
            if answer is not next(iter(self._waiting), None):  # it is not to blame: its turn has not come
                raise DiedError from late
            self._process.kill()
            raise SlowError from late
        value, error = pickle.loads(told)  # noqa: S301  # from our own process
        if error is not None:
            raise error
        result: T = value
        return result

    def _expect(self) -> "asyncio.Future[bytes]":
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        return answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what is written to."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Give each whole answer to whoever asked."""
        answers = self._answers
        answers += data
        while len(answers) >= _HEAD and len(answers) >= (end := _HEAD + int.from_bytes(answers[:_HEAD], "big")):
            answer = self._waiting.popleft()
            if not answer.done():  # else whoever asked was cancelled
                answer.set_result(bytes(answers[_HEAD:end]))
            del answers[:end]

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits that no answer will come."""
        self.is_gone = True
        while self._waiting:
            answer = self._waiting.popleft()
            if answer.done():
                continue
            if self._dismissed:
                answer.cancel()
            else:
                answer.set_exception(DiedError())
        if not self._dismissed:
            self.dismiss()
            self.bury()

    def dismiss(self) -> None:
        """Tell the process to end."""
        self._dismissed = True
        self._process.terminate()
        if self._transport is not None:
            self._transport.abort()

    def bury(self) -> None:
        """Wait for the process to end, and let go of what it had."""
        self._process.join(_PATIENCE)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
        self._process.close()


async def alone(task: Callable[[], T], module: str, seconds: float) -> T:
    """Return what a task returns, in a process of its own. Raises as `Crew.run` does."""
    worker = await _hired(module)
    try:
        return await worker.run(task, seconds)
    finally:
        if not worker.is_gone:
            worker.dismiss()
            worker.bury()


async def _hired(module: str) -> _Worker:
    """Start a process and wait until it is ready. Raises `OSError` where it does not become so."""
    loop = asyncio.get_running_loop()
    # In a thread: the first process waits until the one is ready from which all of them are forked.
    starting = loop.run_in_executor(None, _start, module)
    try:
        process, ours = await asyncio.shield(starting)
    except asyncio.CancelledError:
        starting.add_done_callback(_let_go)
        raise
    worker = _Worker(process)
    try:
        await loop.create_connection(lambda: worker, sock=ours)
        await worker.ready
    except DiedError as died:
        raise ChildProcessError("a process that should read pages ended as it started") from died
    except BaseException:
        worker.dismiss()
        worker.bury()
        raise
    return worker


def _let_go(starting: "asyncio.Future[tuple[BaseProcess, socket.socket]]") -> None:
    """End a process that nobody waits for any more: it goes when its socket is closed."""
    if not starting.cancelled() and starting.exception() is None:
        starting.result()[1].close()


def _start(module: str) -> tuple[BaseProcess, socket.socket]:
    ours, theirs = socket.socketpair()
    try:
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        context = (
            multiprocessing.get_context("spawn") if METHOD == "spawn" else multiprocessing.get_context("forkserver")
        )
        process = context.Process(target=_serve, args=(theirs, module), daemon=True)
        process.start()
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    return process, ours


def _serve(asked: socket.socket, module: str) -> None:
    """Answer until the other end is closed: what such a process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the crawl decides what it means
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    import_module(module)  # where processes are not forked, each does so itself
    gc.freeze()  # what was loaded stays
    gc.set_threshold(*COLLECT)
    with asked, asked.makefile("rb") as tasks:
        asked.sendall(_framed(b""))
        while head := tasks.read(_HEAD):
            asked.sendall(_framed(_answer(tasks.read(int.from_bytes(head, "big")))))


def _answer(packed: bytes) -> bytes:
    """Return the packed pair of what a task returned, or None, and of what it raised, or None."""
    try:
        value = pickle.loads(packed)()  # noqa: S301  # from the process that started this one
        return pickle.dumps((value, None), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001  # whatever it is, whoever asked gets it
        error.add_note("in the process that reads pages:\n" + traceback.format_exc())
        try:
            return pickle.dumps((None, error), pickle.HIGHEST_PROTOCOL)
        except Exception:  # noqa: BLE001  # an error that holds what cannot be packed, an element of a tree say
            return pickle.dumps((None, RuntimeError("\n".join((repr(error), *error.__notes__)))))


def _framed(packed: bytes) -> bytes:
    return len(packed).to_bytes(_HEAD, "big") + packed


def _leave_with_parent() -> None:
    """End this process when the crawl is gone, however it went; it may be in the middle of a long page."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(0)
