"""What a harvest would ask of whom, and how long that takes: arithmetic before any request."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from harvester.clock import utc_now
from harvester.database import hosts
from harvester.database.hosts import Delay, Pace, State
from harvester.database.session import reading
from harvester.normalise.url import host_of, url_key
from harvester.sources import Bad, Wanted, read

_SHOWN = 30  # hosts in the table for people; the JSON has all
_BAD_SHOWN = 3


@dataclass(frozen=True, slots=True)
class HostPlan:
    """One host: how many pages, how far apart and why, what is known of its robots.txt, until when it is parked."""

    host: str
    targets: int
    delay: Delay
    robots: str
    parked_until: datetime | None = None
    reason: str = ""

    def takes(self, now: datetime) -> timedelta:
        """Return how long the host takes at least: what it is parked for, then a delay before each page but one."""
        parked = max(timedelta(0), self.parked_until - now) if self.parked_until else timedelta(0)
        return parked + timedelta(seconds=self.delay.seconds) * max(0, self.targets - 1)

    def arithmetic(self, now: datetime) -> str:
        """Return the reckoning in words.

        >>> HostPlan("a.org", 12000, Delay(10.0, "Crawl-delay: 10"), "rules").arithmetic(utc_now())
        '12,000 pages x 10 s = 33 h'
        """
        pages = _many(self.targets, "page")
        if not self.delay.seconds:
            return f"{pages}, no delay"
        wait = f"parked until {self.parked_until:%H:%M} UTC, " if self.parked_until and self.parked_until > now else ""
        return f"{wait}{pages} x {self.delay.seconds:g} s = {duration(self.takes(now))}"


@dataclass(frozen=True, slots=True)
class Plan:
    """All hosts, the longest first. ``repeated``: addresses that are another one's second spelling."""

    now: datetime
    hosts: list[HostPlan] = field(default_factory=list)
    files: int = 0
    repeated: int = 0
    bad_count: int = 0
    bad: list[str] = field(default_factory=list)

    @property
    def targets(self) -> int:
        """Return how many pages there are to fetch."""
        return sum(each.targets for each in self.hosts)

    @property
    def takes(self) -> timedelta:
        """Return how long all of it takes at least: hosts are asked at the same time, so the longest decides."""
        return max((each.takes(self.now) for each in self.hosts), default=timedelta(0))

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as plain values for JSON."""
        return {
            "targets": self.targets,
            "saved_pages": self.files,
            "repeated": self.repeated,
            "bad_lines": self.bad_count,
            "bad": self.bad,
            "seconds": self.takes.total_seconds(),
            "hosts": [
                {
                    **{name: value for name, value in asdict(each).items() if name != "delay"},
                    "delay": each.delay.seconds,
                    "delay_why": each.delay.why,
                    "parked_until": each.parked_until.isoformat() if each.parked_until else None,
                    "seconds": each.takes(self.now).total_seconds(),
                }
                for each in self.hosts
            ],
        }

    def lines(self, width: int = 80) -> list[str]:
        """Return the plan for people, in lines that are no longer than ``width``."""
        left = max(10, min(38, max((len(each.host) for each in self.hosts), default=0)))
        lines = []
        for each in self.hosts[:_SHOWN]:
            name = each.host if len(each.host) <= left else f"{each.host[: left - 3]}..."
            lines += [f"{name:<{left}}  {each.arithmetic(self.now)}", f"    delay: {each.delay.why}"]
            lines[-1] += f"; robots.txt: {each.robots}"
            if each.parked_until and each.parked_until > self.now:
                lines.append(f"    parked: {each.reason}")
        if len(self.hosts) > _SHOWN:
            lines.append(f"... and {len(self.hosts) - _SHOWN} more hosts, each of which takes no longer")
        lines.append(self._sum())
        others = [
            f"{_many(self.files, 'saved page')}, from disk" if self.files else "",
            f"repeated: {_many(self.repeated, 'address', 'es')}" if self.repeated else "",
            f"no address: {_many(self.bad_count, 'line')}: {'; '.join(self.bad)}" if self.bad_count else "",
        ]
        return [_cut(line, width) for line in lines + [other for other in others if other]]

    def _sum(self) -> str:
        if not self.hosts:
            return "nothing to ask anybody for"
        longest = self.hosts[0]
        at_least = f"at least {duration(self.takes)}" if self.takes else "as fast as they answer"
        why = f", decided by {longest.host}" if self.takes and len(self.hosts) > 1 else ""
        return f"{_many(self.targets, 'page')} of {_many(len(self.hosts), 'host')}: {at_least}{why}"


def plan(sources: Iterable[str], engine: Engine | None, pace: Pace, now: datetime | None = None) -> Plan:
    """Return what a harvest of these sources would ask for, without one request.

    ``engine``: the database whose knowledge of hosts counts; None where there is none yet. Redirects are not foreseen:
    a DOI counts for doi.org, not for the publisher behind it. Raises `UsageError` for a source that cannot be read.
    """
    now = now or utc_now()
    seen: set[int] = set()  # hashes in place of keys: a list may be long, and a rare collision costs one page
    counts: Counter[str] = Counter()
    repeated, bad_count = 0, 0
    bad: list[str] = []
    for entry in read(sources):
        if isinstance(entry, Bad):
            bad_count += 1
            bad += [str(entry)] if len(bad) < _BAD_SHOWN else []
        elif isinstance(entry, Wanted) and (key := url_key(entry.url)) is not None:
            if (mark := hash(key)) in seen:
                repeated += 1
            else:
                seen.add(mark)
                counts[host_of(key)] += 1
    files = counts.pop("", 0)
    states: dict[str, State] = {}
    if engine is not None:
        with reading(engine) as connection:
            states = hosts.known(connection, counts)
    planned = [_host(name, count, states.get(name), pace, now) for name, count in counts.items()]
    planned.sort(key=lambda each: (-each.takes(now), -each.targets, each.host))
    return Plan(now, planned, files, repeated, bad_count, bad)


def duration(time: timedelta) -> str:
    """Return a length of time as people say it, in its largest unit, or with one more where that is coarse.

    >>> [duration(timedelta(seconds=each)) for each in (0, 45, 300, 5400, 119990, 900000)]
    ['0 s', '45 s', '5 min', '1 h 30 min', '33 h', '10 d 10 h']
    """
    seconds = round(time.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    if minutes < 120:
        return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min".replace(" 0 min", "")
    hours = round(minutes / 60)
    if hours < 72:
        return f"{hours} h"
    return f"{hours // 24} d {hours % 24} h".replace(" 0 h", "")


def _host(name: str, targets: int, state: State | None, pace: Pace, now: datetime) -> HostPlan:
    parked = state.parked(now) if state else None
    return HostPlan(
        name,
        targets,
        pace.of(state.crawl_delay if state else None),
        _robots(state, now),
        parked.until if parked else None,
        parked.reason if parked else "",
    )


def _robots(state: State | None, now: datetime) -> str:
    if state is None or state.robots is None:
        return "not read yet"
    old = "" if state.robots.expires_at > now else ", to be read again"
    return f"{state.robots.status}, {state.robots.fetched_at:%Y-%m-%d}{old}"


def _many(count: int, noun: str, plural: str = "s") -> str:
    return f"{count:,} {noun}{plural if count != 1 else ''}"


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else line[: width - 3] + "..."
