"""`partition`: which records are one work, as a pure function of the set of records and of what persons decided.

A database keeps the state of `partition` over everything without reading everything (`pipelines._identity`). It stores
for each record its keys (`harvester.match.keys`), and for each pair that shares one, and of which `compare` says more
than that the two are apart, an edge. For a new or changed record it

1. finds whom it meets at keys that are not crowded, compares, and writes the edges;
2. collects the component of the record: whoever is reached over edges, identifiers, decisions and present works;
3. runs `partition` over the component alone, with its edges as ``pairs``.

Nothing outside of the component can change, since no rule looks at a record to which neither an identifier nor an edge
leads; so the end state is that of one `partition` over all, whatever the order of arrival. Relations between works
(`Match.relation`) are not made here: they are what `compare` says of the neighbours that it keeps apart.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from harvester.match.candidates import candidate_pairs, identity_groups
from harvester.match.decision import Decision, Edge, Match
from harvester.match.judge import compare
from harvester.match.record import Prepared
from harvester.match.sets import DisjointSets

Pair = tuple[Hashable, Hashable]
Found = tuple[int, int, Match]
Judge = Callable[[Prepared, Prepared], Match]

TORN_MARGIN = 1.0
"""A record that fits two DOIs, the worse one within this much log-odds of the better one, joins neither."""
LEAST_DISPUTANTS = 4
"""Works that must show one DOI, none of them with most of the records, for it to identify nothing."""
MOST_DISPUTANTS = 60
"""Different titles under one DOI from which the DOI is a placeholder or a container's, whoever else shares it."""


@dataclass(slots=True)
class Partition:
    """The clusters and what they rest on."""

    clusters: list[list[Hashable]] = field(default_factory=list)
    """Ids of the records of each work; a record alone is a cluster of one."""
    edges: list[Edge] = field(default_factory=list)
    """The matches that joined records: enough to connect each cluster, strongest first."""
    reviews: list[Edge] = field(default_factory=list)
    """Pairs that a person should look at."""


def partition(
    records: Iterable[Prepared],
    *,
    must_link: Collection[Pair] = (),
    cannot_link: Collection[Pair] = (),
    pairs: Iterable[Pair] | None = None,
    judge: Judge = compare,
) -> Partition:
    """Partition records into works; the result depends on what the records say, not on their order or ids.

    ``must_link`` and ``cannot_link`` are pairs of ids that persons decided about; they override every rule, the latter
    over the former. ``pairs``: those that share a blocking key, where the caller knows them; else they are looked for
    among the records. ``judge``: `compare`, or a function that remembers what it said.
    """
    ordered = _ordered(records)
    shown, agreed, reviews = _settle_identifiers(ordered, judge)
    merges: list[Found] = []
    for a, b in candidate_pairs(shown) if pairs is None else sorted(_indexes(ordered, pairs)):
        if shown[a].doi and shown[b].doi:
            continue
        match = judge(shown[a], shown[b])
        if match.decision is Decision.MERGE:
            merges.append((a, b, match))
        elif match.decision is Decision.REVIEW:
            reviews.append((a, b, match))
    merges, torn = _set_torn_apart(shown, merges)
    joined = _Clusters(shown, _indexes(ordered, cannot_link), judge)
    decided = Match(Decision.MERGE, 1.0, "person")
    edges = [(a, b, decided) for a, b in sorted(_indexes(ordered, must_link)) if joined.decide(a, b)]
    agreed.sort(key=lambda found: (-found[2].score, found[0], found[1]))
    merges.sort(key=lambda found: (-found[2].score, found[0], found[1]))
    edges += [found for found in agreed + merges if joined.join(found[0], found[1])]
    return Partition(
        clusters=[[ordered[index].id for index in members] for members in joined.groups()],
        edges=_named(ordered, edges),
        reviews=_named(ordered, reviews + torn),
    )


def _named(records: Sequence[Prepared], found: Iterable[Found]) -> list[Edge]:
    return [Edge(records[each[0]].id, records[each[1]].id, each[2]) for each in found]


def _indexes(records: Sequence[Prepared], pairs: Iterable[Pair]) -> set[tuple[int, int]]:
    if not pairs:
        return set()
    index = {record.id: place for place, record in enumerate(records)}
    found = ((index.get(a), index.get(b)) for a, b in pairs)
    return {(min(a, b), max(a, b)) for a, b in found if a is not None and b is not None}


def _settle_identifiers(records: list[Prepared], judge: Judge) -> tuple[list[Prepared], list[Found], list[Found]]:
    """Return the records without the DOIs that identify nothing, the pairs that an identifier joins, and disputes.

    A DOI that several works show alike is a placeholder, a journal's or a book's: its records fall back to metadata.
    Where one title has most of the records, the DOI is that work's, and those who show it wrongly keep it as a veto.
    """
    shown = list(records)
    agreed: list[Found] = []
    disputes: list[Found] = []
    for key, group in identity_groups(records):
        found, quarrels, sizes = _settle(records, group, judge)
        if key.startswith("doi:") and _identifies_nothing(sizes, len(group)):
            for index in group:
                shown[index] = replace(records[index], doi="", stem="")
            continue
        agreed += found
        disputes += quarrels
    return shown, agreed, disputes


def is_disputed(records: Iterable[Prepared], judge: Judge = compare) -> bool:
    """Tell whether a DOI that these records share identifies nothing, so that `partition` looks at none of them by it.

    They have to be all that show it. ``judge``: as for `partition`.
    """
    group = list(records)
    if len({(record.title, record.kind, record.part) for record in group if record.title}) < LEAST_DISPUTANTS:
        return False  # nearly always, so it is asked before anything is compared
    ordered = _ordered(group)
    return _identifies_nothing(_settle(ordered, range(len(ordered)), judge)[2], len(ordered))


