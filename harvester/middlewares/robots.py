"""robots.txt as RFC 9309 says, and one answer for all who wait for it; its Crawl-delay becomes the host's pace.

Scrapy's own middleware (2.19) takes a robots.txt that answers 503, or with a page, for "all allowed", and of several
requests that wait for the same robots.txt only the first gets its rules.
"""

import asyncio
import logging
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser

from harvester.archive.responses import archive_of, exchange_of
from harvester.clock import utc_now
from harvester.database import hosts
from harvester.errors import ArchiveError
from harvester.middlewares.failures import why
from harvester.middlewares.pace import HostParked, pace_of
from harvester.normalise.url import host_of

logger = logging.getLogger("harvester")

_KEEP = 24 * 3600.0  # seconds; RFC 9309, section 2.4: not longer than 24 hours
_KEEP_UNKNOWN = 12.0  # retry delays until a robots.txt that makes no sense is asked for again; doubles each time
_LONGEST_DELAY = 1e6  # seconds; a Crawl-delay beyond it is a slip
_MOST = 512 * 1024  # bytes that are parsed; section 2.5 asks for at least 500 KiB


class RobotsForbids(IgnoreRequest):
    """The rules of robots.txt forbid the address."""


class RobotsUnknown(IgnoreRequest):
    """robots.txt could not be read, so nothing may be fetched for now (section 2.3.1.4).

    ``until``: when it will be asked for again. A target that waits until then pays one attempt for each time that
    robots.txt itself was asked for, and none in between.
    """

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


@dataclass(slots=True, frozen=True)
class Rules:
    """What robots.txt of one origin says. ``parser`` None: everything is allowed, unless ``unknown`` says why not."""

    status: str
    parser: RobotParser | None = None
    unknown: str = ""
    unreached: bool = False
    """The server did not answer at all: like any page of it, it is worth another try soon."""
    until: float = 0.0  # of time.monotonic()


class Robots:
    """Downloader middleware in place of Scrapy's ``RobotsTxtMiddleware``."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent = str(crawler.settings["ROBOTSTXT_USER_AGENT"])
        self._pace = pace_of(crawler)
        self._retry_delay = crawler.settings.getfloat("HARVESTER_RETRY_DELAY", 5.0)
        self._asked: dict[str, asyncio.Task[Rules]] = {}
        self._in_vain: dict[str, int] = {}  # how often in a row an origin's robots.txt could not be read

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass if robots.txt allows it.

        Raises `RobotsForbids` or `RobotsUnknown` otherwise, and `HostParked` where robots.txt may not be asked for now.
        """
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https") or request.meta.get("is_robots_txt"):
            return
        rules = await self._rules(f"{parts.scheme}://{parts.netloc}", request)
        if rules.unknown:
            left = timedelta(seconds=rules.until - time.monotonic())
            raise RobotsUnknown(rules.unknown, utc_now() + left)
        if rules.parser is not None and not rules.parser.allowed(request.url, self._agent):
            raise RobotsForbids("robots.txt forbids it")

    async def _rules(self, origin: str, request: Request) -> Rules:
        task = self._asked.get(origin)
        if task is None or (task.done() and _is_over(task)):
            # It is sent at the time that was kept for the page, which takes the next slot.
            start = request.meta.pop("start_at", None)
            task = self._asked[origin] = asyncio.create_task(self._ask(origin, start))
        # Shielded: if one of those who wait is cancelled, the others still want the answer.
        return await asyncio.shield(task)

    async def _ask(self, origin: str, start: datetime | None) -> Rules:
        meta = {"is_robots_txt": True} | ({"start_at": start} if start else {})
        # The priority goes before pages, which all wait for this.
        request = Request(f"{origin}/robots.txt", callback=NO_CALLBACK, priority=1000, meta=meta)
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(request)
        except (HostParked, ArchiveError):
            raise  # neither says anything about robots.txt
        except Exception as error:  # noqa: BLE001  # whatever it was, the file could not be read, and the visit says why
            words = why(error).words
            rules = Rules(f"unknown: {words}", unknown=f"robots.txt: {words}", unreached=True)
        else:
            if (archive := archive_of(self._crawler)) is not None:
                await asyncio.to_thread(archive.write, exchange_of(response))
            rules = self._read(response)
        return await self._keep(origin, rules)

    async def _keep(self, origin: str, rules: Rules) -> Rules:
        """Return the rules with the time until which they hold, and note them for all processes."""
        if rules.unknown:
            logger.warning("%s/robots.txt cannot be read, so nothing is fetched for now: %s", origin, rules.unknown)
            in_vain = self._in_vain.get(origin, 0)
            self._in_vain[origin] = in_vain + 1
            wait = self._retry_delay * (1 if rules.unreached else _KEEP_UNKNOWN)
            keep = min(wait * 2 ** min(in_vain, 30), _KEEP)
        else:
            self._in_vain.pop(origin, None)
            keep = _KEEP
        delay = rules.parser.crawl_delay(self._agent) if rules.parser is not None else None
        now = utc_now()
        summary = hosts.Robots(
            rules.status,
            min(delay, _LONGEST_DELAY) if delay is not None and delay > 0 else None,
            fetched_at=now,
            expires_at=now + timedelta(seconds=keep),
        )
        await self._pace.robots(host_of(origin), summary)
        return replace(rules, until=time.monotonic() + keep)

    def _read(self, response: Response) -> Rules:
        if response.status == 429 or response.status >= 500:
            return Rules(f"unknown: HTTP {response.status}", unknown=f"robots.txt: HTTP {response.status}")
        if response.status >= 400:
            return Rules(f"none: HTTP {response.status}")
        body = response.body[:_MOST]
        if body.lstrip()[:1] == b"<":
            return Rules("unknown: a page", unknown="robots.txt: a page came in its place")
        return Rules("rules", parser=ProtegoRobotParser.from_crawler(self._crawler, body))


def _is_over(task: "asyncio.Task[Rules]") -> bool:
    """Return whether the answer no longer holds, or there was none that could be kept."""
    return task.cancelled() or task.exception() is not None or task.result().until < time.monotonic()
