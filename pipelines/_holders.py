"""Which records have these keys: the question that the store asks most, one look into one index for each key."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from harvester.database.bulk import insert_rows
from harvester.database.tables import record_key
from pipelines._keys import cap

_MOST = 500  # values in one IN list
_NO_LIMIT = 2**31 - 1

# A crowded key costs as much as its cap, however many records have it.
SQLITE = (
    "SELECT asked.value, (SELECT group_concat(record_id) FROM"
    " (SELECT record_id FROM record_key WHERE key = asked.value LIMIT ?)) FROM json_each(?) AS asked"
)
POSTGRESQL = (
    "SELECT asked.key, array_to_string(ARRAY(SELECT record_id FROM record_key WHERE record_key.key = asked.key"
    " LIMIT %s), ',') FROM unnest(%s::bigint[]) AS asked (key)"
)


def holders(connection: Connection, keys: Iterable[int], beyond: int = 1) -> dict[int, set[int]]:
    """Return for each key that any record has the records that have it, at most ``beyond`` more than its cap."""
    by_limit: dict[int, list[int]] = defaultdict(list)
    for key in keys:
        most = cap(key)
        by_limit[_NO_LIMIT if most is None else most + beyond].append(key)
    is_postgresql = connection.dialect.name == "postgresql"
    statement = POSTGRESQL if is_postgresql else SQLITE
    found: dict[int, set[int]] = {}
    for limit, asked in by_limit.items():
        asked.sort()
        array = "{" + ",".join(map(str, asked)) + "}" if is_postgresql else json.dumps(asked)
        for key, ids in connection.exec_driver_sql(statement, (limit, array)):
            if ids:
                found[key] = set(map(int, ids.split(","))) if isinstance(ids, str) else {int(ids)}
    return found


def add_keys(connection: Connection, keys: Iterable[tuple[int, int]]) -> None:
    """Write pairs of a key and a record."""
    insert_rows(connection, record_key, ("key", "record_id"), sorted(keys))


def drop_keys(connection: Connection, keys: Iterable[tuple[int, int]]) -> None:
    """Remove pairs of a key and a record."""
    dropped = sorted(keys)
    if dropped:
        mark = "%s" if connection.dialect.name == "postgresql" else "?"
        statement = f"DELETE FROM record_key WHERE key = {mark} AND record_id = {mark}"  # noqa: S608
        connection.exec_driver_sql(statement, dropped)


def chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the items in lists short enough for one statement, sorted."""
    iterator = iter(sorted(items))
    while chunk := list(islice(iterator, _MOST)):
        yield chunk
