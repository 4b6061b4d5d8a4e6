"""Hosts: when each may be asked next, why one is left alone, and what its robots.txt said; shared by all processes.

A host is spelt as in ``target.host``: its name, with the port where it is not the usual one. Times are handed in, so
that a test can hold the clock. Every function takes the connection of its caller's transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from harvester.database.tables import host

PROBE = timedelta(minutes=2)
"""How long the one request that tries a host after its cool-down keeps the others away, unless it ends before."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds between the starts of two requests to a host, and whose wish that is."""

    seconds: float
    why: str


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast any host may be asked.

    ``delay``: our own; a longer Crawl-delay goes before it, up to ``cap``. ``at_once``: requests under way to one
    host that has a delay.
    """

    delay: float = 0.0
    cap: float = 30.0
    at_once: int = 1

    def of(self, crawl_delay: float | None) -> Delay:
        """Return the delay in force for a host whose robots.txt asks for ``crawl_delay``.

        >>> Pace(1).of(None), Pace(1).of(90)
        (Delay(seconds=1, why='ours'), Delay(seconds=30.0, why='Crawl-delay: 90, of which 30 are kept'))
        """
        if crawl_delay is None or crawl_delay <= self.delay:
            return Delay(self.delay, "ours")
        if self.cap < crawl_delay:
            # Our own delay is the user's wish and has no cap.
            return Delay(max(self.cap, self.delay), f"Crawl-delay: {crawl_delay:g}, of which {self.cap:g} are kept")
        return Delay(crawl_delay, f"Crawl-delay: {crawl_delay:g}")


@dataclass(frozen=True, slots=True)
class Breaker:
    """When a host that fails is left alone, and for how long: twice as long each time, up to ``longest``."""

    failures: int = 5
    cool_down: timedelta = timedelta(minutes=10)
    longest: timedelta = timedelta(hours=6)

    def rest(self, opened: int) -> timedelta:
        """Return the cool-down when the breaker opens again after ``opened`` times.

        >>> [str(Breaker().rest(opened)) for opened in (0, 1, 9, 99)]
        ['0:10:00', '0:20:00', '6:00:00', '6:00:00']
        """
        return min(self.longest, self.cool_down * (1 << min(opened, 30)))


@dataclass(frozen=True, slots=True)
class Robots:
    """What is known of a host's robots.txt: how it was answered, its Crawl-delay, when it was read, until when."""

    status: str
    crawl_delay: float | None
    fetched_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Parked:
    """A host that is left alone: until when, and why."""

    host: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class State:
    """All that is kept about a host. ``opened``: how often the breaker opened since the last good answer."""

    host: str
    next_at: datetime | None
    parked_until: datetime | None
    reason: str | None
    failures: int
    opened: int
    robots: Robots | None

    @property
    def crawl_delay(self) -> float | None:
        """Return the Crawl-delay of its robots.txt."""
        return self.robots.crawl_delay if self.robots else None

    def parked(self, now: datetime) -> Parked | None:
        """Return until when and why the host is left alone; None if it may be asked now."""
        if self.parked_until is None or self.parked_until <= now:
            return None
        return Parked(self.host, self.parked_until, self.reason or "")


def known(connection: Connection, hosts: Iterable[str]) -> dict[str, State]:
    """Return what is kept about these hosts; hosts that were never noted are left out."""
    names = list(hosts)
    found: dict[str, State] = {}
    for start in range(0, len(names), 500):  # SQLite takes a limited number of parameters
        rows = connection.execute(select(host).where(host.c.host.in_(names[start : start + 500])))
        found |= {row.host: _state(row) for row in rows}
    return found


def peculiar(connection: Connection, now: datetime) -> list[State]:
    """Return the hosts that need more than our own delay: with a Crawl-delay, with failures, or parked."""
    rows = connection.execute(
        select(host).where(or_(host.c.crawl_delay.is_not(None), host.c.failures > 0, host.c.parked_until > now))
    )
    return [_state(row) for row in rows]


