"""One transaction: what a group of visits said becomes rows, and their targets end in it."""

import hashlib
import json
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from harvester.database import frontier
from harvester.database.session import is_lost, shown, writing
from harvester.database.tables import citation, observation, quarantine, record, record_key, target, visit
from harvester.errors import DatabaseError
from harvester.items import Citation, LinkKind, PageKind, Visit
from harvester.match import identity_keys, prepare
from harvester.normalise.url import url_key
from harvester.settings import VERSION
from pipelines._identity import Row
from pipelines._works import assign

logger = logging.getLogger("harvester")

_PATIENCE = (0.5, 1, 2, 4, 8, 16, 30)  # seconds between tries while the database is away
_COUNTS = ("cited_by_count", "references_count", "related_total")
_REFUSALS = frozenset({401, 402, 403, 407, 429, 451, 503})


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


@dataclass(slots=True)
class _Entry:
    """A visit on its way into the tables."""

    visit: Visit
    outcome: Outcome | None = None
    record_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    content_hash: str = ""
    page_key: str = ""


def write(engine: Engine, visits: Sequence[Visit], most_links: int) -> list[Outcome]:
    """Store visits in one transaction and return how each one ended.

    A visit that the database refuses is put into ``quarantine`` with the reason, and the others land. While the
    database is away the same transaction is tried again for a minute. Raises `DatabaseError` after that; then nothing
    of these visits is stored, and their targets become ready again when their leases run out.
    """
    for wait in (*_PATIENCE, None):
        try:
            return _write_or_split(engine, visits, most_links)
        except DBAPIError as error:
            if wait is None or not is_lost(error):
                raise DatabaseError(f"{shown(engine)}: {str(error.orig).strip()}") from error
            logger.warning("the database is away (%s); next try in %s s", str(error.orig).strip(), wait)
            time.sleep(wait)
    raise AssertionError("the last try returns or raises")


def _write_or_split(engine: Engine, visits: Sequence[Visit], most_links: int) -> list[Outcome]:
    try:
        with writing(engine) as connection:
            return _write(connection, visits, most_links)
    except (SQLAlchemyError, ValueError, TypeError) as error:
        if isinstance(error, DBAPIError) and (is_lost(error) or _is_disk(error)):
            raise
        if len(visits) == 1:
            return [_quarantine(engine, visits[0], error)]
        # Halving finds the bad one in few transactions, and costs nothing where none is bad.
        middle = len(visits) // 2
        return [
            *_write_or_split(engine, visits[:middle], most_links),
            *_write_or_split(engine, visits[middle:], most_links),
        ]


def _is_disk(error: DBAPIError) -> bool:
    """Return True where no item is to blame: disk full, read-only file, damaged file."""
    words = str(error.orig).lower()
    return any(sign in words for sign in ("disk", "readonly", "malformed", "no space", "unable to open"))


def _quarantine(engine: Engine, bad: Visit, error: Exception) -> Outcome:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    reason = f"could not be stored: {type(error).__name__}: {reason}"
    logger.error("%s %s", bad.url, reason)
    # JSON is written in ASCII, so the item keeps whatever the database refused as text (a lone surrogate, a NUL).
    item = bad.work.to_dict() if bad.work else {}
    lost = Visit(url=_printable(bad.url), reason=_printable(reason), run_id=bad.run_id, target_id=bad.target_id)
    row = {"url": lost.url, "item": item, "reason": lost.reason, "at": datetime.now(UTC)}
    with writing(engine) as connection:
        connection.execute(insert(quarantine), {**row, "run_id": bad.run_id, "target_id": bad.target_id})
        return _write(connection, [lost], 0)[0]


