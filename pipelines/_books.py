"""One transaction: what a group of visits said becomes rows, and their targets end in it."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from harvester.clock import utc_now
from harvester.database import frontier, targets
from harvester.database.bulk import insert_rows, moment
from harvester.database.patience import is_lost, is_of_storage, patiently
from harvester.database.revisits import Revisits, Watch
from harvester.database.seen import Seen
from harvester.database.session import writing
from harvester.database.tables import quarantine, target, visit
from harvester.items import LinkKind, PageKind, Visit
from harvester.json_text import encode
from harvester.normalise.url import RECORD_OF_FILE, host_of
from harvester.revisit import Look
from pipelines._lists import end_part, is_repeated, records_of, told_before
from pipelines._records import Entry, Outcome, confirm, page_key, write_records
from pipelines._tombstones import bury

__all__ = ["Outcome", "write"]

logger = logging.getLogger("harvester")

_VISIT = (
    "target_id", "run_id", "at", "url", "final_url", "status", "kind", "outcome", "reason", "body_hash", "bytes",
    "record_id", "archive_file", "archive_offset", "tdm_reserved", "tdm_policy", "robots_tags",
    "host", "shape", "shape_before",
)  # fmt: skip
_REFUSALS = frozenset({401, 402, 403, 407, 429, 451, 503})
_GONE = frozenset({404, 410})


def write(engine: Engine, visits: Sequence[Visit], most_links: int, revisits: Revisits | None = None) -> list[Outcome]:
    """Store visits in one transaction and return how each one ended.

    ``revisits``: where the run is a job's, what says when their targets are due again.

    A visit that the database refuses is put into ``quarantine`` with the reason, and the others land. While the
    database is away the same transaction is tried again for a minute. Raises `DatabaseError` after that; then nothing
    of these visits is stored, and their targets become ready again when their leases run out.

    A visit without a work changes no record, also where its page gave one before (a wall now, or gone): what was known
    stays, `record.last_seen` tells when it was last confirmed, and the visit says what became of the page.

    The visit of a list brings visits of the records that came with it; `Listed.outcomes` tells how these ended.
    """
    return patiently(engine, lambda: _write_or_split(engine, visits, most_links, revisits))


def _write_or_split(
    engine: Engine, visits: Sequence[Visit], most_links: int, revisits: Revisits | None
) -> list[Outcome]:
    try:
        with writing(engine) as connection:
            return _write(connection, visits, most_links, revisits)
    except (SQLAlchemyError, ValueError, TypeError) as error:
        if isinstance(error, DBAPIError) and (is_lost(error) or is_of_storage(error)):
            raise
        if len(visits) == 1 and visits[0].listed is not None and visits[0].listed.records:
            return [_apart(engine, visits[0], revisits)]
        if len(visits) == 1:
            return [_quarantine(engine, visits[0], error, revisits)]
        # Halving finds the bad one in few transactions, and costs nothing where none is bad.
        middle = len(visits) // 2
        return [
            *_write_or_split(engine, visits[:middle], most_links, revisits),
            *_write_or_split(engine, visits[middle:], most_links, revisits),
        ]


def _apart(engine: Engine, part: Visit, revisits: Revisits | None) -> Outcome:
    """Store the records of a list before the list's own visit, since one of them cannot be stored."""
    assert part.listed is not None
    outcomes = _write_or_split(engine, part.listed.records, 0, None)
    ended = replace(part, listed=replace(part.listed, records=[]))
    outcome = _write_or_split(engine, [ended], 0, revisits)[0]
    part.listed.outcomes = dict(Counter(each.value for each in outcomes))
    return outcome


def _quarantine(engine: Engine, bad: Visit, error: Exception, revisits: Revisits | None) -> Outcome:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    reason = f"could not be stored: {type(error).__name__}: {reason}"
    logger.error("%s %s", bad.url, reason)
    # JSON is written in ASCII, so the item keeps whatever the database refused as text (a lone surrogate, a NUL).
    item = bad.work.to_dict() if bad.work else bad.derived.plain if bad.derived else {}
    lost = Visit(url=_printable(bad.url), reason=_printable(reason), run_id=bad.run_id, target_id=bad.target_id)
    row = {"url": lost.url, "item": item, "reason": lost.reason, "at": utc_now()}
    with writing(engine) as connection:
        connection.execute(insert(quarantine), {**row, "run_id": bad.run_id, "target_id": bad.target_id})
        return _write(connection, [lost], 0, revisits)[0]


