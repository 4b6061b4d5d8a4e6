"""Records to works: partition what may belong together, merge each cluster, write the works that changed.

In two steps, for a record names its work, and what was found about records names them: `place` writes the works, and
once the records are written `settle` writes the rest.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from harvester.database import fulltext
from harvester.database.bulk import (
    delete_rows,
    insert_rows,
    moment,
    reserve,
    select_rows,
    update_rows,
    write_rows,
)
from harvester.database.tables import edge, match, record, relation, review, work
from harvester.derive import CHILDREN, IN_CHILDREN, IN_WORDS, WORK_COLUMNS, Derived, children, words_of, work_row
from harvester.items import Work
from harvester.json_text import decode, encode
from harvester.match import Edge, partition
from pipelines._identity import Component, component
from pipelines._meeting import Met, meet
from pipelines._row import Row
from pipelines.merge import Merged, Told, merge

_MATCH = ("record_id", "work_id", "other_id", "rule", "score", "evidence", "at")
_REVIEW = ("a_id", "b_id", "rule", "score", "evidence", "put_off_at")


@dataclass(slots=True)
class Placed:
    """What came of new or changed records."""

    works: dict[int, int] = field(default_factory=dict)
    """Record to work, for all records that were looked at."""
    founded: set[int] = field(default_factory=set)
    """Records that a work was made for."""
    alone: list[int] = field(default_factory=list)
    """New records that meet nobody."""
    around: Component = field(default_factory=Component)
    edges: Sequence[Edge] = ()
    """The matches that joined records."""
    reviews: Sequence[Edge] = ()
    concerned: list[int] = field(default_factory=list)
    """Records whose matches may be other ones than before."""
    gone: set[int] = field(default_factory=set)
    """Works without a record."""


class _Built:
    """A cluster of records, the work that they make, and its row; None until it has one."""

    __slots__ = ("data", "derived", "records", "row", "work_id")

    def __init__(self, records: list[int], merged: Merged | Derived, work_id: int | None = None) -> None:
        self.records = records
        self.work_id = work_id
        self.derived: Derived | None = None
        self.data: dict[str, Any] = {}
        self.row: tuple[Any, ...]
        """Values of `WORK_COLUMNS`."""
        if isinstance(merged, Derived):  # of a new record that makes a work alone: its rows are made already
            self.derived = merged
            self.row = (*merged.row, merged.origins_of(records[0]))
        else:
            self.data = merged.data
            self.row = (*work_row(merged.data, encode(merged.data)), encode(merged.origins))

    @property
    def children(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return its rows in other tables, without its number."""
        return self.derived.children if self.derived is not None else children(self.data)

    @property
    def words(self) -> tuple[str, str, str]:
        """Return what the index of words has of it."""
        return self.derived.words if self.derived is not None else words_of(self.data)


def place(
    connection: Connection,
    alone: Sequence[Row],
    others: Sequence[Row],
    met: Met,
    known: Collection[int],
    now: datetime,
) -> Placed:
    """Find the work of each of these records, make it if there is none, and build the works concerned again.

    ``alone``: new records that meet nobody. ``others``: the other new and changed ones. ``known``: those of them that
    are in the database; the keys of all are.
    """
    new = [_Built([row.id], row.derived) for row in alone if row.derived is not None]
    placed = Placed(alone=[row.id for row in alone])
    if others or met.turned:
        new += _place_together(connection, others, met, known, placed, now)
    _insert_works(connection, new, now)
    for built in new:
        assert built.work_id is not None
        placed.founded.add(built.records[0])
        placed.works.update(dict.fromkeys(built.records, built.work_id))
    return placed


def settle(connection: Connection, placed: Placed, now: datetime) -> None:
    """Write what names records, all of which are written now."""
    around = placed.around
    insert_rows(connection, edge, ("a_id", "b_id"), around.new_edges)
    insert_rows(connection, relation, ("a_id", "b_id", "kind", "forward"), around.relations)
    _write_matches(connection, placed, now)
    _write_reviews(connection, placed)
    stayed = [row for row in around.rows.values() if row.derived is None]
    moved = [(placed.works[row.id], row.id) for row in stayed if row.work_id != placed.works[row.id]]
    update_rows(connection, record, ("work_id",), moved)
    delete_rows(connection, work.name, "id", placed.gone)


def assign_again(connection: Connection, seeds: Sequence[Row], now: datetime) -> dict[int, int]:
    """Place records anew that did not change, but about which a person decided; return record to work."""
    met = meet(connection, seeds, {row.id: row.keys for row in seeds})
    placed = place(connection, [], seeds, met, [row.id for row in seeds], now)
    settle(connection, placed, now)
    return placed.works


