"""The frontier: which addresses are wanted, which are under way, and how each one ended.

A target is ``ready -> leased -> done | retry | dead``; ``retry`` is ready again when its time has come, and so is a
lease that ran out. A list (see `harvester.listing`) is a target too; while it is ready, its state is ``list``. The
unique key of a target is the duplicate filter, so nothing of a crawl lives in memory only. A target ends in the same
transaction that stores what came of it (`done`, `go_on`, `retry_later`, `put_off`, `dead` take its connection).

A lease whose process ended without a word is a loss. A few prove nothing, since a killed process loses all that it had;
the target is then a ``suspect``: fetched when nothing else is left, in a company that is halved with each further loss
until it is alone, and given up after many more.

Every method waits while the database is away, and raises `DatabaseError` where it stays away, or its disk is full.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, and_, case, exists, func, insert, not_, select, update

from harvester.clock import utc_now
from harvester.database import listings
from harvester.database.hosts import PROBE, Pace, Parked
from harvester.database.listings import Place
from harvester.database.owners import is_gone, new_owner
from harvester.database.patience import patiently
from harvester.database.revisits import Watch
from harvester.database.session import reading, writing
from harvester.database.tables import Moment, host, run, target
from harvester.database.targets import (
    FRESH,
    READY,
    SUSPECT,
    Kind,
    Wanted,
    add_targets,
    dead,
    done,
    give_back,
    go_on,
    held,
    named_by_others,
    put_off,
    retry_later,
)
from harvester.database.turns import Claim, Target, Turns, may_be_asked, take

__all__ = [
    "LEASE",
    "Added",
    "Frontier",
    "Kind",
    "Pending",
    "Place",
    "Run",
    "Standstill",
    "Target",
    "Wanted",
    "add_targets",
    "dead",
    "done",
    "go_on",
    "put_off",
    "retry_later",
]

LEASE = timedelta(minutes=5)
"""How long a target stays with a process that gives no sign of life; machines that share work must agree on the time
to within this."""

_COMPANY = 16  # suspects that are first fetched together: most are innocent, and one at a time takes long
_READY = ("ready", "list", "suspect")
_LEFT = (*_READY, "retry")

P = ParamSpec("P")
T = TypeVar("T")


def _patient(method: "Callable[Concatenate[Frontier, P], T]") -> "Callable[Concatenate[Frontier, P], T]":
    """Make a method wait while the database is away."""

    @wraps(method)
    def call(self: "Frontier", /, *args: P.args, **named: P.kwargs) -> T:
        return patiently(self._engine, lambda: method(self, *args, **named))

    return call


@dataclass(frozen=True, slots=True)
class Run:
    """One harvest. ``resumed``: True where it continues an unfinished one, of this or of another process."""

    id: int
    resumed: bool


@dataclass(frozen=True, slots=True)
class Added:
    """What became of addresses: how many are new to the run, and which a living process of another run has now."""

    new: int
    held: list[str | Wanted]


@dataclass(frozen=True, slots=True)
class Pending:
    """What is left of a run: targets ready, leased by any process, waiting to be retried, and when the first is due."""

    ready: int
    leased: int
    waiting: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standstill:
    """A run in which nothing can be fetched for a while: targets left, and until when which hosts keep them."""

    targets: int
    hosts: list[Parked]

    def __str__(self) -> str:
        first = self.hosts[0]
        others = len(self.hosts) - 1
        more = f" and {others} more host{'s' * (others > 1)}" if others else ""
        return (
            f"{self.targets} targets wait for {first.host}{more} until {first.until:%Y-%m-%d %H:%M} UTC"
            f" ({first.reason}); run the same command again then"
        )


class Frontier:
    """One process's view of the frontier.

    ``owner`` names the process in the leases: host, process id and a token of its own. ``pace``: the delays that its
    claims keep. ``clock`` tells the time. ``watch``: its runs are this run of a job.
    """

    def __init__(
        self,
        engine: Engine,
        pace: Pace | None = None,
        clock: Callable[[], datetime] = utc_now,
        watch: Watch | None = None,
    ) -> None:
        self._engine = engine
        self._pace = pace or Pace()
        self._clock = clock
        self._alone = False  # suspects are under way
        self.owner = new_owner()
        self._turns = Turns(self._pace)
        self._watch = watch

    @_patient
    def open_run(self, spider: str, sources: Sequence[str], reader_version: str, asked: Mapping[str, Any]) -> Run:
        """Begin a run, or continue the unfinished one that was asked for in the same words.

        ``asked`` holds the options that change which pages are fetched; with ``sources`` they are what "the same
        command" means. Leases of processes of this machine that are gone are given back.
        """
        # A job's run is that of its slot, also where somebody has changed meanwhile what the job asks for.
        watch = self._watch
        same = (watch.job, watch.slot) if watch is not None else (spider, list(sources), sorted(asked.items()))
        signature = sha256(repr(same).encode()).hexdigest()
        with writing(self._engine) as connection:
            self._release_dead(connection)
            unfinished = select(run.c.id).where(run.c.signature == signature, run.c.finished_at.is_(None))
            if (known := connection.scalar(unfinished.order_by(run.c.id.desc()))) is not None:
                return Run(known, resumed=True)
            row = {
                "signature": signature,
                "spider": spider,
                "sources": list(sources),
                "started_at": self._clock(),
                "reader_version": reader_version,
                "job": watch.job if watch is not None else None,
                "slot": watch.slot if watch is not None else None,
            }
            return Run(connection.execute(insert(run).returning(run.c.id), row).scalar_one(), resumed=False)

    @_patient
    def close_run(self, run_id: int) -> bool:
        """Say that a run is over, unless something is left of it, and return whether it is.

        The same command then begins a new one.
        """
        left = exists().where(target.c.run_id == run_id, target.c.state.in_(("leased", *_LEFT)))
        over = update(run).where(run.c.id == run_id, not_(left)).values(finished_at=self._clock())
        with writing(self._engine) as connection:
            return connection.execute(over).rowcount > 0

    @_patient
    def add(self, run_id: int, wanted: Sequence[str | Wanted], list_id: int | None = None, depth: int = 0) -> Added:
        """Want these addresses in this run.

        An address that an earlier run fetched becomes ready again; one that this run has already keeps its state.
        ``list_id``: the target whose list names them. Those that are held are to be added again a while later.
        """
        with writing(self._engine) as connection:
            new = add_targets(connection, run_id, wanted, depth=depth, list_id=list_id, watch=self._watch)
            if new:  # another process may just have found nothing left of the run
                reopened = update(run).where(run.c.id == run_id, run.c.finished_at.is_not(None))
                connection.execute(reopened.values(finished_at=None))
            return Added(new, held(connection, run_id, wanted))

    @_patient
    def named_by_others(self, run_id: int, urls: Sequence[str], list_id: int) -> int:
        """Return how many of these pages another list than this one has named in this run."""
        with reading(self._engine) as connection:
            return named_by_others(connection, run_id, urls, list_id)

    @_patient
    def place(self, target_id: int) -> Place:
        """Return how far a list has been read."""
        with reading(self._engine) as connection:
            return listings.read_place(connection, target_id)

    @_patient
    def claim(
        self, run_id: int, most: int, per_host: int, busy: Mapping[str, int], deepest: int | None = None
    ) -> list[Target]:
        """Lease up to ``most`` targets, at most ``per_host`` of one host counting those that ``busy`` has under way.

        Hosts take turns. A host that is parked, or whose next slot is not due, is passed over. Where a host has a
        delay, its slots are reserved here, in the same transaction, so that all processes on the database keep it
        together; `Target.start_at` says when the request may start, and `Pace.at_once` goes before ``per_host``.
        ``deepest``: none that is more links away.
        """
        under_way = any(busy.values())
        if under_way and self._alone:
            return []
        self._alone = False
        with writing(self._engine) as connection:
            now = self._clock()
            self._wake(connection, run_id, now)
            found = self._turns.take(connection, Claim(run_id, "ready", most, per_host, busy, now, deepest=deepest))
            if not found and not under_way:
                found = self._suspects(connection, run_id, per_host, now)
                self._alone = bool(found)
                if not found:
                    self._release_dead(connection)
            if found:
                lease = {"state": "leased", "leased_by": self.owner, "leased_until": now + LEASE}
                connection.execute(update(target).where(target.c.id.in_([each.id for each in found])).values(**lease))
            return found

    def _suspects(self, connection: Connection, run_id: int, per_host: int, now: datetime) -> list[Target]:
        """Return those suspects that were lost least, in the smaller company the more often that was."""
        lost = connection.scalar(
            select(func.min(target.c.losses)).where(target.c.run_id == run_id, target.c.state == "suspect")
        )
        if lost is None:
            return []
        company = max(1, _COMPANY >> (lost - SUSPECT))
        return list(take(connection, Claim(run_id, "suspect", company, per_host, {}, now, losses=lost), self._pace, ""))

    @_patient
    def renew(self, target_ids: Sequence[int]) -> None:
        """Keep the leases of these targets for another `LEASE`.

        Of these only: what a claim leased whose answer was lost with the connection is under way nowhere, and becomes
        ready again when its lease runs out.
        """
        mine = and_(target.c.id.in_(target_ids), target.c.leased_by == self.owner)
        with writing(self._engine) as connection:
            connection.execute(update(target).where(mine).values(leased_until=self._clock() + LEASE))

    @_patient
    def release(self) -> None:
        """Give back whatever this process has leased and did not end."""
        with writing(self._engine) as connection:
            give_back(connection, target.c.leased_by == self.owner)

    @_patient
    def requeue(self, run_id: int, reason: str | None = None, host: str | None = None) -> int:
        """Want in this run what earlier runs gave up; return how much that is.

        ``reason``: only what was given up for a reason with these words; ``host``: only what is there.
        """
        which = [target.c.state == "dead", target.c.run_id != run_id]
        if reason is not None:
            which.append(target.c.reason.icontains(reason, autoescape=True))
        if host is not None:
            which.append(target.c.host == host.lower())
        with writing(self._engine) as connection:
            return connection.execute(update(target).where(*which).values(run_id=run_id, state=READY, **FRESH)).rowcount

    @_patient
    def pending(self, run_id: int) -> Pending:
        """Return what is left of a run."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(target.c.state, func.count(), func.min(target.c.not_before))
                .where(target.c.run_id == run_id, target.c.state.in_(("leased", *_LEFT)))
                .group_by(target.c.state)
            )
            left = {state: (count, earliest) for state, count, earliest in rows}
        return Pending(
            ready=sum(left.get(state, (0, None))[0] for state in _READY),
            leased=left.get("leased", (0, None))[0],
            waiting=left.get("retry", (0, None))[0],
            next_at=left.get("retry", (0, None))[1],
        )

    @_patient
    def standstill(self, run_id: int, patience: timedelta) -> Standstill | None:
        """Return what a run waits for if all that is left of it waits longer than ``patience``, longest last.

        None where something may be fetched before, or nothing is left. To be asked when there is nothing to claim.
        """
        now = self._clock()
        of_run = target.c.run_id == run_id
        until = case(
            (host.c.parked_until.is_(None), target.c.not_before),
            (target.c.not_before.is_(None), host.c.parked_until),
            (host.c.parked_until > target.c.not_before, host.c.parked_until),
            else_=target.c.not_before,
        )
        left = target.outerjoin(host, host.c.host == target.c.host)
        with reading(self._engine) as connection:
            leased = select(target.c.id).where(of_run, target.c.state == "leased").limit(1)
            # Nobody has so little patience that the next slot of a host, or another's trial of it, is too late.
            then = Claim(run_id, "ready", 1, 1, {}, now + max(patience, PROBE))
            waiting = select(target.c.id).select_from(left).where(of_run, target.c.state == "retry")
            if (
                connection.scalar(leased) is not None
                or any(may_be_asked(connection, replace(then, state=state)) for state in _READY)
                or connection.scalar(waiting.where(until <= now + patience).limit(1)) is not None
            ):
                return None
            said = func.max(case((host.c.parked_until > now, host.c.reason), else_=target.c.reason))
            rows = connection.execute(
                select(target.c.host, func.count(), func.min(until, type_=Moment), said, func.max(host.c.next_at))
                .select_from(left)
                .where(of_run, target.c.state.in_(_LEFT))
                .group_by(target.c.host)
            ).all()
        hosts = (
            Parked(name, max(filter(None, (until, slot)), default=now), why or "") for name, _, until, why, slot in rows
        )
        waits = sorted(hosts, key=lambda each: each.until)
        return Standstill(sum(row[1] for row in rows), waits) if rows else None

    @_patient
    def total(self, run_id: int) -> int:
        """Return how many targets a run has."""
        with reading(self._engine) as connection:
            return connection.execute(
                select(func.count()).select_from(target).where(target.c.run_id == run_id)
            ).scalar_one()

    def _wake(self, connection: Connection, run_id: int, now: datetime) -> None:
        """Make ready what waited long enough, and what a silent process left leased."""
        due = and_(target.c.state == "retry", target.c.not_before <= now)
        expired = and_(target.c.state == "leased", target.c.leased_until < now)
        of_run = target.c.run_id == run_id
        give_back(connection, and_(of_run, due))
        give_back(connection, and_(of_run, expired), lost=now)

    def _release_dead(self, connection: Connection) -> None:
        owners = connection.scalars(select(target.c.leased_by).where(target.c.leased_by > "").distinct())
        gone = list(filter(is_gone, owners))
        if gone:
            give_back(connection, target.c.leased_by.in_(gone), lost=self._clock())
