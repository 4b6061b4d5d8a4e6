import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from harvester.database import fulltext, schema
from harvester.database.session import open_engine, shown, writing
from harvester.database.tables import metadata
from harvester.errors import DatabaseError, UsageError


def differences(engine: Engine) -> list[Any]:
    def ours(thing: Any, name: str | None, kind: str, *_: Any) -> bool:
        return not (kind == "table" and str(name).startswith(fulltext.TABLE))  # no table that SQLAlchemy could describe

    with engine.connect() as connection:
        assert fulltext.search(connection, "nothing", 1) == []
        return compare_metadata(MigrationContext.configure(connection, opts={"include_object": ours}), metadata)


def test_the_migrations_build_exactly_the_tables(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with writing(engine) as connection:
        schema.migrate(connection)
    assert schema.current(engine) == schema.newest()
    assert differences(engine) == []
    engine.dispose()


def test_an_empty_database_gets_exactly_the_tables(engine: Engine) -> None:
    assert schema.current(engine) == schema.newest()
    assert differences(engine) == []


def test_both_ways_make_the_same(tmp_path: Path) -> None:
    made = []
    for name, make in (("created", lambda _: None), ("migrated", schema.migrate)):
        engine = open_engine(f"sqlite:///{tmp_path / name}.db")
        with writing(engine) as connection:
            make(connection)
        schema.upgrade(engine)
        with engine.connect() as connection:
            made.append(set(connection.execute(text("SELECT type, name FROM sqlite_master")).all()))
        engine.dispose()
    assert made[0] == made[1]


KILLED = """
import os, signal, sys
from sqlalchemy import event
from harvester.database import schema
from harvester.database.session import open_engine

def stop(connection, cursor, statement, *more):
    if statement.startswith("UPDATE alembic_version") and schema.newest() in statement:
        os.kill(os.getpid(), signal.SIGKILL)

engine = open_engine(sys.argv[1])
event.listen(engine, "after_cursor_execute", stop)
schema.upgrade(engine)
"""


def test_a_migration_that_is_killed_leaves_the_database_as_it_was(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with writing(engine) as connection:
        schema.migrate(connection, "0001")
        connection.execute(text("INSERT INTO host (host, failures, opened) VALUES ('a.example', 2, 0)"))
        before = set(inspect(connection).get_table_names())
    killed = subprocess.run([sys.executable, "-c", KILLED, empty_url], check=False, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) == before
    assert schema.upgrade(engine) == ("0001", schema.newest())
    assert differences(engine) == []
    with engine.connect() as connection:
        assert connection.execute(text("SELECT host, failures FROM host")).all() == [("a.example", 2)]
    engine.dispose()


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    assert schema.upgrade(engine) == (schema.newest(), schema.newest())


def test_a_database_of_a_newer_program_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="has schema 9999, which a newer harvester wrote"):
        schema.prepare(engine)


def test_sqlite_is_upgraded_without_asking(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    schema.prepare(engine)
    assert schema.current(engine) == schema.newest()
    engine.dispose()


def test_postgresql_is_asked_for(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    with pytest.raises(DatabaseError, match=r"is empty, this program needs schema .*; run: harvester db upgrade"):
        schema.prepare(engine)
    engine.dispose()


@pytest.mark.parametrize("url", ["nonsense", "nosuchdatabase://x/y", ""])
def test_a_url_that_is_none_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError, match="is not a database URL"):
        open_engine(url)


def test_a_database_that_cannot_be_reached_is_named_without_its_password(tmp_path: Path) -> None:
    engine = open_engine(f"postgresql://ada:secret@/library?host={tmp_path}")
    with pytest.raises(DatabaseError, match="cannot be opened") as raised:
        schema.current(engine)
    assert "secret" not in str(raised.value)
    assert "secret" not in shown(engine)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is a text and by no means a database of any kind" * 100)
    engine = open_engine(f"sqlite:///{tmp_path / 'text.db'}")
    with pytest.raises(DatabaseError, match="no SQLite database"):
        schema.prepare(engine)
    engine.dispose()
