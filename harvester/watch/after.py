"""What happens after a run: its books are reckoned, alarms are raised, and those that are over are closed."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, case, or_, select

from harvester.clock import utc_now
from harvester.database.session import reading, writing
from harvester.database.tables import visit
from harvester.database.watching import shape
from harvester.watch.alarms import COVERAGE, Alarm, Closed, add, change, close, of_hosts
from harvester.watch.books import settle
from harvester.watch.compare import Comparison, Worse, is_still_there, recovered
from harvester.watch.samples import Key, Run, Sample, hosts_of, run_of, samples

logger = logging.getLogger("harvester")

LASTING: Mapping[str, timedelta] = {
    "blocked": timedelta(hours=23, minutes=30),
    "failed": timedelta(hours=23, minutes=30),
}
"""Outcomes that often pass by themselves, and how long they must be there until that is an alarm: about a day."""

_URLS = 10
_HOSTS = 50  # whose past is in memory at once


def after_run(
    engine: Engine, run_id: int, now: datetime | None = None, lasting: Mapping[str, timedelta] = LASTING
) -> list[Alarm]:
    """Reckon the books of a run, compare its hosts with their past, and return the alarms that this raised.

    To be called when a run, or one process of a run, has ended; calling it again raises nothing twice. ``now``: the
    present, by default the clock's. ``lasting``: outcomes whose rise is raised only if it is still there after so long.
    Raises ``NoResultFound`` for a number that no run has.
    """
    now = now or utc_now()
    settle(engine, run_id)
    comparison = Comparison(run_id)
    raised: list[Alarm] = []
    with reading(engine) as connection:
        this = run_of(connection, run_id)
        hosts = hosts_of(connection, run_id)
    for part in (hosts[start : start + _HOSTS] for start in range(0, len(hosts), _HOSTS)):
        with reading(engine) as connection:
            found = samples(connection, this, part)
            known = of_hosts(connection, part)
        comparison.add(found, known)
        with writing(engine) as connection:
            raised += _follow_up(connection, this, found, now, lasting)
    if worse := comparison.worse():
        with writing(engine) as connection:
            raised += _raise(connection, this, worse, now, lasting)
    for alarm in raised:
        logger.warning("alarm %d: %s", alarm.id, alarm)
    return raised


def _follow_up(
    connection: Connection,
    this: Run,
    found: Mapping[Key, Sequence[Sample]],
    now: datetime,
    lasting: Mapping[str, timedelta],
) -> list[Alarm]:
    """Close the alarms that this run shows to be over; return those that have now lasted long enough to be raised."""
    raised = []
    for alarm in of_hosts(connection, sorted({key.host for key in found})):
        if alarm.closed_at is not None or alarm.job != this.job:
            continue
        details = []
        is_there = False
        for detail in alarm.details:
            every = found.get(Key(alarm.host, alarm.kind, detail.field), ())
            over = detail.recovered is None and recovered(alarm, detail, every)
            details.append(replace(detail, recovered=this.id) if over else detail)
            is_there |= bool(every) and every[-1].run_id == this.id and is_still_there(alarm, detail, every[-1])
        if details != list(alarm.details):
            change(connection, alarm.id, details=details)
        if all(detail.recovered is not None for detail in details):
            close(connection, alarm.id, Closed.RECOVERED if alarm.opened_at else Closed.PASSED, now)
            if alarm.opened_at:
                logger.info("alarm %d is over: %s", alarm.id, alarm)
        elif alarm.opened_at is None and is_there and now - alarm.seen_at >= lasting.get(alarm.kind, timedelta(0)):
            change(connection, alarm.id, opened_at=now)
            raised.append(replace(alarm, opened_at=now))
    return raised


def _raise(
    connection: Connection, this: Run, worse: Sequence[Worse], now: datetime, lasting: Mapping[str, timedelta]
) -> list[Alarm]:
    """Write what is worse as alarms, one for each host and kind; return those that need not wait whether they last."""
    # Another process of the same run may have been quicker.
    known = {
        (alarm.host, alarm.kind, detail.field)
        for alarm in of_hosts(connection, sorted({each.key.host for each in worse}))
        for detail in alarm.details
        if alarm.closed_at is None and detail.recovered is None
    }
    groups: dict[tuple[str, str], list[Worse]] = defaultdict(list)
    for each in sorted(worse, key=lambda each: (each.detail.p, each.key)):
        if each.key not in known:
            groups[each.key.host, each.key.kind].append(each)
    new = [
        _alarm(connection, this, group, None if kind in lasting else now, now) for (_, kind), group in groups.items()
    ]
    return [alarm for alarm in add(connection, new) if alarm.opened_at is not None]


def _alarm(
    connection: Connection, this: Run, group: Sequence[Worse], opened_at: datetime | None, now: datetime
) -> Alarm:
    first = group[0]
    versions = {each.reader_version for each in group}
    return Alarm(
        id=0,
        run_id=this.id,
        job=this.job,
        host=first.key.host,
        kind=first.key.kind,
        details=tuple(each.detail for each in group),
        pages=max(each.detail.pages for each in group),
        p=first.detail.p,
        reader_version=versions.pop() if len(versions) == 1 else None,
        since=min(this.began(each.first) for each in group),
        urls=tuple(_urls(connection, first)),
        seen_at=now,
        opened_at=opened_at,
    )


def _urls(connection: Connection, worse: Worse) -> Sequence[str]:
    """Return pages that show what is wrong: where a field is lost, first those that had it before."""
    url = case((visit.c.final_url.is_not(None), visit.c.final_url), else_=visit.c.url)
    query = select(url).where(visit.c.run_id.in_(worse.runs), visit.c.host == worse.key.host).limit(_URLS)
    if worse.key.kind != COVERAGE:
        return connection.scalars(query.where(visit.c.outcome == worse.key.field).order_by(visit.c.id)).all()
    here = select(visit.c.shape).where(visit.c.run_id.in_(worse.runs), visit.c.host == worse.key.host)
    before = select(visit.c.shape_before).where(visit.c.run_id.in_(worse.runs), visit.c.host == worse.key.host)
    shapes = connection.execute(select(shape).where(or_(shape.c.id.in_(here), shape.c.id.in_(before)))).all()
    having = [row.id for row in shapes if worse.key.field in row.fields]
    lacking = [row.id for row in shapes if worse.key.field not in row.fields]
    had_it = case((visit.c.shape_before.in_(having), 0), else_=1)
    return connection.scalars(query.where(visit.c.shape.in_(lacking)).order_by(had_it, visit.c.id)).all()
