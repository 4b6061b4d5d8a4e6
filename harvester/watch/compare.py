"""Each host of a run against its own past: what is worse than the past explains, and what is well again.

Runs that an open alarm stands for do not belong to the past, so a loss is never learnt as the new habit while nobody
looks; once a person has acknowledged it, it is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from harvester.watch.alarms import COVERAGE, Alarm, Closed, Detail
from harvester.watch.books import Counted
from harvester.watch.drop import Drop, Share, could_show, drop
from harvester.watch.samples import Key, Sample

_RUN_ERROR = 0.01  # how probable any false alarm may be in one run
_HOST_ERROR = 1e-4  # how probable any false alarm may be for one host in one run
_WORTH_KEEPING = 1e-3  # of p; above it, no number of tests makes an alarm
_ENOUGH = 30  # pages of a run that speak for themselves
_TOGETHER = (3, 9)  # so many runs with fewer are looked at together
_TO_CLOSE = 10  # pages that show that it is over
_NEARLY = 0.75  # of the way back


class Worse(NamedTuple):
    """A share that is worse than its past explains."""

    key: Key
    detail: Detail
    runs: tuple[int, ...]
    """The runs that show it, this one last."""
    first: int
    """The first run that was worse than the past."""
    reader_version: str | None
    """The version that its pages were read by, where those before were read by another."""


class Comparison:
    """The tests of one run. All of them are made first, since how many there are decides what each must show."""

    def __init__(self, run_id: int) -> None:
        self._run_id = run_id
        self._count: Counter[str] = Counter()  # by host
        self._found: list[Worse] = []

    def add(self, found: Mapping[Key, Sequence[Sample]], known: Iterable[Alarm]) -> None:
        """Test what the run and its past say of hosts, except what an open alarm among ``known`` says already."""
        excluded, open_now = _noted(known)
        for key, every in found.items():
            usable = [each for each in every if not any(each.run_id in span for span in excluded[key])]
            if key in open_now or len(usable) < 2 or usable[-1].run_id != self._run_id:
                continue
            tests = [each for size in _windows(usable) for each in _possible(usable[:-size], usable[-size:])]
            if tests:
                self._count[key.host] += 1
                worse = _compare(key, tests)
                if worse is not None and worse.detail.p < _WORTH_KEEPING:
                    self._found.append(worse)

    def worse(self) -> list[Worse]:
        """Return what is too improbable, given how many tests there were in the run and of the host (Bonferroni)."""
        every = self._count.total()
        return [
            each
            for each in self._found
            if each.detail.p <= min(_RUN_ERROR / every, _HOST_ERROR / self._count[each.key.host])
        ]


def recovered(alarm: Alarm, detail: Detail, every: Sequence[Sample]) -> bool:
    """Return whether the runs since an alarm, as many as it takes to have some pages, are nearly as before it."""
    since = Counted()
    for sample in reversed([each for each in every if each.run_id > alarm.run_id]):
        since += sample.counted
        if since.pages >= _TO_CLOSE:
            return _way_back(alarm, detail, since) >= _NEARLY
    return False


def is_still_there(alarm: Alarm, detail: Detail, sample: Sample) -> bool:
    """Return whether a run is nearer to what an alarm says than to what was before it."""
    return sample.counted.pages > 0 and _way_back(alarm, detail, sample.counted) < 0.5


def _way_back(alarm: Alarm, detail: Detail, counted: Counted) -> float:
    share = counted.present / counted.pages
    now = share if alarm.kind == COVERAGE else 1 - share
    return (now - detail.after) / (detail.before - detail.after)


def _noted(known: Iterable[Alarm]) -> tuple[dict[Key, list[range]], set[Key]]:
    """Return for each key the runs that are no past of it, and the keys about which an alarm is open."""
    excluded: dict[Key, list[range]] = defaultdict(list)
    open_now = set()
    for alarm in known:
        for detail in alarm.details:
            key = Key(alarm.host, alarm.kind, detail.field)
            if detail.recovered is not None:
                excluded[key].append(range(alarm.run_id, detail.recovered))
            elif alarm.closed_by == Closed.ACKNOWLEDGED:
                excluded[key].append(range(alarm.run_id))
            else:
                open_now.add(key)
    return excluded, open_now


class _Test(NamedTuple):
    """A few runs, the window, against those before them."""

    past: list[Sample]
    shares: list[Share]
    """What each of the past had."""
    window: list[Sample]
    now: Share
    is_of_all: bool

    def drop(self) -> Drop:
        return drop(self.shares, self.now)


def _windows(every: list[Sample]) -> list[int]:
    """Return of how many runs, counted from the latest, the pages are taken together: one, and more of small runs."""
    sizes = [1]
    for size in _TOGETHER:
        if size < len(every) and all(each.counted.pages < _ENOUGH for each in every[-size:]):
            sizes.append(size)
    return sizes


def _possible(past: list[Sample], window: list[Sample]) -> list[_Test]:
    """Return the tests of a few runs against those before them that could show something; there are two.

    All pages, except those that never had the field: which pages are due is no accident, and a run that meets more of
    these than usual has lost nothing. And the pages that once had it, against what such pages did before: sharper,
    where pages are visited again.
    """
    now = sum((each.counted for each in window), Counted())
    read = [each for each in past if each.counted.pages]
    again = [each for each in past if each.counted.had]
    of_all = [Share(each.counted.pages, each.counted.present) for each in read]
    of_known = [Share(each.counted.had, each.counted.kept) for each in again]
    tests = [
        _Test(read, of_all, window, Share(now.had + now.fresh, now.kept + now.fresh_present), is_of_all=True),
        _Test(again, of_known, window, Share(now.had, now.kept), is_of_all=False),
    ]
    return [each for each in tests if each.past and could_show(each.shares, each.now.pages)]


def _compare(key: Key, tests: list[_Test]) -> Worse | None:
    """Return how the latest run, or the latest few together, are worse than those before."""
    best, test = min(((test.drop(), test) for test in tests), key=lambda each: each[0].p)
    now = sum((each.counted for each in test.window), Counted())
    usual = best.expected if test.is_of_all else _ratio(test.past)
    before, after = (now.had + usual * now.fresh) / now.pages, now.present / now.pages
    if best.p == 1 or before <= after:
        return None
    if key.kind != COVERAGE:
        before, after = 1 - before, 1 - after
    detail = Detail(key.field, before, after, now.pages, min(1.0, best.p * len(tests)))
    ids = tuple(each.run_id for each in test.window)
    if best.runs > 1:
        return Worse(key, detail, ids, test.past[1 - best.runs].run_id, None)
    version = test.window[-1].reader_version
    return Worse(key, detail, ids, ids[0], version if version != test.past[-1].reader_version else None)


def _ratio(past: list[Sample]) -> float:
    return sum(each.counted.present for each in past) / sum(each.counted.pages for each in past)
