"""Targets that are lists: how they are asked for, and what becomes of the answers. See `harvester.listing`."""

import asyncio
import csv
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import islice
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from scrapy.http import Response

from harvester.clock import utc_now
from harvester.database.frontier import Frontier, Kind, Place, Target, Wanted
from harvester.database.seen import Seen
from harvester.errors import PageError, UsageError
from harvester.items import Listed, PageKind
from harvester.listing import dois, oai, toc
from harvester.listing.document import LONGEST, Document, Fault
from harvester.listing.entries import Tally, entries_of, what_else
from harvester.listing.oai_dates import stamp
from harvester.listing.options import Options
from harvester.listing.part import oai_part
from harvester.middlewares.spool import Spool, spool_of
from harvester.normalise.url import doi_url
from harvester.page import Page
from harvester.settings import VERSION
from harvester.spiders._readers import Readers
from harvester.spiders._revisits import NOT_MODIFIED, validators
from harvester.spiders._seed import HELD

logger = logging.getLogger("harvester")

_SPOOLED = frozenset({Kind.SITEMAP, Kind.FEED, Kind.CSV})
_PATIENCE = 900  # seconds for a list to come
_FIRST, _CHUNK = 200, 2000  # addresses in the first transaction, so that pages need not wait, and in the others
_AT_ONCE = 2  # lists that are read at a time; the threads are needed for the database too
_NESTED = {Kind.SITEMAP: 4, Kind.FEED: 200, Kind.TOC: 500}
"""How many lists may lead to one another: indexes of indexes, and lists that go on from page to page."""
_SHOWN = 5  # faults of one list that the log names
_HEAD = 1_000_000  # bytes of an answer that is no list, by which it is judged
_FEEDS = frozenset({"application/rss+xml", "application/atom+xml"})


class InterruptedReading(Exception):  # noqa: N818  # nothing is wrong
    """The crawl is being stopped; the list stays leased, and is read again."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer to a request for a list means.

    ``kind`` and ``reason`` are those of its visit. ``again``: whether the same request may end better.
    """

    kind: PageKind | None
    reason: str
    listed: Listed | None = None
    again: bool = False
    seen: Seen | None = None
    """What a conditional request for it needs; None where it has to be read the next time."""


