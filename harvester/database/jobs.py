"""What is known of the jobs of a schedule: who runs each of them now, what it ran last, and whether a person paused it.

What a job does is said in a file (see `harvester.jobs`); here is what must survive a restart and be known to all
machines. At most one process runs a job at a time: it holds the job's lease and renews it while it lives.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    func,
    insert,
    or_,
    select,
    update,
)

from harvester.clock import utc_now
from harvester.database.owners import is_gone
from harvester.database.patience import patiently
from harvester.database.revisits import Watch
from harvester.database.session import reading, writing
from harvester.database.tables import Moment, metadata, run, target
from harvester.database.targets import FRESH, READY, Kind

LEASE = timedelta(minutes=2)
"""How long a job stays with a process that gives no sign of life."""

_TRIES = 3  # how often a run that failed is gone on with before the next is waited for
_PAUSE = timedelta(minutes=1)  # before the first of these; each further one comes five times later
_AT_ONCE = 2000  # targets that one transaction takes over: others write between two

job = Table(
    "job",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("first_seen", Moment, nullable=False),  # the schedule begins here
    Column("slot", Moment),  # the last one that a run was begun for
    Column("run_id", Integer, ForeignKey("run.id")),  # that run
    Column("paused_at", Moment),
    Column("leased_by", Text),
    Column("leased_until", Moment),
    Column("resume_at", Moment),  # when that run goes on; None where it does not
    Column("tries", Integer, nullable=False),  # how often it was gone on with after an error
)


P = ParamSpec("P")
T = TypeVar("T")


def _patient(function: Callable[Concatenate[Engine, P], T]) -> Callable[Concatenate[Engine, P], T]:
    """Make a function of an engine wait while the database is away."""

    @wraps(function)
    def call(engine: Engine, /, *args: P.args, **named: P.kwargs) -> T:
        return patiently(engine, lambda: function(engine, *args, **named))

    return call


class Ended(StrEnum):
    """How a process that ran a job ended."""

    FINISHED = "finished"
    """Every address of the run has ended."""
    LIMIT = "limit"
    """The job's limit of pages or time is reached; what is left is the next run's."""
    WAITING = "waiting"
    """For hosts that are left alone; the run goes on when the first of them may be asked again."""
    INTERRUPTED = "interrupted"
    """It was told to stop; the run goes on when the schedule does."""
    FAILED = "failed"
    """An error stopped it; the run goes on after a while, a few times."""
    LOST = "lost"
    """It died without a word; the run goes on as after an error."""


@dataclass(frozen=True, slots=True)
class State:
    """A row of the table ``job``."""

    name: str
    first_seen: datetime
    slot: datetime | None
    run_id: int | None
    paused_at: datetime | None
    leased_by: str | None
    leased_until: datetime | None
    resume_at: datetime | None
    tries: int

    def is_running(self, now: datetime) -> bool:
        """Return whether a process has the job that is not known to have ended."""
        if self.leased_by is None or self.leased_until is None:
            return False
        return self.leased_until >= now and not is_gone(self.leased_by)

    def may_begin(self, slot: datetime, now: datetime) -> bool:
        """Return whether a run for this slot may begin, or go on, now."""
        if self.is_running(now):
            return False
        goes_on = slot == self.slot and self.resume_at is not None
        return self.slot is None or slot > self.slot or goes_on


@_patient
def states(engine: Engine, names: Iterable[str], now: datetime) -> dict[str, State]:
    """Return what is known of jobs; a job that was never seen before is written down as seen now."""
    wanted = list(names)
    with reading(engine) as connection:
        known = {row.name: State(*row) for row in connection.execute(select(job).where(job.c.name.in_(wanted)))}
    if new := [name for name in wanted if name not in known]:
        with writing(engine) as connection:
            there = set(connection.scalars(select(job.c.name).where(job.c.name.in_(new))))
            rows = [
                {"name": name, "first_seen": now.replace(microsecond=0), "tries": 0}
                for name in new
                if name not in there
            ]
            if rows:
                connection.execute(insert(job), rows)
            again = connection.execute(select(job).where(job.c.name.in_(new)))
            known |= {row.name: State(*row) for row in again}
    return {name: known[name] for name in wanted}


@_patient
def take(engine: Engine, name: str, owner: str, slot: datetime, now: datetime) -> bool:
    """Lease a job for a run, and return whether nobody else has it and nobody else ran it for this slot."""
    with writing(engine) as connection:
        state = State(*connection.execute(select(job).where(job.c.name == name)).one())
        if state.leased_by == owner:
            return True  # by a commit of which nobody heard
        if not state.may_begin(slot, now):
            return False
        values = {"leased_by": owner, "leased_until": now + LEASE, "resume_at": None}
        if slot != state.slot:
            values |= {"slot": slot, "run_id": None, "tries": 0}
        connection.execute(update(job).where(job.c.name == name).values(**values))
        return True


@_patient
def renew(engine: Engine, name: str, owner: str, now: datetime) -> bool:
    """Keep a job's lease for another `LEASE`; return whether the owner still had it."""
    ours = update(job).where(job.c.name == name, job.c.leased_by == owner)
    with writing(engine) as connection:
        return connection.execute(ours.values(leased_until=now + LEASE)).rowcount > 0


