"""Which records may be one work with these? The part of `harvester.match.clusters` that asks the database.

The set that comes back (the component) is all that the partition of these records can depend on, so partitioning it
alone gives what partitioning everything would give, whatever the order of arrival.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select

from harvester.database.bulk import among, ask, delete_rows, listed, select_rows
from harvester.database.tables import edge, record, relation
from harvester.match import Decision, Prepared, identity_keys
from harvester.match.clusters import LEAST_DISPUTANTS
from harvester.match.key_numbers import is_identifier, number
from pipelines._holders import holders
from pipelines._meeting import Met, RememberingJudge, meet
from pipelines._row import Row, load_rows

Pair = tuple[int, int]


@dataclass(slots=True)
class Component:
    """Records that may be one work with each other, and what was found about them on the way."""

    rows: dict[int, Row] = field(default_factory=dict)
    renewed: set[int] = field(default_factory=set)
    """Records whose edges were found anew: whatever holds of them may have changed."""
    edges: set[Pair] = field(default_factory=set)
    """Pairs that share a blocking key, and of which one can have a say in the other's place."""
    new_edges: list[Pair] = field(default_factory=list)
    """Those of them that are to be written."""
    relations: list[tuple[int, int, str, bool]] = field(default_factory=list)
    """Relations between works that are to be written."""
    must_link: set[Pair] = field(default_factory=set)
    """Pairs that a person called one work."""
    cannot_link: set[Pair] = field(default_factory=set)
    """Pairs that a person called two works."""
    judge: RememberingJudge = field(default_factory=RememberingJudge)
    """What comparing two of these said."""


def component(connection: Connection, seeds: Sequence[Row], met: Met, known: Collection[int]) -> Component:
    """Return the component of records whose keys are written, with what is to be written of its edges.

    ``known``: those of them that had edges before, which are removed.
    """
    found = Component(met.rows | {row.id: row for row in seeds}, judge=met.judge)
    left = met.left
    renewed = list(seeds)
    if met.turned:
        load_rows(connection, found.rows, met.turned)
        renewed += [found.rows[each] for each in sorted(met.turned) if each in found.rows]
        theirs = meet(connection, renewed[len(seeds) :], {row.id: row.keys for row in renewed[len(seeds) :]})
        met.holders |= theirs.holders
    had_edges = {*known, *(row.id for row in renewed[len(seeds) :])}
    # Whoever had an edge to these had them in mind when it was placed; without them its place may be another.
    concerned = left | {each for pair in _pairs_of(connection, had_edges) for each in pair}
    for table in (edge, relation):
        for column in ("a_id", "b_id"):
            delete_rows(connection, table.name, column, had_edges)
    found.renewed = {row.id for row in renewed} | concerned
    _compare(connection, found, renewed, met)
    _reach(connection, found, renewed, met, concerned, had_edges)
    return found


def rows(connection: Connection, ids: Iterable[int]) -> list[Row]:
    """Return records out of the database, in the order of their ids."""
    found: dict[int, Row] = {}
    load_rows(connection, found, set(ids))
    return [found[each] for each in sorted(found)]


def concerned_by(connection: Connection, leaving: Sequence[Row]) -> set[int]:
    """Return whose place may be another one without these records, whose keys and edges are still in the database."""
    ids = {row.id for row in leaving}
    met = meet(connection, [], {row.id: row.keys for row in leaving})
    linked = {each for pair in _pairs_of(connection, ids) for each in pair}
    works = {row.work_id for row in leaving} - {None}
    together = {each for (each,) in select_rows(connection, record, ("id",), "work_id", works)}
    return (linked | together | met.left | met.turned) - ids


def _compare(connection: Connection, found: Component, seeds: Sequence[Row], met: Met) -> None:
    """Compare each seed with everyone who shares one of its keys, and note who can have a say in whose place."""
    blocked: set[Pair] = set()
    identified: set[Pair] = set()
    for seed in seeds:
        shared = [key for key in seed.keys if key in met.holders]
        for pairs, by_identifier in ((blocked, False), (identified, True)):
            held = [met.holders[key] for key in shared if is_identifier(key) is by_identifier]
            others = set[int]().union(*held) - {seed.id}
            pairs.update((seed.id, each) if seed.id < each else (each, seed.id) for each in others)
    both = sorted(blocked | identified)
    load_rows(connection, found.rows, {each for pair in both for each in pair})
    apart: list[Pair] = []
    for a, b in both:
        if a not in found.rows or b not in found.rows:
            continue  # a key whose record somebody deleted
        match = found.judge(found.rows[a].prepared, found.rows[b].prepared)
        if match.decision is not Decision.MERGE and match.relation is not None:
            found.relations.append((a, b, match.relation.value, match.forward))
        if match.decision is Decision.KEEP_APART:
            apart.append((a, b))
        elif (a, b) in blocked:
            found.new_edges.append((a, b))
    found.new_edges += _in_doubt(connection, found, [pair for pair in apart if pair in blocked])
    found.edges.update(found.new_edges)


