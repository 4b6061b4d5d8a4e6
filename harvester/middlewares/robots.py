"""robots.txt as RFC 9309 says, and one answer for all who wait for it.

Scrapy's own middleware (2.19) takes a robots.txt that answers 503, or with a page, for "all allowed", and of several
requests that wait for the same robots.txt only the first gets its rules.
"""

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser

from harvester.middlewares.failures import why

logger = logging.getLogger("harvester")

_KEEP = 24 * 3600.0  # seconds; RFC 9309, section 2.4: not longer than 24 hours
_KEEP_UNKNOWN = 600.0  # seconds until a robots.txt that could not be read is asked for again
_MOST = 512 * 1024  # bytes that are parsed; section 2.5 asks for at least 500 KiB


class RobotsForbids(IgnoreRequest):
    """The rules of robots.txt forbid the address."""


class RobotsUnknown(IgnoreRequest):
    """robots.txt could not be read, so nothing may be fetched for now (section 2.3.1.4)."""


@dataclass(slots=True, frozen=True)
class Rules:
    """What robots.txt of one origin says. ``parser`` None: everything is allowed, unless ``unknown`` says why not."""

    parser: RobotParser | None = None
    unknown: str = ""


class Robots:
    """Downloader middleware in place of Scrapy's ``RobotsTxtMiddleware``."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent = str(crawler.settings["ROBOTSTXT_USER_AGENT"])
        self._asked: dict[str, asyncio.Task[tuple[Rules, float]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass if robots.txt allows it. Raises `RobotsForbids` or `RobotsUnknown` otherwise."""
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https") or request.meta.get("is_robots_txt"):
            return
        rules = await self._rules(f"{parts.scheme}://{parts.netloc}")
        if rules.unknown:
            raise RobotsUnknown(rules.unknown)
        if rules.parser is not None and not rules.parser.allowed(request.url, self._agent):
            raise RobotsForbids("robots.txt forbids it")

    async def _rules(self, origin: str) -> Rules:
        task = self._asked.get(origin)
        if task is None or (task.done() and task.result()[1] < time.monotonic()):
            task = self._asked[origin] = asyncio.create_task(self._ask(origin))
        # Shielded: if one of those who wait is cancelled, the others still want the answer.
        return (await asyncio.shield(task))[0]

    async def _ask(self, origin: str) -> tuple[Rules, float]:
        """Return the rules and until when they hold."""
        # The priority goes before pages, which all wait for this.
        request = Request(f"{origin}/robots.txt", callback=NO_CALLBACK, priority=1000, meta={"is_robots_txt": True})
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001  # whatever it was, the file could not be read, and the visit says why
            rules = Rules(unknown=f"robots.txt: {why(error).words}")
        else:
            rules = self._read(response)
        if rules.unknown:
            logger.warning("%s/robots.txt cannot be read, so nothing is fetched for now: %s", origin, rules.unknown)
        return rules, time.monotonic() + (_KEEP_UNKNOWN if rules.unknown else _KEEP)

    def _read(self, response: Response) -> Rules:
        if response.status == 429 or response.status >= 500:
            return Rules(unknown=f"robots.txt: HTTP {response.status}")
        if response.status >= 400:
            return Rules()
        body = response.body[:_MOST]
        if body.lstrip()[:1] == b"<":
            return Rules(unknown="robots.txt: a page came in its place")
        return Rules(parser=ProtegoRobotParser.from_crawler(self._crawler, body))
