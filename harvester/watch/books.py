"""A run's books: how its requests ended and which fields its pages had, host by host.

They are reckoned from the visits that the run stored, so they are right however often the run was interrupted and
however many processes shared it, and reckoning them again changes nothing. A page that was not read (it did not change,
or nothing came) says nothing about its fields and does not count for coverage.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine, delete, exists, func, insert, select

from harvester.clock import utc_now
from harvester.database.session import reading, writing
from harvester.database.tables import run, visit
from harvester.database.watching import coverage, run_host, shape


class Counted(NamedTuple):
    """What the pages of one host in one run say about one field.

    ``pages`` were read, ``present`` of them with the field. ``had`` of them were known and had it when they were read
    before, ``kept`` of those still have it; ``fresh`` were not known, ``fresh_present`` of those have it.
    """

    pages: int = 0
    present: int = 0
    had: int = 0
    kept: int = 0
    fresh: int = 0
    fresh_present: int = 0

    def __add__(self, other: object) -> "Counted":
        """Return the pages of both."""
        assert isinstance(other, Counted)
        return Counted(*map(sum, zip(self, other, strict=True)))


@dataclass(slots=True)
class RunBooks:
    """What one run did, as far as it is."""

    run_id: int
    job: str | None
    started_at: datetime
    finished_at: datetime | None
    seconds: float
    """From its start to its end, or to now; pauses between interrupted parts included."""
    outcomes: dict[str, int] = field(default_factory=dict)
    """Visits by outcome; ``retry`` are those after which the address was asked for again."""
    hosts: dict[str, dict[str, int]] = field(default_factory=dict)
    """The same for each host; "" stands for saved pages."""
    coverage: dict[str, dict[str, Counted]] = field(default_factory=dict)
    """For each host and field, what its pages say."""

    @property
    def pages_per_second(self) -> float:
        """Return the requests that ended, by the second."""
        return sum(self.outcomes.values()) / self.seconds if self.seconds else 0.0


def settle(engine: Engine, run_id: int) -> None:
    """Reckon a run's books anew from its visits, and those of earlier runs whose process died before it could."""
    with writing(engine) as connection:
        for each in (*_unsettled(connection, run_id), run_id):
            _settle(connection, each)


def books(engine: Engine, run_id: int) -> RunBooks:
    """Return the books of a run as they were last reckoned. Raises ``NoResultFound`` for a number that no run has."""
    with reading(engine) as connection:
        this = connection.execute(select(run).where(run.c.id == run_id)).one()
        seconds = ((this.finished_at or utc_now()) - this.started_at).total_seconds()
        found = RunBooks(run_id, this.job, this.started_at, this.finished_at, seconds)
        for _, host, outcome, count in ended(connection, [run_id]):
            found.hosts.setdefault(host, {})[outcome] = count
            found.outcomes[outcome] = found.outcomes.get(outcome, 0) + count
        for _, host, name, counted, _ in covered(connection, [run_id]):
            known = found.coverage.setdefault(host, {})
            known[name] = known.get(name, Counted()) + counted
    return found


class Ended(NamedTuple):
    """A row of the table ``run_host``."""

    run_id: int
    host: str
    outcome: str
    visits: int


def ended(connection: Connection, run_ids: Sequence[int], hosts: Sequence[str] | None = None) -> Iterable[Ended]:
    """Yield how the visits of runs ended, of all hosts or of some."""
    query = select(run_host).where(run_host.c.run_id.in_(run_ids))
    if hosts is not None:
        query = query.where(run_host.c.host.in_(hosts))
    for row in connection.execute(query.order_by(run_host.c.run_id)):
        yield Ended(*row)


class Covered(NamedTuple):
    """A row of the table ``coverage``."""

    run_id: int
    host: str
    field: str
    counted: Counted
    reader_version: str


def covered(connection: Connection, run_ids: Sequence[int], hosts: Sequence[str] | None = None) -> Iterable[Covered]:
    """Yield what runs say of fields, of all hosts or of some; of a field that none of a run's pages had, nothing."""
    query = select(coverage).where(coverage.c.run_id.in_(run_ids))
    if hosts is not None:
        query = query.where(coverage.c.host.in_(hosts))
    for row in connection.execute(query.order_by(coverage.c.run_id)):
        counted = Counted(row.pages, row.present, row.had, row.kept, row.fresh, row.fresh_present)
        yield Covered(row.run_id, row.host, row.field, counted, row.reader_version)


def _unsettled(connection: Connection, before: int) -> Sequence[int]:
    settled = exists().where(run_host.c.run_id == run.c.id)
    visited = exists().where(visit.c.run_id == run.c.id)
    return connection.scalars(select(run.c.id).where(run.c.id < before, ~settled, visited).order_by(run.c.id)).all()


def _settle(connection: Connection, run_id: int) -> None:
    for table in (run_host, coverage):
        connection.execute(delete(table).where(table.c.run_id == run_id))
    host = func.coalesce(visit.c.host, "")  # of visits by a version before this table, nobody noted the host
    counted = select(host, visit.c.outcome, func.count()).where(visit.c.run_id == run_id)
    outcomes = [
        {"run_id": run_id, "host": host, "outcome": outcome, "count": count}
        for host, outcome, count in connection.execute(counted.group_by(host, visit.c.outcome))
    ]
    if outcomes:
        connection.execute(insert(run_host), outcomes)
    rows = [
        {"run_id": run_id, "host": host, "reader_version": version, "field": name, **each._asdict()}
        for (host, version), fields in _coverage(connection, run_id).items()
        for name, each in fields.items()
    ]
    if rows:
        connection.execute(insert(coverage), rows)


def _coverage(connection: Connection, run_id: int) -> Mapping[tuple[str, str], dict[str, Counted]]:
    """Return for each host and reader version the fields that its pages have, or had before."""
    groups = (visit.c.host, visit.c.shape, visit.c.shape_before)
    read = select(*groups, func.count()).where(visit.c.run_id == run_id, visit.c.shape.is_not(None)).group_by(*groups)
    visits = connection.execute(read).all()
    shapes = _shapes(connection, {number for row in visits for number in row[1:3] if number is not None})
    pages: dict[tuple[str, str], list[tuple[frozenset[str], frozenset[str] | None, int]]] = defaultdict(list)
    for host, now, before, count in visits:
        version, fields = shapes[now]
        pages[host, version].append((fields, None if before is None else shapes[before][1], count))
    return {place: _fields(read) for place, read in pages.items()}


def _shapes(connection: Connection, numbers: set[int]) -> dict[int, tuple[str, frozenset[str]]]:
    rows = connection.execute(select(shape).where(shape.c.id.in_(numbers)))
    return {row.id: (row.reader_version, frozenset(row.fields)) for row in rows}


def _fields(read: list[tuple[frozenset[str], frozenset[str] | None, int]]) -> dict[str, Counted]:
    names = set().union(*(now | (before or frozenset()) for now, before, _ in read))
    return {name: sum((_counted(name, *each) for each in read), Counted()) for name in sorted(names)}


def _counted(name: str, now: frozenset[str], before: frozenset[str] | None, count: int) -> Counted:
    has, had, fresh = name in now, before is not None and name in before, before is None
    return Counted(count, count * has, count * had, count * (had and has), count * fresh, count * (fresh and has))
