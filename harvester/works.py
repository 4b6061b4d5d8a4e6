"""Works one at a time, out of one state of the database: what exports are written from."""

from array import array
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, exists, func, or_, select

from harvester.database import fulltext
from harvester.database.session import snapshot
from harvester.database.tables import record, work
from harvester.items import Work

_PAGE = 100
"""Works that are in memory at once."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which works are asked for; None asks for all."""

    query: str | None = None
    """Words, as `harvester.database.fulltext.search` takes them."""
    since: datetime | None = None
    """Works that were made or changed at this moment or later. Aware."""
    type: str | None = None
    """The work's type, in Crossref's vocabulary."""
    host: str | None = None
    """Works of which a page came from this host. Format: as in its URLs, with a port where they have one."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A work of the database, and what tells it from others that say the same."""

    id: int
    twin: int
    """1, or its place by age among works without a DOI whose title, year, container, volume, issue and first page are
    the same."""
    work: Work


def works(engine: Engine, chosen: Chosen) -> Generator[Stored, None, None]:
    """Yield the works that are asked for, by id.

    They are read a page at a time in one transaction that sees one state of the database; nobody who writes waits for
    it. Close the generator, or exhaust it, to end the transaction.
    """
    with snapshot(engine) as connection:
        twins = _twins(connection)
        for page in _pages(connection, chosen):
            for row in page:
                yield Stored(row.id, twins.get(row.id, 1), Work.from_dict(row.data))


def _pages(connection: Connection, chosen: Chosen) -> Iterator[list[Any]]:
    statement = _filtered(select(work.c.id, work.c.data).order_by(work.c.id), chosen)
    if chosen.query is not None:
        # Eight bytes a work, so that the index of words is asked once and not for every page.
        ids = array("q", fulltext.matching(connection, chosen.query))
        for begin in range(0, len(ids), _PAGE):
            page = ids[begin : begin + _PAGE].tolist()
            yield list(connection.execute(statement.where(work.c.id.in_(page))))
        return
    after = 0
    while rows := list(connection.execute(statement.where(work.c.id > after).limit(_PAGE))):
        yield rows
        after = rows[-1].id


def _filtered(statement: Select[Any], chosen: Chosen) -> Select[Any]:
    if chosen.since is not None:
        statement = statement.where(work.c.updated_at >= chosen.since)
    if chosen.type is not None:
        statement = statement.where(work.c.type == chosen.type)
    if chosen.host is not None:
        url = func.lower(record.c.url)
        begins = (f"{scheme}://{chosen.host.lower()}/" for scheme in ("http", "https"))
        of_host = or_(*(url.startswith(each, autoescape=True) for each in begins))
        statement = statement.where(exists().where(record.c.work_id == work.c.id, of_host))
    return statement


def _twins(connection: Connection) -> dict[int, int]:
    """Return the place of each work that is not the first of its twins."""
    said = (work.c.title, work.c.year, work.c.container_title, work.c.volume, work.c.issue, work.c.first_page)
    place = func.row_number().over(partition_by=said, order_by=work.c.id).label("place")
    placed = select(work.c.id, place).where(work.c.doi.is_(None)).subquery()
    return {row.id: row.place for row in connection.execute(select(placed).where(placed.c.place > 1))}
