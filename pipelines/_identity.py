"""Which records may be one work with these? The part of `harvester.match.clusters` that asks the database.

The set that comes back (the component) is all that the partition of these records can depend on, so partitioning it
alone gives what partitioning everything would give, whatever the order of arrival.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, literal, or_, select

from harvester.database.tables import decision, edge, record, record_key, relation
from harvester.match import KEY_CAPS, Decision, Prepared, compare, prepare

_MOST = 500  # values in one IN list
_FINGERPRINT = "fp"


@dataclass(slots=True)
class Row:
    """A record as the partition and the merge need it, and what the matcher derives of it."""

    id: int
    page_key: str
    data: dict[str, Any]
    sources: dict[str, str]
    last_seen: datetime
    work_id: int | None
    prepared: Prepared


@dataclass(slots=True)
class Component:
    """Records that may be one work with each other, prepared for the matcher."""

    records: dict[int, Prepared] = field(default_factory=dict)
    data: dict[int, Row] = field(default_factory=dict)
    """The rows of the records."""
    crowded: set[str] = field(default_factory=set)
    """Keys that more records share than may be linked by them."""
    must_link: set[tuple[int, int]] = field(default_factory=set)
    """Pairs that a person called one work."""
    cannot_link: set[tuple[int, int]] = field(default_factory=set)
    """Pairs that a person called two works."""


def component(connection: Connection, rows: Sequence[Row]) -> Component:
    """Return the component of new or changed records, and note their matches in the table ``edge``.

    ``rows``: the records, written with their keys, whose edges are not yet, or no longer, right.
    """
    found = Component({row.id: row.prepared for row in rows}, {row.id: row for row in rows})
    seeds = [row.id for row in rows]
    keys = _keys(connection, seeds)
    counts = _counts(connection, seeds)
    found.crowded = {key for key, count in counts.items() if count > _cap(key)}
    # A key that these very seeds made crowded no longer links those who held it before: their edges are found anew.
    newly = {key for key in found.crowded if counts[key] - sum(key in held for held in keys.values()) <= _cap(key)}
    renewed = sorted({*seeds, *_holders(connection, newly)})
    if len(renewed) > len(seeds):
        keys = _keys(connection, renewed)
        counts = _counts(connection, renewed)
        found.crowded = {key for key, count in counts.items() if count > _cap(key)}
    _renew_edges(connection, found, renewed, keys)
    _reach(connection, found, renewed)
    _load_decisions(connection, found)
    return found


def rows(connection: Connection, ids: Sequence[int]) -> list[Row]:
    """Return records out of the database."""
    found = Component()
    _load(connection, found, set(ids))
    return [found.data[each] for each in ids]


def _cap(key: str) -> float:
    return KEY_CAPS.get(key.partition(":")[0], float("inf"))


def _keys(connection: Connection, ids: Iterable[int]) -> dict[int, list[str]]:
    keys: dict[int, list[str]] = defaultdict(list)
    for some in _chunks(ids):
        query = select(record_key.c.record_id, record_key.c.key).where(record_key.c.record_id.in_(some))
        for record_id, key in connection.execute(query):
            keys[record_id].append(key)
    return keys


def _counts(connection: Connection, seeds: Iterable[int]) -> dict[str, int]:
    """Count the records of each key of these, but not far above its cap: that would cost more as the database grows."""
    counts: dict[str, int] = {}
    other = record_key.alias("other")
    enough = 2 * max(KEY_CAPS.values()) + 2
    for some in _chunks(seeds):
        held = select(literal(1)).where(other.c.key == record_key.c.key).correlate(record_key).limit(enough)
        number = select(func.count()).select_from(held.subquery()).scalar_subquery()
        query = select(record_key.c.key, number).where(record_key.c.record_id.in_(some)).distinct()
        counts.update(connection.execute(query).all())
    return counts


def _holders(connection: Connection, keys: Iterable[str]) -> set[int]:
    found: set[int] = set()
    for some in _chunks(keys):
        found.update(connection.scalars(select(record_key.c.record_id).where(record_key.c.key.in_(some))))
    return found


def _renew_edges(connection: Connection, found: Component, seeds: list[int], keys: dict[int, list[str]]) -> None:
    """Compare each seed with everyone who shares one of its keys, and write what speaks for a merge or a review."""
    holders: dict[str, list[int]] = defaultdict(list)
    linking = {key for held in keys.values() for key in held} - found.crowded
    for some in _chunks(linking):
        query = select(record_key.c.key, record_key.c.record_id).where(record_key.c.key.in_(some))
        for key, record_id in connection.execute(query):
            holders[key].append(record_id)
    pairs = {
        (min(seed, other), max(seed, other))
        for seed in seeds
        for key in keys[seed]
        for other in holders.get(key, ())
        if other != seed
    }
    _load(connection, found, {each for pair in pairs for each in pair} | set(seeds))
    edges, relations = [], []
    for a, b in sorted(pairs):
        match = compare(found.records[a], found.records[b])
        if match.decision is Decision.MERGE:
            edges.append({"a_id": a, "b_id": b})
        elif match.relation is not None:
            relations.append({"a_id": a, "b_id": b, "kind": match.relation, "forward": match.forward})
    for table, rows in ((edge, edges), (relation, relations)):
        for some in _chunks(seeds):
            connection.execute(delete(table).where(or_(table.c.a_id.in_(some), table.c.b_id.in_(some))))
        if rows:
            connection.execute(insert(table), rows)


def _reach(connection: Connection, found: Component, seeds: list[int]) -> None:
    """Add to the component whatever is reached from it, to the end; drop what was only looked at."""
    reached = set(seeds)
    front = set(seeds)
    while front:
        _load(connection, found, front)
        step = (
            _over_pairs(connection, edge, front)
            | _over_pairs(connection, decision, front)
            | _over_identifiers(connection, front)
            | _over_works(connection, found, front)
        )
        front = step - reached
        reached |= front
    for record_id in found.records.keys() - reached:
        del found.records[record_id], found.data[record_id]


def _over_pairs(connection: Connection, table: Table, front: set[int]) -> set[int]:
    found: set[int] = set()
    for some in _chunks(front):
        query = select(table.c.a_id, table.c.b_id).where(or_(table.c.a_id.in_(some), table.c.b_id.in_(some)))
        found.update(each for pair in connection.execute(query) for each in pair)
    return found


def _over_identifiers(connection: Connection, front: set[int]) -> set[int]:
    keys = {key for held in _keys(connection, front).values() for key in held}
    return _holders(connection, {key for key in keys if _cap(key) == float("inf") and not key.startswith(_FINGERPRINT)})


def _over_works(connection: Connection, found: Component, front: set[int]) -> set[int]:
    """Return who shares a work with these today: whatever happens to them, that work is built again."""
    works = {found.data[each].work_id for each in front} - {None}
    members: set[int] = set()
    for some in _chunks(works):
        members.update(connection.scalars(select(record.c.id).where(record.c.work_id.in_(some))))
    return members


def _load_decisions(connection: Connection, found: Component) -> None:
    for some in _chunks(found.records):
        for row in connection.execute(select(decision).where(decision.c.a_id.in_(some))):
            (found.must_link if row.same else found.cannot_link).add((row.a_id, row.b_id))


def _load(connection: Connection, found: Component, ids: set[int]) -> None:
    columns = (record.c.id, record.c.page_key, record.c.data, record.c.sources, record.c.last_seen, record.c.work_id)
    for some in _chunks(ids - found.records.keys()):
        for row in connection.execute(select(*columns).where(record.c.id.in_(some))):
            prepared = prepare(row.data, id=row.id)
            found.data[row.id] = Row(*row, prepared)
            found.records[row.id] = prepared


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(sorted(items))
    while chunk := list(islice(iterator, _MOST)):
        yield chunk
