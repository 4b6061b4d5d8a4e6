"""Alembic's entry: migrates on the connection that `harvester.database.schema` hands over."""

from typing import Any

from alembic import context

from harvester.database import fulltext, jobs, listings, watching  # noqa: F401  # their tables join the metadata
from harvester.database.tables import metadata


def _ours(_: Any, name: str | None, kind: str, *_more: Any) -> bool:
    """Leave the index of words out of comparisons: it is no table that SQLAlchemy could describe."""
    return not (kind == "table" and str(name).startswith(fulltext.TABLE))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=_ours,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
