"""What a part of a list brings beside its own visit: records, and the place at which the list goes on."""

from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, or_, select

from harvester.database import listings
from harvester.database.listings import Place
from harvester.database.tables import record, run, visit
from harvester.items import Visit
from pipelines._records import Entry, Outcome, page_key

_NOTHING_NEW = (Outcome.UNCHANGED, Outcome.DELETED)


def records_of(visits: Sequence[Visit]) -> dict[int, list[Entry]]:
    """Return for each list, by its place among the visits, the records that came with it."""
    return {
        place: [Entry(each) for each in said.listed.records]
        for place, said in enumerate(visits)
        if said.listed is not None
    }


def told_before(connection: Connection, visits: Sequence[Visit], records: Sequence[Entry]) -> set[str]:
    """Return the keys of those records that this run has told of before.

    A list that begins anew because its tokens ended sends again what it had sent, and whoever counts the records of a
    run should count each once.
    """
    if not records:
        return set()
    began = select(run.c.started_at).where(run.c.id == records[0].visit.run_id).scalar_subquery()
    keys = {each.visit.url: page_key(each.visit) for each in records}
    since = or_(record.c.last_seen >= began, record.c.deleted_at >= began)
    told = set(connection.scalars(select(record.c.page_key).where(record.c.page_key.in_(keys.values()), since)))
    if any(said.listed is not None and said.listed.again for said in visits):
        # Of a tombstone whose record was never seen only the visit is there.
        gone = (visit.c.run_id == records[0].visit.run_id, visit.c.outcome == Outcome.DELETED, visit.c.url.in_(keys))
        told.update(keys[url] for url in connection.scalars(select(visit.c.url).where(*gone)))
    return told


def is_repeated(entry: Entry, told: Collection[str]) -> bool:
    """Return whether a record says nothing that this run has not told."""
    return bool(told) and entry.outcome in _NOTHING_NEW and page_key(entry.visit) in told


def end_part(connection: Connection, part: Visit, kept: Sequence[Entry]) -> None:
    """Remember where a list goes on, and count its records, of which ``kept`` have been told."""
    assert part.listed is not None
    part.listed.outcomes = dict(Counter(each.outcome.value for each in kept if each.outcome is not None))
    if part.target_id is None:
        return
    known = listings.read_place(connection, part.target_id)
    place = Place(part.listed.progress, part.listed.cursor or known.cursor)
    if place != known:
        listings.write_place(connection, part.target_id, place)
