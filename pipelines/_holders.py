"""Which records have these keys: the question that the store asks most, one look into one index for each key."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection

from harvester.database.bulk import ask, insert_rows, listed
from harvester.database.tables import record_key
from harvester.match import KEY_CAPS
from harvester.match.key_numbers import caps

_NO_LIMIT = 2**31 - 1

# A crowded key costs as much as its cap, however many records have it.
SQLITE = (
    "SELECT asked.value, (SELECT group_concat(record_id) FROM"
    " (SELECT record_id FROM record_key WHERE key = asked.value LIMIT ?)) FROM json_each(?) AS asked"
    " WHERE EXISTS (SELECT 1 FROM record_key WHERE key = asked.value)"
)
POSTGRESQL = (
    "SELECT asked.key, array_to_string(ARRAY(SELECT record_id FROM record_key WHERE record_key.key = asked.key"
    " LIMIT %s), ',') FROM unnest(%s::bigint[]) AS asked (key)"
    " WHERE EXISTS (SELECT 1 FROM record_key WHERE record_key.key = asked.key)"
)


def holders(connection: Connection, keys: Iterable[int], beyond: int = 1) -> dict[int, set[int]]:
    """Return for each key that any record has the records that have it: all, or at least ``beyond`` more than its cap.

    A longer list than its cap is cut off somewhere.
    """
    by_limit: dict[int, list[int]] = defaultdict(list)
    low, high = min(KEY_CAPS.values()), max(KEY_CAPS.values())  # two limits for all caps: a statement each
    limits = [_NO_LIMIT if not most else (low if most == low else high) + beyond for most in caps()]
    for key in keys:
        by_limit[limits[key & 15]].append(key)
    statement = POSTGRESQL if connection.dialect.name == "postgresql" else SQLITE
    found: dict[int, set[int]] = {}
    for limit, asked in by_limit.items():
        for key, ids in ask(connection, statement, (limit, listed(connection, asked))):
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
