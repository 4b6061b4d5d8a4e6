"""Pages are read in processes of their own: the event loop goes on downloading, and no page can take the crawl down."""

import asyncio
import atexit
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from multiprocessing import forkserver
from tempfile import gettempdir
from typing import ParamSpec, TypeVar

from harvester.archive.writer import Exchange, packed
from harvester.derive import Derived, derive
from harvester.errors import HarvesterError, PageError
from harvester.items import Examined
from harvester.page import Page

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True, frozen=True)
class Read:
    """What reading gave, what follows from its work if there is one, and the SHA-256 of the body."""

    examined: Examined
    derived: Derived | None
    body_hash: str
    packed: bytes | None = None
    """What the archive is to append, where the page is to be kept."""


class Readers:
    """A pool of reading processes; `start`, or else the first page, starts it.

    ``count``: how many; by default one for each core, and at most four.
    """

    def __init__(self, count: int | None = None) -> None:
        self._count = count or min(4, os.cpu_count() or 1)
        self._pool: ProcessPoolExecutor | None = None
        self._started: asyncio.Future[None] | None = None
        self._alone = asyncio.Lock()

    def start(self) -> None:
        """Start the processes, in a thread, so that they are ready when the first page has come."""
        self._pool = pool = _pool(self._count)

        def warm() -> None:
            for _ in range(self._count):
                pool.submit(_load)  # the first waits until the processes are there

        self._started = asyncio.get_running_loop().run_in_executor(None, warm)

    async def read(self, page: Page, keep: Exchange | None = None) -> Read:
        """Examine a page. Raises what the reader raises, and `PageError` where its process died of the page.

        ``keep``: the exchange that brought it, without its body, if it is to be packed for the archive.
        """
        return await self.run(_read, page, keep)

    async def run(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Return what a function makes of its arguments, in a reading process. Raises as `read` does.

        Raises `HarvesterError` where there can be no such process, or none that works: no page is to blame for that.
        """
        task = partial(function, *arguments, **named)
        try:
            return await self._run(task)
        except (OSError, EOFError) as error:
            raise HarvesterError(
                f"the processes that read pages do not work: {type(error).__name__}: {error}; make space in"
                f" {gettempdir()} and for processes, then run the same command again; it goes on where it stopped"
            ) from error

    async def _run(self, task: Callable[[], T]) -> T:
        if self._started is not None:
            await self._started
        pool = self._pool = self._pool or _pool(self._count)
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, task)
        except BrokenProcessPool:
            if self._pool is pool:
                self._pool = None
        # One of the pages under way killed its process (out of memory, most likely). Each is tried once more by itself,
        # so that only the guilty one pays.
        async with self._alone:
            with _pool(1) as alone:
                try:
                    return await asyncio.get_running_loop().run_in_executor(alone, task)
                except BrokenProcessPool as error:
                    raise PageError("the process that read the page died of it") from error

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def prepare() -> None:
    """Set this process up for a crawl, and begin to load what reading processes need in one of their own.

    Whoever starts a crawl does so first, before it imports Scrapy.
    """
    gc.set_threshold(*_COLLECT)
    atexit.register(gc.freeze)  # at the end, too: a third of a second, for memory that the system takes back anyway
    if _METHOD == "forkserver":
        forkserver.set_forkserver_preload([_READY])
        forkserver.ensure_running()


# Looking for circles in memory takes a seventh of a crawl's time at Python's own thresholds, and hardly finds any.
_COLLECT = (5000, 20, 50)
# Never "fork": the parent has threads, and a lock that one of them holds would stay locked in the child.
_READY = "harvester.extraction.ready"
_METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


def _pool(count: int) -> ProcessPoolExecutor:
    prepare()
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context(_METHOD), initializer=_start)


def _start() -> None:
    gc.freeze()  # what was loaded stays
    gc.set_threshold(*_COLLECT)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the crawl decides what it means
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    """End this process when the crawl is gone, however it went; nobody else would."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(0)


def _load() -> None:
    import_module(_READY)  # where processes are not forked, each does so itself


def _read(page: Page, keep: Exchange | None) -> Read:
    from harvester.extraction import examine  # in this process only

    examined = examine(page)
    derived = derive(examined.work, examined.sources) if examined.work is not None else None
    content = packed(replace(keep, body=page.body, verdict=examined.verdict)) if keep is not None else None
    return Read(examined, derived, page.body_hash, content)
