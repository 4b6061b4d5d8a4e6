"""Which schema a database has, and how it gets the one that this program needs."""

from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from harvester.database.session import shown, writing
from harvester.errors import DatabaseError

if TYPE_CHECKING:
    from alembic.config import Config

# Not by this file's path, as the package may lie in an archive: Scrapyd runs projects from eggs.
_MIGRATIONS = files(__package__) / "migrations"


def _config() -> "Config":
    from alembic.config import Config  # a tenth of a second that only a migration needs

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def newest() -> str:
    """Return the revision that this program needs."""
    return max(_known())


def current(engine: Engine) -> str | None:
    """Return the revision that the database has; None for an empty one.

    Raises `DatabaseError` when it cannot be reached.
    """
    try:
        with engine.connect() as connection:
            return _current(connection)
    except DBAPIError as error:
        raise DatabaseError(f"{shown(engine)} cannot be opened: {str(error.orig).strip()}") from error


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Bring the database to this program's revision; return the revisions before and after.

    All migrations run in one transaction, so a failure leaves the database as it was. An empty database needs none: it
    gets the tables as they are today.
    Raises `DatabaseError` for a database that a newer program has written.
    """
    before = current(engine)
    _refuse_newer(engine, before)
    if before != newest():
        with writing(engine) as connection:
            if _current(connection) is None:  # asked again, as another process may have come first
                _create(connection)
            else:
                migrate(connection)
    return before, newest()


def prepare(engine: Engine) -> None:
    """Make sure that the database has this program's schema.

    A SQLite file is upgraded without asking: it belongs to whoever runs the command. On any other database that is
    the owner's decision: raises `DatabaseError` that says what to run.
    """
    if engine.dialect.name == "sqlite":
        upgrade(engine)
        return
    before = current(engine)
    _refuse_newer(engine, before)
    if before != newest():
        state = "is empty" if before is None else f"has schema {before}"
        raise DatabaseError(
            f"{shown(engine)} {state}, this program needs schema {newest()}; run: harvester db upgrade --db URL"
        )


def migrate(connection: Connection, to: str = "head") -> None:
    """Run the migrations that a database lacks, up to a revision, in the caller's transaction."""
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _create(connection: Connection) -> None:
    """Make all tables, as Alembic's cookbook has it for databases from scratch: a third of a second less to wait."""
    from harvester.database import fulltext, jobs, listings, watching  # noqa: F401  # their tables join the metadata
    from harvester.database.tables import metadata

    metadata.create_all(connection)
    fulltext.create(connection)
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest()})


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _refuse_newer(engine: Engine, revision: str | None) -> None:
    if revision is not None and revision not in _known():
        raise DatabaseError(
            f"{shown(engine)} has schema {revision}, which a newer harvester wrote; this program knows schemas up to "
            f"{newest()}. Use that newer harvester, or another database"
        )


def _known() -> set[str]:
    """Return the revisions of the migrations, which their files are named by, in order."""
    names = (file.name for file in (_MIGRATIONS / "versions").iterdir())
    return {name.partition("_")[0] for name in names if name[0].isdigit() and name.endswith(".py")}