def _place_together(
    connection: Connection, seeds: Sequence[Row], met: Met, known: Collection[int], placed: Placed, now: datetime
) -> list[_Built]:
    """Place records that meet others; write the works that differ, and return those that are to be made."""
    around = placed.around = component(connection, seeds, met, known)
    parts = partition(
        [row.prepared for row in around.rows.values()],
        must_link=around.must_link,
        cannot_link=around.cannot_link,
        pairs=around.edges,
        judge=around.judge,
    )
    placed.edges, placed.reviews = parts.edges, parts.reviews
    clusters = [sorted(int(str(each)) for each in cluster) for cluster in parts.clusters]
    homes = _homes(around, clusters)
    before = {row.work_id for row in around.rows.values()} - {None}
    stored = {row[0]: row for row in select_rows(connection, work, ("id", "doi", "data", "origins"), "id", before)}
    members: dict[int | None, list[int]] = {}
    for row in around.rows.values():
        members.setdefault(row.work_id, []).append(row.id)
    new: list[_Built] = []
    changed: list[_Built] = []
    for cluster, doi, home in zip(clusters, _dois(around, clusters), homes, strict=True):
        if home is None:
            new.append(_built(around, cluster, doi))
            placed.concerned += cluster
            continue
        placed.works.update(dict.fromkeys(cluster, home))
        as_before = len(members[home]) == len(cluster) and all(around.rows[each].work_id == home for each in cluster)
        if as_before and around.renewed.isdisjoint(cluster) and stored[home][1] == doi:
            continue
        placed.concerned += cluster
        built = _built(around, cluster, doi, home)
        if stored[home][2:] != built.row[-2:]:
            changed.append(built)
    placed.gone = {each for each in before if each is not None} - {home for home in homes if home is not None}
    _let_go(connection, changed, stored, placed.gone)
    _update_works(connection, changed, now)
    _update_parts(connection, [(_whole(stored[each.work_id][2]), each) for each in changed])
    return new


def _built(around: Component, cluster: list[int], doi: str | None, work_id: int | None = None) -> _Built:
    rows = [around.rows[each] for each in cluster]
    derived = rows[0].derived
    if work_id is None and len(rows) == 1 and derived is not None and (derived.prepared.doi or None) == doi:
        return _Built(cluster, derived)
    told = (Told(each.id, each.page_key, each.data, each.sources, each.last_seen) for each in rows)
    return _Built(cluster, merge(told, doi), work_id)


def _homes(around: Component, clusters: list[list[int]]) -> list[int | None]:
    """Return for each cluster the oldest work that its records had, unless a cluster before took it."""
    taken: set[int] = set()
    homes: list[int | None] = []
    for cluster in clusters:
        had = {around.rows[each].work_id for each in cluster} - taken - {None}
        home = min((each for each in had if each is not None), default=None)
        homes.append(home)
        if home is not None:
            taken.add(home)
    return homes


def _let_go(connection: Connection, changed: list[_Built], stored: Mapping[int, Any], gone: set[int]) -> None:
    """Let go of every DOI that moves: two works may exchange one, and no two may have it in between."""
    free = [each.work_id for each in changed if each.work_id is not None and stored[each.work_id][1] != each.row[0]]
    update_rows(connection, work, ("doi",), [(None, each) for each in [*free, *gone]])
    fulltext.remove(connection, gone)


def _whole(data: str) -> dict[str, Any]:
    """Return the data of a work with the fields that a version before did not know."""
    known: dict[str, Any] = decode(data)
    return Work().to_dict() | known


def _insert_works(connection: Connection, built: list[_Built], now: datetime) -> None:
    at = moment(connection, now)
    for each, work_id in zip(built, reserve(connection, work, len(built)), strict=True):
        each.work_id = work_id
    rows = [(each.work_id, at, at, *each.row) for each in built]
    insert_rows(connection, work, ("id", "created_at", "updated_at", *WORK_COLUMNS), rows)
    parts: dict[str, list[tuple[Any, ...]]] = {table: [] for table in CHILDREN}
    for each in built:
        for table, own in each.children.items():
            parts[table] += [(each.work_id, *row) for row in own]
    for table, own in parts.items():
        write_rows(connection, table, ("work_id", *CHILDREN[table]), own)
    fulltext.write(connection, [(each.work_id or 0, *each.words) for each in built])


def _update_works(connection: Connection, built: list[_Built], now: datetime) -> None:
    at = moment(connection, now)
    update_rows(connection, work, (*WORK_COLUMNS, "updated_at"), [(*each.row, at, each.work_id) for each in built])


