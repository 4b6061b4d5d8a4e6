"""How the state of a target changes, in the transaction of the caller; see `harvester.database.frontier`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, false, func, null, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from harvester.clock import utc_now
from harvester.database.revisits import Watch
from harvester.database.seen import Seen
from harvester.database.tables import target
from harvester.normalise.url import host_of, url_key

SUSPECT = 3
"""Losses after which a target is fetched when nothing else is left."""
_LOST = 25  # losses after which it is given up; also whoever is killed every few seconds should lose no address by it
_MOST = 500  # keys in one statement; SQLite takes a limited number of parameters


class Kind(StrEnum):
    """What a target is: a page, or a list of one kind or another, which is read by `harvester.listing`."""

    PAGE = "page"
    SITEMAP = "sitemap"
    FEED = "feed"
    TOC = "toc"
    CSV = "csv"
    DOIS = "dois"
    OAI = "oai"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An address to harvest: ``url`` is http, https, or the file URI of a saved page, which no list is.

    ``lastmod``: when it changed last, as the list says that names it.
    """

    url: str
    kind: Kind = Kind.PAGE
    lastmod: datetime | None = None


FRESH = {
    "attempts": 0,
    "losses": 0,
    "not_before": None,
    "leased_by": None,
    "leased_until": None,
    "reason": None,
    "finished_at": None,
}
"""What a target is, besides ready, when a run begins to want it."""

READY = case((target.c.kind == Kind.PAGE, "ready"), else_="list")
"""The state of a target that is ready."""


def add_targets(
    connection: Connection,
    run_id: int,
    wanted: Iterable[str | Wanted],
    *,
    depth: int,
    parent_id: int | None = None,
    list_id: int | None = None,
    watch: Watch | None = None,
) -> int:
    """Want these addresses in a run, in the caller's transaction; return how many the run did not have yet.

    A text is the address of a page. ``parent_id``: the target whose page links them; ``list_id``: the one whose list
    names them. ``watch``: the run is a job's, and wants of the pages that are known only those that are due. Addresses
    without a key (see `harvester.normalise.url.url_key`) are passed over: sources report them
    before. A page that the run knows from more links away is from now on as near as this; if it has been fetched, it is
    fetched again, as its links may count now: which pages a run comes to does not depend on which it saw first.
    """
    rows = _rows(wanted)
    if watch is not None and watch.hosts:
        rows = {key: row for key, row in rows.items() if row["kind"] != Kind.PAGE or row["host"] in watch.hosts}
    if not rows:
        return 0
    dialect_insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = dialect_insert(target)
    fresh: dict[str, Any] = {"run_id": run_id, "depth": depth, "parent_id": parent_id, "list_id": list_id, **FRESH}
    if watch is not None:
        fresh["job"] = watch.job
    statement = statement.on_conflict_do_update(
        index_elements=[target.c.key],
        set_={name: statement.excluded[name] for name in ("state", *fresh)}
        | {"lastmod": func.coalesce(statement.excluded.lastmod, target.c.lastmod)},
        # What a process of another run has under way at this moment stays there: nothing is fetched twice.
        where=and_(
            target.c.run_id != statement.excluded.run_id,
            or_(target.c.state != "leased", target.c.leased_until < utc_now()),
            watch.due(statement.excluded.lastmod) if watch is not None else true(),
        ),
    )
    # Sorted, so that two processes that add the same addresses lock the rows in the same order.
    added = connection.execute(statement.returning(target.c.id), [{**fresh, **rows[key]} for key in sorted(rows)])
    new = len(added.all())
    if new < len(rows):
        _draw_nearer(connection, run_id, sorted(rows), depth, parent_id)
    return new


def held(connection: Connection, run_id: int, wanted: Iterable[str | Wanted]) -> list[str | Wanted]:
    """Return those of the addresses that `add_targets` left to a living process of another run."""
    elsewhere = select(target.c.key).where(
        target.c.leased_by > "", target.c.run_id != run_id, target.c.leased_until >= utc_now()
    )
    keys = set(connection.scalars(elsewhere))
    return [each for each in wanted if not keys.isdisjoint(_rows([each]))] if keys else []


def named_by_others(connection: Connection, run_id: int, urls: Iterable[str], list_id: int) -> int:
    """Return how many of these pages another list than this one has named in this run."""
    keys = list(_rows(urls))
    query = select(func.count()).where(target.c.run_id == run_id, target.c.list_id != list_id)
    some = (keys[start : start + _MOST] for start in range(0, len(keys), _MOST))
    return sum(connection.execute(query.where(target.c.key.in_(each))).scalar_one() for each in some)


def _rows(wanted: Iterable[str | Wanted]) -> dict[str, dict[str, Any]]:
    """Return the columns of each address that say what it is, by its key."""
    rows: dict[str, dict[str, Any]] = {}
    for each in wanted:
        one = Wanted(each) if isinstance(each, str) else each
        key = url_key(one.url)
        if key is not None:
            is_page = one.kind is Kind.PAGE
            row = {"url": one.url, "host": host_of(key), "kind": one.kind.value, "lastmod": one.lastmod}
            # The page and the list at one address are two targets.
            key = key if is_page else f"{one.kind} {key}"
            rows.setdefault(key, {"key": key, "state": "ready" if is_page else "list", **row})
    return rows


