"""De-duplicate a JSON Lines file in memory, without a database: ``harvester dedupe``."""

import gc
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from harvester.match.clusters import partition
from harvester.match.record import Prepared, prepare


@dataclass(slots=True)
class Deduped:
    """What was done with the lines."""

    records: int = 0
    clusters: int = 0
    bad: list[str] = field(default_factory=list)
    """A sentence for each line that is no record: ``line 7: ...``. Such a line gets no cluster."""


def dedupe(lines: Iterable[str], write: Callable[[str], object]) -> Deduped:
    r"""Write ``record_id<TAB>cluster_id`` and a line end for each record, clusters named by their first record.

    Each line is a JSON object with the field names of `Work`, and a ``record_id``; without one the line's number
    stands in. Blank lines are passed over.

    >>> written = []
    >>> dedupe(['{"record_id": "a", "doi": "10.1234/abc"}', '{"record_id": "b", "doi": "doi:10.1234/ABC"}', "?"],
    ...     written.append).bad
    ['line 3: not JSON: Expecting value']
    >>> written
    ['a\ta\n', 'b\ta\n']
    """
    # A million small tuples that never form cycles: the collector would walk them over and over, and time would grow
    # faster than the number of records.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _dedupe(lines, write)
    finally:
        if collecting:
            gc.enable()


def _dedupe(lines: Iterable[str], write: Callable[[str], object]) -> Deduped:
    done = Deduped()
    names: list[str] = []
    prepared: list[Prepared] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except json.JSONDecodeError as error:
            done.bad.append(f"line {number}: not JSON: {error.msg}")
            continue
        if not isinstance(values, dict):
            done.bad.append(f"line {number}: not a JSON object")
            continue
        names.append(str(values.get("record_id") or number))
        prepared.append(prepare(values, len(prepared)))
    found = partition(prepared)
    cluster: list[int] = list(range(len(prepared)))
    for members in found.clusters:
        first = min(int(str(index)) for index in members)
        for index in members:
            cluster[int(str(index))] = first
    for index, name in enumerate(names):
        write(f"{name}\t{names[cluster[index]]}\n")
    done.records, done.clusters = len(prepared), len(found.clusters)
    return done
