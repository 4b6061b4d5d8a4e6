import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from harvester.database import patience
from harvester.database.patience import is_lost, is_of_storage, patiently
from harvester.database.session import database, writing
from harvester.errors import DatabaseError


def postgresql_error(code: str | None) -> DBAPIError:
    error = psycopg.errors.lookup(code)("made") if code else psycopg.OperationalError("connection refused")
    return DBAPIError.instance(
        "SELECT", {}, error, psycopg.Error, dialect=create_engine("postgresql+psycopg://").dialect
    )  # type: ignore[return-value]


def sqlite_error(code: int) -> DBAPIError:
    error = sqlite3.OperationalError("made")
    error.sqlite_errorcode = code
    return DBAPIError.instance("SELECT", {}, error, sqlite3.Error)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("error", "lost", "storage"),
    [
        (postgresql_error(None), True, False),
        (postgresql_error("08006"), True, False),
        (postgresql_error("57P01"), True, False),
        (postgresql_error("57P03"), True, False),
        (postgresql_error("53300"), True, False),
        (postgresql_error("40P01"), True, False),
        (postgresql_error("53100"), False, True),
        (postgresql_error("58030"), False, True),
        (postgresql_error("25006"), False, True),
        (postgresql_error("23505"), False, False),
        (postgresql_error("22021"), False, False),
        (sqlite_error(sqlite3.SQLITE_BUSY), True, False),
        (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), True, False),
        (sqlite_error(sqlite3.SQLITE_FULL), False, True),
        (sqlite_error(sqlite3.SQLITE_IOERR_WRITE), False, True),
        (sqlite_error(sqlite3.SQLITE_READONLY), False, True),
        (sqlite_error(sqlite3.SQLITE_CONSTRAINT_UNIQUE), False, False),
    ],
    ids=lambda value: getattr(getattr(value, "orig", None), "sqlstate", None) or "",
)
def test_errors_are_told_apart_by_their_codes(error: DBAPIError, lost: bool, storage: bool) -> None:
    assert (is_lost(error), is_of_storage(error)) == (lost, storage)


def test_waiting_ends_where_the_database_comes_back_or_patience_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "WAITS", (0, 0))
    engine = create_engine("sqlite:////data/harvest.db")
    failures = [sqlite_error(sqlite3.SQLITE_BUSY)] * 2

    def work() -> str:
        if failures:
            raise failures.pop()
        return "done"

    assert patiently(engine, work) == "done"
    failures += [sqlite_error(sqlite3.SQLITE_BUSY)] * 3
    with pytest.raises(DatabaseError, match="is away: made; see to it that it is reached, then run the same command"):
        patiently(engine, work)
    assert not failures
    failures += [sqlite_error(sqlite3.SQLITE_FULL)] * 2
    with pytest.raises(
        DatabaseError, match=r"^/data/harvest.db: made; make space in /data, and .* run the same command"
    ):
        patiently(engine, work)
    assert len(failures) == 1
    failures[:] = [sqlite_error(sqlite3.SQLITE_CORRUPT)]
    with pytest.raises(DatabaseError, match="restore it"):
        patiently(engine, work)
    failures[:] = [sqlite_error(sqlite3.SQLITE_CONSTRAINT)]
    with pytest.raises(DBAPIError):  # a mistake of ours keeps its traceback
        patiently(engine, work)


def test_a_file_that_is_full_is_named(tmp_path: Path) -> None:
    file = tmp_path / "small.db"
    with database(f"sqlite:///{file}") as engine:

        def fill() -> None:
            with writing(engine) as connection:
                connection.execute(text("PRAGMA max_page_count = 4"))
                connection.execute(text("CREATE TABLE big (words TEXT)"))
                connection.execute(text("INSERT INTO big VALUES (zeroblob(100000))"))

        with pytest.raises(DatabaseError, match=f"^{file}: database or disk is full; make space in {tmp_path}, and"):
            patiently(engine, fill)


def test_a_dead_client_of_postgresql_does_not_keep_the_others_waiting_for_hours(postgres_url: str) -> None:
    with database(postgres_url) as engine, engine.connect() as connection:
        assert connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == "2min"
    own = postgres_url + "&options=-c%20idle_in_transaction_session_timeout%3D5s"
    with database(own) as engine, engine.connect() as connection:
        assert connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == "5s"
