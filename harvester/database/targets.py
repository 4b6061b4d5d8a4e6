"""How the state of a target changes, in the transaction of the caller; see `harvester.database.frontier`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, or_, true, update
from sqlalchemy.dialects import postgresql, sqlite

from harvester.clock import utc_now
from harvester.database.revisits import Watch
from harvester.database.tables import target
from harvester.normalise.url import host_of, url_key

_SUSPECT = 2  # losses after which a target is fetched alone
_LOST = 4  # losses after which it is given up: two in company, two alone


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
    before.
    """
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
    return len(added.all())


def done(connection: Connection, target_ids: Sequence[int]) -> None:
    """End targets well."""
    _end(connection, [{"b_id": target_id, "b_reason": None} for target_id in target_ids], "done")


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


def _wait(connection: Connection, later: Mapping[int, tuple[datetime, str]], attempts: int) -> None:
    if later:
        connection.execute(
            update(target)
            .where(target.c.id == bindparam("b_id"))
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
                finished_at=utc_now(),
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
            "state": case((given_up, "dead"), (losses >= _SUSPECT, "suspect"), else_=READY),
            "losses": losses,
            "reason": case((given_up, reason), else_=target.c.reason),
            "finished_at": case((given_up, lost), else_=None),
        }
    connection.execute(
        update(target)
        .where(which, target.c.state.in_(("leased", "retry")))
        .values(leased_by=None, leased_until=None, not_before=None, **back)
    )
