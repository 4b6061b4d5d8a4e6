"""What a server says about mining its pages: the TDM Reservation Protocol, and ``X-Robots-Tag``.

TDMRep (W3C Community Group, final report of 2024-05-10) states in three places whether the right to mine is reserved:
a file for the whole server, the headers of an answer, and meta tags of a page; the nearer to the page, the more it
counts. What cannot be read counts as unsaid, as the report asks. What is said is recorded with every visit;
``HARVESTER_RESPECT_TDM`` makes nothing of pages that are reserved, ``HARVESTER_TDM_FILE`` asks for the file as well.
"""

import asyncio
import json
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from harvester.page import Page

FILE = "/.well-known/tdmrep.json"

_KEEP = 24 * 3600.0  # seconds, as for robots.txt; the report names no time
_MOST_FILE = 512 * 1024  # bytes
_MOST_HEAD = 1024 * 1024  # bytes in which the meta tags are looked for
_TAG = re.compile(rb"tdm-(?:reservation|policy)[^>]{0,2000}>")
_DIRECTIVE = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*|\*)\s*:\s*(.*)", re.DOTALL)
_WITH_VALUE = frozenset({"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"})


class Reserved(IgnoreRequest):
    """The right to mine the page is reserved, and the user asked to respect that."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What was said about an answer. ``reserved``: None where nothing was said about mining."""

    reserved: bool | None = None
    policy: str | None = None
    """URL of the conditions under which mining is allowed."""
    said_by: str = ""
    """"meta tag", "header" or "well-known file"."""
    robots: tuple[str, ...] = ()
    """Directives of ``X-Robots-Tag`` that are meant for us or for all, in lower case."""


def declaration(reservation: Sequence[str], policy: Sequence[str], said_by: str) -> Rights | None:
    """Return what values of ``tdm-reservation`` and ``tdm-policy`` say; None where they say nothing, or two things.

    >>> declaration(["1"], ["https://example.org/terms.json"], "header").policy
    'https://example.org/terms.json'
    >>> declaration(["2"], [], "header"), declaration(["0", "1"], [], "header")
    (None, None)
    """
    said = {value.strip() for text in reservation for value in text.split(",")}
    if len(said) != 1 or not said <= {"0", "1"}:
        return None
    reserved = said == {"1"}
    urls = [url.strip() for url in policy]
    return Rights(reserved, next((url for url in urls if reserved and _is_url(url)), None), said_by)


def from_page(body: bytes) -> Rights | None:
    """Return what the meta tags of a page say.

    >>> from_page(b'<head><meta name="tdm-reservation" content="1"></head>').reserved
    True
    """
    head = body[:_MOST_HEAD].lower()  # not up to "<body": a script before the tags may hold that, too
    # Asked first, since a pattern looks at a page fifty times as long as "in" does, and few pages say anything.
    ends = [found.end() for found in _TAG.finditer(head)] if b"tdm-" in head else []
    if not ends:
        return None
    meta = Page("", body[: ends[-1]]).meta  # a part, since the whole page is parsed by others
    return declaration(meta.all("tdm-reservation"), meta.all("tdm-policy"), "meta tag")


def rules(body: bytes) -> list[tuple[str, Rights]]:
    """Return what a well-known file says, pattern by pattern; nothing for a file that is broken.

    >>> rules(b'[{"location": "/articles/", "tdm-reservation": 1}]')[0][0]
    '/articles/'
    """
    try:
        listed = json.loads(body[: _MOST_FILE + 1].decode("utf-8-sig")) if len(body) <= _MOST_FILE else None
    except (ValueError, RecursionError):
        return []
    found = []
    for entry in listed if isinstance(listed, list) else []:
        if isinstance(entry, dict) and isinstance(pattern := entry.get("location"), str):
            policy = entry.get("tdm-policy")
            reservation = entry.get("tdm-reservation")
            value = "" if isinstance(reservation, bool) else str(reservation)  # JSON's true is not the report's 1
            said = declaration([value], [policy] if isinstance(policy, str) else [], "well-known file")
            if said:
                found.append((pattern, said))
    return found


def rule_for(rules: Iterable[tuple[str, Rights]], path: str) -> Rights | None:
    """Return what the first rule says whose pattern fits a path (with its query)."""
    return next((said for pattern, said in rules if fits(pattern, path)), None)


