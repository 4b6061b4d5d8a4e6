"""Alembic's entry: migrates on the connection that `harvester.database.schema` hands over."""

from alembic import context

from harvester.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