def answered(connection: Connection, most: int) -> list[str]:
    """Return the hosts whose robots.txt was answered last, whatever it said; the latest first."""
    known = host.c.robots_status.is_not(None) & host.c.robots_status.not_like("unknown%")
    latest = select(host.c.host).where(known).order_by(host.c.robots_fetched_at.desc()).limit(most)
    return list(connection.scalars(latest))


def reserve(connection: Connection, name: str, delay: float, now: datetime) -> datetime:
    """Take the next free slot of a host and return when it begins; the slot after it is free ``delay`` later."""
    state = known(connection, [name]).get(name)
    if state is not None and state.opened:
        return now + timedelta(seconds=delay)  # `PROBE` keeps all others away, and this is part of the probe
    start = max(now, state.next_at) if state and state.next_at else now
    occupy(connection, name, start + timedelta(seconds=delay))
    return start


def occupy(connection: Connection, name: str, until: datetime) -> None:
    """Keep a host's slots until a time."""
    _note(connection, name, next_at=until)


def park(connection: Connection, parked: Parked) -> State:
    """Leave a host alone, unless it is for longer already; return what is kept about it now."""
    state = known(connection, [parked.host]).get(parked.host)
    if state is None or state.parked_until is None or state.parked_until < parked.until:
        _note(connection, parked.host, parked_until=parked.until, reason=parked.reason)
    return known(connection, [parked.host])[parked.host]


def failed(connection: Connection, name: str, reason: str, breaker: Breaker, now: datetime) -> State:
    """Count a failure of a host, and leave it alone if that opens the breaker; return what is kept about it now.

    The try after a cool-down opens it again at its first failure, and for twice as long. What was asked before the
    breaker opened and fails after it counts, and does not prolong the cool-down.
    """
    _note(connection, name)
    connection.execute(update(host).where(host.c.host == name).values(failures=host.c.failures + 1))
    state = known(connection, [name])[name]
    cooling = state.opened and state.parked(now)
    if cooling or (state.failures < breaker.failures and not state.opened):
        return state
    rest = breaker.rest(state.opened)
    connection.execute(update(host).where(host.c.host == name).values(opened=host.c.opened + 1))
    return park(connection, Parked(name, now + rest, f"{state.failures} failures in a row, the last: {reason}"))


def recovered(connection: Connection, name: str, delay: float, now: datetime) -> None:
    """Forget a host's failures after a good answer; the slot that its trial kept is free again.

    A Retry-After that still runs is kept: it was said about the future.
    """
    tried = host.c.opened > 0
    over = or_(tried, host.c.parked_until <= now)
    connection.execute(
        update(host)
        .where(host.c.host == name)
        .values(
            next_at=case((tried, now + timedelta(seconds=delay)), else_=host.c.next_at),
            parked_until=case((over, None), else_=host.c.parked_until),
            reason=case((over, None), else_=host.c.reason),
            failures=0,
            opened=0,
        )
    )


def remember_robots(connection: Connection, name: str, robots: Robots, delay: float) -> None:
    """Keep the summary of a host's robots.txt; the first page comes a delay after it, also if this delay is news."""
    _note(
        connection,
        name,
        robots_status=robots.status,
        crawl_delay=robots.crawl_delay,
        robots_fetched_at=robots.fetched_at,
        robots_expires_at=robots.expires_at,
    )
    if delay:
        after = robots.fetched_at + timedelta(seconds=delay)
        connection.execute(
            update(host)
            .where(host.c.host == name, or_(host.c.next_at.is_(None), host.c.next_at < after))
            .values(next_at=after)
        )


def _note(connection: Connection, name: str, **values: Any) -> None:
    """Write columns of a host, whether it was known or not."""
    dialect_insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = dialect_insert(host).values(host=name, failures=0, opened=0, **values)
    key = [host.c.host]
    if values:
        statement = statement.on_conflict_do_update(index_elements=key, set_=values)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=key)
    connection.execute(statement)


def _state(row: Any) -> State:
    robots = None
    if row.robots_status is not None:
        robots = Robots(row.robots_status, row.crawl_delay, row.robots_fetched_at, row.robots_expires_at)
    return State(row.host, row.next_at, row.parked_until, row.reason, row.failures, row.opened, robots)
