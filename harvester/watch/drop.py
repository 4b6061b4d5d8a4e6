"""Is a share lower than its own past explains? The test behind every alarm.

A host's share of pages with a field differs from run to run by more than chance, since runs meet different kinds of
pages. So the pages with a field among those of a run are taken as beta-binomial: the run draws its own share from a
beta distribution with the mean ``mu`` and the intraclass correlation ``rho``, then each page is drawn with that share
(Williams 1975). Both parameters are unknown and integrated over a grid: ``mu`` with Jeffreys' prior, ``rho`` with a
prior that expects small differences and gives way to what the past shows. What comes out is the probability of a share
as low as the present one, given the past (the predictive p-value of Box 1980); small samples only make it larger.

How much runs differ is learnt from runs that follow each other, so that a change that lasts is not mistaken for a
habit. The mean is learnt from blocks of the past, each by itself: the run before, the one before that, then two, four,
eight runs and so on. The near blocks see a sudden loss, also soon after an improvement; the far ones see a slow loss
that the near ones have got used to.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import exp, lgamma, log, pi, sin
from typing import NamedTuple

_MOST = 200  # pages of a run that count: runs differ, so more pages tell no more about the next run
_LEAST = 30  # pages of a block, where the past has as many
_CHANGES = 0.02  # how probable it is that a site changes for good between two runs
_STEPS = 48  # of mu, evenly on the arcsine scale, which is Jeffreys' prior
_CLEARLY_NOT = 8.0  # by Chernoff's bound; below it, no p-value that matters comes out


class Share(NamedTuple):
    """So many pages of a run, and how many of them have what is asked for."""

    pages: int
    present: int

    def __add__(self, other: object) -> "Share":
        """Return the pages of both."""
        assert isinstance(other, Share)
        return Share(self.pages + other.pages, self.present + other.present)

    @property
    def ratio(self) -> float:
        """Return the share, from 0 to 1; 0 of no pages."""
        return self.present / self.pages if self.pages else 0.0

    def complement(self) -> "Share":
        """Return how many have it not."""
        return Share(self.pages, self.pages - self.present)


class Drop(NamedTuple):
    """The outcome of a test: the p-value, the share that the past would give, and since how many runs it is lower."""

    p: float
    expected: float
    runs: int


NO_DROP = Drop(1.0, 0.0, 0)

_RHO = ((0.005, 0.4), (0.01, 0.3), (0.02, 0.2), (0.04, 0.09), (0.08, 9.5e-3), (0.16, 5e-4), (0.32, 1e-5))
"""What is expected of the differences between runs: values of rho, each with its prior weight.

No site is steadier than the first value; the last ones take a past that shows them.
"""


def drop(past: Sequence[Share], now: Share) -> Drop:
    """Test whether ``now`` has a lower share than its past: runs with pages, the latest last.

    The p-value holds for all blocks of the past together (Bonferroni). 1 where there is no past.

    >>> week = [Share(240, 230)] * 7
    >>> drop(week, Share(240, 29)).p < 1e-9, drop(week, Share(3, 2)).p > 0.01
    (True, True)
    """
    past = [_bounded(each) for each in past]
    now = _bounded(now)
    blocks = list(_blocks(past))
    if not now.pages or all(_is_near(sum(block, Share(0, 0)), now) for _, block in blocks):
        return NO_DROP
    weights = _weights(past)
    best = NO_DROP
    for distance, block in blocks:
        p = min(1.0, _tail(block, now, weights) * len(blocks))
        if p < best.p and (p < best.p / 100 or best.p > 0.01):  # a farther block must be worth it
            best = Drop(p, sum(block, Share(0, 0)).ratio, distance)
    return best


def could_show(past: Sequence[Share], pages: int) -> bool:
    """Return whether so many pages could show a drop at all, were none of them left with what is asked for.

    Where they could not, there is no test, and none to be considered beside the others (Tarone 1990).
    """
    return _divergence(sum(past, Share(0, 0)), Share(pages, 0)) >= _CLEARLY_NOT


def _bounded(share: Share) -> Share:
    if share.pages <= _MOST:
        return share
    return Share(_MOST, -(-share.present * _MOST // share.pages))


def _blocks(past: list[Share]) -> Iterator[tuple[int, list[Share]]]:
    """Yield the blocks, the nearest first, each with the number of runs after it, the present one counted."""
    end = len(past)
    while end > 0:
        size = max(1, len(past) - end)  # as long as all that came after it
        while end > size and sum(share.pages for share in past[end - size : end]) < _LEAST:
            size += 1
        start = max(0, end - size)
        yield len(past) - end + 1, past[start:end]
        end = start


def _is_near(reference: Share, now: Share) -> bool:
    """Return whether even page by page, without differences between runs, the share is not low enough to matter."""
    return _divergence(reference, now) < _CLEARLY_NOT


def _divergence(reference: Share, now: Share) -> float:
    """Return the exponent of Chernoff's bound: how improbable ``now`` is, page by page; 0 where it is not lower."""
    expected = (reference.present + 0.5) / (reference.pages + 1)
    if now.ratio >= expected:
        return 0.0
    parts = ((now.ratio, expected), (1 - now.ratio, 1 - expected))
    return now.pages * sum(part * log(part / other) for part, other in parts if part)


