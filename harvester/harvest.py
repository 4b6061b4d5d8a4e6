"""One harvest in one process: the function behind ``harvester harvest``."""

import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from harvester.database.frontier import Standstill
from harvester.database.schema import prepare
from harvester.database.session import database
from harvester.errors import HarvesterError, PageError, UsageError
from harvester.middlewares.addresses import policy
from harvester.settings import HARVESTER_ALLOW_PORTS, HARVESTER_ALLOW_PRIVATE
from harvester.spiders._frontier import FrontierSpider

logger = logging.getLogger("harvester")


@dataclass(slots=True)
class Harvested:
    """How a harvest ended.

    ``interrupted``: it was stopped from outside. ``standstill``: all that is left waits for hosts that are left alone.
    In both cases the same command goes on.
    """

    run_id: int
    bad: list[str]
    bad_count: int
    interrupted: bool
    standstill: Standstill | None = None


def harvest(
    sources: Sequence[str], spider: str, arguments: Mapping[str, Any], settings: Mapping[str, Any]
) -> Harvested:
    """Run a spider over sources until every target has ended.

    ``settings``: Scrapy settings that go before those in `harvester.settings`. A process can do this once, as it
    can start an event loop once for Scrapy. Raises `UsageError` where no source holds anything usable, and whatever
    `HarvesterError` stopped the run.
    """
    with database(settings["HARVESTER_DB"]) as engine:
        prepare(engine)  # before Scrapy starts, whose shutdown would drown the message in tracebacks
    allowed = settings.get("HARVESTER_ALLOW_PRIVATE", HARVESTER_ALLOW_PRIVATE)
    policy(
        allowed, settings.get("HARVESTER_ALLOW_PORTS", HARVESTER_ALLOW_PORTS)
    )  # a wrong value is told before the start
    base = Settings()
    base.setmodule("harvester.settings")
    base.setdict({**settings, "LOG_INSTALL_ROOT_HANDLER": False}, priority="cmdline")
    # Nobody sees Scrapy's statistics here; those of requests take a thirtieth of the time of the loop.
    base.set("DOWNLOADER_STATS", False, priority="cmdline")
    process = AsyncCrawlerProcess(base)
    logging.getLogger("scrapy").setLevel(logging.WARNING)  # it has just been set to DEBUG, which costs a record a page
    logging.getLogger("scrapy.core.scraper").addFilter(_is_unexpected)
    crawler = process.create_crawler(spider)
    # The store's thread computes; at the usual 5 ms the event loop would wait that long for its turn after each call of
    # the system, and the downloads with it.
    sys.setswitchinterval(0.0005)
    process.crawl(crawler, sources=list(sources), **arguments)
    process.start()
    ended = crawler.spider
    if not isinstance(ended, FrontierSpider):
        raise HarvesterError("the crawl did not start; the log says why")
    if ended.error is not None:
        raise ended.error
    if ended.run_id is None:
        raise HarvesterError("the crawl stopped before its first page; the log says why")
    # A second signal ends the crawl before it can say anything.
    interrupted = crawler.stats is not None and crawler.stats.get_value("finish_reason") in ("shutdown", None)
    seed = ended.seed
    if not seed.wanted_count and not interrupted:
        raise UsageError("nothing usable: " + ("; ".join(map(str, seed.bad[:3])) or "the sources hold no address"))
    return Harvested(ended.run_id, [str(bad) for bad in seed.bad], seed.bad_count, interrupted, ended.standstill)


def _is_unexpected(entry: logging.LogRecord) -> bool:
    """Return False for what ends the run in words, and would show its traceback once for each page under way."""
    error = entry.exc_info[1] if entry.exc_info else None
    return not isinstance(error, HarvesterError) or isinstance(error, PageError)
