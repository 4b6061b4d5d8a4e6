"""``harvester db``: look at a schema, or bring it up to date."""

import click

from harvester.commands._shared import database_option


@click.group()
def command() -> None:
    """Look at a database's schema, or bring it up to date."""


@command.command()
@database_option
def upgrade(db: str) -> None:
    """Bring a database to the schema that this program needs."""
    from harvester.database import schema
    from harvester.database.session import database, shown

    with database(db) as engine:
        before, after = schema.upgrade(engine)
        done = "has it already" if before == after else f"upgraded from {before or 'empty'}"
        click.echo(f"{shown(engine)}: schema {after}, {done}")


@command.command()
@database_option
def current(db: str) -> None:
    """Print the schema that a database has, and the one that this program needs."""
    from harvester.database import schema
    from harvester.database.session import database, shown

    with database(db) as engine:
        click.echo(f"{shown(engine)}: schema {schema.current(engine) or 'empty'}; this program needs {schema.newest()}")
