"""Alarms: what they say, and how they are kept, closed and acknowledged."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from harvester.database.session import reading, writing
from harvester.database.watching import alarm
from harvester.errors import UsageError

COVERAGE = "coverage"
"""The kind of alarms about fields; the other kinds are outcomes: ``blocked``, ``non_record``, ``failed``."""


class Closed(StrEnum):
    """How an alarm ended."""

    RECOVERED = "recovered"
    """A later run was nearly as it had been before."""
    ACKNOWLEDGED = "acknowledged"
    """A person said that this is how it is from now on; the run of the alarm begins a new past."""
    PASSED = "passed"
    """It was over before it had lasted long enough to be raised."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One share that is not what it was: that of pages with a field, or of visits with an outcome."""

    field: str
    """Name of the field, or the outcome."""
    before: float
    """The share that the past lets expect for the same pages, from 0 to 1."""
    after: float
    """The share now, from 0 to 1."""
    pages: int
    """Pages, or visits, that show it."""
    p: float
    """How probable so large a difference is while nothing is wrong; see `harvester.watch.drop`."""
    recovered: int | None = None
    """The run in which it was over."""

    def __str__(self) -> str:
        """Return ``abstract 96 % -> 12 %``."""
        return f"{self.field} {_percent(self.before)} -> {_percent(self.after)}"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something about a host that is not as its own past lets expect. Times are aware, in UTC."""

    id: int
    run_id: int
    """The run that showed it first."""
    job: str | None
    """The job of that run; None for runs by hand."""
    host: str
    kind: str
    """`COVERAGE`, or the outcome that has become more frequent."""
    details: tuple[Detail, ...]
    """The fields that are concerned, the clearest first."""
    pages: int
    p: float
    """The smallest of the details."""
    reader_version: str | None
    """The version of the readers, where it came with a new one."""
    since: datetime
    """When the first run began that shows it."""
    urls: tuple[str, ...]
    """Up to ten pages to look at."""
    seen_at: datetime
    opened_at: datetime | None
    """When it was raised; None as long as it may pass by itself."""
    closed_at: datetime | None = None
    closed_by: str | None = None

    def __str__(self) -> str:
        """Return the alarm in one line.

        Such as ``www.example.org: abstract 96 % -> 12 %, 240 pages, since 14 Nov 2026``.
        """
        said = ", ".join(map(str, self.details))
        since = f"reader version {self.reader_version}" if self.reader_version else f"{self.since:%-d %b %Y}"
        return f"{self.host}: {said}, {self.pages} page{'s' * (self.pages != 1)}, since {since}"

    def to_dict(self) -> dict[str, Any]:
        """Return the alarm as JSON values, with its line as ``message``."""
        plain = {name: _plain(value) for name, value in asdict(self).items()}
        return {"id": plain.pop("id"), "message": str(self), **plain}


def alarms(engine: Engine, *, every: bool = False) -> list[Alarm]:
    """Return the alarms that are open, the oldest first; with ``every`` also those that were closed."""
    query = select(alarm).where(alarm.c.opened_at.is_not(None)).order_by(alarm.c.id)
    with reading(engine) as connection:
        return read(connection, query if every else query.where(alarm.c.closed_at.is_(None)))


def acknowledge(engine: Engine, number: int, now: datetime) -> Alarm:
    """Close an alarm: what it shows is what is to be expected from now on. Raises `UsageError` if it is not open."""
    with writing(engine) as connection:
        found = read(connection, select(alarm).where(alarm.c.id == number, alarm.c.opened_at.is_not(None)))
        if not found:
            raise UsageError(f"there is no alarm {number}; `harvester alarms` lists those that are open")
        if found[0].closed_at is not None:
            raise UsageError(f"alarm {number} is closed already: {found[0].closed_by} {found[0].closed_at:%Y-%m-%d}")
        close(connection, number, Closed.ACKNOWLEDGED, now)
        return replace(found[0], closed_at=now, closed_by=Closed.ACKNOWLEDGED.value)


def read(connection: Connection, query: Any) -> list[Alarm]:
    """Return the alarms that a query on the table gives."""
    return [_alarm(row._mapping) for row in connection.execute(query)]


def of_hosts(connection: Connection, hosts: Sequence[str]) -> list[Alarm]:
    """Return all that was ever noted about some hosts, the oldest first."""
    return read(connection, select(alarm).where(alarm.c.host.in_(hosts)).order_by(alarm.c.id))


def add(connection: Connection, new: Iterable[Alarm]) -> list[Alarm]:
    """Write alarms; return them with their numbers."""
    written = []
    for each in new:
        row = asdict(each) | {"details": [asdict(detail) for detail in each.details], "urls": list(each.urls)}
        del row["id"]
        statement = insert(alarm).values(row).returning(alarm)
        written.append(_alarm(connection.execute(statement).one()._mapping))
    return written


def close(connection: Connection, number: int, by: Closed, now: datetime) -> None:
    """Say that an alarm is over."""
    connection.execute(update(alarm).where(alarm.c.id == number).values(closed_at=now, closed_by=by.value))


def change(connection: Connection, number: int, **values: Any) -> None:
    """Write ``details`` or ``opened_at`` of an alarm anew."""
    if "details" in values:
        values["details"] = [asdict(detail) for detail in values["details"]]
    connection.execute(update(alarm).where(alarm.c.id == number).values(**values))


def _alarm(row: Any) -> Alarm:
    details = tuple(Detail(**each) for each in row["details"])
    return Alarm(**{**row, "details": details, "urls": tuple(row["urls"])})


def _percent(share: float) -> str:
    # 99.6 % is not all, and 0.4 % not nothing.
    rounded = round(share * 100)
    close_to_an_end = (rounded == 100 and share < 1) or (rounded == 0 and share > 0)
    return f"{share * 100:.1f} %" if close_to_an_end else f"{rounded} %"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
