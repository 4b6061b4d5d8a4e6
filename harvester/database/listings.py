"""What a list that is read over many requests must remember, in the transaction that stores what its last part said."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, Connection, ForeignKey, Integer, Table, Text, delete, insert, select

from harvester.database.tables import metadata

listing = Table(
    "listing",
    metadata,
    Column("target_id", Integer, ForeignKey("target.id", ondelete="CASCADE"), primary_key=True),
    Column("progress", JSON(none_as_null=True)),  # where the list goes on; None where it ended
    Column("cursor", Text),  # from when on the next harvest asks, in the server's own words
)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a list has been read.

    ``progress``: where it goes on, None where it begins. ``cursor``: up to when it has been read to its end before.
    """

    progress: dict[str, Any] | None = None
    cursor: str | None = None


def read_place(connection: Connection, target_id: int) -> Place:
    """Return how far a list has been read."""
    row = connection.execute(
        select(listing.c.progress, listing.c.cursor).where(listing.c.target_id == target_id)
    ).first()
    return Place(*row) if row is not None else Place()


def write_place(connection: Connection, target_id: int, place: Place) -> None:
    """Remember how far a list has been read; the caller holds the lock of writers."""
    connection.execute(delete(listing).where(listing.c.target_id == target_id))
    row = {"target_id": target_id, "progress": place.progress, "cursor": place.cursor}
    connection.execute(insert(listing), row)
