"""Results ahead of time: other processes compute the next ones while this one uses the last.

The processes are Python anew, not forked (connections of a database do not survive a fork) and not `multiprocessing`'s
(which would load this program's main module into each): they load the module of the one function, and read and write
pickles over their standard streams. Where nothing is ready this process computes, too, so that no core waits.
"""

import gc
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

_In = TypeVar("_In")
_Out = TypeVar("_Out")

_MOST = 4  # processes; one writer keeps up with no more
# Bytes that the system holds between two processes, where it lets one choose: each time that a pipe is full, the thread
# that empties it has to wait for this process's other threads before the helper can go on.
_PIPE = 1 << 20
_START = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); from harvester.ahead import serve; serve()"


def ahead(
    function: Callable[[_In], _Out], batches: Iterable[_In], processes: int | None = None
) -> Generator[_Out, None, None]:
    """Yield ``function(batch)`` for each batch, in order, a few of them computed before they are asked for.

    ``function`` has to be one of a module, and it, the batches and the results have to be picklable. ``processes``: how
    many help; one for each core but one by default. One batch alone starts none. They end with this generator, and by
    themselves where this process is killed. What one of them cannot compute, or dies of, is computed here.
    """
    waiting = iter(batches)
    first = next(waiting, None)
    if first is None:
        return
    second = next(waiting, None)
    if second is None:
        yield function(first)
        return
    count = max(1, min(_MOST, (os.cpu_count() or 1) - 1)) if processes is None else processes
    yield from _Crew(function, count).results(iter((first, second)), waiting)


class _Task:
    __slots__ = ("batch", "packed", "result", "state")

    def __init__(self, batch: Any) -> None:
        self.batch = batch
        self.state = "open"  # then taken, then packed or done; or here, where a process died of it
        self.packed = b""
        self.result: Any = None


class _Crew:
    """The processes, each with a thread that asks it and waits for its answer."""

    def __init__(self, function: Callable[[Any], Any], count: int) -> None:
        self._function = function
        self._count = count
        self._tasks: deque[_Task] = deque()
        self._changed = threading.Condition()
        self._over = False

    def results(self, *sources: Iterator[Any]) -> Generator[Any, None, None]:
        """Yield the results of all batches, in order."""
        batches = (batch for source in sources for batch in source)
        crew = [self._hire() for _ in range(self._count)]
        try:
            more = True
            while more or self._tasks:
                # One more than can be under way at once: whoever is done finds the next one.
                while more and len(self._tasks) < 2 * self._count + 1:
                    batch = next(batches, None)
                    more = batch is not None
                    if more:
                        with self._changed:
                            self._tasks.append(_Task(batch))
                            self._changed.notify_all()
                if self._tasks:
                    yield self._first()
        finally:
            with self._changed:
                self._over = True
                self._changed.notify_all()
            for process, thread in crew:
                process.terminate()
                thread.join()
                process.wait()

    def _first(self) -> Any:
        """Return the result of the first task; while others compute it, compute another one."""
        while True:
            with self._changed:
                first = self._tasks[0]
                if first.state in ("packed", "done"):
                    self._tasks.popleft()
                    break
                mine = next((task for task in self._tasks if task.state in ("open", "here")), None)
                if mine is None:
                    self._changed.wait()
                    continue
                mine.state = "taken"
            mine.result = self._function(mine.batch)
            mine.state = "done"
        return pickle.loads(first.packed) if first.state == "packed" else first.result  # noqa: S301  # our own process

    def _hire(self) -> tuple["subprocess.Popen[bytes]", threading.Thread]:
        path = os.pathsep.join(each for each in sys.path if each)
        process = subprocess.Popen(  # noqa: S603  # this interpreter
            [sys.executable, "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pipesize=_PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        thread = threading.Thread(target=self._employ, args=(process,), daemon=True)
        thread.start()
        return process, thread

    def _employ(self, process: "subprocess.Popen[bytes]") -> None:
        """Give a process one task after the other, until there is none or it dies."""
        assert process.stdin is not None
        assert process.stdout is not None
        task: _Task | None = None
        try:
            with process.stdin, process.stdout:
                _send(process.stdin, pickle.dumps(self._function))
                while (task := self._next()) is not None:
                    _send(process.stdin, pickle.dumps(task.batch, pickle.HIGHEST_PROTOCOL))
                    task.packed = _receive(process.stdout)
                    self._tell(task, "packed")
        except (OSError, EOFError):
            if task is not None:
                self._tell(task, "here")

    def _next(self) -> _Task | None:
        with self._changed:
            while not self._over:
                for task in self._tasks:
                    if task.state == "open":
                        task.state = "taken"
                        return task
                self._changed.wait()
            return None

    def _tell(self, task: _Task, state: str) -> None:
        with self._changed:
            task.state = state
            self._changed.notify_all()


def serve() -> None:
    """Answer on the standard streams until they are closed: what a helping process does."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints does not print between the answers
    with suppress(EOFError, BrokenPipeError), asked, answers:
        function = pickle.loads(_receive(asked))  # noqa: S301  # from the process that started this one
        gc.freeze()
        gc.set_threshold(100_000, 20, 100)  # a batch makes many objects, and no cycles
        while True:
            _send(answers, pickle.dumps(function(pickle.loads(_receive(asked))), pickle.HIGHEST_PROTOCOL))  # noqa: S301


def _send(stream: Any, packed: bytes) -> None:
    stream.write(len(packed).to_bytes(8, "big"))
    stream.write(packed)
    stream.flush()


def _receive(stream: Any) -> bytes:
    size = stream.read(8)
    if len(size) < 8:
        raise EOFError
    packed: bytes = stream.read(int.from_bytes(size, "big"))
    return packed