@_patient
def began(engine: Engine, name: str, owner: str, run_id: int, now: datetime) -> None:
    """Write down which run a job's owner has begun or gone on with; unfinished ones before it are over."""
    with writing(engine) as connection:
        connection.execute(update(job).where(job.c.name == name, job.c.leased_by == owner).values(run_id=run_id))
        connection.execute(update(run).where(run.c.id == run_id).values(ended=None, ended_at=None, error=None))
        before = update(run).where(run.c.job == name, run.c.id < run_id, run.c.finished_at.is_(None))
        connection.execute(before.values(finished_at=func.coalesce(run.c.ended_at, now)))


@_patient
def end(
    engine: Engine,
    name: str,
    owner: str,
    ended: Ended,
    now: datetime,
    *,
    error: str | None = None,
    resume_at: datetime | None = None,
    try_again: bool = False,
) -> None:
    """Write down how an owner's run of a job ended, and give the job back.

    ``resume_at``: when the run goes on. ``try_again``: it goes on a while after an error, a few times.
    """
    with writing(engine) as connection:
        row = connection.execute(select(job).where(job.c.name == name, job.c.leased_by == owner)).first()
        if row is not None:
            _end(connection, State(*row), ended, now, error, resume_at, try_again)


@_patient
def reclaim(engine: Engine, names: Iterable[str], now: datetime) -> list[str]:
    """Take jobs back from processes that died without a word, and return their names."""
    with writing(engine) as connection:
        held = connection.execute(select(job).where(job.c.name.in_(list(names)), job.c.leased_by.is_not(None)))
        lost = [state for state in (State(*row) for row in held) if not state.is_running(now)]
        for state in lost:
            error = f"its process ended without a word ({state.leased_by})"
            _end(connection, state, Ended.LOST, now, error, None, try_again=True)
    return [state.name for state in lost]


@_patient
def pause(engine: Engine, name: str, now: datetime | None) -> None:
    """Begin no run of a job from now on; None: begin runs again."""
    with writing(engine) as connection:
        connection.execute(update(job).where(job.c.name == name).values(paused_at=now))


@_patient
def history(engine: Engine, name: str, most: int) -> list[Row[Any]]:
    """Return the last runs of a job, the newest first, as rows of the table ``run``."""
    with reading(engine) as connection:
        of_job = select(run).where(run.c.job == name).order_by(run.c.id.desc()).limit(most)
        return list(connection.execute(of_job))


def _end(
    connection: Connection,
    state: State,
    ended: Ended,
    now: datetime,
    error: str | None,
    resume_at: datetime | None,
    try_again: bool,
) -> None:
    values: dict[str, Any] = {"leased_by": None, "leased_until": None, "resume_at": resume_at}
    if try_again and state.tries < _TRIES:
        values |= {"resume_at": now + _PAUSE * 5**state.tries, "tries": state.tries + 1}
    connection.execute(update(job).where(job.c.name == state.name).values(**values))
    this = update(run).where(run.c.id == state.run_id)
    connection.execute(this.values(ended=ended.value, ended_at=now, error=error))


@_patient
def take_over(engine: Engine, watch: Watch, run_id: int) -> int:
    """Want in a run all pages of its job that are due, and what an earlier run of it left; return how many.

    Lists are wanted by the sources that name them.
    """
    which = (
        select(target.c.id)
        .where(
            target.c.job == watch.job,
            target.c.run_id != run_id,
            target.c.kind == Kind.PAGE,
            or_(target.c.state != "leased", target.c.leased_until < utc_now()),
            watch.due(),
        )
        .limit(_AT_ONCE)
    )
    total = 0
    while True:
        with writing(engine) as connection:
            statement = update(target).where(target.c.id.in_(which)).values(run_id=run_id, state=READY, **FRESH)
            taken = connection.execute(statement).rowcount
        total += taken
        if taken < _AT_ONCE:
            return total
