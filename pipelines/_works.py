"""Records to works: partition what may belong together, merge each cluster, write the works that changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from harvester.database import fulltext
from harvester.database.bulk import encode, insert_rows, moment, reserve
from harvester.database.tables import match, record, review, work
from harvester.items import Work
from harvester.match import Edge, partition
from pipelines._identity import Component, Met, Row, component, meet
from pipelines._rows import CHILDREN, WORK_COLUMNS, child_rows, collected, text_row, work_row
from pipelines.merge import Merged, Told, merge

_MATCH = ("record_id", "work_id", "other_id", "rule", "score", "evidence", "at")


@dataclass(slots=True)
class Assigned:
    """What came of new or changed records."""

    works: dict[int, int] = field(default_factory=dict)
    """Record id to work id."""
    founded: set[int] = field(default_factory=set)
    """Records that a work was made for."""


@dataclass(slots=True)
class _Built:
    """A cluster of records, the work that they make, and its row; None until it has one."""

    records: list[int]
    merged: Merged
    work_id: int | None = None


def found(connection: Connection, rows: Sequence[Row], now: datetime) -> None:
    """Make the works of new records that are works by themselves; the records, not yet written, learn their works."""
    built = [_Built([row.id], merge([_told(row)], row.prepared.doi or None)) for row in rows]
    _insert_works(connection, built, now)
    for row, one in zip(rows, built, strict=True):
        row.work_id = one.work_id


def write_alone(connection: Connection, rows: Sequence[Row], now: datetime) -> None:
    """Write for records with works by themselves, once they are written, that they stand alone."""
    at = moment(connection, now)
    insert_rows(connection, match, _MATCH, [(row.id, row.work_id, None, "alone", None, "{}", at) for row in rows])


def assign(connection: Connection, seeds: Sequence[Row], met: Met, known: Iterable[int], now: datetime) -> Assigned:
    """Find the work of each of these records, make it if there is none, and build the works concerned again.

    ``seeds``: new or changed records, written with their keys in this transaction. ``known``: those that are not new.
    """
    assigned = Assigned()
    if not seeds and not met.turned:
        return assigned
    around = component(connection, seeds, met, set(known))
    parts = partition(
        around.records,
        must_link=around.must_link,
        cannot_link=around.cannot_link,
        crowded=around.crowded,
    )
    clusters = [sorted(int(str(each)) for each in cluster) for cluster in parts.clusters]
    built = [
        _Built(cluster, merge((_told(around.data[each]) for each in cluster), doi))
        for cluster, doi in zip(clusters, _dois(around, clusters), strict=True)
    ]
    _settle(around, built)
    assigned.founded = {each.records[0] for each in built if each.work_id is None}
    _write_works(connection, around, built, now)
    assigned.works = {each: one.work_id for one in built for each in one.records if one.work_id is not None}
    _write_matches(connection, assigned.works, parts.edges, now)
    _write_reviews(connection, around, parts.reviews)
    _move(connection, around, assigned.works)
    return assigned


def assign_again(connection: Connection, seeds: Sequence[Row], now: datetime) -> Assigned:
    """Do as `assign` does for records that did not change, but about which a person decided."""
    met = meet(connection, seeds, {row.id: row.keys for row in seeds})
    return assign(connection, seeds, met, [row.id for row in seeds], now)


def _told(row: Row) -> Told:
    return Told(row.id, row.page_key, row.data, row.sources, row.last_seen)


def _settle(around: Component, built: list[_Built]) -> None:
    """Give each cluster the oldest work that its records had, unless a cluster before took it."""
    taken: set[int] = set()
    for each in built:
        homes = (around.data[record_id].work_id for record_id in each.records)
        had = sorted({home for home in homes if home is not None} - taken)
        if had:
            each.work_id = had[0]
            taken.add(had[0])


def _write_works(connection: Connection, around: Component, built: list[_Built], now: datetime) -> None:
    """Write the works that are new or differ from what is in the database, and forget those without a record."""
    before = {row.work_id for row in around.data.values() if row.work_id is not None}
    columns = (work.c.id, work.c.doi, work.c.data, work.c.origins)
    stored = {row.id: row for row in connection.execute(select(*columns).where(work.c.id.in_(before)))}
    changed: list[_Built] = []
    for each in built:
        if each.work_id is not None:
            was = stored[each.work_id]
            same_origins = was.origins == {name: list(origin) for name, origin in each.merged.origins.items()}
            if was.data != each.merged.data or not same_origins:
                changed.append(each)
    gone = before - {each.work_id for each in built}
    # First every DOI is let go, then taken: two works may exchange one, and no two may have it in between.
    free = [each.work_id for each in changed if stored[each.work_id or 0].doi != each.merged.data["doi"]]
    if free or gone:
        connection.execute(update(work).where(work.c.id.in_([*free, *gone])).values(doi=None))
    fulltext.remove(connection, sorted(gone))
    _update_works(connection, changed, now)
    _update_parts(connection, [(_whole(stored[each.work_id or 0].data), each) for each in changed])
    _insert_works(connection, [each for each in built if each.work_id is None], now)


def _whole(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of a work with the fields that a version before did not know."""
    return Work().to_dict() | data


def _insert_works(connection: Connection, built: list[_Built], now: datetime) -> None:
    at = moment(connection, now)
    for each, work_id in zip(built, reserve(connection, work, len(built)), strict=True):
        each.work_id = work_id
    rows = [(each.work_id, at, *work_row(connection, each.merged, now)) for each in built]
    insert_rows(connection, work, ("id", "created_at", *WORK_COLUMNS), rows)
    whole = [(each.work_id or 0, each.merged.data) for each in built]
    for table, own in collected(whole).items():
        insert_rows(connection, table, CHILDREN[table], own)
    fulltext.write(connection, [text_row(*each) for each in whole])


