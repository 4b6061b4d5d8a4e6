"""The pace of requests: one delay per host over all processes and restarts, and hosts that are left alone for a while.

`Pace` stands last before the downloader, so that every request passes it: pages, redirects, robots.txt. Requests may
then wait in the downloader for those before them to the same host; what these bring is counted before the next one is
sent, so the downloader itself calls `Pace.check` and `Pace.answered`. All delays are kept here, by slots that are
reserved in the database; ``DOWNLOAD_DELAY`` stays 0, since Scrapy knows nothing of other processes and would add its
own delay to ours. A claim reserves a target's slot together with its lease and hands it over as ``meta["start_at"]``;
whatever arrives without a slot (a robots.txt, a redirect) reserves one here. For a host without a delay nothing is
reserved and no transaction is made.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Self, TypeVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings
from sqlalchemy import Connection

from harvester.clock import utc_now
from harvester.database import hosts
from harvester.database.hosts import Breaker, Parked, State
from harvester.database.patience import patiently
from harvester.database.session import SMALL_CACHE, open_engine, writing
from harvester.errors import HarvesterError
from harvester.items import PageKind, Visit
from harvester.middlewares.failures import why
from harvester.middlewares.outage import Outage
from harvester.middlewares.retry_after import heeded, retry_after
from harvester.middlewares.witnesses import Asker, Witnesses, asker
from harvester.normalise.url import host_of

logger = logging.getLogger("harvester")

REFUSALS = frozenset({403, 429, 503})
"""Statuses by which a host says that it has had enough of us."""

_UNREACHED = (CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError, DownloadFailedError)
_NOT_FOUND = re.compile(r"not found|404|no longer|does not exist", re.IGNORECASE)
_LATE = timedelta(seconds=0.2)  # a slot that is missed by more is lost: another request may have had its place
_IN_PLACE = timedelta(seconds=60)  # a redirect that is to be followed later than this is asked for anew

T = TypeVar("T")
_paces: WeakKeyDictionary[Crawler, "HostPace"] = WeakKeyDictionary()


class HostParked(IgnoreRequest):
    """The host is left alone for now, so nothing was sent. ``free``: False where an earlier request was made for it."""

    def __init__(self, parked: Parked, *, free: bool = True) -> None:
        super().__init__(f"{parked.host} is left alone until {parked.until:%Y-%m-%d %H:%M:%S} UTC: {parked.reason}")
        self.until = parked.until
        self.free = free


def pace_of(crawler: Crawler) -> "HostPace":
    """Return the one pace of a crawl, which its spider and its middlewares share."""
    if crawler not in _paces:
        _paces[crawler] = pace = HostPace(crawler.settings, ask=asker(crawler))
        crawler.signals.connect(pace.close, signals.spider_closed)
    return _paces[crawler]


def pace_from(settings: BaseSettings) -> hosts.Pace:
    """Return the pace that the settings ask for."""
    return hosts.Pace(
        delay=settings.getfloat("HARVESTER_DELAY", 0.0),
        cap=settings.getfloat("HARVESTER_CRAWL_DELAY_CAP", 30.0),
        at_once=settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN", 1),
    )


class HostPace:
    """What one process knows of its hosts: in memory what every request asks for, in the database what must last."""

    def __init__(
        self, settings: BaseSettings, clock: Callable[[], datetime] = utc_now, ask: Asker | None = None
    ) -> None:
        self.pace = pace_from(settings)
        self.patience = timedelta(seconds=settings.getfloat("HARVESTER_PATIENCE", 900.0))
        self.outage = Outage()
        self._longest = timedelta(seconds=settings.getfloat("HARVESTER_MAX_PARK", 86400.0))
        self._breaker = Breaker(
            settings.getint("HARVESTER_BREAKER_FAILURES", 5),
            timedelta(seconds=settings.getfloat("HARVESTER_COOL_DOWN", 600.0)),
        )
        self.clock = clock
        self._engine = open_engine(settings["HARVESTER_DB"], SMALL_CACHE)
        self._loading: asyncio.Task[None] | None = None
        self._states: dict[str, State] = {}  # hosts with something unusual about them, and only these
        self._witnesses = Witnesses(self.outage, ask, self._answered_before)

    def close(self) -> None:
        """Disconnect."""
        self._witnesses.close()
        self._engine.dispose()

    # What the spider calls ----------------------------------------------------------------------------------------

    def room(self, room: int) -> int:
        """Return how many targets to claim now, of ``room``: while the network is gone, one in a while tries it.

        0 while hosts that answered before are asked instead. Raises `HarvesterError` where no host ever answered.
        """
        now = self.clock().timestamp()
        if self._witnesses.asked:
            return 0
        if self.outage.lasted(now) > self.patience.total_seconds():
            raise HarvesterError(
                "not one host could be reached; see to the network, or to the addresses, and run the same command"
                " again: it goes on where it stopped"
            )
        return self.outage.room(room, now)

    async def on_visit(self, visit: Visit) -> None:
        """Note how a visit ended: a wall counts against the host, any other page proves that it answers."""
        name = host_of(visit.final_url or visit.url)
        if not name or visit.status is None or visit.status in REFUSALS:
            return  # refusals were counted when they arrived
        if _is_wall(visit):
            await self.failed(name, visit.reason)
        else:
            await self.recovered(name)

    def put_off(self, url: str, error: BaseException | None = None) -> datetime | None:
        """Return until when a target waits at no cost because the failure is its host's or the network's.

        None where the attempt counts: the request was made, and nothing says that others fare the same.
        """
        now = self.clock()
        if isinstance(error, HostParked):
            return error.until if error.free else None
        if self.outage.lost and isinstance(error, (*_UNREACHED, IgnoreRequest)):
            return now + timedelta(seconds=self.outage.every)
        state = self._states.get(host_of(url))
        parked = state.parked(now) if state is not None and state.opened else None
        return parked.until if parked else None

    # What the middlewares call ------------------------------------------------------------------------------------

    def delay(self, name: str) -> float:
        """Return the seconds between two requests to a host."""
        state = self._states.get(name)
        return self.pace.of(state.crawl_delay if state else None).seconds

    def parked(self, name: str) -> Parked | None:
        """Return until when and why a host is left alone; None if it may be asked."""
        state = self._states.get(name)
        return state.parked(self.clock()) if state else None

    async def wait(self, name: str, start: datetime | None) -> None:
        """Return when a request to a host may start, at the slot that is reserved for it or else at a new one."""
        now = self.clock()
        if start is None or now - start > _LATE:
            delay = self.delay(name)
            if not delay:
                return
            start = await self._in_database(lambda connection: hosts.reserve(connection, name, delay, self.clock()))
        await asyncio.sleep(max(0.0, (start - self.clock()).total_seconds()))

    async def park(self, name: str, until: datetime, reason: str) -> datetime:
        """Leave a host alone, for all its targets and processes; return until when, which has a longest time."""
        if until > (latest := self.clock() + self._longest):
            logger.warning("%s: %s; the longest that is waited is %s", name, reason, self._longest)
            until = latest
        parked = Parked(name, until, reason)
        self._remember(await self._in_database(lambda connection: hosts.park(connection, parked)))
        return until

    async def failed(self, name: str, reason: str) -> None:
        """Count a failure against a host."""
        self._remember(
            await self._in_database(
                lambda connection: hosts.failed(connection, name, reason, self._breaker, self.clock())
            )
        )

    async def robots(self, name: str, robots: hosts.Robots) -> None:
        """Keep what a host's robots.txt said, and its delay from now on."""
        delay = self.pace.of(robots.crawl_delay)
        if delay.why != "ours":
            logger.info("%s: %g s between requests; %s", name, delay.seconds, delay.why)
        await self._in_database(lambda connection: hosts.remember_robots(connection, name, robots, delay.seconds))
        if robots.crawl_delay is not None or name in self._states:
            await self._read_again(name)

    async def recovered(self, name: str) -> None:
        """Note a good answer of a host, which forgets its failures."""
        if (state := self._states.get(name)) is not None and state.failures:
            delay = self.delay(name)
            await self._in_database(lambda connection: hosts.recovered(connection, name, delay, self.clock()))
            await self._read_again(name)

    def reached(self, url: str) -> None:
        """Note that a host answered, whatever it said."""
        name = host_of(url)
        self._witnesses.answered(name, url)
        if (gone := self.outage.reached(name, self.clock().timestamp())) is not None:
            logger.warning("the network is back after %d s; the run goes on", gone)

    async def unreached(self, name: str, reason: str) -> None:
        """Note that a host could not be reached; while the network is gone, no host is to blame."""
        if self.outage.unreached(name, self.clock().timestamp()):
            logger.warning(
                "%d hosts in a row could not be reached (%s: %s), so the network seems to be gone; the run waits and"
                " tries it every %g s",
                self.outage.hosts,
                name,
                reason,
                self.outage.every,
            )
            self._witnesses.ask()
        if not self.outage.lost:
            await self.failed(name, reason)

    async def ready(self) -> None:
        """Read what earlier runs and other processes noted about hosts, once."""
        if self._loading is None:
            self._loading = asyncio.create_task(self._load())
        await asyncio.shield(self._loading)

    async def _load(self) -> None:
        states = await self._in_database(lambda connection: hosts.peculiar(connection, self.clock()))
        self._states = {state.host: state for state in states}

    async def _answered_before(self) -> list[str]:
        return await self._in_database(lambda connection: hosts.answered(connection, 3))

    async def _read_again(self, name: str) -> None:
        found = await self._in_database(lambda connection: hosts.known(connection, [name]))
        for state in found.values():
            self._remember(state)

    def _remember(self, state: State) -> None:
        before = self.parked(state.host)
        unusual = state.failures or state.crawl_delay is not None or state.parked_until is not None
        if unusual:
            self._states[state.host] = state
        else:
            self._states.pop(state.host, None)
        now = state.parked(self.clock())
        if now is not None and now != before:
            logger.warning("%s is left alone until %s UTC: %s", now.host, f"{now.until:%Y-%m-%d %H:%M:%S}", now.reason)

    async def _in_database(self, work: Callable[[Connection], T]) -> T:
        def run() -> T:
            with writing(self._engine) as connection:
                return work(connection)

        return await asyncio.to_thread(patiently, self._engine, run)


