"""Records to works: partition what may belong together, merge each cluster, write the works that changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from harvester.database import fulltext
from harvester.database.tables import (
    affiliation,
    author,
    classification,
    identifier,
    keyword,
    match,
    record,
    review,
    work,
)
from harvester.items import Affiliation, Author, Classification
from harvester.match import Edge, partition
from pipelines._identity import Component, Row, component
from pipelines.merge import Merged, Told, merge

_CHILDREN = (author, affiliation, keyword, classification, identifier)
_COLUMNS = (
    "doi", "title", "published", "type", "language", "container_title", "volume", "issue", "first_page", "last_page",
    "abstract",
)  # fmt: skip


@dataclass(slots=True)
class Assigned:
    """What came of new or changed records."""

    works: dict[int, int] = field(default_factory=dict)
    """Record id to work id."""
    founded: set[int] = field(default_factory=set)
    """Records that a work was made for."""


def assign(connection: Connection, seeds: Sequence[Row], now: datetime) -> Assigned:
    """Find the work of each of these records, make it if there is none, and build the works concerned again.

    ``seeds``: new or changed records, written with their keys in this transaction.
    """
    assigned = Assigned()
    if not seeds:
        return assigned
    around = component(connection, seeds)
    parts = partition(
        around.records.values(),
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
    # First every DOI is let go, then taken: two works may exchange one, and no two may have it in between.
    before = {row.work_id for row in around.data.values() if row.work_id is not None}
    if before:
        connection.execute(update(work).where(work.c.id.in_(before), work.c.doi.is_not(None)).values(doi=None))
        for table in _CHILDREN:
            connection.execute(delete(table).where(table.c.work_id.in_(before)))
        fulltext.remove(connection, before)
    assigned.founded = {each.records[0] for each in built if each.work_id is None}
    _write_works(connection, built, now)
    assigned.works = {each: one.work_id for one in built for each in one.records if one.work_id is not None}
    _write_matches(connection, assigned.works, parts.edges, now)
    _write_reviews(connection, around, parts.reviews)
    _move(connection, around, assigned.works)
    return assigned


@dataclass(slots=True)
class _Built:
    """A cluster of records, the work that they make, and its row; None until it has one."""

    records: list[int]
    merged: Merged
    work_id: int | None = None


def _told(row: Any) -> Told:
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


def _write_works(connection: Connection, built: list[_Built], now: datetime) -> None:
    """Write the rows of the works and of their children; works without a row get one."""
    fresh = [each for each in built if each.work_id is None]
    known = [each for each in built if each.work_id is not None]
    if known:
        rows = [{"b_id": each.work_id, **{f"b_{k}": v for k, v in _row(each.merged, now).items()}} for each in known]
        values: dict[str, Any] = {name: bindparam(f"b_{name}") for name in _row(known[0].merged, now)}
        connection.execute(update(work).where(work.c.id == bindparam("b_id")).values(values), rows)
    if fresh:
        new = [{"created_at": now, **_row(each.merged, now)} for each in fresh]
        ids = connection.scalars(insert(work).returning(work.c.id, sort_by_parameter_order=True), new)
        for each, work_id in zip(fresh, ids, strict=True):
            each.work_id = work_id
    children: dict[Any, list[dict[str, Any]]] = {table: [] for table in _CHILDREN}
    for each in built:
        for table, rows in _children(each.merged).items():
            children[table] += ({"work_id": each.work_id, **row} for row in rows)
    for table, rows in children.items():
        if rows:
            connection.execute(insert(table), rows)
    fulltext.write(connection, [_text(each) for each in built])


def _text(built: _Built) -> tuple[int, str, str, str]:
    this = built.merged.data
    assert built.work_id is not None
    names = (each.get("name") or f"{each.get('given') or ''} {each.get('family') or ''}" for each in this["authors"])
    return built.work_id, f"{this['title'] or ''} {this['subtitle'] or ''}", " ".join(names), this["abstract"] or ""


def _dois(around: Component, clusters: list[list[int]]) -> list[str | None]:
    """Return the DOI of each cluster.

    A DOI identifies one work. Where the matcher kept records apart that show the same one (a chapter with its book's
    DOI), the larger cluster has it, ties go to the smaller page key, and the other one is known without.
    """
    claims: dict[str, list[tuple[int, str, int]]] = {}
    for number, cluster in enumerate(clusters):
        shown: dict[str, list[str]] = {}
        for each in cluster:
            if doi := around.records[each].doi:
                shown.setdefault(doi, []).append(around.data[each].page_key)
        for doi, keys in shown.items():
            claims.setdefault(doi, []).append((-len(keys), min(keys), number))
    owned: list[list[tuple[int, str, str]]] = [[] for _ in clusters]
    for doi, who in claims.items():
        size, key, number = min(who)
        owned[number].append((size, key, doi))
    return [min(dois)[2] if dois else None for dois in owned]


def _row(merged: Merged, now: datetime) -> dict[str, Any]:
    published = merged.data["published"] or merged.data["published_online"]
    return {name: merged.data[name] for name in _COLUMNS} | {
        "year": int(published[:4]) if published else None,
        "data": merged.data,
        "origins": merged.origins,
        "updated_at": now,
    }


# What a record of an older version may lack.
_BLANKS = {author: Author().to_dict(), affiliation: Affiliation().to_dict(), classification: Classification().to_dict()}


def _children(merged: Merged) -> dict[Any, list[dict[str, Any]]]:
    this = merged.data
    words = [("author", each) for each in this["keywords"]] + [("plus", each) for each in this["keywords_plus"]]

    def numbered(table: Table, items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"position": place, **_BLANKS[table], **each} for place, each in enumerate(items)]

    return {
        author: numbered(author, this["authors"]),
        affiliation: numbered(affiliation, this["affiliations"]),
        keyword: [{"position": place, "kind": kind, "value": value} for place, (kind, value) in enumerate(words)],
        classification: numbered(classification, this["classifications"]),
        identifier: [{"scheme": scheme, "value": value} for scheme, value in sorted(set(_identifiers(this)))],
    }


def _identifiers(this: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for scheme, name in (("doi", "doi"), ("pmid", "pmid"), ("pmcid", "pmcid"), ("arxiv", "arxiv_id")):
        if this[name]:
            yield scheme, this[name]
    yield from (("issn", value) for value in this["issn"])
    yield from (("isbn", value) for value in this["isbn"])
    yield from ((each["scheme"], each["value"]) for each in this["identifiers"])


def _write_matches(connection: Connection, works: dict[int, int], edges: Sequence[Edge], now: datetime) -> None:
    """Write for each record why it is in its work: the strongest edge that joined it, or that it stands first."""
    best: dict[Any, tuple[Any, Edge]] = {}
    for each in edges:
        best.setdefault(each.b, (each.a, each))
        best.setdefault(each.a, (each.b, each))
    rows = []
    for record_id, work_id in works.items():
        other, joined = best.get(record_id, (None, None))
        rows.append(
            {
                "record_id": record_id,
                "work_id": work_id,
                "other_id": other,
                "rule": joined.match.rule if joined else "alone",
                "score": joined.match.score if joined else None,
                "evidence": joined.match.evidence if joined else {},
                "at": now,
            }
        )
    connection.execute(delete(match).where(match.c.record_id.in_(list(works))))
    connection.execute(insert(match), rows)


def _write_reviews(connection: Connection, around: Component, edges: Sequence[Edge]) -> None:
    """Write the pairs that a person should look at; pairs that one has decided about are closed."""
    decided = around.must_link | around.cannot_link
    fresh: dict[tuple[int, int], dict[str, Any]] = {}
    for each in edges:
        a, b = sorted((int(str(each.a)), int(str(each.b))))
        if (a, b) not in decided:
            said = {"rule": each.match.rule, "score": each.match.score, "evidence": each.match.evidence}
            fresh.setdefault((a, b), {"a_id": a, "b_id": b, **said})
    here = review.c.a_id.in_(list(around.records))
    put_off = {(row.a_id, row.b_id): row.put_off_at for row in connection.execute(select(review).where(here))}
    connection.execute(delete(review).where(here))
    if fresh:
        rows = [{**row, "put_off_at": put_off.get(pair)} for pair, row in sorted(fresh.items())]
        connection.execute(insert(review), rows)


def _move(connection: Connection, around: Component, works: dict[int, int]) -> None:
    """Give the records to their works, and remove the works that have none left."""
    rows = [{"b_id": each, "b_work": home} for each, home in works.items() if around.data[each].work_id != home]
    if rows:
        statement = update(record).where(record.c.id == bindparam("b_id")).values(work_id=bindparam("b_work"))
        connection.execute(statement, rows)
    left = {row.work_id for row in around.data.values()} - {None} - set(works.values())
    if left:
        connection.execute(delete(work).where(work.c.id.in_(left)))
