"""Which pairs are worth comparing: records that share a key that is not crowded."""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import combinations

from harvester.match.keys import KEY_CAPS, blocking_keys, identity_keys
from harvester.match.record import Prepared

_INDEX_BITS = 24  # 16 million records


def identity_groups(records: Sequence[Prepared]) -> Iterator[tuple[str, list[int]]]:
    """Return each identifier that several records share, with the indexes of its holders."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        if record.doi:
            holders[f"doi:{record.stem}"].append(index)
        for key in record.ids:
            holders[key].append(index)
    return ((key, group) for key, group in holders.items() if len(group) > 1)


def candidate_pairs(records: Sequence[Prepared]) -> Iterator[tuple[int, int]]:
    """Yield each pair of indexes (smaller first) that shares a blocking key, once, unless both records show a DOI."""
    # Numbers in arrays, sorted, in place of a dictionary of lists: a third of the memory at a million records.
    by_kind: defaultdict[str, array[int]] = defaultdict(lambda: array("Q"))
    for index, record in enumerate(records):
        for key in _keys(record):
            number = int.from_bytes(blake2b(key.encode(), digest_size=5).digest(), "big")
            by_kind[key[:2].rstrip(":")].append(number << _INDEX_BITS | index)
    seen: set[int] = set()
    for kind in sorted(by_kind):
        for group in _runs(sorted(by_kind.pop(kind)), KEY_CAPS[kind]):
            for a, b in combinations(group, 2):
                pair = a << _INDEX_BITS | b
                if pair not in seen and not (records[a].doi and records[b].doi):
                    seen.add(pair)
                    yield a, b


def _keys(record: Prepared) -> list[str]:
    return blocking_keys(record) + [key for key in identity_keys(record) if key.startswith("fp:")]


def _runs(numbers: list[int], cap: int) -> Iterator[list[int]]:
    """Cut sorted numbers into the records of each key, leaving out keys of one record and crowded ones."""
    mask = (1 << _INDEX_BITS) - 1
    start, size = 0, len(numbers)
    while start < size:
        key = numbers[start] >> _INDEX_BITS
        end = start + 1
        while end < size and numbers[end] >> _INDEX_BITS == key:
            end += 1
        if 1 < end - start <= cap:
            yield [number & mask for number in numbers[start:end]]
        start = end
