"""The loop that all spiders share: claim targets, fetch them, send one visit for each into the pipelines."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from harvester.archive.repair import repair
from harvester.archive.responses import archive_of, exchange_of
from harvester.archive.writer import packed
from harvester.clock import utc_now
from harvester.database.frontier import LEASE, Frontier, Kind, Place, Standstill, Target
from harvester.database.schema import prepare
from harvester.database.seen import Seen
from harvester.database.session import SMALL_CACHE, open_engine
from harvester.errors import ArchiveError, DatabaseError, HarvesterError, PageError
from harvester.items import Link, LinkKind, PageKind, Verdict, Visit
from harvester.listing.options import Options, pattern_of
from harvester.middlewares.failures import RETRY_STATUS, why
from harvester.middlewares.guard import Refused
from harvester.middlewares.pace import HostParked, pace_from, pace_of
from harvester.middlewares.robots import RobotsForbids, RobotsUnknown
from harvester.middlewares.spool import spool_of
from harvester.middlewares.tdm import Reserved, Rights
from harvester.normalise.url import host_of, is_doi_url
from harvester.page import Page
from harvester.settings import VERSION
from harvester.since import since
from harvester.sources import Entry, media_type
from harvester.spiders._lists import InterruptedReading, Lists
from harvester.spiders._readers import Readers
from harvester.spiders._revisits import NOT_MODIFIED, Revisits, is_same, remembered, unchanged
from harvester.spiders._seed import Seed

logger = logging.getLogger("harvester")

_SAVED = {"download_slot": "saved pages", "verbatim_url": True}
_SILENT = 5.0  # seconds after which links are followed though the sources, a pipe for one, have not ended
_OF_LISTS = ("HARVESTER_SINCE", "HARVESTER_DOI_PREFIX", "HARVESTER_ITEM_PATTERN", "HARVESTER_FOLLOW_ITEMS")


class FrontierSpider(scrapy.Spider):
    """Base of all spiders: they say where addresses come from, and which links are followed.

    A target that is claimed gives one request, and each request one `harvester.items.Visit`, whatever comes
    back. A target counts as under way until its visit is committed, so a full pipeline slows the claims down.
    """

    follow_depth = 0
    """How many links away from a source pages are fetched."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seed = Seed()
        self.error: HarvesterError | None = None
        self.run_id: int | None = None
        self.resumed = False
        self.standstill: Standstill | None = None
        self._under_way: dict[int, str] = {}  # target id -> host
        self._moved = asyncio.Event()
        self._readers = Readers()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider and listen for what happens to its visits."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._on_stored, signals.item_scraped)
        crawler.signals.connect(spider._on_not_stored, signals.item_error)
        crawler.signals.connect(spider._on_reader_error, signals.spider_error)
        return spider

    def sources(self) -> list[str]:
        """Return what was asked for, as the user wrote it."""
        raise TypeError(f"{type(self).__name__} does not say where its addresses come from")

    def entries(self) -> Iterator[Entry]:
        """Yield the addresses of the sources; called in a thread of its own."""
        raise TypeError(f"{type(self).__name__} does not say where its addresses come from")

    def asked(self) -> dict[str, Any]:
        """Return the options that, with the sources, make two commands the same command."""
        settings = self.crawler.settings
        lists = {name: settings.get(name) for name in _OF_LISTS if settings.get(name)}
        return {"follow_depth": self.follow_depth, **lists}

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for each target of the run, until none is left."""
        settings = self.crawler.settings
        self._engine = engine = open_engine(settings["HARVESTER_DB"], SMALL_CACHE)
        self._frontier = Frontier(engine, pace_from(settings), watch=settings.get("HARVESTER_WATCH"))
        self._pace = pace_of(self.crawler)
        archive = archive_of(self.crawler)
        self._revisits = Revisits(
            archive.folder if archive is not None else None,
            in_full=settings.getbool("HARVESTER_UNCONDITIONAL"),
            for_links=self.follow_depth > 0,
        )
        background: list[asyncio.Task[None]] = []
        try:
            self._options = _options(settings)
            self._readers.start()
            await asyncio.to_thread(prepare, engine)
            run = await asyncio.to_thread(
                self._frontier.open_run, str(self.name), self.sources(), VERSION, self.asked()
            )
            self.run_id, self.resumed = run.id, run.resumed
            # Whoever requeued for this run, or has a job to do, has opened it.
            if run.resumed and not self.seed.wanted_count and settings.get("HARVESTER_WATCH") is None:
                logger.info("run %d was not finished; it goes on", run.id)
            self._lists = Lists(
                self._frontier,
                run.id,
                self._readers,
                self._options,
                self._is_stopping,
                self._moved.set,
                watch.job if (watch := settings.get("HARVESTER_WATCH")) is not None else None,
            )
            seeding = self.seed.read(self.entries(), self._frontier, run.id, self._options, self._moved.set)
            works = (seeding, self._keep_leases(), self._repair_archive())
            background = [asyncio.create_task(self._or_stop(work)) for work in works]
            async for target in self._targets(run.id):
                yield self._request(target) if target.kind is Kind.PAGE else await self._list_request(target)
        except HarvesterError as error:
            self._stop(error)
        except Exception as error:
            self._stop(_mistake(error))  # else the run would end as if it were over
            raise
        finally:
            for task in background:
                task.cancel()

    def closed(self, reason: str) -> None:
        """End the readers, and give back what is still leased: another process need not wait for the leases."""
        self._readers.close()
        # A database that has just let us down is not waited for again: the next start gives the leases back.
        if hasattr(self, "_frontier") and not isinstance(self.error, DatabaseError):
            self._frontier.release()
        if hasattr(self, "_engine"):
            self._engine.dispose()  # the last connection that SQLite closes leaves one file, without -wal and -shm

    async def _or_stop(self, work: Coroutine[Any, Any, None]) -> None:
        """Do what goes on beside the fetching; where it fails, the run cannot go on as if nothing were missing."""
        try:
            await work
        except HarvesterError as error:
            self._stop(error)
        except Exception as error:
            logger.exception("the run cannot go on")
            self._stop(_mistake(error))

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 5)
            await asyncio.to_thread(self._frontier.renew, list(self._under_way))

    async def _targets(self, run_id: int) -> AsyncIterator[Target]:
        settings = self.crawler.settings
        at_once = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        per_host = at_once * 10  # as many wait for a commit as come meanwhile; of hosts with a delay come fewer
        window = max(settings.getint("CONCURRENT_REQUESTS") * 2, per_host)
        left = settings.getint("HARVESTER_MOST_PAGES") or None
        while self.error is None:
            self._moved.clear()
            room = window - len(self._under_way)
            # A claim is a transaction: few large ones.
            room = self._pace.room(room if room * 3 >= window else 0)
            room = room if left is None else min(room, left)
            seeded = self.seed.over  # asked before the claim: what is added after it shows in the next round
            busy = Counter(self._under_way.values())
            claimed = (
                await asyncio.to_thread(self._frontier.claim, run_id, room, per_host, busy, self._deepest())
                if room > 0
                else []
            )
            left = left if left is None else left - len(claimed)
            for target in claimed:
                self._under_way[target.id] = target.host
            for target in claimed:
                yield target
            if not claimed and seeded and not self._under_way and (not await self._more_to_come(run_id) or left == 0):
                return
            if not claimed:
                await self._wait()

    async def _more_to_come(self, run_id: int) -> bool:
        """Return whether the run goes on; where all that is left waits too long, remember for whom."""
        patience = self._pace.patience
        self.standstill = await asyncio.to_thread(self._frontier.standstill, run_id, patience)
        if self.standstill is not None:
            logger.warning("%s", self.standstill)
            return False
        return not await asyncio.to_thread(self._frontier.close_run, run_id)

    def _deepest(self) -> int | None:
        """Return how many links away targets may be: none while sources still name addresses, which may be the same.

        Whatever is known as a link first would be fetched again as an address of its own, for its links.
        """
        waits = not self.seed.over and self.seed.silent() < _SILENT
        return 0 if self.follow_depth and waits else None

    async def _wait(self) -> None:
        """Wait until a visit is stored or a source gave more, or a moment for what only time brings."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._moved.wait(), timeout=0.5)

    def _request(self, target: Target) -> Request:
        return Request(
            target.url,
            callback=self.parse,
            errback=self.no_page,
            cb_kwargs={"target": target},
            dont_filter=True,
            # Verbatim, for what is on the disk has addresses that Python would write in another way.
            meta={"start_at": target.start_at, "seen": self._revisits.of(target)} if target.host else dict(_SAVED),
        )

    async def parse(self, response: Response, target: Target) -> AsyncIterator[Visit | Request]:
        """Examine the page, unless it is known and did not change, and yield its visit."""
        page: Page | None = page_of(response)
        seen: Seen | None = response.meta.get("seen")
        same = seen if seen is not None and page is not None and is_same(response, page, seen) else None
        if same is not None and not self._revisits.must_read(same):
            visit = unchanged(response, target, same, self.run_id)
            await self._pace.on_visit(visit)
            _note_rights(visit, response.meta.get("rights"))
            if response.status == NOT_MODIFIED or await self._keep(response, visit, None, same):
                visit.seen = remembered(response, visit, same)
                yield visit
            return
        if same is not None and response.status == NOT_MODIFIED:
            page = await self._revisits.kept(same)
        if page is None:  # the archive has lost it meanwhile
            yield self._request(replace(target, seen=None, start_at=None))
            return
        archive = archive_of(self.crawler) if target.host and not self._has(same) else None
        exchange = exchange_of(response, asked=target.url) if archive is not None else None
        read = await self._readers.read(page, replace(exchange, body=b"") if exchange is not None else None)
        examined = read.examined
        visit = Visit(
            url=target.url,
            kind=examined.verdict.kind,
            reason=examined.verdict.reason,
            final_url=response.url,
            status=None if response.url.startswith("file:") else response.status,
            body_hash=read.body_hash,
            bytes=len(page.body),
            run_id=self.run_id,
            target_id=target.id,
            depth=target.depth,
            work=examined.work,
            sources=examined.sources,
            derived=read.derived,
        )
        if target.host:  # what an archive holds says nothing about its host today
            await self._pace.on_visit(visit)
        if target.host and examined.work is None and visit.status in RETRY_STATUS:
            self._retry(visit, target)
        else:
            visit.links = list(self._to_follow(response, target, examined.verdict.kind, examined.links))
        _note_rights(visit, response.meta.get("rights"))
        if not target.host:
            yield visit
        elif await self._keep(response, visit, examined.verdict, same, read.packed):
            visit.seen = remembered(response, visit, same)
            yield visit

    async def _list_request(self, target: Target) -> Request:
        made = await self._lists.request(target)
        return Request(**made, callback=self.parse_list, errback=self.no_page, dont_filter=True)

    async def parse_list(self, response: Response, target: Target, place: Place | None = None) -> AsyncIterator[Visit]:
        """Take what a list names into the frontier, and yield the list's visit."""
        # The host has answered: what the list names may be asked for while the rest of it is read.
        self._under_way[target.id] = ""
        last_try = self._retry_at(target) is None
        try:
            answered = await self._lists.read(response, target, place, last_try=last_try)
        except InterruptedReading:
            return
        spool = spool_of(response.request) if response.request is not None else None
        visit = Visit(
            url=target.url,
            kind=answered.kind,
            reason=answered.reason,
            final_url=response.url,
            status=response.status,
            bytes=spool.size if spool is not None else len(response.body),
            run_id=self.run_id,
            target_id=target.id,
            depth=target.depth,
            listed=answered.listed,
            seen=answered.seen,
        )
        await self._pace.on_visit(visit)
        if answered.listed is None and (answered.again or visit.status in RETRY_STATUS):
            self._retry(visit, target)
            # Who says when to come again is not failing.
            if "Retry-After" in response.headers and (parked := self._pace.parked(target.host)) is not None:
                visit.retry_at, visit.costs_attempt = parked.until, False
        _note_rights(visit, response.meta.get("rights"))
        if spool is not None:
            spool.close()
        elif not await self._keep(response, visit, Verdict(answered.kind or PageKind.NON_RECORD, answered.reason)):
            return
        if visit.listed is not None and visit.listed.goes_on:
            self._under_way.pop(target.id, None)  # as soon as the visit is stored, it may be claimed
        yield visit

    def _has(self, same: Seen | None) -> bool:
        return same is not None and self._revisits.file_of(same) is not None

    async def _keep(
        self,
        response: Response,
        visit: Visit,
        verdict: Verdict | None,
        same: Seen | None = None,
        content: bytes | None = None,
    ) -> bool:
        """Put the page into the archive, if one is kept; return False where the archive cannot take it.

        ``same``: the page as it was before, which the archive may have already. ``content``: the page, packed.
        """
        archive = archive_of(self.crawler)
        if same is not None and self._has(same):
            visit.archive_file, visit.archive_offset = same.archive_file, same.archive_offset
            return True
        if archive is None:
            return True
        try:
            if content is None:
                content = await asyncio.to_thread(packed, exchange_of(response, asked=visit.url, verdict=verdict))
            # Here and not in a thread: to hand it over takes longer than the system takes to copy so little.
            place = archive.append(content)
        except ArchiveError as error:  # a full disk, most likely: the page stays leased, and is fetched again
            self._stop(error)
            return False
        visit.archive_file, visit.archive_offset = place
        return True

    async def _repair_archive(self) -> None:
        """Mend what a crash left of the archive."""
        if (archive := archive_of(self.crawler)) is not None:
            for mended in await asyncio.to_thread(lambda: list(repair(archive.folder))):
                logger.warning("%s", mended)

    def no_page(self, failure: Failure) -> Iterator[Visit]:
        """Yield the visit that ended without a page: no such host, robots.txt, time-out..."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        target: Target = request.cb_kwargs["target"]
        assert failure.value is not None
        if isinstance(failure.value, HarvesterError):  # the database's, or the archive's of robots.txt
            self._stop(failure.value)
            return
        reason, may_pass = why(failure.value)
        may_pass = may_pass or isinstance(failure.value, (RobotsUnknown, HostParked))
        visit = Visit(
            url=target.url,
            kind=PageKind.BLOCKED if isinstance(failure.value, (RobotsForbids, Refused, Reserved)) else None,
            reason=reason,
            final_url=request.url if request.url != target.url else None,
            run_id=self.run_id,
            target_id=target.id,
            depth=target.depth,
        )
        if may_pass:
            self._retry(visit, target, failure.value)
        _note_rights(visit, request.meta.get("rights"))
        yield visit

    def _retry(self, visit: Visit, target: Target, error: BaseException | None = None) -> None:
        """Say when the target is asked for again, and whether it pays for this failure."""
        put_off = self._pace.put_off(visit.final_url or visit.url, error)
        visit.costs_attempt = put_off is None
        visit.retry_at = put_off or self._retry_at(target)
        if visit.retry_at is not None and isinstance(error, (RobotsUnknown, HostParked)):
            visit.retry_at = max(visit.retry_at, error.until)

    def _retry_at(self, target: Target) -> datetime | None:
        settings = self.crawler.settings
        if target.attempts + 1 >= settings.getint("HARVESTER_MAX_ATTEMPTS"):
            return None
        wait = settings.getfloat("HARVESTER_RETRY_DELAY") * 2**target.attempts
        # At random, so that targets that failed together do not come back together.
        return utc_now() + timedelta(seconds=wait * random.uniform(1, 1.5))  # noqa: S311

    def _to_follow(self, response: Response, target: Target, kind: PageKind, links: Iterable[Link]) -> Iterator[Link]:
        """Yield the links of the same host that are not too deep; a saved page has no host, so none."""
        items = kind is PageKind.MULTI and self.crawler.settings.getbool("HARVESTER_FOLLOW_ITEMS")
        reach = max(self.follow_depth, 1) if items else self.follow_depth
        for link in links if target.host and reach else ():
            deep = target.depth + (link.kind is not LinkKind.NEXT)
            near = host_of(link.url) == host_of(response.url) or (link.kind is LinkKind.ITEM and is_doi_url(link.url))
            if deep <= reach and near:
                yield link

    def _on_stored(self, item: Any) -> None:
        if isinstance(item, Visit) and item.target_id is not None:
            if item.listed is None or not item.listed.goes_on:  # else it may be under way again already
                self._under_way.pop(item.target_id, None)
            self._moved.set()

    def _on_not_stored(self, item: Any, failure: Failure) -> None:
        if isinstance(failure.value, HarvesterError):
            self._stop(failure.value)
        else:
            self._stop(HarvesterError(f"{getattr(item, 'url', item)} could not be stored: {failure.getErrorMessage()}"))

    def _on_reader_error(self, failure: Failure, response: Response | Failure) -> None:
        """End the target of a page that a reader crashed on; Scrapy has logged the traceback."""
        if isinstance(failure.value, HarvesterError) and not isinstance(failure.value, PageError):
            self._stop(failure.value)  # no page is to blame: it stays leased, and is fetched again
            return
        request = getattr(response, "request", None)
        assert isinstance(request, Request)
        if (target := request.cb_kwargs.get("target")) is None:
            return
        reason = f"reader failed: {type(failure.value).__name__}: {failure.value}"
        visit = Visit(url=target.url, reason=reason, final_url=request.url, run_id=self.run_id, target_id=target.id)
        assert self.crawler.engine is not None
        self.crawler.engine.scraper._start_itemproc_nowait(visit)

    def _is_stopping(self) -> bool:
        return self.error is not None or not self.crawler.crawling

    def _stop(self, error: HarvesterError) -> None:
        """Remember why the run cannot go on, and let what is under way end: it may well end in the same words."""
        if self.error is None:
            logger.error("%s", error)
            self.error = error
        self._moved.set()


def _options(settings: BaseSettings) -> Options:
    """Return which entries of lists the settings want. Raises `UsageError` for what cannot be read."""
    moment, pattern = settings.get("HARVESTER_SINCE"), settings.get("HARVESTER_ITEM_PATTERN") or None
    prefixes = tuple(each.strip().lower() for each in settings.getlist("HARVESTER_DOI_PREFIX"))
    return Options(since(moment) if moment else None, prefixes, pattern_of(pattern) if pattern else None)


def _mistake(error: Exception) -> HarvesterError:
    return HarvesterError(f"the run cannot go on: {type(error).__name__}: {error}; the log says where")


def _note_rights(visit: Visit, rights: Rights | None) -> None:
    if rights is not None:
        visit.tdm_reserved, visit.tdm_policy = rights.reserved, rights.policy
        visit.robots_tags = list(rights.robots)


def page_of(response: Response) -> Page:
    """Return the page of a Scrapy response."""
    parts = urlsplit(response.url)
    if parts.scheme == "file":
        return Page(response.url, response.body, media_type=media_type(Path(unquote(parts.path))))
    headers = {str(name): str(value) for name, value in response.headers.to_unicode_dict().items()}
    return Page(response.url, response.body, status=response.status, headers=headers)
