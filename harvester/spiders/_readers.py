"""Pages are read in processes of their own: the event loop goes on downloading, and no page can take the crawl down."""

import asyncio
import atexit
import ctypes
import gc
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import forkserver
from tempfile import gettempdir
from typing import ParamSpec, TypeVar

from harvester.archive.writer import Exchange, packed
from harvester.derive import Derived, derive
from harvester.errors import HarvesterError, PageError
from harvester.items import Examined
from harvester.page import Page
from harvester.spiders._crew import COLLECT, METHOD, Crew, DiedError, SlowError, alone

P = ParamSpec("P")
T = TypeVar("T")


LONGEST = 60.0
"""Seconds that reading a page may take; the slowest of 2,000 damaged ones takes 0.2 (``benchmarks/extract.py``)."""


@dataclass(slots=True, frozen=True)
class Read:
    """What reading gave, what follows from its work if there is one, and the SHA-256 of the body."""

    examined: Examined
    derived: Derived | None
    body_hash: str
    packed: bytes | None = None
    """What the archive is to append, where the page is to be kept."""


class Readers:
    """The processes that read; `start`, or else the first page, starts them.

    ``count``: how many; by default one for each core, and at most four.
    """

    def __init__(self, count: int | None = None) -> None:
        self._count = count or min(4, os.cpu_count() or 1)
        self._crew: Crew | None = None
        self._started: asyncio.Task[None] | None = None
        self._alone = asyncio.Lock()

    def start(self) -> None:
        """Begin to start the processes, so that they are ready when the first page has come."""
        self._crew = Crew(self._count, _READY)
        self._started = asyncio.create_task(self._crew.hire())

    async def read(self, page: Page, keep: Exchange | None = None) -> Read:
        """Examine a page. Raises what the reader raises, and `PageError` where its process died of it or took too long.

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
        except SlowError as error:
            raise PageError(f"to read it took more than {LONGEST:g} seconds, so that was ended") from error
        except (OSError, EOFError) as error:
            raise HarvesterError(
                f"the processes that read pages do not work: {type(error).__name__}: {error}; make space in"
                f" {gettempdir()} and for processes, then run the same command again; it goes on where it stopped"
            ) from error

    async def _run(self, task: Callable[[], T]) -> T:
        if self._crew is None:
            self.start()
        crew, started = self._crew, self._started
        assert crew is not None
        assert started is not None
        await asyncio.shield(started)
        with suppress(DiedError):
            return await crew.run(task, LONGEST)
        # One of the pages that the process had killed it (out of memory, most likely). Each is tried once more by
        # itself, so that only the guilty one pays.
        async with self._alone:
            try:
                return await alone(task, _READY, LONGEST)
            except DiedError as error:
                raise PageError("the process that read the page died of it") from error

    def close(self) -> None:
        """End the processes."""
        if self._started is not None and not self._started.cancel() and not self._started.cancelled():
            self._started.exception()  # whoever wanted to read has been told
        if self._crew is not None:
            self._crew.close()
            self._crew = None


def prepare() -> None:
    """Set this process up for a crawl, and begin to load what reading processes need in one of their own.

    Whoever starts a crawl does so first, before it imports Scrapy.
    """
    gc.set_threshold(*COLLECT)
    _share_memory()
    atexit.register(gc.freeze)  # at the end, too: a third of a second, for memory that the system takes back anyway
    if METHOD == "forkserver":
        forkserver.set_forkserver_preload([_READY])
        forkserver.ensure_running()


def _share_memory() -> None:
    """Let all threads take memory from one arena: each arena keeps the most that its threads ever held at once.

    Which of the pool's threads write a long list is chance, and so was what a million addresses cost: 14 to 60 MB.
    Does nothing where the C library is not glibc (mallopt(3)).
    """
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(_ARENA_MAX, 1)


_ARENA_MAX = -8  # <malloc.h>
_READY = "harvester.extraction.ready"


def _read(page: Page, keep: Exchange | None) -> Read:
    from harvester.extraction import examine  # in this process only

    examined = examine(page)
    derived = derive(examined.work, examined.sources) if examined.work is not None else None
    content = packed(replace(keep, body=page.body, verdict=examined.verdict)) if keep is not None else None
    return Read(examined, derived, page.body_hash, content)
