"""Which records may be one work with these? The part of `harvester.match.clusters` that asks the database.

The set that comes back (the component) is all that the partition of these records can depend on, so partitioning it
alone gives what partitioning everything would give, whatever the order of arrival.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, or_, select

from harvester.database.bulk import insert_rows
from harvester.database.tables import decision, edge, record, relation
from harvester.match import KEY_CAPS, Decision, Match, Prepared, compare, linked, prepare
from harvester.match.clusters import LEAST_DISPUTANTS
from harvester.settings import VERSION
from pipelines._holders import chunks, holders
from pipelines._keys import cap, named, number

_PAIR = ("a_id", "b_id")


@dataclass(slots=True)
class Row:
    """A record as the partition and the merge need it, and what the matcher derives of it."""

    id: int
    page_key: str
    data: dict[str, Any]
    sources: dict[str, str]
    keys: list[int]
    last_seen: datetime
    work_id: int | None
    prepared: Prepared


@dataclass(slots=True)
class Component:
    """Records that may be one work with each other, prepared for the matcher."""

    data: dict[int, Row] = field(default_factory=dict)
    seen: dict[int, Prepared] = field(default_factory=dict)
    """All records that were looked at, in the component or not."""
    crowded: set[str] = field(default_factory=set)
    """Keys that more records share than may be linked by them."""
    must_link: set[tuple[int, int]] = field(default_factory=set)
    """Pairs that a person called one work."""
    cannot_link: set[tuple[int, int]] = field(default_factory=set)
    """Pairs that a person called two works."""

    @property
    def records(self) -> list[Prepared]:
        """Return what the matcher needs of the records."""
        return [row.prepared for row in self.data.values()]


@dataclass(slots=True)
class Met:
    """Whom new or changed records meet at their keys."""

    holders: dict[int, set[int]] = field(default_factory=dict)
    """For each key that links, the records that have it, those asked about included."""
    crowded: set[int] = field(default_factory=set)
    """Keys that more records share than may be linked by them."""
    turned: set[int] = field(default_factory=set)
    """Other records whose edges are no longer right: one of their keys became crowded or disputed, or stopped to be."""
    left: set[int] = field(default_factory=set)
    """Other records that had an identifier in common with one of these, which now has another one."""

    def is_alone(self, row: Row) -> bool:
        """Tell whether a new record meets nobody, so that it is a work by itself."""
        return all(key in self.crowded or len(self.holders[key]) == 1 for key in row.keys)


def meet(connection: Connection, rows: Sequence[Row], before: Mapping[int, Collection[int]]) -> Met:
    """Return whom records meet once their keys are written; the keys in the database are still those of before.

    ``before``: the keys in the database of those records that are not new.
    """
    gained: dict[int, set[int]] = defaultdict(set)
    lost: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        for key in row.keys:
            gained[key].add(row.id)
        for key in set(before.get(row.id, ())).difference(row.keys):
            lost[key].add(row.id)
    most_lost = max(map(len, lost.values()), default=0)
    found = holders(connection, gained.keys() | lost.keys(), beyond=1 + most_lost)
    met = Met()
    least = min(KEY_CAPS.values())
    for key in gained.keys() | lost.keys():
        if key not in found and len(gained[key]) <= least:
            met.holders[key] = gained[key]  # as most keys are: new, and nobody else's
            continue
        held = found.get(key, set())
        now = held - lost.get(key, set()) | gained.get(key, set())
        most = cap(key)
        # As many more were asked for as are lost here, so a list that was cut off is still too long afterwards.
        was, is_ = (len(each) >= LEAST_DISPUTANTS if most is None else len(each) > most for each in (held, now))
        if is_ and most is not None:
            met.crowded.add(key)
        else:
            met.holders[key] = now
        if was != is_:
            met.turned |= now
        if most is None and key in lost:
            met.left |= now
    met.turned -= {row.id for row in rows}
    return met


def component(connection: Connection, seeds: Sequence[Row], met: Met, known: Collection[int]) -> Component:
    """Return the component of records, all written with their keys, and note their matches in the table ``edge``.

    ``known``: those of them that had edges before.
    """
    found = Component({row.id: row for row in seeds}, {row.id: row.prepared for row in seeds})
    left = met.left
    _load(connection, found, met.turned)
    renewed = [*seeds, *(found.data[each] for each in sorted(met.turned) if each in found.data)]
    if met.turned:
        met = meet(connection, renewed, {row.id: row.keys for row in renewed})
    had_edges = {*known, *(row.id for row in renewed[len(seeds) :])}
    # Whoever had an edge to these had them in mind when it was placed; without them its place may be another.
    concerned = left | _over_pairs(connection, edge, had_edges)
    _renew_edges(connection, found, renewed, met, had_edges)
    _reach(connection, found, {row.id for row in renewed} | concerned)
    _load_decisions(connection, found)
    _find_crowded(connection, found)
    return found


def rows(connection: Connection, ids: Iterable[int]) -> list[Row]:
    """Return records out of the database, in the order of their ids."""
    found = Component()
    _load(connection, found, set(ids))
    return [found.data[each] for each in sorted(found.data)]


def neighbours(connection: Connection, rows: Sequence[Row]) -> set[int]:
    """Return the records whose place depends on these: those with an edge to them, and those of their works."""
    found = Component({row.id: row for row in rows})
    front = set(found.data)
    return _over_pairs(connection, edge, front) | _over_works(connection, found, front)


def _renew_edges(connection: Connection, found: Component, seeds: list[Row], met: Met, known: set[int]) -> None:
    """Compare each seed with everyone who shares one of its keys, and write who can have a say in whose place."""
    pairs = {
        (min(seed.id, other), max(seed.id, other))
        for seed in seeds
        for key in seed.keys
        for other in met.holders.get(key, ())
        if other != seed.id
    }
    _look_at(connection, found, {each for pair in pairs for each in pair})
    disputed = _disputed(connection, {each.stem for each in found.seen.values()} - {""})
    edges: list[tuple[int, int]] = []
    relations: list[tuple[int, int, str, bool]] = []
    for a, b in sorted(pairs):
        if a not in found.seen or b not in found.seen:
            continue  # a key whose record somebody deleted
        one, other = found.seen[a], found.seen[b]
        match = compare(one, other)
        if _has_say(match, one, other, disputed):
            edges.append((a, b))
        if match.decision is not Decision.MERGE and match.relation is not None:
            relations.append((a, b, match.relation.value, match.forward))
    for table in (edge, relation):
        for some in chunks(known):
            connection.execute(delete(table).where(or_(table.c.a_id.in_(some), table.c.b_id.in_(some))))
    insert_rows(connection, edge, _PAIR, edges)
    insert_rows(connection, relation, (*_PAIR, "kind", "forward"), relations)


def _has_say(match: Match, one: Prepared, other: Prepared, disputed: Collection[str]) -> bool:
    """Tell whether one of two records can influence where the other one belongs, or a person has to say so."""
    if match.decision is not Decision.KEEP_APART:
        return True
    # Two DOIs keep two records apart only as long as both identify something.
    in_doubt = one.stem in disputed or other.stem in disputed
    return in_doubt and bool(one.stem and other.stem) and linked(one, other)


def _disputed(connection: Connection, stems: Collection[str]) -> set[str]:
    """Return the DOIs that so many records show that they may turn out to identify nothing."""
    keys = {number(f"doi:{stem}"): stem for stem in stems}
    return {keys[key] for key, held in holders(connection, keys).items() if len(held) >= LEAST_DISPUTANTS}


def _reach(connection: Connection, found: Component, seeds: set[int]) -> None:
    """Add to the component whatever is reached from it, to the end; drop what was only looked at."""
    reached = set(seeds)
    front = set(seeds)
    while front:
        _load(connection, found, front)
        step = (
            _over_pairs(connection, edge, front)
            | _over_pairs(connection, decision, front)
            | _over_identifiers(connection, found, front)
            | _over_works(connection, found, front)
        )
        front = step - reached
        reached |= front
    for record_id in found.data.keys() - reached:
        del found.data[record_id]


def _over_pairs(connection: Connection, table: Table, front: set[int]) -> set[int]:
    found: set[int] = set()
    for some in chunks(front):
        for here, there in ((table.c.a_id, table.c.b_id), (table.c.b_id, table.c.a_id)):
            found.update(connection.scalars(select(there).where(here.in_(some))))
    return found


def _over_identifiers(connection: Connection, found: Component, front: set[int]) -> set[int]:
    keys = {key for each in front if each in found.data for key in found.data[each].keys if cap(key) is None}
    return {each for held in holders(connection, keys).values() for each in held}


def _over_works(connection: Connection, found: Component, front: set[int]) -> set[int]:
    """Return who shares a work with these today: whatever happens to them, that work is built again."""
    works = {found.data[each].work_id for each in front if each in found.data} - {None}
    members: set[int] = set()
    for some in chunks(works):
        members.update(connection.scalars(select(record.c.id).where(record.c.work_id.in_(some))))
    return members


def _load_decisions(connection: Connection, found: Component) -> None:
    for some in chunks(found.data):
        for row in connection.execute(select(decision).where(decision.c.a_id.in_(some))):
            (found.must_link if row.same else found.cannot_link).add((row.a_id, row.b_id))


def _find_crowded(connection: Connection, found: Component) -> None:
    """Name the keys that are crowded in the database, and would not be in the component alone."""
    held = Counter(key for row in found.data.values() for key in row.keys)
    shared = {key for key, count in held.items() if count > 1}
    counted = holders(connection, [key for key in shared if cap(key) is not None])
    crowded = {key for key, records in counted.items() if len(records) > (cap(key) or 0)}
    if crowded:
        names = (named(row.prepared) for row in found.data.values() if not crowded.isdisjoint(row.keys))
        found.crowded = {name for each in names for key, name in each.items() if key in crowded}


def _load(connection: Connection, found: Component, ids: set[int]) -> None:
    columns = [record.c[name] for name in ("id", "page_key", "data", "sources", "keys", "last_seen", "work_id")]
    _look_at(connection, found, ids - found.data.keys())
    for some in chunks(ids - found.data.keys()):
        for row in connection.execute(select(*columns).where(record.c.id.in_(some), record.c.deleted_at.is_(None))):
            found.data[row.id] = Row(**row._mapping, prepared=found.seen[row.id])


def _look_at(connection: Connection, found: Component, ids: set[int]) -> None:
    """Load what the matcher compares: most of those who share a key turn out to be somebody else."""
    outdated: set[int] = set()
    for some in chunks(ids - found.seen.keys()):
        query = select(record.c.id, record.c.reader_version, record.c.derived).where(record.c.id.in_(some))
        for record_id, version, values in connection.execute(query):
            if version == VERSION and len(values) == len(_FIELDS):
                found.seen[record_id] = _derived(record_id, values)
            else:
                outdated.add(record_id)
    for some in chunks(outdated):
        for record_id, data in connection.execute(select(record.c.id, record.c.data).where(record.c.id.in_(some))):
            found.seen[record_id] = prepare(data, id=record_id)


_FIELDS = tuple(each.name for each in fields(Prepared) if each.name != "id")


def derived(prepared: Prepared) -> list[Any]:
    """Return what the matcher has derived of a record as JSON values: to derive it again takes twenty times as long."""
    return [getattr(prepared, name) for name in _FIELDS]


def _derived(record_id: int, values: list[Any]) -> Prepared:
    told: list[Any] = [tuple(value) if isinstance(value, list) else value for value in values]
    return Prepared(id=record_id, **dict(zip(_FIELDS, told, strict=True)))