class Pace:
    """Downloader middleware next to the downloader, and what the downloader tells it of what really comes back."""

    def __init__(self, pace: HostPace) -> None:
        self._pace = pace

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware."""
        return cls(pace_of(crawler))

    async def process_request(self, request: Request) -> None:
        """Let a request pass at its time. Raises `HostParked` where its host is left alone."""
        if urlsplit(request.url).scheme not in ("http", "https"):
            return
        await self._pace.ready()
        name = host_of(request.url)
        # A redirect that asks for patience parks its host for all others, and is itself followed in time.
        after: datetime | None = request.meta.pop("follow_after", None)
        while after is None and (parked := self._pace.parked(name)) is not None:
            left = parked.until - self._pace.clock()
            if "redirect_urls" not in request.meta or left > _IN_PLACE:
                raise HostParked(parked)
            await asyncio.sleep(left.total_seconds())  # else what led here would be asked for once more
        start: datetime | None = request.meta.pop("start_at", None)
        await self._pace.wait(name, after or start)

    def check(self, request: Request) -> None:
        """Raise `HostParked` where a host has come to be left alone while a request to it waited for its turn."""
        if "redirect_urls" not in request.meta and (parked := self._pace.parked(host_of(request.url))) is not None:
            raise HostParked(parked)

    async def answered(self, request: Request, response: Response) -> None:
        """Heed Retry-After, and count what a host refuses."""
        self._pace.reached(request.url)
        name, status = host_of(request.url), response.status
        parked = self._pace.parked(name)  # then this was sent before, and what it brings is no news
        value = response.headers.get("Retry-After") if heeded(status) else None
        if value is not None:
            await self._heed(request, status, name, value.decode("latin-1"))
        # A refused robots.txt says no more than that there are no rules (RFC 9309, section 2.3.1.3).
        if status in REFUSALS and parked is None and not (status == 403 and request.meta.get("is_robots_txt")):
            await self._pace.failed(name, f"HTTP {status}")
        elif 300 <= status < 400 and not request.meta.get("is_robots_txt"):
            await self._pace.recovered(name)  # the visit will be the host's to which it leads

    async def failed(self, request: Request, exception: Exception) -> None:
        """Count hosts that cannot be reached."""
        if isinstance(exception, _UNREACHED) and not isinstance(exception, ResponseDataLossError):
            await self._pace.unreached(host_of(request.url), why(exception).words)

    async def _heed(self, request: Request, status: int, name: str, value: str) -> None:
        now = self._pace.clock()
        until = retry_after(value, now)
        if until is None:
            return
        reason = f"HTTP {status}, Retry-After: {value}"
        until = await self._pace.park(name, until, reason)
        if 300 <= status < 400:
            if until - now > _IN_PLACE:
                raise HostParked(Parked(name, until, reason), free=False)
            request.meta["follow_after"] = until


def _is_wall(visit: Visit) -> bool:
    """Return whether a page that came with a good status is a wall; a page that says "not found" is none."""
    good = visit.status is not None and visit.status < 400
    return good and visit.kind is PageKind.BLOCKED and not _NOT_FOUND.search(visit.reason)