def _ordered(records: Iterable[Prepared]) -> list[Prepared]:
    return sorted(records, key=lambda record: (record.signature, str(record.id)))


def _identifies_nothing(sizes: Sequence[int], shown: int) -> bool:
    """``sizes``: of the parties among the records that show a DOI; ``shown``: how many these are."""
    return len(sizes) >= LEAST_DISPUTANTS and max(sizes) * 2 <= shown


def _settle(
    records: Sequence[Prepared], group: Sequence[int], judge: Judge
) -> tuple[list[Found], list[Found], list[int]]:
    """Return the pairs of a group with one identifier that agree, those that do not, and the sizes of its parties."""
    parties: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    silent = [index for index in group if not records[index].title]
    for index in group:
        if records[index].title:
            parties[records[index].title, records[index].kind, records[index].part].append(index)
    heads = [members[0] for members in parties.values()]
    if len(heads) > MOST_DISPUTANTS:
        return [], [], [1] * len(heads)
    compared = [(a, b, judge(records[a], records[b])) for a, b in combinations(heads, 2)]
    found = [each for each in compared if each[2].decision is Decision.MERGE]
    for members in parties.values():
        found += [(members[0], index, judge(records[members[0]], records[index])) for index in members[1:]]
    sets = DisjointSets()
    for a, b, _ in found:
        sets.union(a, b)
    sizes = Counter(sets.find(index) for members in parties.values() for index in members)
    quarrels = [each for each in compared if each[2].decision is Decision.REVIEW]
    # A record without a title goes with whoever has most records; it must not bridge two titles.
    first = max(sizes, key=lambda root: (sizes[root], -root)) if sizes else silent[0]
    found += [(first, index, judge(records[first], records[index])) for index in silent if index != first]
    return found, quarrels, list(sizes.values()) or [len(silent)]


def _set_torn_apart(records: Sequence[Prepared], merges: list[Found]) -> tuple[list[Found], list[Found]]:
    """Take out the matches of records without DOI that fit two DOIs about equally; they are for a person."""
    best: defaultdict[int, dict[str, float]] = defaultdict(dict)
    for a, b, match in merges:
        for one, other in ((a, b), (b, a)):
            stem = records[other].stem
            if stem and not records[one].stem:
                best[one][stem] = max(best[one].get(stem, 0.0), match.score)
    torn = {index for index, scores in best.items() if len(scores) > 1 and _is_torn(scores)}
    kept, apart = [], []
    for a, b, match in merges:
        index, stem = (a, records[b].stem) if records[b].stem else (b, records[a].stem)
        if stem and index in torn:
            apart.append((a, b, replace(match, decision=Decision.REVIEW, rule="fits two DOIs")))
        elif not (stem and _is_cut_off(stem, best[index])):
            kept.append((a, b, match))
    return kept, apart


def _is_torn(scores: dict[str, float]) -> bool:
    (first, best), *others = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    rivals = [score for stem, score in others if not (_is_cut_off(stem, [first]) or _is_cut_off(first, [stem]))]
    return bool(rivals) and _log_odds(best) - _log_odds(max(rivals)) < TORN_MARGIN


def _is_cut_off(stem: str, rivals: Iterable[str]) -> bool:
    """Tell whether a DOI begins another one that fits as well: most likely the same, cut off, and no rival to it."""
    return any(rival != stem and rival.startswith(stem) for rival in rivals)


def _log_odds(score: float) -> float:
    score = min(score, 1 - 1e-15)
    return math.log(score / (1 - score))


class _Clusters:
    """Records being joined, guarded: no two DOIs, and no pair that a veto or a person keeps apart, in one cluster."""

    def __init__(self, records: Sequence[Prepared], apart: set[tuple[int, int]], judge: Judge) -> None:
        self._records = records
        self._apart = apart
        self._judge = judge
        self._sets = DisjointSets()
        self._members: dict[int, list[int]] = {}

    def _cluster(self, index: int) -> list[int]:
        return self._members.get(self._sets.find(index)) or [index]

    def _unite(self, a: int, b: int) -> None:
        members = sorted(self._cluster(a) + self._cluster(b))
        for old in (self._sets.find(a), self._sets.find(b)):
            self._members.pop(old, None)
        self._members[self._sets.union(a, b)] = members

    def decide(self, a: int, b: int) -> bool:
        """Join what a person joined; only another person's decision stands against it."""
        if self._sets.find(a) == self._sets.find(b) or self._kept_apart(self._cluster(a), self._cluster(b)):
            return False
        self._unite(a, b)
        return True

    def join(self, a: int, b: int) -> bool:
        """Join two clusters unless that breaks a rule; tell whether it was done."""
        if self._sets.find(a) == self._sets.find(b):
            return False
        left, right = self._cluster(a), self._cluster(b)
        if self._kept_apart(left, right) or not self._compatible(left, right):
            return False
        self._unite(a, b)
        return True

    def _kept_apart(self, left: list[int], right: list[int]) -> bool:
        if not self._apart:
            return False
        return any((min(x, y), max(x, y)) in self._apart for x in left for y in right)

    def _compatible(self, left: list[int], right: list[int]) -> bool:
        stems = {self._records[index].stem for index in left + right} - {""}
        if len(stems) > 1:
            return False
        if len(left) == len(right) == 1:
            return True
        return not any(self._judge(self._records[x], self._records[y]).vetoed for x in left for y in right)

    def groups(self) -> list[list[int]]:
        """Return all clusters, smallest index first, records alone included."""
        grouped = {index for members in self._members.values() for index in members}
        alone = [[index] for index in range(len(self._records)) if index not in grouped]
        return sorted([*self._members.values(), *alone])
