"""Which watched targets a run of their job looks at, and when after that they are due again; see `harvester.revisit`.

What is known of a page belongs to its target and is shared by all jobs that want it; each job keeps its own bounds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select, update

from harvester.database.tables import target
from harvester.revisit import Bounds, Habit, Look, due_from, first_interval, interval, learn, new, try_again


@dataclass(frozen=True, slots=True)
class Watch:
    """A run of a job: its name, the time for which the schedule wanted it, and that to its next run.

    Intervals are counted from ``slot``, so that it does not matter when in a run a page had its turn. ``hosts``: if
    there are any, pages of other hosts are passed over; spelt as in ``target.host``.
    """

    job: str
    slot: datetime
    until_next: timedelta
    bounds: Bounds = field(default_factory=Bounds)
    hosts: frozenset[str] = frozenset()

    def due(self, lastmod: ColumnElement[datetime | None] | None = None) -> ColumnElement[bool]:
        """Return what holds for a target that this run looks at. ``lastmod``: when it changed, as a list says now."""
        bounds = self.bounds
        early = min(self.until_next / 2, bounds.shortest / 8)
        time_has_come = or_(
            target.c.next_visit.is_(None),
            target.c.next_visit <= self.slot,
            # Another job or older bounds gave it more time than these allow.
            and_(target.c.misses == 0, target.c.looked_at <= self.slot - bounds.longest),
        )
        if lastmod is not None:
            time_has_come = or_(time_has_come, lastmod > target.c.looked_at)
        long_enough = or_(target.c.looked_at.is_(None), target.c.looked_at <= self.slot - bounds.shortest + early)
        return or_(target.c.kind != "page", and_(time_has_come, long_enough))


class Revisits:
    """Says after each look when a target is due again, in the transaction that ends it."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self._hosts: dict[str, tuple[float, float]] | None = None

    def note(self, connection: Connection, looks: Mapping[int, Look]) -> None:
        """Learn from looks, by target id, and write down when the targets are due again."""
        watch, bounds = self.watch, self.watch.bounds
        known = select(
            target.c.id, target.c.host, target.c.looked_at, target.c.rate_changes, target.c.rate_days, target.c.misses
        ).where(target.c.id.in_(list(looks)), target.c.kind == "page")
        rows = []
        for row in connection.execute(known):
            if row.looked_at == watch.slot:
                continue  # this run has seen it before, or this transaction is made again
            look = looks[row.id]
            in_vain = look is Look.IN_VAIN
            habit = (
                Habit(row.rate_changes, row.rate_days, row.misses) if row.rate_days else self._new(connection, row.host)
            )
            since = watch.slot - row.looked_at if row.looked_at else None
            if since is not None or in_vain:
                habit = learn(habit, look, since or timedelta(0))
            wait = (
                try_again(bounds, habit.misses, watch.until_next) if in_vain else interval(bounds, habit, look, since)
            )
            rows.append(
                {
                    "b_id": row.id,
                    "b_looked_at": row.looked_at if in_vain else watch.slot,
                    "b_next_visit": due_from(watch.slot, wait, watch.until_next),
                    "b_rate_changes": habit.changes,
                    "b_rate_days": habit.days,
                    "b_misses": habit.misses,
                }
            )
        names = ("looked_at", "next_visit", "rate_changes", "rate_days", "misses")
        statement = update(target).where(target.c.id == bindparam("b_id"))
        if rows:
            connection.execute(statement.values({name: bindparam(f"b_{name}") for name in names}), rows)

    def _new(self, connection: Connection, host: str) -> Habit:
        """Return what the other pages of a host let suppose of a new one; asked once a run."""
        if self._hosts is None:
            sums = (func.sum(target.c.rate_changes), func.sum(target.c.rate_days))
            known = select(target.c.host, *sums).where(target.c.job == self.watch.job, target.c.rate_days > 0)
            self._hosts = {name: (changes, days) for name, changes, days in connection.execute(known.group_by("host"))}
        return new(first_interval(self.watch.bounds, *self._hosts.get(host, (0.0, 0.0))))
