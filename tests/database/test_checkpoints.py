"""What a load writes goes from the write-ahead log into the file while it goes on."""

import logging
import time
from pathlib import Path

import pytest

from harvester.database import checkpoints as module
from harvester.database.checkpoints import LONG_LOG, checkpoints
from harvester.database.session import database, writing


def _rows_in_file(path: Path) -> int:
    """Return how often the mark stands in the database's file itself, the log not looked at."""
    return path.read_bytes().count(b"a row with a mark")


def test_what_was_committed_is_copied_into_the_file_before_the_writer_ends(tmp_path: Path) -> None:
    file = tmp_path / "log.db"
    with database(f"sqlite:///{file}", LONG_LOG) as engine:
        with writing(engine) as connection:
            connection.exec_driver_sql("CREATE TABLE said (words TEXT)")
        with checkpoints(engine) as committed:
            for _ in range(3):
                with writing(engine) as connection:
                    connection.exec_driver_sql("INSERT INTO said VALUES ('a row with a mark')")
                committed()
            until = time.monotonic() + 20
            while _rows_in_file(file) < 3 and time.monotonic() < until:
                time.sleep(0.01)
            assert _rows_in_file(file) == 3
        with writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO said VALUES ('a row with a mark')")
        assert _rows_in_file(file) == 3, "a long log leaves the copying to the thread"
    assert _rows_in_file(file) == 4


def test_a_checkpoint_that_fails_is_told_and_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "_CHECKPOINT", "PRAGMA no such thing")
    with (
        caplog.at_level(logging.WARNING),
        database(f"sqlite:///{tmp_path / 'log.db'}") as engine,
        checkpoints(engine) as committed,
    ):
        committed()
        until = time.monotonic() + 20
        while not caplog.text and time.monotonic() < until:
            time.sleep(0.01)
        committed()
    assert "log.db: the write-ahead log could not be copied into the file: near" in caplog.text