def _update_works(connection: Connection, built: list[_Built], now: datetime) -> None:
    if built:
        mark = "%s" if connection.dialect.name == "postgresql" else "?"
        values = ", ".join(f"{name} = {mark}" for name in WORK_COLUMNS)
        rows = [(*work_row(connection, each.merged, now), each.work_id) for each in built]
        connection.exec_driver_sql(f"UPDATE work SET {values} WHERE id = {mark}", rows)  # noqa: S608  # our names


def _update_parts(connection: Connection, works: list[tuple[dict[str, Any], _Built]]) -> None:
    """Write the children and the words of works anew, as far as they differ from those of the data before."""
    changed: dict[Any, list[_Built]] = {table: [] for table in CHILDREN}
    texts: list[_Built] = []
    rows: dict[Any, list[tuple[Any, ...]]] = {table: [] for table in CHILDREN}
    for before, each in works:
        assert each.work_id is not None
        old, new = child_rows(each.work_id, before), child_rows(each.work_id, each.merged.data)
        for table in CHILDREN:
            if old[table] != new[table]:
                changed[table].append(each)
                rows[table] += new[table]
        if text_row(each.work_id, before) != text_row(each.work_id, each.merged.data):
            texts.append(each)
    for table, whose in changed.items():
        if whose:
            connection.execute(delete(table).where(table.c.work_id.in_([each.work_id for each in whose])))
            insert_rows(connection, table, CHILDREN[table], rows[table])
    fulltext.remove(connection, [each.work_id or 0 for each in texts])
    fulltext.write(connection, [text_row(each.work_id or 0, each.merged.data) for each in texts])


def _dois(around: Component, clusters: list[list[int]]) -> list[str | None]:
    """Return the DOI of each cluster.

    A DOI identifies one work. Where the matcher kept records apart that show the same one (a chapter with its book's
    DOI), the larger cluster has it, ties go to the smaller page key, and the other one is known without.
    """
    claims: dict[str, list[tuple[int, str, int]]] = {}
    for number, cluster in enumerate(clusters):
        shown: dict[str, list[str]] = {}
        for each in cluster:
            if doi := around.data[each].prepared.doi:
                shown.setdefault(doi, []).append(around.data[each].page_key)
        for doi, keys in shown.items():
            claims.setdefault(doi, []).append((-len(keys), min(keys), number))
    owned: list[list[tuple[int, str, str]]] = [[] for _ in clusters]
    for doi, who in claims.items():
        size, key, number = min(who)
        owned[number].append((size, key, doi))
    return [min(dois)[2] if dois else None for dois in owned]


def _write_matches(connection: Connection, works: dict[int, int], edges: Sequence[Edge], now: datetime) -> None:
    """Write for each record why it is in its work: the strongest edge that joined it, or that it stands first."""
    best: dict[Any, tuple[Any, Edge]] = {}
    for each in edges:
        best.setdefault(each.b, (each.a, each))
        best.setdefault(each.a, (each.b, each))
    here = match.c.record_id.in_(list(works))
    stored = {row.record_id: tuple(row)[1:-1] for row in connection.execute(select(match).where(here))}
    rows = []
    for record_id, work_id in works.items():
        other, joined = best.get(record_id, (None, None))
        why = (joined.match.rule, joined.match.score, joined.match.evidence) if joined else ("alone", None, {})
        if stored.get(record_id) != (work_id, other, *why):
            rows.append((record_id, work_id, other, *why[:2], encode(why[2]), moment(connection, now)))
    if outdated := [row[0] for row in rows if row[0] in stored]:
        connection.execute(delete(match).where(match.c.record_id.in_(outdated)))
    insert_rows(connection, match, _MATCH, rows)


def _write_reviews(connection: Connection, around: Component, edges: Sequence[Edge]) -> None:
    """Write the pairs that a person should look at; pairs that one has decided about are closed."""
    decided = around.must_link | around.cannot_link
    fresh: dict[tuple[int, int], Edge] = {}
    for each in edges:
        a, b = sorted((int(str(each.a)), int(str(each.b))))
        if (a, b) not in decided:
            fresh.setdefault((a, b), each)
    here = review.c.a_id.in_(list(around.data))
    put_off = {(row.a_id, row.b_id): row.put_off_at for row in connection.execute(select(review).where(here))}
    if put_off:
        connection.execute(delete(review).where(here))
    rows = []
    for pair, each in sorted(fresh.items()):
        later = put_off.get(pair)
        said = (each.match.rule, each.match.score, encode(each.match.evidence))
        rows.append((*pair, *said, moment(connection, later) if later else None))
    insert_rows(connection, review, ("a_id", "b_id", "rule", "score", "evidence", "put_off_at"), rows)


def _move(connection: Connection, around: Component, works: dict[int, int]) -> None:
    """Give the records to their works, and remove the works that have none left."""
    rows = [{"b_id": each, "b_work": home} for each, home in works.items() if around.data[each].work_id != home]
    if rows:
        statement = update(record).where(record.c.id == bindparam("b_id")).values(work_id=bindparam("b_work"))
        connection.execute(statement, rows)
    left = {row.work_id for row in around.data.values()} - {None} - set(works.values())
    if left:
        connection.execute(delete(work).where(work.c.id.in_(left)))
