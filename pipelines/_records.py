"""What pages said becomes records: new, changed or the same as before, with the works that they belong to."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection

from harvester.database.bulk import delete_rows, insert_rows, moment, reserve, select_rows, update_rows
from harvester.database.tables import citation, observation, record
from harvester.derive import CITED, Derived, derive
from harvester.items import Visit
from harvester.json_text import decode, encode
from harvester.normalise.url import RECORD_OF_FILE, url_key
from harvester.settings import VERSION
from pipelines._history import Shapes, data_of, write_changes
from pipelines._holders import add_keys, drop_keys
from pipelines._meeting import meet
from pipelines._row import Row
from pipelines._works import place, settle

_KNOWN = ("id", "page_key", "content_hash", "work_id", "keys", "shape", "deleted_at")
_SAID = (
    "url", "data", "sources", "keys", "derived", "content_hash", "reader_version", "shape", "last_seen", "changed_at",
    "work_id", "deleted_at",
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
    page_key: str = ""
    shape: int | None = None
    """The fields that it has, see `pipelines._history.Shapes`."""
    shape_before: int | None = None
    """Those that its record ever had; None for a new record."""
    shape_ever: int | None = None
    """Both together."""
    says_other: bool = False
    """The record is new, or anything else than a count in it differs from before."""

    @property
    def has_record(self) -> bool:
        """Tell whether the page gave a record."""
        return self.visit.work is not None or self.visit.derived is not None

    @property
    def derived(self) -> Derived:
        """Return what follows from its work; the visit keeps it."""
        said = self.visit
        if said.derived is None:
            assert said.work is not None
            said.derived = derive(said.work, said.sources)
        found: Derived = said.derived
        return found


class _Known(NamedTuple):
    """A record as it is before a page says something of it again."""

    id: int
    page_key: str
    content_hash: str
    work_id: int | None
    keys: str
    shape: int | None
    deleted_at: Any

    def differs(self, entry: Entry) -> bool:
        """Return whether a record says other than before, or is back after its source had deleted it."""
        return self.content_hash != entry.derived.content_hash or self.deleted_at is not None


def write_records(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    """Write what is new or changed, have the works that it belongs to built again, and note the outcomes."""
    for entry in entries:
        entry.page_key = page_key(entry.visit) or entry.derived.content_hash
    last = {entry.page_key: entry for entry in entries}  # two targets may end on one page: one record
    known = {row.page_key: row for row in _known(connection, last)}
    fresh = [entry for key, entry in last.items() if key not in known]
    changed = [entry for key, entry in last.items() if key in known and known[key].differs(entry)]
    for entry, record_id in zip(fresh, reserve(connection, record, len(fresh)), strict=True):
        entry.record_id = record_id
        entry.outcome = Outcome.MERGED
    for key, row in known.items():
        last[key].record_id = row.id
        last[key].outcome = Outcome.UNCHANGED
    for entry in changed:
        entry.outcome = Outcome.UPDATED
    same = [row.id for key, row in known.items() if last[key].outcome is Outcome.UNCHANGED]
    update_rows(connection, record, ("last_seen",), [(moment(connection, now), each) for each in same])
    before = data_of(connection, [known[entry.page_key].id for entry in changed])
    _note_shapes(connection, entries, known, before)
    works = _place(connection, fresh, changed, {row.id: row for row in known.values()}, now)
    ids = [(entry, entry.record_id or 0) for entry in changed]
    told = write_changes(
        connection, [(i, works.get(i), e.visit.run_id, before[i], e.derived.plain) for e, i in ids], now
    )
    for entry in entries:
        entry.record_id = last[entry.page_key].record_id
        entry.outcome = entry.outcome or Outcome.UNCHANGED
        entry.says_other = entry.outcome in (Outcome.NEW, Outcome.MERGED) or entry.record_id in told


def confirm(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    """Note of pages that are what their records were read from that these were seen, and nothing else.

    Where a record says other things by now (it was read from another address, or deleted by its source), its page has
    to be read after all: the outcome is ``retry``.
    """
    for entry in entries:
        entry.page_key = page_key(entry.visit)
    known = {row.page_key: row for row in _known(connection, {entry.page_key for entry in entries})}
    for entry in entries:
        row = known.get(entry.page_key)
        if row is not None and row.content_hash == entry.visit.unchanged and row.deleted_at is None:
            entry.record_id, entry.outcome = row.id, Outcome.UNCHANGED
        else:
            entry.outcome, entry.visit.retry_at, entry.visit.costs_attempt = Outcome.RETRY, now, False
            entry.visit.reason = "its record was changed from elsewhere; the page is asked for in full"
    seen = {entry.record_id for entry in entries if entry.record_id is not None}
    update_rows(connection, record, ("last_seen",), [(moment(connection, now), each) for each in sorted(seen)])


def _known(connection: Connection, page_keys: Collection[str]) -> Iterator[_Known]:
    yield from (_Known(*row) for row in select_rows(connection, record, _KNOWN, "page_key", page_keys))


def _note_shapes(
    connection: Connection, entries: Sequence[Entry], known: dict[str, _Known], before: dict[int, dict[str, Any]]
) -> None:
    """Note which fields the pages have, and which their records ever had; ``before``: the data of those that change."""
    shapes = Shapes(connection, {row.shape for row in known.values() if row.shape is not None})
    for entry in entries:
        entry.shape = entry.shape_ever = shapes.add(entry.derived.fields)
        if (row := known.get(entry.page_key)) is not None:
            # A record of a version that kept no shapes has what it says at present.
            fields = sorted(before.get(row.id, entry.derived.fields))
            entry.shape_before = row.shape if row.shape is not None else shapes.add(fields)
            entry.shape_ever = shapes.union(entry.shape_before, entry.shape)
    shapes.write(connection)


def page_key(said: Visit) -> str:
    """Return the key under which the record of a page is known: its address after redirects."""
    url = said.final_url or said.url
    return said.url if url.startswith(RECORD_OF_FILE) else url_key(url) or said.url


def _place(
    connection: Connection, fresh: list[Entry], changed: list[Entry], known: dict[int, _Known], now: datetime
) -> dict[int, int]:
    """Write records with all that hangs on them, and place them among the works; return record to work."""
    rows = [_row(entry, known, now) for entry in (*fresh, *changed)]
    before = {row.id: decode(known[row.id].keys) for row in rows[len(fresh) :]}
    met = meet(connection, rows, before)
    drop_keys(connection, [(key, each) for each, keys in before.items() for key in keys])
    add_keys(connection, [(key, row.id) for row in rows for key in row.keys])
    alone = [row for row in rows[: len(fresh)] if met.is_alone(row)]
    solitary = {row.id for row in alone}
    others = [row for row in rows if row.id not in solitary]
    placed = place(connection, alone, others, met, list(before), now)
    _insert_records(connection, fresh, placed.works, now)
    _update_records(connection, changed, placed.works, now)
    _write_parts(connection, [*fresh, *changed], now)
    settle(connection, placed, now)
    for entry in fresh:
        if entry.record_id in placed.founded:
            entry.outcome = Outcome.NEW
    return placed.works


def _row(entry: Entry, known: dict[int, _Known], now: datetime) -> Row:
    assert entry.record_id is not None
    work_id = known[entry.record_id].work_id if entry.record_id in known else None
    return Row.arriving(entry.record_id, entry.page_key, work_id, now, entry.derived)


def _said(entry: Entry, works: dict[int, int], at: Any) -> tuple[Any, ...]:
    """Return the values of `_SAID`."""
    derived = entry.derived
    return (
        entry.visit.final_url or entry.visit.url, derived.data, derived.sources, encode(derived.keys), derived.packed,
        derived.content_hash, VERSION, entry.shape_ever, at, at, works[entry.record_id or 0], None,
    )  # fmt: skip


def _insert_records(connection: Connection, entries: list[Entry], works: dict[int, int], now: datetime) -> None:
    at = moment(connection, now)
    rows = [(entry.record_id, entry.page_key, at, *_said(entry, works, at)) for entry in entries]
    insert_rows(connection, record, ("id", "page_key", "first_seen", *_SAID), rows)


def _update_records(connection: Connection, entries: list[Entry], works: dict[int, int], now: datetime) -> None:
    at = moment(connection, now)
    update_rows(connection, record, _SAID, [(*_said(entry, works, at), entry.record_id) for entry in entries])
    delete_rows(connection, citation.name, "record_id", [entry.record_id for entry in entries])


def _write_parts(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    """Write the rows that hang on a record: the works that it lists, its counts."""
    at = moment(connection, now)
    citations = [(entry.record_id, *row) for entry in entries for row in entry.derived.citations]
    counts = [(entry.record_id, name, at, value) for entry in entries for name, value in entry.derived.counts]
    insert_rows(connection, citation, ("record_id", "position", "key", *CITED), citations)
    insert_rows(connection, observation, ("record_id", "field", "at", "value"), counts)
