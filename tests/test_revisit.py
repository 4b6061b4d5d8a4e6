"""The revisit policy by itself: pages that change by a Poisson process or regularly, looked at as it says."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from harvester.revisit import Bounds, Habit, Look, due_from, interval, learn, new, try_again

DAY = timedelta(days=1)
START = datetime(2026, 11, 23, 3, tzinfo=UTC)
NEVER = 1e9


def changes(every: float, days: int, regular: bool, chance: random.Random) -> list[float]:
    """Moments, in days, at which a page changes."""
    step = (lambda: every) if regular else (lambda: chance.expovariate(1 / every))
    moments = [chance.random() * every if regular else step()]
    while moments[-1] < days:
        moments.append(moments[-1] + step())
    return moments[:-1]


def looks_at(changed: list[float], days: int, slots_a_day: int = 1, bounds: Bounds | None = None) -> list[float]:
    """Moments, in days, at which a page is looked at again after the first look at 0."""
    bounds = bounds or Bounds()
    run = DAY / slots_a_day
    habit, last = new(bounds.first), 0.0
    due = due_from(START, interval(bounds, habit, Look.CHANGED, None), run)
    looks = []
    for slot in (number / slots_a_day for number in range(1, days * slots_a_day + 1)):
        if due <= START + slot * DAY:
            look = Look.CHANGED if any(last < moment <= slot for moment in changed) else Look.UNCHANGED
            habit = learn(habit, look, (slot - last) * DAY)
            due = due_from(START + slot * DAY, interval(bounds, habit, look, (slot - last) * DAY), run)
            looks.append(slot)
            last = slot
    return looks


def in_time(changed: list[float], looks: list[float], every: float, days: int) -> list[bool]:
    """For each change whose time is not cut off by the end, whether it was seen within two of the page's intervals."""
    seen = [next((look for look in looks if look >= moment), NEVER) - moment <= 2 * every + 1e-9 for moment in changed]
    return [each for each, moment in zip(seen, changed, strict=True) if each or moment + 2 * every <= days]


MIX = {None: 250, 1: 50, 2: 50, 3: 50, 7: 50, 30: 50}
"""How many of 500 pages change every so many days."""


@pytest.mark.parametrize("slots_a_day", [1, 2, 4])
@pytest.mark.parametrize("regular", [True, False], ids=["regular", "Poisson"])
def test_first_week_costs_less_than_forty_percent_of_daily_looks_and_sees_changes_in_time(
    regular: bool, slots_a_day: int
) -> None:
    chance = random.Random(7)
    looks, timely = 0, []
    for every, count in MIX.items():
        for _ in range(count):
            changed = changes(every, 7, regular, chance) if every else []
            looked = looks_at(changed, 7, slots_a_day)
            looks += len(looked)
            timely += in_time(changed, looked, every or NEVER, 7)
    assert looks <= 0.4 * 500 * 7
    assert sum(timely) >= 0.95 * len(timely)


@pytest.mark.parametrize("regular", [True, False], ids=["regular", "Poisson"])
@pytest.mark.parametrize("every", [1, 3, 10, 30])
def test_in_the_long_run_a_page_is_looked_at_about_as_often_as_it_changes(every: int, regular: bool) -> None:
    chance = random.Random(every)
    looks, changed_total, timely = 0, 0, []
    for _ in range(20):
        changed = changes(every, 300, regular, chance)
        looked = [each for each in looks_at(changed, 300) if each > 60]
        changed_total += sum(moment > 60 for moment in changed)
        looks += len(looked)
        timely += in_time([moment for moment in changed if moment > 60], looked, every, 300)
    assert 0.5 < looks / changed_total < 3
    assert sum(timely) >= 0.95 * len(timely)


def test_what_never_changes_is_looked_at_less_and_less_up_to_the_longest_interval() -> None:
    looked = looks_at([], 365)
    gaps = [later - earlier for earlier, later in pairwise(looked)]
    assert gaps == sorted(gaps)
    assert gaps[-1] <= 30
    assert len(looked) <= 365 * 0.06


def test_a_page_that_takes_to_daily_changes_is_followed() -> None:
    looked = looks_at([200.0 + number for number in range(60)], 260)
    before = max(later - earlier for earlier, later in pairwise(looked) if later <= 200)
    within_a_month = [later - earlier for earlier, later in pairwise(looked) if later > 240]
    assert before >= 25
    assert max(within_a_month) <= 2


def test_bounds_hold() -> None:
    bounds = Bounds(shortest=3 * DAY, longest=9 * DAY, first=4 * DAY)
    often = looks_at([number / 4 for number in range(400)], 100, 4, bounds)
    seldom = looks_at([], 100, 4, bounds)
    assert min(later - earlier for earlier, later in pairwise(often)) == 3
    assert max(later - earlier for earlier, later in pairwise(seldom)) == 9


def test_a_wall_teaches_nothing_and_is_tried_again_soon() -> None:
    bounds = Bounds()
    habit = Habit(3, 60)
    after = learn(habit, Look.IN_VAIN, DAY)
    assert (after.changes, after.days, after.misses) == (3, 60, 1)
    assert try_again(bounds, after.misses, DAY / 4) == DAY / 4
    for _ in range(40):
        after = learn(after, Look.IN_VAIN, DAY)
    assert try_again(bounds, after.misses, DAY / 4) == bounds.longest
    assert learn(after, Look.UNCHANGED, DAY).misses == 0


def test_what_is_gone_is_looked_at_most_seldom() -> None:
    assert interval(Bounds(), Habit(3, 3), Look.GONE, DAY) == Bounds().longest


def test_a_daily_run_that_begins_a_little_early_does_not_miss_what_is_wanted_daily() -> None:
    assert due_from(START, DAY, DAY) <= START + timedelta(hours=23)
    assert due_from(START, DAY, timedelta(hours=1)) == START + timedelta(hours=23, minutes=30)
    assert due_from(START, 16 * DAY, DAY) == START + 15.5 * DAY
