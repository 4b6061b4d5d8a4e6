"""When to look at a page again: as often as it changes, between bounds.

Kept of a page are two numbers: how many changes were seen, and in how many days. Their quotient is the interval after
which it is looked at again. A new page begins with `PRIOR` changes in as many of the intervals of its host's other
pages, and old looks fade by `KEPT` at each new one, so that a page that takes up another habit is followed.

A look that finds a change only says that there was at least one since the last look. Counted as one, a page that
changes faster than it is looked at would never be looked at sooner; so it counts as many changes as a Poisson process
of the known rate has in such a time if it has any (Cho and Garcia-Molina, "Estimating frequency of change", 2003,
correct the same bias for equal intervals). Of a page that changes at random, two thirds of the looks then find
something, and nearly all changes are seen within two of its own intervals.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import expm1

PRIOR = 3.0
"""How many changes what is known of a page's host counts for."""

KEPT = 0.9
"""How much of what was known counts beside a new look."""

_LEAST = 0.1  # changes that are left of what was known: a page that was still for years is not given up

_DAY = timedelta(days=1)


class Look(StrEnum):
    """What a look at a page found."""

    CHANGED = "changed"
    """Its record says something else than before; counts, such as how often it is cited, are no change."""
    UNCHANGED = "unchanged"
    GONE = "gone"
    """404 or 410: whoever looks again hopes for little."""
    IN_VAIN = "in vain"
    """A wall, a failure: nothing was seen, so nothing is learnt about the page."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The shortest and the longest time between two looks, and the time before the second look at a new page."""

    shortest: timedelta = timedelta(days=1)
    longest: timedelta = timedelta(days=30)
    first: timedelta = timedelta(days=2)

    def keep(self, interval: timedelta) -> timedelta:
        """Return the interval, or the bound that it passes."""
        return max(self.shortest, min(self.longest, interval))


@dataclass(frozen=True, slots=True)
class Habit:
    """What is known of how a page changes. ``misses``: looks in vain since the last one that saw it."""

    changes: float
    days: float
    misses: int = 0

    @property
    def interval(self) -> timedelta:
        """Return the mean time between two changes."""
        return timedelta(days=self.days / self.changes)


def new(first: timedelta) -> Habit:
    """Return what is supposed of a page at the first look. ``first``: the interval of its host's other pages."""
    return Habit(PRIOR, PRIOR * (first / _DAY))


def first_interval(bounds: Bounds, changes: float, days: float) -> timedelta:
    """Return the time before the second look at a new page of a host, all changes and days of whose pages are added up.

    So the rates are averaged, and the few pages that change often weigh most, which nobody wants to miss. At most a
    factor of two from ``bounds.first``: what its other pages do tells something about a page, not everything.

    >>> [str(first_interval(Bounds(), *sums)) for sums in ((0, 0), (10, 600), (60, 30), (10, 25))]
    ['2 days, 0:00:00', '4 days, 0:00:00', '1 day, 0:00:00', '2 days, 12:00:00']
    """
    host = timedelta(days=days / changes) if changes else bounds.first
    return bounds.keep(max(bounds.first / 2, min(bounds.first * 2, host)))


def learn(habit: Habit, look: Look, since: timedelta) -> Habit:
    """Return what is known after a look, a time ``since`` the last one.

    >>> learn(Habit(3, 6), Look.UNCHANGED, timedelta(days=2))
    Habit(changes=2.7, days=7.4, misses=0)
    """
    if look is Look.IN_VAIN:
        return Habit(habit.changes, habit.days, habit.misses + 1)
    if look is Look.GONE or since <= timedelta(0):
        return Habit(habit.changes, habit.days)
    days = since / _DAY
    expected = habit.changes / habit.days * days
    seen = expected / -expm1(-expected) if look is Look.CHANGED else 0.0
    return Habit(max(_LEAST, habit.changes * KEPT + seen), habit.days * KEPT + days)


def interval(bounds: Bounds, habit: Habit, look: Look, since: timedelta | None) -> timedelta:
    """Return the time to the next look, after one that left this habit. ``since``: the last look; None for the first.

    One look at most halves the time or doubles it; it is halved only down to ``bounds.first``, below which the rate
    alone decides. For looks in vain see `try_again`.
    """
    if look is Look.GONE:
        return bounds.longest
    if since is None:
        return bounds.keep(habit.interval)
    if look is Look.CHANGED:
        return bounds.keep(min(habit.interval, max(bounds.first, since / 2)))
    return bounds.keep(min(habit.interval, max(bounds.first, since * 2)))


def try_again(bounds: Bounds, misses: int, until_next_run: timedelta) -> timedelta:
    """Return the time to the next look after one in vain: the next three runs, then twice as long each time.

    >>> [str(try_again(Bounds(), misses, timedelta(hours=6))) for misses in (1, 3, 4, 5, 99)]
    ['6:00:00', '6:00:00', '12:00:00', '1 day, 0:00:00', '30 days, 0:00:00']
    """
    return min(bounds.longest, until_next_run * (1 << max(0, min(misses - 3, 12))))


def due_from(looked_at: datetime, interval: timedelta, until_next_run: timedelta) -> datetime:
    """Return from when on a page is due: its time, less so much that the nearest run of its job takes it.

    Without that a page that is wanted daily would miss the daily run that begins a second early, or after the clocks
    were put forward, and be seen every other day. At most an eighth of the interval.
    """
    return looked_at + interval - min(until_next_run / 2, interval / 8)
