"""A merged work as rows: what goes into the table of works, its children and the index of words."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table

from harvester.database.bulk import encode, moment
from harvester.database.tables import affiliation, author, classification, identifier, keyword
from pipelines.merge import Merged

COLUMNS = (
    "doi", "title", "published", "type", "language", "container_title", "volume", "issue", "first_page", "last_page",
    "abstract",
)  # fmt: skip
WORK_COLUMNS = (*COLUMNS, "year", "data", "origins", "updated_at")

CHILDREN: dict[Table, tuple[str, ...]] = {
    author: ("work_id", "position", "family", "given", "name", "orcid", "role", "corresponding", "affiliations"),
    affiliation: ("work_id", "position", "raw", "organization", "country", "ror"),
    keyword: ("work_id", "position", "kind", "value"),
    classification: ("work_id", "position", "scheme", "code", "label"),
    identifier: ("work_id", "scheme", "value"),
}
"""The tables whose rows are a work's, with the columns in the order in which `child_rows` has them."""


def work_row(connection: Connection, merged: Merged, now: datetime) -> tuple[Any, ...]:
    """Return the values of `WORK_COLUMNS`."""
    this = merged.data
    published = this["published"] or this["published_online"]
    year = int(published[:4]) if published else None
    plain = [this[name] for name in COLUMNS]
    return (*plain, year, encode(this), encode(merged.origins), moment(connection, now))


def child_rows(work_id: int, this: dict[str, Any]) -> dict[Table, list[tuple[Any, ...]]]:
    """Return the rows of a work's children; ``this`` is its data."""
    words = [("author", each) for each in this["keywords"]] + [("plus", each) for each in this["keywords_plus"]]
    return {
        author: [
            (
                work_id, place, each.get("family"), each.get("given"), each.get("name"), each.get("orcid"),
                each.get("role"), each.get("corresponding"), encode(each.get("affiliations") or []),
            )
            for place, each in enumerate(this["authors"])
        ],
        affiliation: [
            (work_id, place, each.get("raw") or "", each.get("organization"), each.get("country"), each.get("ror"))
            for place, each in enumerate(this["affiliations"])
        ],
        keyword: [(work_id, place, kind, value) for place, (kind, value) in enumerate(words)],
        classification: [
            (work_id, place, each.get("scheme") or "", each.get("code") or "", each.get("label"))
            for place, each in enumerate(this["classifications"])
        ],
        identifier: [(work_id, scheme, value) for scheme, value in sorted(set(_identifiers(this)))],
    }  # fmt: skip


def text_row(work_id: int, this: dict[str, Any]) -> tuple[int, str, str, str]:
    """Return what the index of words has of a work."""
    names = (each.get("name") or f"{each.get('given') or ''} {each.get('family') or ''}" for each in this["authors"])
    return work_id, f"{this['title'] or ''} {this['subtitle'] or ''}", " ".join(names), this["abstract"] or ""


def _identifiers(this: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for scheme, name in (("doi", "doi"), ("pmid", "pmid"), ("pmcid", "pmcid"), ("arxiv", "arxiv_id")):
        if this[name]:
            yield scheme, this[name]
    yield from (("issn", value) for value in this["issn"])
    yield from (("isbn", value) for value in this["isbn"])
    yield from ((each["scheme"], each["value"]) for each in this["identifiers"])


def collected(works: Iterable[tuple[int, dict[str, Any]]]) -> dict[Table, list[tuple[Any, ...]]]:
    """Return the children of several works, by table."""
    rows: dict[Table, list[tuple[Any, ...]]] = {table: [] for table in CHILDREN}
    for work_id, this in works:
        for table, own in child_rows(work_id, this).items():
            rows[table] += own
    return rows
