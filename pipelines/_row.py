"""A record as the matcher and the merge need it, out of the database or on its way into it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from harvester.database.bulk import select_rows, when
from harvester.database.tables import record
from harvester.derive import Derived
from harvester.json_text import decode
from harvester.match import Prepared, prepare, unpack
from harvester.settings import VERSION

_COLUMNS = ("id", "page_key", "work_id", "last_seen", "data", "sources", "keys", "derived", "reader_version")
"""What `Row.stored` takes."""


class Row:
    """One record. Most of those that are looked at turn out to be somebody else, so its texts are read when asked for.

    ``derived``: what follows from a record that is new or changed; None for one that is in the database as it was.
    """

    __slots__ = ("_data", "_keys", "_prepared", "_seen", "_texts", "derived", "id", "page_key", "work_id")

    def __init__(self, record_id: int, page_key: str, work_id: int | None, seen: Any) -> None:
        self.id = record_id
        self.page_key = page_key
        self.work_id = work_id
        self._seen = seen
        self._texts: tuple[str, ...] = ()
        self._data: dict[str, Any] | None = None
        self._keys: list[int] | None = None
        self._prepared: Prepared | None = None
        self.derived: Derived | None = None

    @classmethod
    def arriving(cls, record_id: int, page_key: str, work_id: int | None, seen: datetime, derived: Derived) -> "Row":
        """Make the row of a record that is new or changed. ``work_id``: its present work's."""
        row = cls(record_id, page_key, work_id, seen)
        row.derived, row._keys, row._texts = derived, derived.keys, ("", derived.sources)
        return row

    @classmethod
    def stored(cls, values: tuple[Any, ...]) -> "Row":
        """Make the row of a record from its `_COLUMNS`, as the driver has them."""
        row = cls(*values[:4])
        row._texts = values[4:]
        return row

    @property
    def data(self) -> dict[str, Any]:
        """Return what the record says: `Work.to_dict` without what it does not say."""
        if self._data is None:
            self._data = self.derived.plain if self.derived is not None else decode(self._texts[0])
        return self._data

    @property
    def sources(self) -> dict[str, str]:
        """Return the reader of each field."""
        found: dict[str, str] = decode(self._texts[1])
        return found

    @property
    def keys(self) -> list[int]:
        """Return the numbers of its keys."""
        if self._keys is None:
            self._keys = decode(self._texts[2])
        return self._keys

    @property
    def prepared(self) -> Prepared:
        """Return what the matcher compares."""
        if self._prepared is None:
            if self.derived is not None:
                self._prepared = self.derived.prepared
                self._prepared.id = self.id
            else:
                packed, version = self._texts[3:]
                known = unpack(self.id, packed) if version == VERSION else None
                self._prepared = known or prepare(self.data, id=self.id)
        return self._prepared

    @property
    def last_seen(self) -> datetime:
        """Return when its page was last seen."""
        return when(self._seen)


def load_rows(connection: Connection, known: dict[int, Row], ids: set[int]) -> None:
    """Add the records of these numbers to those that are known; one that is not there is left out."""
    for values in select_rows(connection, record, _COLUMNS, "id", ids - known.keys()):
        row = Row.stored(values)
        known[row.id] = row
