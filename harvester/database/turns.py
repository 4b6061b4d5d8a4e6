"""Whose turn it is: which targets of a run may be asked for now, host by host, without a look at those that may not."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, and_, case, func, or_, select

from harvester.database import hosts
from harvester.database.hosts import Pace
from harvester.database.seen import Seen
from harvester.database.tables import host, target
from harvester.database.targets import Kind

AHEAD = timedelta(seconds=0.5)
"""How long before its slot a target is claimed: as long as a spider sleeps between two claims."""


@dataclass(frozen=True, slots=True)
class Target:
    """One address to fetch.

    ``start_at``: the slot that is reserved for it; None where its host needs no delay. ``seen``: what it gave before.
    """

    id: int
    url: str
    host: str
    depth: int
    attempts: int
    kind: Kind = Kind.PAGE
    start_at: datetime | None = None
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a claim asks for: targets of a run in a state, at most so many.

    ``per_host``: at most so many of one host, counting those that ``busy`` has under way; ``each``: at most so many of
    one host by this claim; ``deepest``: none that is more links away; ``losses``: only what was lost so often.
    """

    run_id: int
    state: str
    most: int
    per_host: int
    busy: Mapping[str, int]
    now: datetime
    each: int | None = None
    deepest: int | None = None
    losses: int | None = None


class Turns:
    """Hosts take turns, and so do the lists and the pages of a host: neither waits for the end of the other."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._after = ""  # the host that the last claim ended on
        self._read: set[str] = set()  # hosts whose last turn was a list's

    def take(self, connection: Connection, pages: Claim) -> list[Target]:
        """Return the pages whose turn it is, and the lists: one of a host, unless it has read one and has pages."""
        lists = replace(pages, state="list", each=1)
        waiting = select(target.c.id).where(target.c.run_id == pages.run_id, target.c.state == "list").limit(1)
        first: list[Target] = []
        rest: list[Target] = []
        some = connection.scalar(waiting) is not None
        if some:
            first = list(take(connection, _without(lists, self._read), self._pace, ""))
        found = list(take(connection, _less(pages, first), self._pace, self._after))
        if found:
            self._after = found[-1].host
        if some:
            # What is taken is leased at the end of the claim, so these hosts would give the same list again.
            others = _without(_less(lists, [*first, *found]), {each.host for each in first})
            rest = list(take(connection, others, self._pace, ""))
            self._read = self._read - {each.host for each in found} | {each.host for each in [*first, *rest]}
        return [*first, *rest, *found]


def _without(wanted: Claim, names: Iterable[str]) -> Claim:
    """Return a claim that passes over hosts."""
    full = {name: max(wanted.per_host, wanted.busy.get(name, 0)) for name in names}
    return replace(wanted, busy={**wanted.busy, **full})


def _less(wanted: Claim, taken: Sequence[Target]) -> Claim:
    """Return what is left of a claim of which some has been taken."""
    busy = Counter(wanted.busy)
    busy.update(each.host for each in taken)
    return replace(wanted, most=wanted.most - len(taken), busy=busy)


def take(connection: Connection, wanted: Claim, pace: Pace, after: str) -> Iterator[Target]:
    """Yield the targets that may start now, hosts in turns from behind ``after``, and reserve their slots."""
    left = wanted.most
    # From behind the last host to the end, then from the first host to the last one.
    for behind, until in ((after, None), (None, after)):
        for turn in _turns(connection, wanted, behind, until) if left > 0 else ():
            found = _of_host(connection, wanted, turn, pace, left if wanted.each is None else min(left, wanted.each))
            left -= len(found)
            yield from found
            if left <= 0:
                break


def _turns(
    connection: Connection, wanted: Claim, behind: str | None, until: str | None
) -> list[Row[str, datetime | None, float | None, int | None]]:
    """Return the hosts with such targets that may be asked now: one look into the index for each, and no more."""
    waiting = and_(target.c.run_id == wanted.run_id, target.c.state == wanted.state)
    if until is not None:
        waiting = and_(waiting, target.c.host <= until)
    first = select(func.min(target.c.host).label("host")).where(waiting)
    if behind is not None:
        first = first.where(target.c.host > behind)
    turn = first.cte("turn", recursive=True)
    following = select(func.min(target.c.host)).where(waiting, target.c.host > turn.c.host).scalar_subquery()
    turn = turn.union_all(select(following).where(turn.c.host.is_not(None)))
    full = [name for name, count in wanted.busy.items() if name and count >= wanted.per_host]

    def of_host(value: ColumnElement[Any]) -> ScalarSelect[Any]:
        return select(value).where(host.c.host == turn.c.host).scalar_subquery()

    not_now = or_(host.c.next_at > wanted.now + AHEAD, host.c.parked_until > wanted.now)
    # Not a join: PostgreSQL may hash one, which walks all hosts before the first and loses their order.
    asked = (
        select(turn.c.host, of_host(host.c.next_at), of_host(host.c.crawl_delay), of_host(host.c.opened))
        .where(
            turn.c.host.is_not(None),
            turn.c.host.not_in(full),
            func.coalesce(of_host(case((not_now, 1), else_=0)), 0) == 0,
        )
        .limit(wanted.most + len(wanted.busy))  # hosts with a delay may be busy before they are full
    )
    return list(connection.execute(asked))


def may_be_asked(connection: Connection, wanted: Claim) -> bool:
    """Return whether some host has such targets and may be asked for them at the time of the claim."""
    return bool(_turns(connection, wanted, None, None))


def _of_host(
    connection: Connection,
    wanted: Claim,
    turn: Row[str, datetime | None, float | None, int | None],
    pace: Pace,
    left: int,
) -> list[Target]:
    name, next_at, crawl_delay, opened = turn
    busy = wanted.busy.get(name, 0)
    delay = timedelta(seconds=pace.of(crawl_delay).seconds)
    if not name:  # saved pages have no host, and nobody to be polite to
        return _targets(connection, wanted, name, left)
    if opened:  # it failed, and its cool-down is over: one request tries it
        found = _targets(connection, wanted, name, 0 if busy else 1)
        if found:
            hosts.occupy(connection, name, wanted.now + max(hosts.PROBE, delay))
        return [replace(each, start_at=wanted.now) for each in found]
    if not delay:
        return _targets(connection, wanted, name, min(left, wanted.per_host - busy))
    start = max(wanted.now, next_at) if next_at else wanted.now
    slots = (wanted.now + AHEAD - start) // delay + 1
    found = _targets(connection, wanted, name, min(left, slots, pace.at_once - busy))
    if found:
        hosts.occupy(connection, name, start + delay * len(found))
    return [replace(each, start_at=start + delay * place) for place, each in enumerate(found)]


def _targets(connection: Connection, wanted: Claim, name: str, most: int) -> list[Target]:
    if most <= 0:
        return []
    this = target.c
    asked = (
        select(this.id, this.url, this.host, this.depth, this.attempts, this.kind, this.seen)
        .where(target.c.run_id == wanted.run_id, target.c.state == wanted.state, target.c.host == name)
        .order_by(target.c.id)
        .limit(most)
    )
    if wanted.losses is not None:
        asked = asked.where(target.c.losses == wanted.losses)
    if wanted.deepest is not None:
        asked = asked.where(target.c.depth <= wanted.deepest)
    rows = connection.execute(asked)
    return [Target(*row[:-2], kind=Kind(row.kind), seen=Seen.from_dict(row.seen)) for row in rows]
