"""What pages said becomes records: new, changed or the same as before, with the works that they belong to."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, select, update

from harvester.database.bulk import encode, insert_rows, moment, reserve
from harvester.database.tables import citation, observation, record
from harvester.items import Citation, Visit
from harvester.match import identity_keys, prepare
from harvester.normalise.url import url_key
from harvester.settings import VERSION
from pipelines._history import COUNTS, Shapes, data_of, write_changes
from pipelines._holders import add_keys, drop_keys
from pipelines._identity import Row, derived, meet
from pipelines._keys import number, numbers
from pipelines._works import assign, found, write_alone

_CITED = (
    "title", "authors", "container_title", "year", "volume", "issue", "first_page", "last_page", "doi", "url"
)  # fmt: skip
_SAID = (
    "url", "data", "sources", "keys", "derived", "content_hash", "reader_version", "shape", "last_seen", "changed_at"
)  # fmt: skip


class Outcome(StrEnum):
    """How one visit ended. Each target of a run has exactly one outcome that is not ``retry``."""

    NEW = "new"
    MERGED = "merged"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"
    NON_RECORD = "non_record"
    FAILED = "failed"
    RETRY = "retry"
    LISTED = "listed"
    """A part of a list was read; what it named ends for itself."""
    DELETED = "deleted"
    """The source has deleted the record."""


@dataclass(slots=True)
class Entry:
    """A visit on its way into the tables."""

    visit: Visit
    outcome: Outcome | None = None
    record_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    """The data as JSON."""
    content_hash: str = ""
    page_key: str = ""
    keys: list[int] = field(default_factory=list)
    shape: int | None = None
    """The fields that it has, see `pipelines._history.Shapes`."""
    shape_before: int | None = None
    """Those that its record ever had; None for a new record."""
    shape_ever: int | None = None
    """Both together."""
    says_other: bool = False
    """The record is new, or anything else than a count in it differs from before."""


def write_records(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    """Write what is new or changed, have the works that it belongs to built again, and note the outcomes."""
    for entry in entries:
        _derive(entry)
    last = {entry.page_key: entry for entry in entries}  # two targets may end on one page: one record
    columns = (record.c[name] for name in ("id", "page_key", "content_hash", "work_id", "keys", "shape", "deleted_at"))
    query = select(*columns).where(record.c.page_key.in_(list(last)))
    known = {row.page_key: row for row in connection.execute(query)}
    fresh = [entry for key, entry in last.items() if key not in known]
    changed = [entry for key, entry in last.items() if key in known and _differs(known[key], entry)]
    for entry, record_id in zip(fresh, reserve(connection, record, len(fresh)), strict=True):
        entry.record_id = record_id
        entry.outcome = Outcome.MERGED
    for key, row in known.items():
        last[key].record_id = row.id
        last[key].outcome = Outcome.UPDATED if _differs(row, last[key]) else Outcome.UNCHANGED
    if same := [row.id for key, row in known.items() if last[key].outcome is Outcome.UNCHANGED]:
        connection.execute(update(record).where(record.c.id.in_(same)).values(last_seen=now))
    before = data_of(connection, [known[entry.page_key].id for entry in changed])
    _note_shapes(connection, entries, known, before)
    works = _place(connection, fresh, changed, {row.id: row for row in known.values()}, now)
    ids = [(entry, entry.record_id or 0) for entry in changed]
    told = write_changes(connection, [(i, works.get(i), e.visit.run_id, before[i], e.data) for e, i in ids], now)
    for entry in entries:
        entry.record_id = last[entry.page_key].record_id
        entry.outcome = entry.outcome or Outcome.UNCHANGED
        entry.says_other = entry.outcome in (Outcome.NEW, Outcome.MERGED) or entry.record_id in told


def _note_shapes(
    connection: Connection, entries: Sequence[Entry], known: dict[str, Any], before: dict[int, dict[str, Any]]
) -> None:
    """Note which fields the pages have, and which their records ever had; ``before``: the data of those that change."""
    shapes = Shapes(connection, {row.shape for row in known.values() if row.shape is not None})
    for entry in entries:
        entry.shape = entry.shape_ever = shapes.add(entry.data)
        if (row := known.get(entry.page_key)) is not None:
            # A record of a version that kept no shapes has what it says at present.
            kept = row.shape is not None
            entry.shape_before = row.shape if kept else shapes.add(before.get(row.id, entry.data))
            entry.shape_ever = shapes.union(entry.shape_before, entry.shape)
    shapes.write(connection)


def page_key(said: Visit) -> str:
    """Return the key under which the record of a page is known: its address after redirects."""
    return url_key(said.final_url or said.url) or said.url


def _differs(known: Any, entry: Entry) -> bool:
    """Return whether a record says other than before, or is back after its source had deleted it."""
    return bool(known.content_hash != entry.content_hash or known.deleted_at is not None)


def _derive(entry: Entry) -> None:
    assert entry.visit.work is not None
    entry.data = {name: value for name, value in entry.visit.work.to_dict().items() if value not in (None, [])}
    entry.text = encode(entry.data)
    entry.content_hash = hashlib.sha256(entry.text.encode()).hexdigest()
    entry.page_key = page_key(entry.visit) or entry.content_hash
    entry.keys = numbers(entry.visit.keys)


def _place(
    connection: Connection, fresh: list[Entry], changed: list[Entry], known: dict[int, Any], now: datetime
) -> dict[int, int]:
    """Write records with all that hangs on them, and place them among the works; return the works of those known."""
    rows = [_row(entry, known, now) for entry in (*fresh, *changed)]
    before = {entry.record_id or 0: known[entry.record_id or 0].keys for entry in changed}
    met = meet(connection, rows, before)
    alone = [row for row in rows[: len(fresh)] if met.is_alone(row)]
    found(connection, alone, now)
    works = {row.id: row.work_id for row in alone}
    _insert_records(connection, fresh, works, now)
    _update_records(connection, changed, now)
    drop_keys(connection, [(key, each) for each, keys in before.items() for key in keys])
    add_keys(connection, [(key, row.id) for row in rows for key in row.keys])
    _write_parts(connection, [*fresh, *changed], now)
    write_alone(connection, alone, now)
    others = [row for row in rows if row.id not in works]
    assigned = assign(connection, others, met, list(before), now)
    for entry in fresh:
        if entry.record_id in works or entry.record_id in assigned.founded:
            entry.outcome = Outcome.NEW
    return assigned.works


def _row(entry: Entry, known: dict[int, Any], now: datetime) -> Row:
    assert entry.record_id is not None
    assert entry.visit.work is not None
    if entry.visit.prepared is None:
        entry.visit.prepared = prepare(entry.visit.work)
    entry.visit.prepared.id = entry.record_id
    work_id = known[entry.record_id].work_id if entry.record_id in known else None
    return Row(
        entry.record_id, entry.page_key, entry.data, entry.visit.sources, entry.keys, now, work_id, entry.visit.prepared
    )


def _said(connection: Connection, entry: Entry, now: datetime) -> tuple[Any, ...]:
    at = moment(connection, now)
    url = entry.visit.final_url or entry.visit.url
    sources, keys = encode(entry.visit.sources), encode(entry.keys)
    worked_out = encode(derived(entry.visit.prepared))
    return url, entry.text, sources, keys, worked_out, entry.content_hash, VERSION, entry.shape_ever, at, at


def _insert_records(connection: Connection, entries: list[Entry], works: dict[int, int | None], now: datetime) -> None:
    at = moment(connection, now)
    rows = [
        (entry.record_id, entry.page_key, at, works.get(entry.record_id or 0), *_said(connection, entry, now))
        for entry in entries
    ]
    insert_rows(connection, record, ("id", "page_key", "first_seen", "work_id", *_SAID), rows)


def _update_records(connection: Connection, entries: list[Entry], now: datetime) -> None:
    if not entries:
        return
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    values = ", ".join(f"{name} = {mark}" for name in _SAID)
    rows = [(*_said(connection, entry, now), entry.record_id) for entry in entries]
    connection.exec_driver_sql(f"UPDATE record SET {values} WHERE id = {mark}", rows)  # noqa: S608  # our names
    ids = [entry.record_id for entry in entries]
    connection.execute(
        update(record).where(record.c.id.in_(ids), record.c.deleted_at.is_not(None)).values(deleted_at=None)
    )
    connection.execute(delete(citation).where(citation.c.record_id.in_(ids)))


def _write_parts(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    """Write the rows that hang on a record: the works that it lists, its counts."""
    at = moment(connection, now)
    citations: list[tuple[Any, ...]] = []
    counts: list[tuple[Any, ...]] = []
    for entry in entries:
        for position, cited in enumerate(entry.visit.work.related if entry.visit.work else ()):
            said = cited.to_dict() | {"authors": encode(cited.authors)}
            citations.append((entry.record_id, position, _citation_key(cited), *(said[name] for name in _CITED)))
        counts += [(entry.record_id, name, at, entry.data[name]) for name in COUNTS if name in entry.data]
    insert_rows(connection, citation, ("record_id", "position", "key", *_CITED), citations)
    insert_rows(connection, observation, ("record_id", "field", "at", "value"), counts)


def _citation_key(cited: Citation) -> int | None:
    """Return the key by which the listed work is known once it is harvested itself."""
    said = {"doi": cited.doi, "title": cited.title, "authors": cited.authors, "year": cited.year}
    return next(map(number, identity_keys(prepare(said))), None)
