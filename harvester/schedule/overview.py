"""What the schedule is, was and will be, for people and programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select

from harvester.database import jobs as books
from harvester.database.jobs import State
from harvester.database.session import reading
from harvester.database.tables import target, visit
from harvester.jobs import Job, Jobs
from harvester.schedule.daemon import next_at


@dataclass(frozen=True, slots=True)
class RunOfJob:
    """One run of a job. Times are in UTC; ``ended`` is one of `harvester.database.jobs.Ended`, None while it runs.

    ``visits``: how its visits ended, without those after which the address was asked for again.
    """

    run_id: int
    job: str
    slot: datetime
    started_at: datetime
    ended_at: datetime | None
    ended: str | None
    error: str | None
    visits: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobNow:
    """What a job does at present: running, waiting, paused or idle; its last run, and when it is wanted next.

    ``waiting``: its run goes on at ``next_at``. ``pages``: how many it watches; ``due``: how many of them are due.
    """

    name: str
    when: str
    state: str
    next_at: datetime | None
    last: RunOfJob | None
    pages: int
    due: int


def overview(engine: Engine, jobs: Jobs, now: datetime) -> list[JobNow]:
    """Return what each job of a file does at present, in the file's order."""
    states = books.states(engine, jobs.jobs, now)
    last = {name: next(iter(history(engine, name, 1)), None) for name in jobs.jobs}
    with reading(engine) as connection:
        watched = _watched(connection, now)
    return [
        JobNow(
            name,
            str(job.times),
            _doing(states[name], now),
            next_at(job, states[name]),
            last[name],
            *watched.get(name, (0, 0)),
        )
        for name, job in jobs.jobs.items()
    ]


def history(engine: Engine, name: str, most: int) -> list[RunOfJob]:
    """Return the last runs of a job, the newest first; also of a job that is in no file any more."""
    rows = books.history(engine, name, most)
    with reading(engine) as connection:
        counted = (
            select(visit.c.run_id, visit.c.outcome, func.count())
            .where(visit.c.run_id.in_([row.id for row in rows]), visit.c.outcome != "retry")
            .group_by(visit.c.run_id, visit.c.outcome)
            .order_by(visit.c.run_id, visit.c.outcome)
        )
        visits: dict[int, dict[str, int]] = {}
        for run_id, outcome, count in connection.execute(counted):
            visits.setdefault(run_id, {})[outcome] = count
    return [_run(row, visits.get(row.id, {})) for row in rows]


def upcoming(engine: Engine, jobs: Jobs, names: Sequence[str], now: datetime) -> Iterator[tuple[datetime, str]]:
    """Yield when jobs are wanted next and which, in order and without end; those that are paused are left out."""
    chosen = {name: jobs[name] for name in names or jobs.jobs}
    states = books.states(engine, chosen, now)
    yield from merge(*(_moments(job, states[name], now) for name, job in chosen.items()))


def _moments(job: Job, state: State, now: datetime) -> Iterator[tuple[datetime, str]]:
    if state.paused_at is not None:
        return
    slot = job.times.following(state.slot, state.first_seen)
    if state.resume_at is not None and state.resume_at < slot:
        yield max(now, state.resume_at), job.name
    if slot <= now:
        yield now, job.name  # those that were missed become one run
        slot = job.times.after(job.times.latest(state.slot, state.first_seen, now) or slot)
    while True:
        yield slot, job.name
        slot = job.times.after(slot)


def pause(engine: Engine, jobs: Jobs, names: Sequence[str], now: datetime, *, paused: bool) -> None:
    """Pause jobs from now on, or let them run again. Raises `UsageError` for a name that none has."""
    books.states(engine, [jobs[name].name for name in names], now)
    for name in names:
        books.pause(engine, name, now if paused else None)


def _doing(state: State, now: datetime) -> str:
    if state.is_running(now):
        return "running"
    if state.paused_at is not None:
        return "paused"
    return "waiting" if state.resume_at is not None else "idle"


def _watched(connection: Connection, now: datetime) -> Mapping[str, tuple[int, int]]:
    """Return for each job how many pages it watches, and how many of them are due."""
    due = func.count().filter(target.c.next_visit <= now)
    of_jobs = select(target.c.job, func.count(target.c.next_visit), due).where(target.c.job.is_not(None))
    return {name: (pages, waiting) for name, pages, waiting in connection.execute(of_jobs.group_by(target.c.job))}


def _run(row: Row[Any], visits: dict[str, int]) -> RunOfJob:
    slot = row.slot or row.started_at
    return RunOfJob(row.id, row.job, slot, row.started_at, row.ended_at, row.ended, row.error, visits)
