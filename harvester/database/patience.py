"""What to do when the database does not do its part: wait and try again, or stop with words that help."""

import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from harvester.database.session import shown
from harvester.errors import DatabaseError

logger = logging.getLogger("harvester")

WAITS = (0.5, 1, 2, 4, 8, 16, 30)
"""Seconds between tries while the database is away."""

# SQLSTATE classes and codes (PostgreSQL's manual, appendix A), SQLite's result codes (sqlite.org/rescode.html).
_LOST = ("08", "57P", "53300", "40001", "40P01", "55P03", "57014")  # connection, server down or full, took too long
_STORAGE = ("53", "58", "25006")  # no space or memory, system error, read-only
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_FILE = {
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_NOMEM,
}  # fmt: skip

T = TypeVar("T")


def is_lost(error: DBAPIError) -> bool:
    """Return True where the connection is gone or the database is busy, so that the same transaction may work later."""
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_code(error.orig) in _BUSY
    code = getattr(error.orig, "sqlstate", None)
    if code is not None:
        return str(code).startswith(_LOST)
    return isinstance(error, OperationalError)  # psycopg could not connect: no server, so no code


def is_of_storage(error: DBAPIError) -> bool:
    """Return True where no row is to blame: the disk is full, the file damaged or not to be written."""
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_code(error.orig) in _FILE
    return not is_lost(error) and str(getattr(error.orig, "sqlstate", None) or "").startswith(_STORAGE)


def patiently(engine: Engine, work: Callable[[], T]) -> T:
    """Return what a function returns that makes transactions, and call it again while the database is away.

    It is called again after a connection that was lost within COMMIT, too, when nobody can tell whether the
    transaction counts: what it does twice must come to the same. Raises `DatabaseError` after a minute, and at once
    where waiting does not help (a full disk, for one); any other error is a mistake of this program and passes.
    """
    for wait in (*WAITS, None):
        try:
            return work()
        except DBAPIError as error:
            if is_of_storage(error) or (wait is None and is_lost(error)):
                raise failure(engine, error) from error
            if wait is None or not is_lost(error):
                raise
            logger.warning("the database is away (%s); next try in %s s", _said(error), wait)
            time.sleep(wait)
    raise AssertionError("the last try returns or raises")


def failure(engine: Engine, error: DBAPIError) -> DatabaseError:
    """Return the error that tells the person who runs the database what is wrong, and what to do."""
    again = "then run the same command again; it goes on where it stopped"
    if not is_of_storage(error):
        return DatabaseError(f"{shown(engine)} is away: {_said(error)}; see to it that it is reached, {again}")
    if not isinstance(error.orig, sqlite3.Error):
        return DatabaseError(f"{shown(engine)}: {_said(error)}; make space for it on the server, {again}")
    file = Path(engine.url.database or "").absolute()
    if _sqlite_code(error.orig) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return DatabaseError(f"{file}: {_said(error)}; restore it, or name another database with --db")
    space = f"make space in {file.parent}, and see to it that this user may write there"
    return DatabaseError(f"{file}: {_said(error)}; {space}, {again}")


def _said(error: DBAPIError) -> str:
    return " ".join(str(error.orig).split())


def _sqlite_code(error: sqlite3.Error) -> int:
    """Return the primary result code: the last byte of the extended one. An error of the module itself has none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
