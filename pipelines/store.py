"""Step 3: write. While one transaction runs in its thread, items gather; the next one takes them all."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector
from sqlalchemy import Engine

from harvester.archive.responses import archive_of
from harvester.archive.writer import Archive
from harvester.database.revisits import Revisits, Watch
from harvester.database.schema import prepare
from harvester.database.session import SMALL_CACHE, open_engine
from harvester.items import Visit
from pipelines._books import Outcome, write

_MOST = 200  # visits in one transaction: enough to share a commit, few enough to keep it short
_LINGER = 0.1  # seconds that the first visit of a group waits for others; a transaction costs as much as ten visits


@dataclass(slots=True)
class _Waiting:
    visit: Visit
    stored: "asyncio.Future[Outcome]"


class Store:
    """Group commit: `process_item` returns when its visit is committed; the event loop never waits for the database."""

    def __init__(
        self,
        database_url: str,
        most_links: int,
        stats: StatsCollector,
        archive: Archive | None = None,
        watch: Watch | None = None,
    ) -> None:
        self._database_url = database_url
        self._most_links = most_links
        self._stats = stats
        self._archive = archive
        self._revisits = Revisits(watch) if watch is not None else None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the pipeline from the settings ``HARVESTER_DB``, ``HARVESTER_MAX_PAGES`` and ``HARVESTER_WATCH``."""
        settings = crawler.settings
        assert crawler.stats is not None
        most_links = settings.getint("HARVESTER_MAX_PAGES")
        watch = settings.get("HARVESTER_WATCH")
        return cls(settings["HARVESTER_DB"], most_links, crawler.stats, archive_of(crawler), watch)

    async def open_spider(self) -> None:
        """Connect and start the writer. Raises `DatabaseError` if the database cannot be used."""
        self._engine: Engine = open_engine(self._database_url, 8 * SMALL_CACHE)
        await asyncio.to_thread(prepare, self._engine)
        self._queue: asyncio.Queue[_Waiting | None] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write_groups())

    async def close_spider(self) -> None:
        """Write what is left and disconnect."""
        await self._queue.put(None)
        await self._writer
        if self._archive is not None:
            await asyncio.to_thread(self._archive.close)
        self._engine.dispose()

    async def process_item(self, visit: Visit) -> Visit:
        """Return the visit once it is committed. Raises `DatabaseError` when the database stays away."""
        waiting = _Waiting(visit, asyncio.get_running_loop().create_future())
        await self._queue.put(waiting)
        outcome = await waiting.stored
        self._stats.inc_value(f"harvester/{outcome}")
        for name, count in (visit.listed.outcomes if visit.listed is not None else {}).items():
            self._stats.inc_value(f"harvester/{name}", count)
        return visit

    async def _write_groups(self) -> None:
        over = False
        while not over:
            group = [await self._queue.get()]
            if group != [None]:
                await asyncio.sleep(_LINGER)
            while len(group) < _MOST and not self._queue.empty():
                group.append(self._queue.get_nowait())
            over = None in group
            await self._write([waiting for waiting in group if waiting is not None])

    def _commit(self, visits: Sequence[Visit]) -> list[Outcome]:
        # The pages first: a row must never name a place in a file that a power cut then takes away.
        if self._archive is not None:
            self._archive.sync()
        return write(self._engine, visits, self._most_links, self._revisits)

    async def _write(self, group: list[_Waiting]) -> None:
        if not group:
            return
        visits = [waiting.visit for waiting in group]
        try:
            outcomes = await asyncio.to_thread(self._commit, visits)
        except Exception as error:  # noqa: BLE001  # whatever it is, those who wait must hear of it; Scrapy logs it
            for waiting in group:
                waiting.stored.set_exception(error)
            return
        for waiting, outcome in zip(group, outcomes, strict=True):
            waiting.stored.set_result(outcome)
