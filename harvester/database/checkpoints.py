"""Checkpoints of a SQLite database beside the writing, for whoever writes for minutes without a pause."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

logger = logging.getLogger("harvester")

LONG_LOG = 65_536
"""Pages in the write-ahead log (256 MiB) from which a commit makes the checkpoint itself, so that the log begins anew.

By default that is from a thousand, which a single batch of records fills several times.
"""

_CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"


@contextmanager
def checkpoints(engine: Engine) -> Iterator[Callable[[], None]]:
    """Yield a function to call after each commit: a thread then copies what was committed from the log to the file.

    Keys touch thousands of pages a batch, in no order, so the checkpoint takes most of the time of a commit. This one
    waits for nobody and nobody waits for it (PASSIVE, https://sqlite.org/c3ref/wal_checkpoint_v2.html). If it fails, on
    a full disk say, that is told and the log keeps everything. On PostgreSQL the function does nothing.
    """
    if engine.dialect.name != "sqlite":
        yield lambda: None
        return
    committed = threading.Semaphore(0)
    ended = threading.Event()

    def copy() -> None:
        with engine.connect() as connection:
            driver = connection.connection.cursor()
            while committed.acquire() and not ended.is_set():
                driver.execute(_CHECKPOINT).fetchall()

    def copy_or_tell() -> None:
        try:
            copy()
        except (DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
            logger.warning(
                "%s: the write-ahead log could not be copied into the file: %s; nothing is lost, the log keeps it until"
                " a later copy works; see that the disk has space",
                engine.url.database,
                error,
            )

    thread = threading.Thread(target=copy_or_tell, name="checkpoints", daemon=True)
    thread.start()
    try:
        yield committed.release
    finally:
        ended.set()
        committed.release()
        thread.join()
