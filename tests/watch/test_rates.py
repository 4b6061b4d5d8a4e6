"""How often alarms are false, and how surely a loss is found: measured on made-up sites whose runs differ by nature."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from harvester.watch.alarms import COVERAGE
from harvester.watch.books import Counted
from harvester.watch.compare import Comparison, Worse
from harvester.watch.drop import Share, drop
from harvester.watch.samples import BAD, Key, Sample

FIELDS = ("title", "abstract", "volume", "keywords", "pdf_url", "license")


@dataclass
class Site:
    """A site with several kinds of pages, each with fields of its own; every run meets another mix of kinds."""

    chance: random.Random
    is_watched: bool
    """The same pages are visited again, those of one kind more often than others; else each run meets new pages."""
    steadiness: float
    """Of the mix: with 20 a kind that makes up half makes up 39 to 61 % of most runs, with 8 from 33 to 67 %."""
    lost: str = ""
    """The field that its pages lack from now on."""
    pages: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.size = self.chance.choice([4, 12, 40, 120])
        self.kinds = [self.chance.random() + 0.2 for _ in range(self.chance.randint(1, 3))]
        shares = [0.0, 0.02, 0.5, 0.9, 0.97, 1.0, 1.0]
        self.has = {name: [self.chance.choice(shares) for _ in self.kinds] for name in FIELDS} | {
            "title": [1.0] * len(self.kinds)
        }

    def run(self) -> dict[str, Counted]:
        """What one run reads."""
        mix = [self.chance.gammavariate(self.steadiness * kind / sum(self.kinds), 1) + 1e-9 for kind in self.kinds]
        count = max(1, int(self.size * self.chance.uniform(0.3, 1.5)))
        due: list[dict[str, Any]] = []
        if self.pages and self.is_watched:
            weights = [mix[page["kind"]] for page in self.pages]
            due = [self.pages[at] for at in {*self.chance.choices(range(len(self.pages)), weights, k=count)}]
            count = self.chance.randint(0, 2)
        due += [self._page(mix) for _ in range(count)]
        counted = {name: Counted() for name in FIELDS}
        for page in due:
            fields = {name for name in page["fields"] if self.chance.random() > 0.003} - {self.lost} | {"title"}
            fresh, ever = "ever" not in page, page.setdefault("ever", set())
            for name in FIELDS:
                has, had = name in fields, name in ever
                counted[name] += Counted(1, has, had, had and has, fresh, fresh and has)
            ever |= fields
        return counted

    def _page(self, mix: list[float]) -> dict[str, Any]:
        kind = self.chance.choices(range(len(self.kinds)), mix)[0]
        page = {"kind": kind, "fields": [name for name in FIELDS if self.chance.random() < self.has[name][kind]]}
        self.pages.append(page)
        return page


def compared(sites: list[Site], runs: int, seed: int) -> Iterator[tuple[int, list[Worse]]]:
    """Yield for each run how many hosts were compared with their past, and what was found; server trouble included."""
    chance = random.Random(seed)
    past: dict[Key, list[Sample]] = defaultdict(list)
    for run_id in range(1, runs + 1):
        here: dict[Key, list[Sample]] = {}
        for number, site in enumerate(sites):
            counted = site.run()
            for name, each in counted.items():
                key = Key(f"h{number}", COVERAGE, name)
                past[key].append(Sample(run_id, each, "1"))
                here[key] = past[key]
            visits = counted["title"].pages
            for outcome in BAD:
                share = chance.betavariate(0.2, 9.8)
                bad = sum(chance.random() < share for _ in range(visits))
                key = Key(f"h{number}", outcome, outcome)
                past[key].append(Sample(run_id, Counted(visits, visits - bad, 0, 0, visits, visits - bad)))
                here[key] = past[key]
        comparison = Comparison(run_id)
        comparison.add(here, [])
        yield len(sites) * (run_id > 1), comparison.worse()


@pytest.mark.parametrize(("is_watched", "steadiness"), [(False, 20), (False, 8), (True, 20), (True, 4)])
def test_natural_differences_between_runs_raise_nothing(is_watched: bool, steadiness: float) -> None:
    sites = [Site(random.Random(f"{n} {is_watched} {steadiness}"), is_watched, steadiness) for n in range(30)]
    results = list(compared(sites, 20, seed=1))
    assert sum(count for count, _ in results) == 570
    assert [worse for _, found in results for worse in found] == []


@pytest.mark.parametrize("is_watched", [False, True])
def test_a_lost_field_of_twenty_pages_is_found_by_the_next_run(is_watched: bool) -> None:
    sites = [Site(random.Random(f"{n} {is_watched}"), is_watched, 20) for n in range(30)]
    for site in sites:
        site.size = 60
        site.has["abstract"] = [0.96] * len(site.kinds)
    found: list[set[str]] = []
    for run_id, (_, worse) in enumerate(compared(sites, 8, seed=2), 1):
        found.append({each.key.host for each in worse if each.key.field == "abstract"})
        if run_id == 7:
            for site in sites[:10]:
                site.lost = "abstract"
    assert found == [set()] * 7 + [{f"h{number}" for number in range(10)}]


@pytest.mark.parametrize("past", [[Share(240, 230)], [Share(20, 20)], [Share(40, 38)] * 6, [Share(8, 8)] * 5])
def test_one_run_before_is_enough(past: list[Share]) -> None:
    among_three_thousand_tests = 0.01 / 3000
    assert drop(past, Share(20, 0)).p < among_three_thousand_tests
    assert drop(past, Share(240, 29)).p < among_three_thousand_tests


@pytest.mark.parametrize(
    ("past", "now"),
    [
        ([Share(240, 230)], Share(3, 1)),  # few pages
        ([Share(3, 3)], Share(240, 29)),  # a short past
        ([Share(60, 30), Share(60, 50), Share(60, 20), Share(60, 55)], Share(60, 15)),  # a past of many kinds
        ([Share(10_000, 9_600)] * 3, Share(10_000, 9_000)),  # many pages prove nothing that matters
    ],
)
def test_what_the_past_explains_is_no_alarm(past: list[Share], now: Share) -> None:
    assert drop(past, now).p > 1e-4


def test_a_field_that_came_and_went_is_compared_with_the_runs_that_had_it() -> None:
    poor, rich = Share(100, 10), Share(100, 99)
    assert drop([poor] * 10 + [rich] * 2, Share(100, 10)).p < 1e-5
    assert drop([poor] * 10 + [rich] * 2, Share(100, 10)).runs == 1


def test_a_slow_loss_shows_against_the_far_past() -> None:
    past = [Share(100, 96)] * 20 + [Share(100, 96 - step) for step in range(0, 45, 3)]
    found = drop(past, Share(100, 45))
    assert found.p < 1e-5
    assert found.runs > 8
