"""Atom feeds (RFC 4287) of new works and of changes, of the whole database or of one job.

Ids are name-based UUIDs (RFC 9562, version 5) of what never changes: the number of a work or change with the moment of
its creation. So they are the same in every file, and other databases have others. A feed holds the latest entries; its
``updated`` is that of the latest, so a feed without news is the same file.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby, islice
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from lxml import etree
from sqlalchemy import Connection, Engine, func, select

from harvester.changes import newest
from harvester.database.session import reading
from harvester.database.tables import record, run, visit, work
from harvester.difference import cut, difference
from harvester.export._file import replaced
from harvester.items import Author
from harvester.normalise.url import doi_url
from harvester.settings import VERSION

MOST = 200
"""Entries of a feed."""

ATOM = "http://www.w3.org/2005/Atom"

_NAMES = UUID("6c1f2a1e-6f0e-5b44-9d0c-0d1a7e3b9c55")
_NO_XML = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Kind(StrEnum):
    """What a feed tells."""

    WORKS = "works"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed. ``url``: a web address of its work or page, None where it has none."""

    id: UUID
    title: str
    updated: datetime
    url: str | None
    content: str
    authors: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    summary: str | None = None


def write_feed(engine: Engine, path: Path, kind: Kind, job: str | None = None, most: int = MOST) -> int:
    """Write a feed of the latest works or changes, and return how many entries it has.

    ``job``: only works that its runs were the first to find, or changes that its runs saw. The file is there when it is
    whole, in place of one that was there before. Raises `ExportError` where it cannot be written.
    """
    with reading(engine) as connection:
        first = connection.scalar(select(func.min(run.c.started_at)))
    entries = list(_works(engine, job, most) if kind is Kind.WORKS else _changes(engine, job, most))
    about = "New works" if kind is Kind.WORKS else "Changes"
    title = f"{about} of {job}" if job is not None else f"{about} in the database"
    # A database has no name of its own that would move with it; when it began is as good.
    number = uuid5(_NAMES, f"feed {kind} {job or ''} {(first or _EPOCH).isoformat()}")
    with replaced(path) as stream:
        stream.write(_document(number, title, entries))
    return len(entries)


def _works(engine: Engine, job: str | None, most: int) -> Iterator[Entry]:
    query = select(work).order_by(work.c.id.desc()).limit(most)
    if job is not None:
        found = (
            select(record.c.work_id)
            .join(visit, visit.c.record_id == record.c.id)
            .join(run, run.c.id == visit.c.run_id)
            .where(run.c.job == job, visit.c.outcome == "new")
        )
        query = query.where(work.c.id.in_(found))
    with reading(engine) as connection:
        rows = connection.execute(query).all()
        pages = _pages(connection, [row.id for row in rows if row.doi is None])
    for row in rows:
        authors = [Author.from_dict(each).label for each in row.data.get("authors") or ()]
        where = [row.container_title, str(row.year or ""), row.doi and f"doi:{row.doi}"]
        parts = ["; ".join(authors), ", ".join(filter(None, where)), row.abstract or ""]
        yield Entry(
            id=uuid5(_NAMES, f"work {row.id} {row.created_at.isoformat()}"),
            title=row.title or f"Work {row.id}",
            updated=row.created_at,
            url=doi_url(row.doi) if row.doi else pages.get(row.id),
            content="\n\n".join(filter(None, parts)) or f"Work {row.id}",
            authors=authors,
            categories=list(row.data.get("keywords") or ()),
            summary=row.abstract,
        )


def _pages(connection: Connection, work_ids: list[int]) -> dict[int, str]:
    """Return for works a page of each."""
    query = select(record.c.work_id, record.c.url).where(record.c.work_id.in_(work_ids)).order_by(record.c.id.desc())
    return {row.work_id: row.url for row in connection.execute(query)}


def _changes(engine: Engine, job: str | None, most: int) -> Iterator[Entry]:
    """Yield an entry for each time that a page had changed, with all its fields."""
    with closing(newest(engine, job)) as found:
        pages = groupby(found, key=lambda each: (each.about, each.at))
        for (about, at), same in islice(pages, most):
            every = sorted(same, key=lambda each: each.field)
            said = [f"{each.field}: {difference(each.before, each.after)}" for each in every]
            yield Entry(
                id=uuid5(_NAMES, f"change of {about.record} {at.isoformat()}"),
                title=f"{cut(about.title or about.url)}: {', '.join(each.field for each in every)}",
                updated=at,
                url=about.url,
                content="\n".join([*said, about.url]),
            )


def _document(number: UUID, title: str, entries: Iterable[Entry]) -> bytes:
    entries = list(entries)
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item]  # the default has no prefix
    _add(feed, "id", number.urn)
    _add(feed, "title", title)
    _add(feed, "updated", _moment(max((each.updated for each in entries), default=_EPOCH)))
    _add(_add(feed, "author"), "name", "harvester")  # of entries that name nobody (RFC 4287, section 4.1.1)
    _add(feed, "generator", "harvester", version=VERSION)
    for each in entries:
        entry = _add(feed, "entry")
        _add(entry, "id", each.id.urn)
        _add(entry, "title", each.title)
        _add(entry, "updated", _moment(each.updated))
        _add(entry, "published", _moment(each.updated))
        if each.url is not None and urlsplit(each.url).scheme in ("http", "https"):
            _add(entry, "link", rel="alternate", href=each.url)
        for name in each.authors:
            _add(_add(entry, "author"), "name", name)
        for term in each.categories:
            _add(entry, "category", term=term)
        if each.summary:
            _add(entry, "summary", each.summary)
        _add(entry, "content", each.content, type="text")
    etree.indent(feed)
    return etree.tostring(feed, encoding="utf-8", xml_declaration=True)


def _add(parent: "etree._Element", name: str, text: str | None = None, **attributes: str) -> "etree._Element":
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}", {key: _clean(value) for key, value in attributes.items()})
    if text is not None:
        element.text = _clean(text)
    return element


def _clean(text: str) -> str:
    """Return a text without the characters that XML cannot hold (XML 1.0, section 2.2)."""
    return _NO_XML.sub("", text)


def _moment(when: datetime) -> str:
    """Return a time as RFC 3339 writes it."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")
