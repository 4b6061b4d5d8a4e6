"""What must be written down before a record is overwritten: how it changed, and which fields each visit read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection

from harvester.database.bulk import insert_rows, moment, select_rows
from harvester.database.tables import record
from harvester.database.watching import change, shape
from harvester.derive import COUNTS
from harvester.json_text import decode, encode
from harvester.settings import VERSION

_CHANGE = ("record_id", "work_id", "run_id", "at", "field", "before", "after")
_SHAPE = ("id", "reader_version", "fields")


@lru_cache(10_000)
def shape_of(fields: tuple[str, ...]) -> int:
    """Return the number of a set of fields, sorted, as this version's readers give it; the same on every machine."""
    digest = blake2b(" ".join((VERSION, *fields)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


class Shapes:
    """The sets of fields that matter to one group of visits: what the pages have, and what their records ever had."""

    def __init__(self, connection: Connection, known: Iterable[int]) -> None:
        rows = select_rows(connection, shape, ("id", "fields"), "id", set(known))
        self._fields: dict[int, tuple[str, ...]] = {number: tuple(decode(fields)) for number, fields in rows}
        self._new: set[int] = set()

    def add(self, names: Iterable[str]) -> int:
        """Return the number of a set of fields, which are sorted."""
        fields = tuple(names)
        number = shape_of(fields)
        if number not in self._fields:
            self._fields[number] = fields
            self._new.add(number)
        return number

    def union(self, *numbers: int) -> int:
        """Return the number of all fields of some sets together."""
        return self.add(sorted({name for number in numbers for name in self._fields[number]}))

    def write(self, connection: Connection) -> None:
        """Write down what the numbers stand for, as far as it is not known yet."""
        known = {number for (number,) in select_rows(connection, shape, ("id",), "id", self._new)}
        fresh = [(number, VERSION, encode(list(self._fields[number]))) for number in self._new - known]
        insert_rows(connection, shape, _SHAPE, fresh)


def data_of(connection: Connection, record_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what records say at present."""
    rows = select_rows(connection, record, ("id", "data"), "id", record_ids)
    return {record_id: decode(data) for record_id, data in rows}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the fields that differ, each with its value before and after; counts are left out.

    Of ``related``, a long list that moves a little each day, only what was taken out and what came in.

    >>> differences({"title": "A", "volume": "3", "cited_by_count": 1}, {"title": "A", "cited_by_count": 2})
    {'volume': ('3', None)}
    """
    found = {}
    for name in sorted({*before, *after} - {*COUNTS}):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if name == "related":
            old, new = _only(old, new), _only(new, old)
        if old or new:
            found[name] = (old, new)
    return found


def write_changes(
    connection: Connection,
    changed: Iterable[tuple[int, int | None, int | None, Mapping[str, Any], Mapping[str, Any]]],
    now: datetime,
) -> set[int]:
    """Write what differs in records; for each its id, its work's, the run's, its data before and after.

    Return the ids of those in which anything else than a count differs.
    """
    at = moment(connection, now)
    rows = [
        (record_id, work_id, run_id, at, name, _json(old), _json(new))
        for record_id, work_id, run_id, before, after in changed
        for name, (old, new) in differences(before, after).items()
    ]
    insert_rows(connection, change, _CHANGE, rows)
    return {row[0] for row in rows}


def _only(these: list[Any] | None, others: list[Any] | None) -> list[Any] | None:
    return [each for each in these or [] if each not in (others or [])] or None


def _json(value: Any) -> str | None:
    return None if value is None else encode(value)
