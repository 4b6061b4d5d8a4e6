"""The frontier: which addresses are wanted, which are under way, and how each one ended.

A target is ``ready -> leased -> done | retry | dead``; ``retry`` is ready again when its time has come, and so is a
lease that ran out. Its unique key is the duplicate filter, so nothing of a crawl lives in memory only. A target ends in
the same transaction that stores what came of it (`done`, `retry_later`, `dead` take that transaction's connection).
"""

import os
import socket
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from harvester.database.session import reading, writing
from harvester.database.tables import run, target
from harvester.normalise.url import host_of, url_key

LEASE = timedelta(minutes=10)
"""How long a target stays with a process that gives no sign of life."""


@dataclass(frozen=True, slots=True)
class Run:
    """One harvest. ``resumed``: True where it continues an unfinished one, of this or of another process."""

    id: int
    resumed: bool


@dataclass(frozen=True, slots=True)
class Target:
    """One address to fetch."""

    id: int
    url: str
    host: str
    depth: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Pending:
    """What is left of a run: targets ready, leased by any process, waiting to be retried, and when the first is due."""

    ready: int
    leased: int
    waiting: int
    next_at: datetime | None


class Frontier:
    """One process's view of the frontier.

    ``owner`` names the process in the leases: host, process id and a token of its own.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._host = socket.gethostname()
        self.owner = f"{self._host}/{os.getpid()}/{uuid.uuid4().hex[:8]}"
        self._after = ""  # the host that the last claim ended on: hosts take turns

    def open_run(self, spider: str, sources: Sequence[str], reader_version: str, asked: Mapping[str, Any]) -> Run:
        """Begin a run, or continue the unfinished one that was asked for in the same words.

        ``asked`` holds the options that change which pages are fetched; with ``sources`` they are what "the same
        command" means. Leases of processes of this machine that are gone are given back.
        """
        signature = sha256(repr((spider, list(sources), sorted(asked.items()))).encode()).hexdigest()
        with writing(self._engine) as connection:
            self._release_dead(connection)
            unfinished = select(run.c.id).where(run.c.signature == signature, run.c.finished_at.is_(None))
            if (known := connection.scalar(unfinished.order_by(run.c.id.desc()))) is not None:
                return Run(known, resumed=True)
            row = {
                "signature": signature,
                "spider": spider,
                "sources": list(sources),
                "started_at": datetime.now(UTC),
                "reader_version": reader_version,
            }
            return Run(connection.execute(insert(run).returning(run.c.id), row).scalar_one(), resumed=False)

    def close_run(self, run_id: int) -> None:
        """Say that a run is over; the same command then begins a new one."""
        with writing(self._engine) as connection:
            connection.execute(update(run).where(run.c.id == run_id).values(finished_at=datetime.now(UTC)))

    def add(self, run_id: int, urls: Iterable[str]) -> int:
        """Want these addresses in this run; return how many of them the run did not have yet.

        An address that an earlier run fetched becomes ready again; one that this run has already keeps its state.
        """
        with writing(self._engine) as connection:
            return add_targets(connection, run_id, urls, depth=0)

    def claim(self, run_id: int, most: int, per_host: int, busy: Mapping[str, int]) -> list[Target]:
        """Lease up to ``most`` targets, at most ``per_host`` of one host counting those that ``busy`` has under way.

        Hosts take turns. Each host costs one look into the index, however many targets wait behind it.
        """
        with writing(self._engine) as connection:
            now = datetime.now(UTC)
            self._wake(connection, run_id, now)
            found: list[Target] = []
            first: str | None = None
            while len(found) < most:
                host = _next_host(connection, run_id, self._after)
                if host is None or host == first:
                    break
                first = host if first is None else first
                self._after = host
                room = most - len(found)
                if host:  # saved pages have no host, and nobody to be polite to
                    room = min(room, per_host - busy.get(host, 0))
                if room > 0:
                    found += _ready(connection, run_id, host, room)
            if found:
                lease = {"state": "leased", "leased_by": self.owner, "leased_until": now + LEASE}
                connection.execute(update(target).where(target.c.id.in_([each.id for each in found])).values(**lease))
            return found

    def renew(self) -> None:
        """Keep this process's leases for another `LEASE`."""
        with writing(self._engine) as connection:
            until = datetime.now(UTC) + LEASE
            connection.execute(
                update(target)
                .where(target.c.leased_by == self.owner, target.c.state == "leased")
                .values(leased_until=until)
            )

    def release(self) -> None:
        """Give back whatever this process has leased and did not end."""
        with writing(self._engine) as connection:
            _give_back(connection, target.c.leased_by == self.owner)

    def pending(self, run_id: int) -> Pending:
        """Return what is left of a run."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(target.c.state, func.count(), func.min(target.c.not_before))
                .where(target.c.run_id == run_id, target.c.state.in_(("ready", "leased", "retry")))
                .group_by(target.c.state)
            )
            left = {state: (count, earliest) for state, count, earliest in rows}
        return Pending(
            ready=left.get("ready", (0, None))[0],
            leased=left.get("leased", (0, None))[0],
            waiting=left.get("retry", (0, None))[0],
            next_at=left.get("retry", (0, None))[1],
        )

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
        _give_back(connection, and_(target.c.run_id == run_id, or_(due, expired)))

    def _release_dead(self, connection: Connection) -> None:
        owners = connection.scalars(select(target.c.leased_by).where(target.c.leased_by.is_not(None)).distinct())
        dead = [owner for owner in owners if self._is_dead(owner)]
        if dead:
            _give_back(connection, target.c.leased_by.in_(dead))

    def _is_dead(self, owner: str) -> bool:
        host, _, rest = owner.rpartition("/")[0].rpartition("/")
        if host != self._host or owner == self.owner:
            return False  # of another machine we know nothing until its leases run out
        try:
            os.kill(int(rest), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return int(rest) == os.getpid()  # our own number, another token: a process before us had it


def add_targets(
    connection: Connection,
    run_id: int,
    urls: Iterable[str],
    *,
    depth: int,
    parent_id: int | None = None,
) -> int:
    """Want these addresses in a run, in the caller's transaction; return how many the run did not have yet.

    Addresses without a key (see `harvester.normalise.url.url_key`) are passed over: sources report them before.
    """
    rows: dict[str, dict[str, str]] = {}
    for url in urls:
        key = url_key(url)
        if key is not None:
            rows.setdefault(key, {"key": key, "url": url, "host": host_of(key)})
    if not rows:
        return 0
    dialect_insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = dialect_insert(target)
    fresh = {
        "run_id": run_id,
        "state": "ready",
        "depth": depth,
        "parent_id": parent_id,
        "attempts": 0,
        "not_before": None,
        "reason": None,
        "finished_at": None,
    }
    statement = statement.on_conflict_do_update(
        index_elements=[target.c.key],
        set_={name: statement.excluded[name] for name in fresh},
        where=target.c.run_id != statement.excluded.run_id,
    )
    # Sorted, so that two processes that add the same addresses lock the rows in the same order.
    added = connection.execute(statement.returning(target.c.id), [{**fresh, **rows[key]} for key in sorted(rows)])
    return len(added.all())


def done(connection: Connection, target_ids: Sequence[int]) -> None:
    """End targets well."""
    _end(connection, [{"b_id": target_id, "b_reason": None} for target_id in target_ids], "done")


def dead(connection: Connection, reasons: Mapping[int, str]) -> None:
    """Give targets up, each with its reason."""
    _end(connection, [{"b_id": target_id, "b_reason": reason} for target_id, reason in reasons.items()], "dead")


def retry_later(connection: Connection, later: Mapping[int, tuple[datetime, str]]) -> None:
    """Let targets wait until a time, for a reason; counts as one attempt."""
    if later:
        connection.execute(
            update(target)
            .where(target.c.id == bindparam("b_id"))
            .values(
                state="retry",
                not_before=bindparam("b_not_before"),
                reason=bindparam("b_reason"),
                attempts=target.c.attempts + 1,
                leased_by=None,
                leased_until=None,
            ),
            [{"b_id": each, "b_not_before": when, "b_reason": why} for each, (when, why) in later.items()],
        )


def _end(connection: Connection, rows: list[dict[str, Any]], state: str) -> None:
    if rows:
        connection.execute(
            update(target)
            .where(target.c.id == bindparam("b_id"))
            .values(
                state=state,
                reason=bindparam("b_reason"),
                attempts=target.c.attempts + 1,
                not_before=None,
                leased_by=None,
                leased_until=None,
                finished_at=datetime.now(UTC),
            ),
            rows,
        )


def _give_back(connection: Connection, which: Any) -> None:
    connection.execute(
        update(target)
        .where(which, target.c.state.in_(("leased", "retry")))
        .values(state="ready", leased_by=None, leased_until=None, not_before=None)
    )


def _next_host(connection: Connection, run_id: int, after: str) -> str | None:
    """Return the first host with a ready target behind ``after``, else the first of all."""
    first = select(func.min(target.c.host)).where(target.c.run_id == run_id, target.c.state == "ready")
    host: str | None = connection.scalar(first.where(target.c.host > after))
    if host is None:
        host = connection.scalar(first)
    return host


def _ready(connection: Connection, run_id: int, host: str, most: int) -> list[Target]:
    rows = connection.execute(
        select(target.c.id, target.c.url, target.c.host, target.c.depth, target.c.attempts)
        .where(target.c.run_id == run_id, target.c.state == "ready", target.c.host == host)
        .order_by(target.c.id)
        .limit(most)
    )
    return [Target(*row) for row in rows]
