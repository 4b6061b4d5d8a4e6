"""What has changed: which page now says what other than before, and how counts went."""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, and_, or_, select, tuple_

from harvester.database.session import reading, snapshot
from harvester.database.tables import observation, record, run, visit, work
from harvester.database.watching import change
from harvester.explain import find_work

POLL = 2.0
"""Seconds between two looks at the database while changes are followed."""

_PAGE = 500  # changes in memory at once


@dataclass(frozen=True, slots=True)
class About:
    """The page that said something, and the work that it belongs to now."""

    record: int
    url: str
    work: int | None
    doi: str | None
    title: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one page before and after. Of a list of works only what was taken out, and what came in."""

    about: About
    at: datetime
    field: str
    before: Any
    """As JSON values; None where the page did not say."""
    after: Any
    id: int | None = None
    """Its number, which never changes; None for a count."""
    run: int | None = None
    """None where kept pages were read again."""
    job: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values, the page and its work first."""
        told = {"id": self.id, "run": self.run, "job": self.job, "at": self.at.isoformat(), "field": self.field}
        return asdict(self.about) | told | {"before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class Series:
    """How one count of one page went: its last value before, then each other one with its time."""

    about: About
    field: str
    points: tuple[tuple[datetime, int], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values, the page and its work first."""
        points = [{"at": at.isoformat(), "value": value} for at, value in self.points]
        return asdict(self.about) | {"field": self.field, "series": points}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes are asked for; None asks for all.

    ``since``: from this moment on, aware. ``work``: a DOI, another identifier or the number of a work. ``job``: what
    the runs of this job saw; counts are then those of the pages that they visited in that time.
    """

    since: datetime | None = None
    work: str | None = None
    job: str | None = None


def changes(engine: Engine, wanted: Wanted) -> Iterator[Change]:
    """Yield the changes that are asked for, the oldest first, from one state of the database.

    Raises `UsageError` for a work that there is not.
    """
    with snapshot(engine) as connection:
        query, last = _changes(connection, wanted), _last_before(connection, wanted.since)
        while rows := connection.execute(query.where(change.c.id > last).limit(_PAGE)).all():
            yield from map(_change, rows)
            last = rows[-1].id


def newest(engine: Engine, job: str | None) -> Generator[Change, None, None]:
    """Yield all changes, or those of a job, the latest first; close the generator to end its transaction."""
    with snapshot(engine) as connection:
        query = _changes(connection, Wanted(job=job)).order_by(None).order_by(change.c.id.desc())
        with connection.execute(query.execution_options(yield_per=_PAGE)) as rows:
            yield from map(_change, rows)


def series(engine: Engine, wanted: Wanted) -> Iterator[Series]:
    """Yield the counts that are no longer what they were, page by page. Raises `UsageError` as `changes` does."""
    with snapshot(engine) as connection:
        query = _counts(connection, wanted).order_by(observation.c.record_id, observation.c.field, observation.c.at)
        with connection.execute(query.execution_options(yield_per=_PAGE)) as rows:
            for (_, name), every in groupby(rows, key=lambda row: (row.record, row.field)):
                first, *others = every
                points = [(first.earlier_at, first.earlier)] if first.earlier is not None else []
                points += [(row.at, row.value) for row in (first, *others) if row.value != row.earlier]
                if len(points) > 1:
                    yield Series(_about(first), name, tuple(points))


def follow(
    engine: Engine, wanted: Wanted, now: datetime, wait: Callable[[], object] = lambda: time.sleep(POLL)
) -> Iterator[Change]:
    """Yield changes as they come, those of counts among them; never ends by itself.

    From ``wanted.since`` on, or else from ``now``. ``wait`` is called when there is nothing new.
    """
    with reading(engine) as connection:
        last = _last_before(connection, wanted.since or now)
    counted: tuple[datetime, int, str] = (wanted.since or now, 0, "")
    place = (observation.c.at, observation.c.record_id, observation.c.field)
    while True:
        # Writers take turns and tell the time in theirs, so whatever comes later has a later time and a higher number.
        with reading(engine) as connection:
            said = connection.execute(_changes(connection, wanted).where(change.c.id > last).limit(_PAGE)).all()
            later = or_(place[0] > counted[0], tuple_(*place[1:]) > tuple_(*counted[1:]))
            after = and_(place[0] >= counted[0], later)
            counts = connection.execute(_counts(connection, wanted).where(after).order_by(*place).limit(_PAGE)).all()
        found = [_change(row) for row in said]
        found += [
            Change(_about(row), row.at, row.field, row.earlier, row.value)
            for row in counts
            if row.earlier is not None and row.earlier != row.value
        ]
        yield from sorted(found, key=lambda each: each.at)
        last = said[-1].id if said else last
        counted = (counts[-1].at, counts[-1].record, counts[-1].field) if counts else counted
        if max(len(said), len(counts)) < _PAGE:
            wait()


def _last_before(connection: Connection, when: datetime | None) -> int:
    """Return the number of the last change before a moment: the numbers follow the time, as writers take turns."""
    if when is None:
        return 0
    latest = select(change.c.id).where(change.c.at < when).order_by(change.c.at.desc(), change.c.id.desc()).limit(1)
    return connection.scalar(latest) or 0


_ABOUT = (record.c.id.label("record"), record.c.url, record.c.work_id.label("work"), work.c.doi, work.c.title)


def _changes(connection: Connection, wanted: Wanted) -> Select[Any]:
    columns = (change.c.id, change.c.at, change.c.field, change.c.before, change.c.after, change.c.run_id, run.c.job)
    query = (
        select(*columns, *_ABOUT)
        .join(record, record.c.id == change.c.record_id)
        .outerjoin(work, work.c.id == record.c.work_id)
        .outerjoin(run, run.c.id == change.c.run_id)
        .order_by(change.c.id)
    )
    if wanted.job is not None:
        query = query.where(run.c.job == wanted.job)
    return _of_work(connection, query, wanted)


def _counts(connection: Connection, wanted: Wanted) -> Select[Any]:
    """Select observations, each with the value before it."""
    before = observation.alias()
    same = (before.c.record_id == observation.c.record_id, before.c.field == observation.c.field)
    latest = select(before).where(*same, before.c.at < observation.c.at).order_by(before.c.at.desc()).limit(1)
    earlier = latest.with_only_columns(before.c.value).scalar_subquery()
    earlier_at = latest.with_only_columns(before.c.at).scalar_subquery()
    query = (
        select(observation.c.at, observation.c.field, observation.c.value, *_ABOUT)
        .add_columns(earlier.label("earlier"), earlier_at.label("earlier_at"))
        .join(record, record.c.id == observation.c.record_id)
        .outerjoin(work, work.c.id == record.c.work_id)
    )
    if wanted.since is not None:
        query = query.where(observation.c.at >= wanted.since)
    if wanted.job is not None:
        visited = select(visit.c.record_id).join(run, run.c.id == visit.c.run_id).where(run.c.job == wanted.job)
        query = query.where(record.c.id.in_(visited.where(visit.c.record_id.is_not(None))))
    return _of_work(connection, query, wanted)


def _of_work(connection: Connection, query: Select[Any], wanted: Wanted) -> Select[Any]:
    # By its pages: what was said of a work that was merged into it since belongs to it too.
    return query if wanted.work is None else query.where(record.c.work_id == find_work(connection, wanted.work))


def _about(row: Row[Any]) -> About:
    return About(row.record, row.url, row.work, row.doi, row.title)


def _change(row: Row[Any]) -> Change:
    return Change(_about(row), row.at, row.field, row.before, row.after, row.id, row.run_id, row.job)
