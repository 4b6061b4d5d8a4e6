"""Engines and transactions: how this project talks to SQLite and to PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from harvester.errors import DatabaseError, UsageError

_BUSY_SECONDS = 60
"""How long a writer waits for another process's transaction on SQLite before it gives up."""

CACHE = 65_536
"""KiB that SQLite keeps of a database in memory, for each connection, where one command has the machine to itself."""

SMALL_CACHE = 1_024
"""KiB for those who live as long as a crawl does: a full one would grow with the list that is crawled."""

LOG = 1_000
"""Pages in SQLite's write-ahead log from which a commit copies them into the file; SQLite's own default."""

_WRITER_LOCK = 0x68617276  # "harv": the advisory lock that orders writers on PostgreSQL

# Whoever dies without a word (a machine without power, a cable) holds that lock until its server notices, which takes
# TCP two hours by itself. A server that dies so is noticed by these, too.
_POSTGRESQL = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "options": "-c idle_in_transaction_session_timeout=120s -c tcp_keepalives_idle=30"
    " -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3",
}


def open_engine(url: str, cache: int = CACHE, log: int = LOG) -> Engine:
    """Return an engine for a database URL. ``cache``: KiB of a SQLite database that each connection may keep in memory.

    ``log``: pages of 4 KiB in its write-ahead log from which a commit makes a checkpoint.

    SQLite gets WAL (readers never wait for the writer), ``synchronous=NORMAL`` (a power cut may lose the last
    commits, never the file) and a busy time-out of a minute. PostgreSQL goes through psycopg 3, and each connection is
    tried before use, so that a restarted server costs nothing. Nothing connects before the first statement.
    Raises `UsageError` for a URL that SQLAlchemy does not understand.
    """
    try:
        parsed = _with_driver(make_url(url))
        is_sqlite = parsed.get_backend_name() == "sqlite"
        # What the URL says of these goes before.
        ours = {} if is_sqlite else {name: value for name, value in _POSTGRESQL.items() if name not in parsed.query}
        engine = create_engine(parsed, pool_pre_ping=not is_sqlite, connect_args=ours)
    except (ArgumentError, NoSuchModuleError) as error:
        raise UsageError(
            f"{url!r} is not a database URL; write sqlite:///harvest.db or postgresql://user@host/name"
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", partial(_set_up_sqlite, cache=cache, log=log))
        event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def database(url: str, log: int = LOG) -> Iterator[Engine]:
    """Open an engine as `open_engine` does, and close its connections at the end."""
    engine = open_engine(url, log=log)
    try:
        yield engine
    finally:
        engine.dispose()


def shown(engine: Engine) -> str:
    """Return the engine's URL for people: without its password."""
    return engine.url.render_as_string(hide_password=True)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open one write transaction; commit at its end, roll back on an error.

    Writers take turns: SQLite knows one writer at a time anyway, and on PostgreSQL an advisory lock does the same. Two
    writers that looked for the same work at once could otherwise each create it; in turns, whoever comes
    second sees what the first one wrote, and there is nothing to deadlock on.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITER_LOCK})
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that only reads; on SQLite it takes no lock and sees the last commit."""
    with engine.connect().execution_options(read_only=True) as connection:
        yield connection


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that only reads, and that sees one state of the database however long it lasts."""
    with engine.connect().execution_options(read_only=True) as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")  # SQLite knows no other
            # It holds nobody up, and whoever reads its results page by page may take their time.
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield connection
            return
        # What is read once from the beginning to the end gains nothing from a cache.
        usual = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
        connection.exec_driver_sql(f"PRAGMA cache_size=-{SMALL_CACHE}")
        try:
            yield connection
        finally:
            connection.exec_driver_sql(f"PRAGMA cache_size={usual}")


def _with_driver(url: URL) -> URL:
    # SQLAlchemy's default for a bare postgresql:// is another driver, and postgres:// is what hosting companies print.
    return url.set(drivername="postgresql+psycopg") if url.drivername in {"postgresql", "postgres"} else url


def _set_up_sqlite(connection: sqlite3.Connection, _: Any, cache: int, log: int) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves; the module's own transactions start too late
    try:
        for pragma in (
            f"busy_timeout={_BUSY_SECONDS * 1000}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            f"cache_size=-{cache}",
            f"wal_autocheckpoint={log}",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.DatabaseError as error:
        raise DatabaseError(f"{error}: the file is no SQLite database, or its folder cannot be written") from error


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE takes the write lock at once; upgrading a read transaction later fails with "database is locked".
    read_only = connection.get_execution_options().get("read_only")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