def _in_doubt(connection: Connection, found: Component, apart: list[Pair]) -> Iterator[Pair]:
    """Yield the pairs that only a DOI keeps apart, one that so many records show that it may identify nothing."""
    stems = {found.rows[each].prepared.stem for pair in apart for each in pair} - {""}
    keys = {number(f"doi:{stem}"): stem for stem in stems}
    held = holders(connection, keys)
    disputed = {keys[key] for key, records in held.items() if len(records) >= LEAST_DISPUTANTS}
    for pair in apart if disputed else ():
        if disputed.isdisjoint(found.rows[each].prepared.stem for each in pair):
            continue
        sides = [_sides(found.rows[each].prepared, disputed) for each in pair]
        if any(found.judge(a, b).decision is not Decision.KEEP_APART for a in sides[0] for b in sides[1]):
            yield pair


def _sides(prepared: Prepared, disputed: Collection[str]) -> list[Prepared]:
    """Return a record as it is, and without its DOI if that is disputed."""
    return [prepared, replace(prepared, doi="", stem="")] if prepared.stem in disputed else [prepared]


def _reach(
    connection: Connection, found: Component, seeds: Sequence[Row], met: Met, concerned: set[int], known: set[int]
) -> None:
    """Leave in the component whatever is reached from the seeds, to the end; drop what was only looked at.

    The edges of the seeds are known here, and in the database only those of others. ``known``: seeds that are not new.
    """
    reached = {row.id for row in seeds}
    front = {each for pair in found.edges for each in pair} | concerned
    for row in seeds:
        for key in row.keys:
            if is_identifier(key) and key in met.holders:
                front |= met.holders[key]
    front |= _decided(connection, found, known) | _works(connection, found, known)
    front -= reached
    while front:
        load_rows(connection, found.rows, front)
        reached |= front
        pairs = {(a, b) for a, b in _pairs_of(connection, front)}
        found.edges |= pairs
        step = {each for pair in pairs for each in pair} | _decided(connection, found, front)
        front = (step | _identified(connection, found, front) | _works(connection, found, front)) - reached
    for record_id in found.rows.keys() - reached:
        del found.rows[record_id]


def _pairs_of(connection: Connection, front: set[int]) -> Iterator[tuple[int, ...]]:
    """Yield the edges of records."""
    if front:
        one, other = (f"SELECT a_id, b_id FROM edge WHERE {among(connection, name)}" for name in ("a_id", "b_id"))  # noqa: S608
        parameter = listed(connection, front)
        yield from ask(connection, f"{one} UNION ALL {other}", (parameter, parameter))


def _decided(connection: Connection, found: Component, front: set[int]) -> set[int]:
    """Return with whom a person linked these, or from whom kept them apart."""
    if not front:
        return set()
    one, other = (
        f"SELECT a_id, b_id, same FROM decision WHERE {among(connection, name)}"  # noqa: S608  # our names
        for name in ("a_id", "b_id")
    )
    parameter = listed(connection, front)
    reached: set[int] = set()
    for a, b, same in ask(connection, f"{one} UNION ALL {other}", (parameter, parameter)):
        (found.must_link if same else found.cannot_link).add((a, b))
        reached |= {a, b}
    return reached - _deleted(connection, reached)


def _deleted(connection: Connection, ids: set[int]) -> set[int]:
    """Return those of the records that are tombstones; nothing but a decision leads to one."""
    query = select(record.c.id).where(record.c.id.in_(ids), record.c.deleted_at.is_not(None))
    return set(connection.scalars(query)) if ids else set()


def _identified(connection: Connection, found: Component, front: set[int]) -> set[int]:
    known = [found.rows[each].prepared for each in front if each in found.rows]
    named = [key for each in known for key in identity_keys(each)]
    keys = {key for key in map(number, named) if is_identifier(key)}
    return {each for held in holders(connection, keys).values() for each in held}


def _works(connection: Connection, found: Component, front: set[int]) -> set[int]:
    """Return who shares a work with these today: whatever happens to them, that work is built again."""
    works = {found.rows[each].work_id for each in front if each in found.rows} - {None}
    return {each for (each,) in select_rows(connection, record, ("id",), "work_id", works)}
