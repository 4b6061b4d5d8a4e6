"""The read side: what is in the database, for people and programs."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from harvester.database import fulltext
from harvester.database.session import reading
from harvester.database.tables import author, record, run, target, visit, work
from harvester.items import Author

_HOSTS = 10
_WORKS = 10


@dataclass(slots=True)
class RunReport:
    """What one run brought. All counts are of targets, each in exactly one outcome."""

    run_id: int
    sources: list[str]
    started_at: str
    finished_at: str | None
    targets: int
    unfinished: int
    outcomes: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, dict[str, int]] = field(default_factory=dict)
    """For each outcome without a record, how often each reason was given; of lists, what they brought."""
    hosts: dict[str, int] = field(default_factory=dict)
    """The hosts with most targets blocked or failed."""
    works: list[dict[str, Any]] = field(default_factory=list)
    """The first works that this run saw: doi, year, title, records."""
    works_total: int = 0
    """Works in the whole database."""
    records_total: int = 0


def run_report(engine: Engine, run_id: int) -> RunReport:
    """Return what a run brought."""
    with reading(engine) as connection:
        row = connection.execute(select(run).where(run.c.id == run_id)).one()
        outcomes, reasons = _outcomes(connection, run_id)
        by_state = select(target.c.state, func.count()).where(target.c.run_id == run_id).group_by(target.c.state)
        states: dict[str, int] = dict(connection.execute(by_state).all())
        return RunReport(
            run_id=run_id,
            sources=row.sources,
            started_at=row.started_at.isoformat(timespec="seconds"),
            finished_at=row.finished_at.isoformat(timespec="seconds") if row.finished_at else None,
            targets=sum(states.values()),
            unfinished=sum(count for state, count in states.items() if state not in ("done", "dead")),
            outcomes=outcomes,
            reasons=reasons,
            hosts=_hosts(connection, run_id),
            works=_works(connection, run_id),
            works_total=connection.execute(select(func.count()).select_from(work)).scalar_one(),
            records_total=connection.execute(select(func.count()).select_from(record)).scalar_one(),
        )


@dataclass(slots=True)
class Hit:
    """A work as lists show it."""

    id: int
    doi: str | None
    year: int | None
    title: str
    container_title: str | None
    authors: list[str]


def search(engine: Engine, query: str, most: int = 20) -> list[Hit]:
    """Return the works that hold every term of a query, the best first; see `harvester.database.fulltext.search`."""
    with reading(engine) as connection:
        ids = fulltext.search(connection, query, most)
        columns = (work.c.id, work.c.doi, work.c.year, work.c.title, work.c.container_title)
        rows = {row.id: row for row in connection.execute(select(*columns).where(work.c.id.in_(ids)))}
        names: dict[int, list[str]] = {}
        listed = select(author).where(author.c.work_id.in_(ids)).order_by(author.c.work_id, author.c.position)
        for row in connection.execute(listed):
            names.setdefault(row.work_id, []).append(Author(row.family, row.given, row.name).label)
        return [Hit(*rows[each], names.get(each, [])) for each in ids]


def _outcomes(connection: Connection, run_id: int) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    counted = (
        select(visit.c.outcome, visit.c.reason, func.count())
        .where(visit.c.run_id == run_id, visit.c.outcome != "retry")
        .group_by(visit.c.outcome, visit.c.reason)
        .order_by(func.count().desc(), visit.c.reason)
    )
    outcomes: dict[str, int] = {}
    reasons: dict[str, dict[str, int]] = {}
    for outcome, reason, count in connection.execute(counted):
        outcomes[outcome] = outcomes.get(outcome, 0) + count
        if outcome in ("listed", "blocked", "non_record", "failed"):
            reasons.setdefault(outcome, {})[reason] = count
    return outcomes, reasons


def _hosts(connection: Connection, run_id: int) -> dict[str, int]:
    lost = (
        select(target.c.host, func.count())
        .where(target.c.run_id == run_id, target.c.state == "dead", target.c.host != "")
        .group_by(target.c.host)
        .order_by(func.count().desc(), target.c.host)
        .limit(_HOSTS)
    )
    return dict(connection.execute(lost).all())


def _works(connection: Connection, run_id: int) -> list[dict[str, Any]]:
    seen = (
        select(record.c.work_id)
        .join(visit, visit.c.record_id == record.c.id)
        .where(visit.c.run_id == run_id)
        .group_by(record.c.work_id)
        .order_by(record.c.work_id)
        .limit(_WORKS)
        .subquery()
    )
    rows = connection.execute(
        select(work.c.doi, work.c.year, work.c.title, func.count().label("records"))
        .join(seen, seen.c.work_id == work.c.id)
        .join(record, record.c.work_id == work.c.id)
        .group_by(work.c.id, work.c.doi, work.c.year, work.c.title)
    )
    return sorted((dict(row._mapping) for row in rows), key=lambda each: (-each["records"], each["title"] or ""))
