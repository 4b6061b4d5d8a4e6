"""What stands where: jobs, addresses, hosts, coverage, sizes; the function behind ``harvester status``."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection, Engine, and_, func, select, text

from harvester import explain
from harvester.archive.folder import folder_of
from harvester.database import hosts
from harvester.database.hosts import Parked
from harvester.database.session import reading, shown
from harvester.database.tables import host, record, target, work
from harvester.database.watching import coverage
from harvester.jobs import Jobs
from harvester.schedule.overview import JobNow, overview
from harvester.schedule.tables import jobs_table, moment, new_table
from harvester.watch.alarms import alarms

_HOSTS = 10  # in the tables for people; the JSON has all
_FIELDS = {
    "title": "title", "authors": "authors", "published": "date", "container_title": "in", "doi": "DOI",
    "abstract": "abstract",
}  # fmt: skip
_STATES = {
    "done": ("done",),
    "ready": ("ready", "list", "suspect"),
    "under way": ("leased",),
    "waiting": ("retry",),
    "given up": ("dead",),
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many pages of a host were read in the last run that read any, and the share of them that has each field."""

    run_id: int
    pages: int
    fields: dict[str, float]


@dataclass(frozen=True, slots=True)
class Status:
    """What stands where at a moment. Sizes are in bytes, None where nothing is; host "" stands for saved pages."""

    at: datetime
    database: str
    database_bytes: int
    archive: str | None
    archive_bytes: int | None
    works: int
    records: int
    reviews_open: int
    alarms: list[str]
    jobs: list[JobNow]
    targets: dict[str, dict[str, int]]
    """For each host, how many addresses are in each state: done, ready, under way, waiting, given up."""
    parked: list[Parked]
    coverage: dict[str, Coverage] = field(default_factory=dict)


def status(engine: Engine, jobs: Jobs | None, archive: str, now: datetime) -> Status:
    """Return what stands where. ``archive``: as in the setting ``HARVESTER_ARCHIVE``."""
    folder = folder_of(archive, engine.url.render_as_string(hide_password=False))
    kept = folder if folder is not None and folder.is_dir() else None
    with reading(engine) as connection:
        return Status(
            at=now,
            database=shown(engine),
            database_bytes=_database_bytes(connection),
            archive=str(kept) if kept else None,
            archive_bytes=sum(file.stat().st_size for file in kept.rglob("*") if file.is_file()) if kept else None,
            works=connection.execute(select(func.count()).select_from(work)).scalar_one(),
            records=connection.execute(select(func.count()).select_from(record)).scalar_one(),
            reviews_open=explain.reviews_open(engine),
            alarms=[f"{each.id}: {each}" for each in alarms(engine)],
            jobs=overview(engine, jobs, now) if jobs else [],
            targets=_targets(connection),
            parked=_parked(connection, now),
            coverage=_coverage(connection),
        )


def _database_bytes(connection: Connection) -> int:
    if connection.dialect.name == "postgresql":
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    file = connection.engine.url.database or ""
    parts = (Path(f"{file}{ending}") for ending in ("", "-wal", "-shm"))
    return sum(part.stat().st_size for part in parts if part.is_file())


def _targets(connection: Connection) -> dict[str, dict[str, int]]:
    names = {state: name for name, states in _STATES.items() for state in states}
    counted = select(target.c.host, target.c.state, func.count()).group_by(target.c.host, target.c.state)
    found: dict[str, dict[str, int]] = {}
    for where, state, count in connection.execute(counted):
        states = found.setdefault(where, {})
        states[names[state]] = states.get(names[state], 0) + count
    return dict(sorted(found.items(), key=lambda each: (-sum(each[1].values()), each[0])))


def _parked(connection: Connection, now: datetime) -> list[Parked]:
    names = connection.scalars(select(host.c.host).where(host.c.parked_until > now))
    states = hosts.known(connection, list(names)).values()
    return sorted(filter(None, (each.parked(now) for each in states)), key=lambda each: each.until)