def _printable(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode().replace("\x00", "\\x00")


def _write(
    connection: Connection, visits: Sequence[Visit], most_links: int, revisits: Revisits | None
) -> list[Outcome]:
    now = utc_now()
    entries = [Entry(each) for each in visits]
    lists = records_of(visits)
    records = [each for own in lists.values() for each in own]
    told = told_before(connection, visits, records)
    with_work = [entry for entry in (*entries, *records) if entry.has_record]
    if with_work:
        write_records(connection, with_work, now)
    if unread := [entry for entry in entries if entry.visit.unchanged is not None]:
        confirm(connection, unread, now)
    if deleted := [entry for entry in records if entry.visit.deleted]:
        buried = bury(connection, [page_key(entry.visit) for entry in deleted], now)
        for entry in deleted:
            entry.record_id = buried.get(page_key(entry.visit))
    for entry in (*entries, *records):
        entry.outcome = entry.outcome or _without_work(entry.visit)
    lists = {place: [each for each in own if not is_repeated(each, told)] for place, own in lists.items()}
    _write_visits(connection, [*entries, *(each for own in lists.values() for each in own)], now)
    _end_targets(connection, entries)
    for place, own in lists.items():
        end_part(connection, visits[place], own)
    watch = revisits.watch if revisits is not None else None
    for entry in entries:
        # What a list of works newly links is what it says other than before.
        entry.says_other |= _follow(connection, entry.visit, most_links, watch) > 0
    if revisits is not None:
        revisits.note(connection, {each.visit.target_id or 0: _look(each) for each in entries if _is_over(each)})
    return [entry.outcome for entry in entries if entry.outcome is not None]


def _without_work(ended: Visit) -> Outcome:
    if ended.retry_at is not None:
        return Outcome.RETRY
    if ended.deleted:
        return Outcome.DELETED
    if ended.listed is not None and ended.kind is PageKind.MULTI:
        return Outcome.LISTED
    if ended.kind is PageKind.BLOCKED:
        refused = ended.status is None or ended.status in _REFUSALS or ended.status < 400
        return Outcome.BLOCKED if refused else Outcome.FAILED
    return Outcome.FAILED if ended.kind is None else Outcome.NON_RECORD


def _write_visits(connection: Connection, entries: list[Entry], now: datetime) -> None:
    at = moment(connection, now)
    rows = []
    for entry in entries:
        said = entry.visit
        kind = said.kind.value if said.kind else None
        assert entry.outcome is not None
        rows.append(
            (
                said.target_id, said.run_id, at, said.url, said.final_url, said.status, kind, entry.outcome.value,
                said.reason, said.body_hash, said.bytes, entry.record_id, said.archive_file, said.archive_offset,
                said.tdm_reserved, said.tdm_policy, encode(said.robots_tags), _host(said), entry.shape,
                entry.shape_before,
            )
        )  # fmt: skip
    insert_rows(connection, visit, _VISIT, rows)


def _host(said: Visit) -> str:
    url = said.final_url or said.url
    try:
        return "" if url.startswith(RECORD_OF_FILE) else host_of(url)[:255]
    except ValueError:  # no address at all, as a spider of somebody's own may give it
        return ""


def _end_targets(connection: Connection, entries: list[Entry]) -> None:
    ended = [entry for entry in entries if entry.visit.target_id is not None]
    later: dict[int, tuple[datetime, str]] = {}
    free: dict[int, tuple[datetime, str]] = {}
    lost = {}
    well = []
    stale: list[int] = []
    seen: dict[int, Seen] = {}
    further = []
    for entry in ended:
        assert entry.visit.target_id is not None
        if entry.outcome is Outcome.RETRY and entry.visit.retry_at is not None:
            waits = later if entry.visit.costs_attempt else free
            waits[entry.visit.target_id] = (entry.visit.retry_at, entry.visit.reason)
            stale += [entry.visit.target_id] if entry.visit.unchanged is not None else []
        elif entry.visit.listed is not None and entry.visit.listed.goes_on:
            further.append(entry.visit.target_id)
        elif entry.outcome in (Outcome.BLOCKED, Outcome.FAILED):
            lost[entry.visit.target_id] = entry.visit.reason
        else:
            well.append(entry.visit.target_id)
            if entry.visit.seen is not None and entry.visit.listed is not None:
                seen[entry.visit.target_id] = entry.visit.seen
            elif entry.visit.seen is not None and entry.record_id is not None:
                said = entry.visit.unchanged or entry.derived.content_hash
                seen[entry.visit.target_id] = replace(entry.visit.seen, content_hash=said)
    frontier.done(connection, well, seen)
    targets.forget(connection, stale)
    frontier.go_on(connection, further)
    frontier.dead(connection, lost)
    frontier.retry_later(connection, later)
    frontier.put_off(connection, free)


def _follow(connection: Connection, page: Visit, most_links: int, watch: Watch | None) -> int:
    """Want the links of a page, as long as the run has followed fewer than ``most_links``; return how many are new."""
    if not page.links or page.run_id is None:
        return 0
    followed = select(func.count()).where(target.c.run_id == page.run_id, target.c.parent_id.is_not(None))
    room = left = most_links - connection.execute(followed).scalar_one()
    for link in page.links:
        if left <= 0:
            break
        depth = page.depth + (link.kind is not LinkKind.NEXT)
        left -= frontier.add_targets(
            connection, page.run_id, [link.url], depth=depth, parent_id=page.target_id, watch=watch
        )
    return room - left


def _is_over(entry: Entry) -> bool:
    over = entry.visit.listed is None and entry.outcome is not Outcome.RETRY
    return entry.visit.target_id is not None and over


def _look(entry: Entry) -> Look:
    """Return what a visit found, as `harvester.revisit` counts it."""
    if entry.visit.work is None and entry.visit.status in _GONE:
        return Look.GONE
    if entry.outcome in (Outcome.BLOCKED, Outcome.FAILED):
        return Look.IN_VAIN
    return Look.CHANGED if entry.says_other else Look.UNCHANGED