@lru_cache(1)
def _means() -> tuple[float, ...]:
    return tuple(sin(pi / 2 * (step + 0.5) / _STEPS) ** 2 for step in range(_STEPS))


@lru_cache(50_000)
def _likelihood(share: Share, rho: float) -> tuple[float, ...]:
    """Return for each mean the logarithm of the beta-binomial probability of a share, without the binomial factor."""
    pages, present = share
    scale = 1 / rho - 1
    constant = lgamma(scale) - lgamma(scale + pages)
    found = []
    for mean in _means():
        a, b = mean * scale, (1 - mean) * scale
        found.append(constant + lgamma(a + present) - lgamma(a) + lgamma(b + pages - present) - lgamma(b))
    return tuple(found)


def _log_mean(values: Sequence[float]) -> float:
    top = max(values)
    return top + log(sum(exp(value - top) for value in values) / len(values))


def _weights(past: Sequence[Share]) -> list[tuple[float, float]]:
    """Return for each rho its weight after the past: how well it lets each run foretell the next one.

    Now and then a site changes for good, which says nothing about how much runs differ: two runs may have means of
    their own.
    """
    logs = []
    for rho, prior in _RHO:
        total = log(prior)
        for one, other in pairwise(past):
            first, second = _likelihood(one, rho), _likelihood(other, rho)
            together = _log_mean([x + y for x, y in zip(first, second, strict=True)]) - _log_mean(first)
            apart = _log_mean(second)
            top = max(together, apart)
            total += top + log((1 - _CHANGES) * exp(together - top) + _CHANGES * exp(apart - top))
        logs.append(total)
    whole = _log_mean(logs)
    return [(rho, exp(value - whole) / len(logs)) for (rho, _), value in zip(_RHO, logs, strict=True)]


def _tail(block: Sequence[Share], now: Share, weights: Sequence[tuple[float, float]]) -> float:
    """Return the probability of as few as ``now`` has, after what a block of runs had."""
    p = 0.0
    for rho, weight in weights:
        if weight < 1e-12:
            continue
        logs = [sum(values) for values in zip(*(_likelihood(each, rho) for each in block), strict=True)]
        whole = _log_mean(logs) + log(len(logs))
        p += weight * sum(
            exp(value - whole) * _at_most(now, mean, rho)
            for mean, value in zip(_means(), logs, strict=True)
            if value - whole > -40
        )
    return p


@lru_cache(50_000)
def _at_most(share: Share, mean: float, rho: float) -> float:
    """Return the beta-binomial probability of at most so many."""
    pages, present = share
    scale = 1 / rho - 1
    a, b = mean * scale, (1 - mean) * scale
    term = exp(lgamma(scale) - lgamma(scale + pages) + lgamma(b + pages) - lgamma(b))
    total = term
    for count in range(present):
        term *= (pages - count) / (count + 1) * (a + count) / (b + pages - count - 1)
        total += term
    return min(1.0, total)