def _coverage(connection: Connection) -> dict[str, Coverage]:
    last = select(coverage.c.host, func.max(coverage.c.run_id).label("run_id")).group_by(coverage.c.host).subquery()
    same = and_(coverage.c.host == last.c.host, coverage.c.run_id == last.c.run_id)
    columns = (coverage.c.host, coverage.c.run_id, coverage.c.field)
    sums = (func.max(coverage.c.pages), func.sum(coverage.c.present), func.sum(coverage.c.pages))
    rows = connection.execute(select(*columns, *sums).join(last, same).group_by(*columns).order_by(*columns))
    found: dict[str, Coverage] = {}
    for where, run_id, name, most, present, pages in rows:
        known = found.get(where)
        fields = known.fields if known else {}
        fields[name] = present / pages
        found[where] = Coverage(run_id, max(most, known.pages if known else 0), fields)
    return dict(sorted(found.items(), key=lambda each: (-each[1].pages, each[0])))


# As people read it, in 80 columns ------------------------------------------------------------------------------------


def lines(told: Status) -> Iterator[RenderableType]:
    """Yield the parts of a status for a terminal."""
    if told.jobs:
        yield jobs_table(told.jobs, told.at)
    if told.targets:
        yield _targets_table(told)
    if told.parked:
        yield _parked_table(told)
    if told.coverage:
        yield _coverage_table(told)
    if told.alarms:
        yield Text("\n".join(("Open alarms", *(f"  {each}" for each in told.alarms), "")))
    yield Text("\n".join(_totals(told)))


def _targets_table(told: Status) -> Table:
    table = new_table("Addresses")
    table.add_column("host", overflow="fold", ratio=1)
    for name in _STATES:
        table.add_column(name, justify="right", no_wrap=True)
    shown_hosts = list(told.targets.items())[:_HOSTS]
    rest = list(told.targets.values())[_HOSTS:]
    if rest:
        sums = {name: sum(states.get(name, 0) for states in rest) for name in _STATES}
        shown_hosts.append((f"{len(rest):,} other hosts", sums))
    for where, states in shown_hosts:
        counts = (f"{states[name]:,}" if states.get(name) else "" for name in _STATES)
        table.add_row(Text(where or "(saved pages)"), *counts)
    return table


def _parked_table(told: Status) -> Table:
    table = new_table("Hosts that are left alone, until (UTC)")
    table.add_column("host", overflow="fold", ratio=2)
    table.add_column("until", no_wrap=True)
    table.add_column("why", overflow="fold", ratio=3)
    for each in told.parked[:_HOSTS]:
        table.add_row(Text(each.host), moment(each.until, told.at), Text(each.reason))
    if len(told.parked) > _HOSTS:
        table.add_row(f"{len(told.parked) - _HOSTS:,} more", "", "")
    return table


def _coverage_table(told: Status) -> Table:
    table = new_table("Pages that have a field, in the last run of the host that read any, in %")
    table.add_column("host", overflow="fold", ratio=1)
    table.add_column("run", justify="right", no_wrap=True)
    table.add_column("pages", justify="right", no_wrap=True)
    for name in _FIELDS.values():
        table.add_column(name, justify="right", no_wrap=True)
    for where, each in list(told.coverage.items())[:_HOSTS]:
        shares = (f"{each.fields.get(name, 0):.0%}".rstrip("%") for name in _FIELDS)
        table.add_row(Text(where or "(saved pages)"), str(each.run_id), f"{each.pages:,}", *shares)
    return table


def _totals(told: Status) -> Iterator[str]:
    yield f"Works     {told.works:,} from {told.records:,} pages"
    how = "; harvester review goes through them" if told.reviews_open else ""
    yield f"Reviews   {told.reviews_open:,} open{how}"
    yield f"Database  {size(told.database_bytes)}, {told.database}"
    yield "Archive   " + (f"{size(told.archive_bytes)}, {told.archive}" if told.archive_bytes is not None else "none")


def size(count: int) -> str:
    """Return a number of bytes as people write it.

    >>> [size(count) for count in (0, 999, 1500, 2_340_000_000)]
    ['0 B', '999 B', '1.5 kB', '2.3 GB']
    """
    step = min(4, (len(str(count)) - 1) // 3)
    return f"{count} B" if not step else f"{count / 1000**step:.1f} {('B', 'kB', 'MB', 'GB', 'TB')[step]}"