def _draw_nearer(connection: Connection, run_id: int, keys: list[str], depth: int, parent_id: int | None) -> None:
    over = target.c.state == "done"
    for start in range(0, len(keys), _MOST):
        some = target.c.key.in_(keys[start : start + _MOST])
        connection.execute(
            update(target)
            .where(some, target.c.run_id == run_id, target.c.depth > depth, target.c.kind == Kind.PAGE)
            .values(
                depth=depth,
                parent_id=parent_id,
                state=case((over, "ready"), else_=target.c.state),
                attempts=case((over, 0), else_=target.c.attempts),
                finished_at=case((over, None), else_=target.c.finished_at),
                # What is under way has been asked for from farther away; `_end` sees by this that it comes again.
                not_before=case((target.c.state == "leased", utc_now()), else_=target.c.not_before),
            )
        )


def done(connection: Connection, target_ids: Sequence[int], seen: Mapping[int, Seen] | None = None) -> None:
    """End targets well. ``seen``: of those that gave a record, what a revisit needs; others keep what they have."""
    known = {target_id: each.to_dict() for target_id, each in (seen or {}).items()}
    rows = [{"b_id": each, "b_reason": None, "b_seen": known.get(each)} for each in target_ids]
    _end(connection, rows, "done", seen=func.coalesce(bindparam("b_seen", type_=target.c.seen.type), target.c.seen))


def forget(connection: Connection, target_ids: Sequence[int]) -> None:
    """Let targets be asked for in full the next time."""
    if target_ids:
        connection.execute(update(target).where(target.c.id.in_(target_ids)).values(seen=null()))


def go_on(connection: Connection, target_ids: Sequence[int]) -> None:
    """Make lists ready for their next part; what the last one cost is forgotten."""
    if target_ids:
        connection.execute(update(target).where(target.c.id.in_(target_ids)).values(state=READY, **FRESH))


def dead(connection: Connection, reasons: Mapping[int, str]) -> None:
    """Give targets up, each with its reason."""
    _end(connection, [{"b_id": target_id, "b_reason": reason} for target_id, reason in reasons.items()], "dead")


def retry_later(connection: Connection, later: Mapping[int, tuple[datetime, str]]) -> None:
    """Let targets wait until a time, for a reason; counts as one attempt."""
    _wait(connection, later, attempts=1)


def put_off(connection: Connection, later: Mapping[int, tuple[datetime, str]]) -> None:
    """Let targets wait until a time, for a reason that is not theirs: their host is parked, or the network is gone."""
    _wait(connection, later, attempts=0)


# A transaction whose COMMIT was lost with its connection is made again, whether it counted or not, and a process that
# slept for long ends targets that others have had since. So what has ended, or waits, is not ended a second time.
_THIS = and_(target.c.id == bindparam("b_id"), *(target.c.state != over for over in ("done", "dead", "retry")))


def _wait(connection: Connection, later: Mapping[int, tuple[datetime, str]], attempts: int) -> None:
    if later:
        connection.execute(
            update(target)
            .where(_THIS)
            .values(
                state="retry",
                not_before=bindparam("b_not_before"),
                reason=bindparam("b_reason"),
                attempts=target.c.attempts + attempts,
                losses=0,
                leased_by=None,
                leased_until=None,
            ),
            [{"b_id": each, "b_not_before": when, "b_reason": why} for each, (when, why) in later.items()],
        )


def _end(connection: Connection, rows: list[dict[str, Any]], state: str, **values: Any) -> None:
    nearer = target.c.not_before.is_not(None) if state == "done" else false()  # see `_draw_nearer`
    if rows:
        connection.execute(
            update(target)
            .where(_THIS)
            .values(
                state=case((nearer, "ready"), else_=state),
                reason=bindparam("b_reason"),
                attempts=case((nearer, 0), else_=target.c.attempts + 1),
                not_before=None,
                leased_by=None,
                leased_until=None,
                finished_at=case((nearer, None), else_=utc_now()),
                **values,
            ),
            rows,
        )


def give_back(connection: Connection, which: Any, lost: datetime | None = None) -> None:
    """Make targets ready again. ``lost``: when it was seen that their process had ended without a word."""
    if lost is None:
        back: dict[str, Any] = {"state": READY}
    else:
        losses = target.c.losses + 1
        given_up = losses >= _LOST
        reason = f"the process that fetched it ended without a word {_LOST} times, the last times with nothing else"
        back = {
            "state": case((given_up, "dead"), (losses >= SUSPECT, "suspect"), else_=READY),
            "losses": losses,
            "reason": case((given_up, reason), else_=target.c.reason),
            "finished_at": case((given_up, lost), else_=None),
        }
    connection.execute(
        update(target)
        .where(which, target.c.state.in_(("leased", "retry")))
        .values(leased_by=None, leased_until=None, not_before=None, **back)
    )