class Lists:
    """The lists of one run.

    ``stopping`` tells whether the crawl is being stopped; ``on_added`` is called when there are pages to claim;
    ``job`` is the name of the job whose run it is.
    """

    def __init__(
        self,
        frontier: Frontier,
        run_id: int,
        readers: Readers,
        options: Options,
        stopping: Callable[[], bool],
        on_added: Callable[[], None],
        job: str | None = None,
    ) -> None:
        self._frontier = frontier
        self._run_id = run_id
        self._readers = readers
        self._options = options
        self._stopping = stopping
        self._on_added = on_added
        self._turn = asyncio.Semaphore(_AT_ONCE)
        # Pages of a job are due by themselves. Others, or whoever wants other pages, must read the list.
        self._reader = sha256(repr((job, options, VERSION)).encode()).hexdigest() if job else ""

    async def request(self, target: Target) -> dict[str, Any]:
        """Return the arguments of the request for a list's next part: url, headers, meta, cb_kwargs."""
        meta: dict[str, Any] = {"start_at": target.start_at, "download_timeout": _PATIENCE}
        made: dict[str, Any] = {"url": target.url, "meta": meta, "cb_kwargs": {"target": target}}
        if target.kind is Kind.TOC:
            return made
        meta["any_type"] = True
        if self._reader and target.seen is not None and target.seen.body_hash == self._reader:
            meta["seen"] = target.seen
        if target.kind in _SPOOLED:
            # Packed otherwise, a list could not be unpacked as it is read.
            return made | {"headers": {"Accept-Encoding": "gzip"}, "meta": meta | _long()}
        place = await asyncio.to_thread(self._frontier.place, target.id)
        made["cb_kwargs"]["place"] = place
        if target.kind is Kind.OAI:
            url = oai.request_url(target.url, self._oai_place(place), place.cursor)
            return made | {"url": url}
        url = (place.progress or {}).get("url", target.url)
        return made | {"url": url, "headers": {"Accept": "application/json, */*;q=0.1"}}

    async def read(self, response: Response, target: Target, place: Place | None, *, last_try: bool) -> Answered:
        """Take what an answer names into the frontier, and return what it means.

        ``last_try``: the same is not asked for again. Raises `InterruptedReading` while the crawl is being stopped.
        """
        if target.kind is Kind.OAI:
            return await self._oai(response, target, place or Place(), last_try=last_try)
        if response.status == NOT_MODIFIED:
            return Answered(PageKind.MULTI, "HTTP 304: not modified", Listed())
        if response.status != 200:
            if target.kind is Kind.SITEMAP and _is_robots(target) and 400 <= response.status < 500:
                return await self._usual_sitemap(target, f"robots.txt: HTTP {response.status}")
            return Answered(PageKind.BLOCKED, f"status {response.status}")
        if target.kind is Kind.TOC:
            return await self._toc(response, target)
        if target.kind is Kind.DOIS:
            return await self._dois(response, target, place or Place())
        async with self._turn:
            return await self._document(response, target)

    # Lists of addresses ---------------------------------------------------------------------------------------------

    async def _document(self, response: Response, target: Target) -> Answered:
        spool = spool_of(response.request) if response.request is not None else None
        assert spool is not None
        packing = (response.headers.get("Content-Encoding") or b"").decode("latin-1").strip().lower()
        if packing not in ("", "identity", "gzip", "x-gzip"):
            return Answered(None, f"packed with {packing}, which was not asked for")
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        document = await asyncio.to_thread(Document, spool.body(), response.url, kind)
        if (found := what_else(target.kind, document.head)) is not None:
            return await self._no_list(document, target, found)
        stored = await self._store(target, entries_of(document, target.kind, kind))
        if isinstance(stored, str):
            return Answered(None, stored)
        if target.kind is Kind.SITEMAP and _is_robots(target) and not stored.kinds:
            return await self._usual_sitemap(target, "robots.txt names no sitemap")
        only_pages = set(stored.kinds) <= {Kind.PAGE} and not stored.faults
        seen = self._seen(response) if only_pages else None
        return Answered(PageKind.MULTI, f"{target.kind}: {stored}", Listed(), seen=seen)

    def _seen(self, response: Response) -> Seen | None:
        etag, last_modified = validators(response)
        if not self._reader or not (etag or last_modified):
            return None
        return Seen(response.url, self._reader, VERSION, etag, last_modified)

    async def _usual_sitemap(self, target: Target, why: str) -> Answered:
        """Try the place where sitemaps mostly are."""
        parts = urlsplit(target.url)
        usual = urlunsplit((parts.scheme, parts.netloc, "/sitemap.xml", "", ""))
        await self._store(target, iter([Wanted(usual, Kind.SITEMAP)]))
        return Answered(PageKind.MULTI, f"{why}; {usual} is tried", Listed())

    async def _no_list(self, document: Document, target: Target, other: str) -> Answered:
        """Say what came in place of a list."""
        page = Page(document.url, document.head.encode()[:_HEAD])
        verdict = (await self._readers.read(page)).examined.verdict
        if verdict.kind is PageKind.BLOCKED:
            return Answered(PageKind.BLOCKED, verdict.reason)
        feeds = [link.href for link in page.links if link.rel == "alternate" and link.type in _FEEDS]
        hint = f"; the page names feed:{feeds[0]}" if feeds and target.kind is Kind.FEED else ""
        return Answered(None, f"no {target.kind} but {other}{hint}")

    async def _toc(self, response: Response, target: Target) -> Answered:
        page = _page(response)
        found = await self._readers.run(toc.contents, page, self._options.pattern)
        if not found.items:
            return Answered(found.verdict.kind, found.verdict.reason)
        # Pages that are past the end of a list often show its last items again.
        known = await asyncio.to_thread(self._frontier.named_by_others, self._run_id, found.items, target.id)
        further = [Wanted(each, Kind.TOC) for each in found.further if known < len(set(found.items))]
        stored = await self._store(target, iter([*map(Wanted, found.items), *further]))
        return Answered(PageKind.MULTI, f"toc: {stored}", Listed())

    async def _dois(self, response: Response, target: Target, place: Place) -> Answered:
        progress = place.progress or {}
        linked = next((link.href for link in _page(response).links if link.rel == "next"), None)
        try:
            found, further = await asyncio.to_thread(dois.read, response.body, response.url, linked)
        except PageError as error:
            return Answered(None, f"no list of DOIs: {error}; a table of them is named csv:")
        if found and found[0] == progress.get("first"):
            return Answered(None, "the server sends the same DOIs again and again", Listed())
        stored = await self._store(target, (Wanted(doi_url(each)) for each in found))
        if further is None:
            return Answered(PageKind.MULTI, f"dois: {stored}", Listed())
        after = {"url": further, "first": found[0]}
        return Answered(PageKind.MULTI, f"dois: {stored}", Listed(goes_on=True, progress=after))

    async def _store(self, target: Target, entries: Iterator[Wanted | Fault]) -> Tally | str:
        """Write entries into the frontier as they are read; return what they were, or why they cannot be read."""
        loop = asyncio.get_running_loop()

        def tell() -> None:
            loop.call_soon_threadsafe(self._on_added)

        read = partial(self._read_into_frontier, target, entries, tell)
        try:
            stored, held = await asyncio.to_thread(read)
        except (UsageError, ValueError, csv.Error) as error:
            return str(error)
        while held:
            await asyncio.sleep(HELD)
            held = (await asyncio.to_thread(self._frontier.add, self._run_id, held, target.id)).held
        return stored

    def _read_into_frontier(
        self, target: Target, entries: Iterator[Wanted | Fault], on_added: Callable[[], None]
    ) -> tuple[Tally, list[str | Wanted]]:
        stored = Tally()
        held: list[str | Wanted] = []
        chosen = self._chosen(target, entries, stored)
        size = _FIRST
        while chunk := list(islice(chosen, size)):
            size = _CHUNK
            for depth, some in _by_depth(target, chunk):
                held += self._frontier.add(self._run_id, some, target.id, depth).held
            on_added()
        return stored, held

    def _chosen(self, target: Target, entries: Iterable[Wanted | Fault], stored: Tally) -> Iterator[Wanted]:
        for each in entries:
            if self._stopping():
                raise InterruptedReading
            if isinstance(each, Fault):
                stored.faults += 1
                stored.first = stored.first or each
                if stored.faults <= _SHOWN:
                    logger.warning("%s: %s", target.url, each)
            elif not self._options.want(each):
                stored.passed += 1
            elif each.kind is not Kind.PAGE and target.depth + 1 >= _NESTED.get(each.kind, _NESTED[Kind.SITEMAP]):
                stored.deepest = True
            else:
                stored.kinds[each.kind] = stored.kinds.get(each.kind, 0) + 1
                yield each

    # Records --------------------------------------------------------------------------------------------------------

    def _oai_place(self, place: Place) -> oai.Place:
        kept = oai.Place.begin(place.progress, utc_now())
        if place.cursor or kept != oai.Place() or self._options.since is None:
            return kept
        return oai.Place(since=stamp(self._options.since)[:10])

    async def _oai(self, response: Response, target: Target, place: Place, *, last_try: bool) -> Answered:
        at = self._oai_place(place)
        args = (response.body, target.url, at, place.cursor, utc_now())
        part = await self._readers.run(oai_part, *args, run_id=self._run_id, last_try=last_try)
        if part is None:
            if response.status != 200:
                return Answered(PageKind.BLOCKED, f"status {response.status}")
            verdict = (await self._readers.read(_page(response))).examined.verdict
            kind = PageKind.BLOCKED if verdict.kind is PageKind.BLOCKED else None
            return Answered(kind, f"no answer of OAI-PMH: {verdict.reason}", again=True)
        if part.again and not last_try:
            return Answered(None, part.reason, again=True)
        after = part.goes_on or part.stays
        progress = after.to_dict() if after is not None else None
        listed = Listed(part.visits, part.goes_on is not None, progress, part.cursor, again=at.restarts > 0)
        return Answered(None if part.failure else PageKind.MULTI, f"oai: {part.reason}", listed)


def _long() -> dict[str, Any]:
    return {"spool": Spool(), "download_maxsize": LONGEST}


def _is_robots(target: Target) -> bool:
    return urlsplit(target.url).path == "/robots.txt"


def _by_depth(target: Target, chunk: list[Wanted]) -> Iterator[tuple[int, list[Wanted]]]:
    """Yield pages, which begin at depth 0 as whatever a source names, and lists, which are one deeper than theirs."""
    pages = [each for each in chunk if each.kind is Kind.PAGE]
    lists = [each for each in chunk if each.kind is not Kind.PAGE]
    yield from ((depth, some) for depth, some in ((0, pages), (target.depth + 1, lists)) if some)


def _page(response: Response) -> Page:
    headers = {str(name): str(value) for name, value in response.headers.to_unicode_dict().items()}
    return Page(response.url, response.body, status=response.status, headers=headers)
