"""Records whose source says that it has deleted them.

A deleted record stays as a tombstone: what it said, when it was last seen, and since when it is gone
(`record.deleted_at`). It is of no work any more and has no keys, so it joins nobody. Its work is built again from the
other records; where there is none, the work goes: nobody vouches for it. If the source shows the record again, it is
placed as if it were new (`pipelines._records`).
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update

from harvester.database import fulltext
from harvester.database.tables import edge, match, record, relation, review, work
from pipelines._holders import drop_keys
from pipelines._identity import concerned_by, rows
from pipelines._works import assign_again


def bury(connection: Connection, page_keys: Collection[str], now: datetime) -> dict[str, int]:
    """Make tombstones of records, and return the ids of those that are known, by key."""
    query = select(record.c.page_key, record.c.id, record.c.deleted_at).where(record.c.page_key.in_(page_keys))
    known = connection.execute(query).all()
    gone = [row.id for row in known if row.deleted_at is None]
    if gone:
        _take_out(connection, gone, now)
    return {row.page_key: row.id for row in known}


def _take_out(connection: Connection, gone: list[int], now: datetime) -> None:
    leaving = rows(connection, gone)
    concerned = concerned_by(connection, leaving)
    drop_keys(connection, [(key, row.id) for row in leaving for key in row.keys])
    for table in (edge, relation, review):
        connection.execute(delete(table).where(or_(table.c.a_id.in_(gone), table.c.b_id.in_(gone))))
    connection.execute(delete(match).where(match.c.record_id.in_(gone)))
    connection.execute(update(record).where(record.c.id.in_(gone)).values(deleted_at=now, work_id=None))
    if concerned:
        assign_again(connection, rows(connection, concerned), now)
    works = {row.work_id for row in leaving if row.work_id is not None}
    left = set(connection.scalars(select(record.c.work_id).where(record.c.work_id.in_(works))))
    if empty := sorted(works - left):
        fulltext.remove(connection, empty)
        connection.execute(delete(work).where(work.c.id.in_(empty)))
