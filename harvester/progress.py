"""What a run shows of itself while it goes: one live line on a terminal, a log line now and then elsewhere."""

import asyncio
import logging
import time
from contextlib import suppress
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from harvester.database.frontier import Frontier
from harvester.database.session import SMALL_CACHE, open_engine
from harvester.spiders._frontier import FrontierSpider

logger = logging.getLogger("harvester")

console = Console(stderr=True)
"""Where everything but results goes; the live line and the log share it, so that neither tears the other."""

_BLINK = 0.25  # seconds between two pictures of the live line
_PAUSE = 10.0  # seconds between two log lines
_COUNT = 2.0  # seconds between two looks at how many targets there are; links add some


class Progress:
    """Scrapy extension; the setting ``HARVESTER_LIVE`` turns the live line on."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._live = crawler.settings.getbool("HARVESTER_LIVE")
        self._started = time.monotonic()
        self._total = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Watch a spider of this project; leave others alone."""
        if not issubclass(crawler.spidercls, FrontierSpider):
            raise NotConfigured("not a spider of the harvester")
        progress = cls(crawler)
        crawler.signals.connect(progress.open, signals.spider_opened)
        crawler.signals.connect(progress.close, signals.spider_closed)
        return progress

    async def open(self) -> None:
        """Begin to show."""
        self._tasks = [asyncio.create_task(self._count()), asyncio.create_task(self._show())]

    async def close(self) -> None:
        """Show the last state."""
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _count(self) -> None:
        engine = open_engine(self._crawler.settings["HARVESTER_DB"], SMALL_CACHE)
        try:
            frontier = Frontier(engine)
            while True:
                run_id = getattr(self._crawler.spider, "run_id", None)
                if run_id is not None:
                    self._total = await asyncio.to_thread(frontier.total, run_id)
                await asyncio.sleep(_COUNT if run_id is not None else _BLINK)
        finally:
            engine.dispose()

    async def _show(self) -> None:
        if self._live:
            with Live(console=console, refresh_per_second=4, transient=True) as live:
                while True:
                    live.update(Text(self.line(), no_wrap=True, overflow="ellipsis"))
                    await asyncio.sleep(_BLINK)
        while True:
            await asyncio.sleep(_PAUSE)
            logger.info("%s", self.line())

    def line(self) -> str:
        """Return the state in one line."""
        assert self._crawler.stats is not None
        counts = {
            str(name).partition("/")[2]: int(count)
            for name, count in self._crawler.stats.get_stats().items()
            if str(name).startswith("harvester/")
        }
        done = sum(count for outcome, count in counts.items() if outcome != "retry")
        seconds = time.monotonic() - self._started
        rate = done / seconds if seconds else 0.0
        left = f"{_clock((self._total - done) / rate)} left" if rate and self._total > done else ""
        lost = counts.get("failed", 0) + counts.get("blocked", 0)
        parts = (
            f"{done} / {max(self._total, done)}",
            f"{counts.get('new', 0)} new works",
            f"{counts.get('merged', 0)} duplicates",
            f"{lost} failures",
            f"{rate:.1f} pages/s",
            left,
        )
        return "  ".join(filter(None, parts))


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