def _printable(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode().replace("\x00", "\\x00")


def _write(connection: Connection, visits: Sequence[Visit], most_links: int) -> list[Outcome]:
    now = datetime.now(UTC)
    entries = [_Entry(each) for each in visits]
    with_work = [entry for entry in entries if entry.visit.work is not None]
    if with_work:
        _write_records(connection, with_work, now)
    for entry in entries:
        entry.outcome = entry.outcome or _without_work(entry.visit)
    _write_visits(connection, entries, now)
    _end_targets(connection, entries)
    for entry in entries:
        _follow(connection, entry.visit, most_links)
    return [entry.outcome for entry in entries if entry.outcome is not None]


def _without_work(ended: Visit) -> Outcome:
    if ended.retry_at is not None:
        return Outcome.RETRY
    if ended.kind is PageKind.BLOCKED:
        refused = ended.status is None or ended.status in _REFUSALS or ended.status < 400
        return Outcome.BLOCKED if refused else Outcome.FAILED
    return Outcome.FAILED if ended.kind is None else Outcome.NON_RECORD


def _write_records(connection: Connection, entries: list[_Entry], now: datetime) -> None:
    """Write what is new or changed, and have the works that it belongs to built again."""
    for entry in entries:
        assert entry.visit.work is not None
        entry.data = {name: value for name, value in entry.visit.work.to_dict().items() if value not in (None, [])}
        entry.content_hash = _hash(entry.data)
        entry.page_key = url_key(entry.visit.final_url or entry.visit.url) or entry.visit.url or entry.content_hash
    last = {entry.page_key: entry for entry in entries}  # two targets may end on one page: one record
    known = {
        row.page_key: row
        for row in connection.execute(
            select(record.c.id, record.c.page_key, record.c.content_hash, record.c.work_id).where(
                record.c.page_key.in_(last)
            )
        )
    }
    fresh = [entry for key, entry in last.items() if key not in known]
    changed = [entry for key, entry in last.items() if key in known and known[key].content_hash != entry.content_hash]
    same = [entry for key, entry in last.items() if key in known and known[key].content_hash == entry.content_hash]
    for entry in (*changed, *same):
        entry.record_id = known[entry.page_key].id
    _insert_records(connection, fresh, now)
    _update_records(connection, changed, now)
    if same:
        seen = update(record).where(record.c.id.in_([entry.record_id for entry in same])).values(last_seen=now)
        connection.execute(seen)
    _write_parts(connection, [*fresh, *changed], now)
    works = {each.id: each.work_id for each in known.values()}
    joined = assign(connection, [_row(entry, works, now) for entry in (*fresh, *changed)], now)
    for entry in fresh:
        entry.outcome = Outcome.NEW if entry.record_id in joined.founded else Outcome.MERGED
    for entry in changed:
        entry.outcome = Outcome.UPDATED
    for entry in entries:
        entry.record_id = last[entry.page_key].record_id
        entry.outcome = entry.outcome or Outcome.UNCHANGED


def _row(entry: _Entry, works: dict[int, int | None], now: datetime) -> Row:
    assert entry.record_id is not None
    assert entry.visit.work is not None
    prepared = entry.visit.prepared or prepare(entry.visit.work)
    prepared.id = entry.record_id
    sources = entry.visit.sources
    return Row(entry.record_id, entry.page_key, entry.data, sources, now, works.get(entry.record_id), prepared)


def _insert_records(connection: Connection, entries: list[_Entry], now: datetime) -> None:
    if not entries:
        return
    rows = [{**_record_row(entry, now), "page_key": entry.page_key, "first_seen": now} for entry in entries]
    ids = connection.scalars(insert(record).returning(record.c.id, sort_by_parameter_order=True), rows)
    for entry, record_id in zip(entries, ids, strict=True):
        entry.record_id = record_id


def _update_records(connection: Connection, entries: list[_Entry], now: datetime) -> None:
    if not entries:
        return
    rows = [{f"b_{name}": value for name, value in _record_row(entry, now).items()} for entry in entries]
    statement = update(record).where(record.c.id == bindparam("b_id"))
    connection.execute(
        statement.values({name: bindparam(f"b_{name}") for name in _record_row(entries[0], now)}),
        [{**row, "b_id": entry.record_id} for row, entry in zip(rows, entries, strict=True)],
    )
    ids = [entry.record_id for entry in entries]
    connection.execute(delete(record_key).where(record_key.c.record_id.in_(ids)))
    connection.execute(delete(citation).where(citation.c.record_id.in_(ids)))


def _record_row(entry: _Entry, now: datetime) -> dict[str, Any]:
    return {
        "url": entry.visit.final_url or entry.visit.url,
        "data": entry.data,
        "sources": entry.visit.sources,
        "content_hash": entry.content_hash,
        "reader_version": VERSION,
        "last_seen": now,
        "changed_at": now,
    }


def _write_parts(connection: Connection, entries: Iterable[_Entry], now: datetime) -> None:
    """Write the rows that hang on a record: its keys, the works that it lists, its counts."""
    keys: list[dict[str, Any]] = []
    citations: list[dict[str, Any]] = []
    counts: list[dict[str, Any]] = []
    for entry in entries:
        assert entry.visit.work is not None
        keys += [{"record_id": entry.record_id, "key": key} for key in dict.fromkeys(entry.visit.keys)]
        citations += [
            {"record_id": entry.record_id, "position": position, "key": _citation_key(cited), **cited.to_dict()}
            for position, cited in enumerate(entry.visit.work.related)
        ]
        counts += [
            {"record_id": entry.record_id, "field": name, "at": now, "value": entry.data[name]}
            for name in _COUNTS
            if name in entry.data
        ]
    for table, rows in ((record_key, keys), (citation, citations), (observation, counts)):
        if rows:
            connection.execute(insert(table), rows)


def _citation_key(cited: Citation) -> str | None:
    """Return the key by which the listed work is known once it is harvested itself."""
    named = {"doi": cited.doi, "title": cited.title, "authors": cited.authors, "year": cited.year}
    return next(iter(identity_keys(prepare(named))), None)


def _write_visits(connection: Connection, entries: list[_Entry], now: datetime) -> None:
    rows = [
        {
            "target_id": entry.visit.target_id,
            "run_id": entry.visit.run_id,
            "at": now,
            "url": entry.visit.url,
            "final_url": entry.visit.final_url,
            "status": entry.visit.status,
            "kind": entry.visit.kind,
            "outcome": entry.outcome,
            "reason": entry.visit.reason,
            "body_hash": entry.visit.body_hash,
            "bytes": entry.visit.bytes,
            "archive_file": entry.visit.archive_file,
            "archive_offset": entry.visit.archive_offset,
            "tdm_reserved": entry.visit.tdm_reserved,
            "tdm_policy": entry.visit.tdm_policy,
            "robots_tags": entry.visit.robots_tags,
            "record_id": entry.record_id,
        }
        for entry in entries
    ]
    connection.execute(insert(visit), rows)


def _end_targets(connection: Connection, entries: list[_Entry]) -> None:
    ended = [entry for entry in entries if entry.visit.target_id is not None]
    later = {}
    lost = {}
    well = []
    for entry in ended:
        assert entry.visit.target_id is not None
        if entry.outcome is Outcome.RETRY and entry.visit.retry_at is not None:
            later[entry.visit.target_id] = (entry.visit.retry_at, entry.visit.reason)
        elif entry.outcome in (Outcome.BLOCKED, Outcome.FAILED):
            lost[entry.visit.target_id] = entry.visit.reason
        else:
            well.append(entry.visit.target_id)
    frontier.done(connection, well)
    frontier.dead(connection, lost)
    frontier.retry_later(connection, later)


def _follow(connection: Connection, page: Visit, most_links: int) -> None:
    """Want the links of a page, as long as the run has followed fewer than ``most_links``."""
    if not page.links or page.run_id is None:
        return
    followed = select(func.count()).where(target.c.run_id == page.run_id, target.c.parent_id.is_not(None))
    room = most_links - connection.execute(followed).scalar_one()
    for link in page.links:
        if room <= 0:
            return
        depth = page.depth + (link.kind is not LinkKind.NEXT)
        room -= frontier.add_targets(connection, page.run_id, [link.url], depth=depth, parent_id=page.target_id)


def _hash(data: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