def fits(pattern: str, path: str) -> bool:
    """Return whether a path begins as a pattern says, with ``*`` and ``$`` as in robots.txt (RFC 9309, 2.2.3).

    Piece by piece and not as a regular expression, which a hostile file could make run for hours.

    >>> fits("/a/*.html$", "/a/b/c.html"), fits("/a/*.html$", "/a/b.html?x"), fits("/a", "/abc"), fits("a", "/abc")
    (True, False, True, False)
    """
    begin, *pieces = pattern.removesuffix("$").split("*")
    if not path.startswith(begin):
        return False
    at = len(begin)
    last = pieces.pop() if pieces and pattern.endswith("$") else None
    for piece in pieces:
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    if last is not None:
        return len(path) - len(last) >= at and path.endswith(last)
    return at == len(path) or not pattern.endswith("$")


def robots_tags(values: Iterable[str], agent: str) -> tuple[str, ...]:
    """Return the directives of ``X-Robots-Tag`` headers that hold for an agent, in lower case, each once.

    >>> robots_tags(["noindex, noai", "otherbot: nofollow", "harvester: noarchive"], "harvester")
    ('noindex', 'noai', 'noarchive')
    """
    found: dict[str, None] = {}
    for value in values:
        meant, dated = True, False
        for part in filter(None, (part.strip() for part in value.split(","))):
            named = _DIRECTIVE.fullmatch(part)
            text = part.lower()
            if dated and part[0].isdigit():  # the rest of a date: "Wednesday, 25-Jun-26 15:00:00 GMT"
                text = f"{found.popitem()[0]}, {text}" if meant else text
            elif named and named[1].lower() not in _WITH_VALUE:
                meant = named[1].lower() in (agent.lower(), "*")
                text = named[2].lower()
            elif named:
                text = f"{named[1].lower()}: {named[2].lower()}"
            dated = text.startswith("unavailable_after")
            if meant and text:
                found[text] = None
    return tuple(found)


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


class TextMining:
    """Downloader middleware that puts `Rights` into ``request.meta["rights"]`` of every answer that has any.

    It stands on the spider's side of redirects and unpacking, so that it sees pages.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._agent = str(settings.get("ROBOTSTXT_USER_AGENT") or settings["BOT_NAME"])
        self._respect = settings.getbool("HARVESTER_RESPECT_TDM")
        self._asks = self._respect or settings.getbool("HARVESTER_TDM_FILE")
        self._asked: dict[str, tuple[asyncio.Task[list[tuple[str, Rights]]], float]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Return the response. Raises `Reserved` where mining it is reserved and that is to be respected."""
        parts = urlsplit(response.url)
        if (
            parts.scheme not in ("http", "https")
            or request.meta.get("is_robots_txt")
            or request.meta.get("is_tdm_file")
        ):
            return response
        is_page = b"html" in (response.headers.get("Content-Type") or b"html").lower()
        said = (from_page(response.body) if is_page else None) or declaration(
            _texts(response, "tdm-reservation"), _texts(response, "tdm-policy"), "header"
        )
        is_live = urlsplit(request.url).scheme == parts.scheme  # of an archived page, nobody is asked
        if said is None and self._asks and is_live and response.status < 400:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            said = rule_for(await self._rules(f"{parts.scheme}://{parts.netloc}"), path)
        robots = robots_tags(_texts(response, "X-Robots-Tag"), self._agent)
        if said or robots:
            said = request.meta["rights"] = replace(said or Rights(), robots=robots)
        if self._respect and said and said.reserved:
            raise Reserved(f"mining is reserved ({said.said_by})" + (f"; terms: {said.policy}" if said.policy else ""))
        return response

    async def _rules(self, origin: str) -> list[tuple[str, Rights]]:
        task, until = self._asked.get(origin, (None, 0.0))
        if task is None or until < time.monotonic():
            task = asyncio.create_task(self._ask(origin))
            self._asked[origin] = task, time.monotonic() + _KEEP
        # Shielded: if one of those who wait is cancelled, the others still want the answer.
        return await asyncio.shield(task)

    async def _ask(self, origin: str) -> list[tuple[str, Rights]]:
        meta: dict[str, Any] = {"is_tdm_file": True, "any_type": True}
        request = Request(origin + FILE, callback=NO_CALLBACK, priority=1000, meta=meta)
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception:  # noqa: BLE001  # whatever it was, the file could not be read, which is to say nothing
            return []
        return rules(response.body) if response.status == 200 else []


def _texts(response: Response, name: str) -> list[str]:
    return [value.decode("latin-1") for value in response.headers.getlist(name)]