def _update_parts(connection: Connection, works: list[tuple[dict[str, Any], _Built]]) -> None:
    """Write the children and the words of works anew, as far as they differ from those of the data before."""
    outdated: dict[str, list[int]] = {table: [] for table in CHILDREN}
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in CHILDREN}
    texts: list[tuple[int, str, str, str]] = []
    for before, each in works:
        assert each.work_id is not None
        differing = {name for name, value in each.data.items() if before[name] != value}
        if not differing.isdisjoint(IN_CHILDREN):
            old, new = children(before), each.children
            for table in old.keys() | new.keys():
                if old.get(table) != new.get(table):
                    outdated[table].append(each.work_id)
                    rows[table] += [(each.work_id, *row) for row in new.get(table, ())]
        if not differing.isdisjoint(IN_WORDS) and words_of(before) != (words := each.words):
            texts.append((each.work_id, *words))
    for table, whose in outdated.items():
        delete_rows(connection, table, "work_id", whose)
        write_rows(connection, table, ("work_id", *CHILDREN[table]), rows[table])
    fulltext.remove(connection, [each[0] for each in texts])
    fulltext.write(connection, texts)


def _dois(around: Component, clusters: list[list[int]]) -> list[str | None]:
    """Return the DOI of each cluster.

    A DOI identifies one work. Where the matcher kept records apart that show the same one (a chapter with its book's
    DOI), the larger cluster has it, ties go to the smaller page key, and the other one is known without.
    """
    claims: dict[str, list[tuple[int, str, int]]] = {}
    for number, cluster in enumerate(clusters):
        shown: dict[str, list[str]] = {}
        for each in cluster:
            if doi := around.rows[each].prepared.doi:
                shown.setdefault(doi, []).append(around.rows[each].page_key)
        for doi, keys in shown.items():
            claims.setdefault(doi, []).append((-len(keys), min(keys), number))
    owned: list[list[tuple[int, str, str]]] = [[] for _ in clusters]
    for doi, who in claims.items():
        size, key, number = min(who)
        owned[number].append((size, key, doi))
    return [min(dois)[2] if dois else None for dois in owned]


def _write_matches(connection: Connection, placed: Placed, now: datetime) -> None:
    """Write for each record why it is in its work: the strongest edge that joined it, or that it stands first."""
    at = moment(connection, now)
    best: dict[Any, tuple[Any, Edge]] = {}
    for each in placed.edges:
        best.setdefault(each.b, (each.a, each))
        best.setdefault(each.a, (each.b, each))
    known = [each for each in placed.concerned if placed.around.rows[each].work_id is not None]
    stored = {row[0]: tuple(row[1:]) for row in select_rows(connection, match, _MATCH[:-1], "record_id", known)}
    rows: list[tuple[Any, ...]] = [(each, placed.works[each], None, "alone", None, "{}", at) for each in placed.alone]
    outdated = []
    for record_id in placed.concerned:
        other, joined = best.get(record_id, (None, None))
        why = (
            (joined.match.rule, joined.match.score, encode(joined.match.evidence)) if joined else ("alone", None, "{}")
        )
        row = (placed.works[record_id], other, *why)
        if (was := stored.get(record_id)) == row:
            continue
        if was is not None:
            outdated.append(record_id)
        rows.append((record_id, *row, at))
    delete_rows(connection, match.name, "record_id", outdated)
    insert_rows(connection, match, _MATCH, rows)


def _write_reviews(connection: Connection, placed: Placed) -> None:
    """Write the pairs that a person should look at; pairs that one has decided about are closed."""
    around = placed.around
    decided = around.must_link | around.cannot_link
    fresh: dict[tuple[int, int], tuple[Any, ...]] = {}
    for each in placed.reviews:
        a, b = sorted((int(str(each.a)), int(str(each.b))))
        if (a, b) not in decided:
            fresh.setdefault((a, b), (each.match.rule, each.match.score, encode(each.match.evidence)))
    here = [row.id for row in around.rows.values() if row.work_id is not None]
    stored = {row[:2]: row[2:] for row in select_rows(connection, review, _REVIEW, "a_id", here)}
    if {pair: said[:-1] for pair, said in stored.items()} == fresh:
        return
    delete_rows(connection, review.name, "a_id", {a for a, _ in stored})
    rows = [(*pair, *said, stored[pair][-1] if pair in stored else None) for pair, said in sorted(fresh.items())]
    insert_rows(connection, review, _REVIEW, rows)
