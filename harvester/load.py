"""Existing records into the database: what ``harvester load`` does.

A load is a run like a harvest's, and each raw record of its files ends in exactly one visit, in the order of titles
(`harvester.load_order`), in the same transaction as what came of it: a work, a rejection, or a failure that names the
place. So the number of the run's visits is the position at which a load that was killed goes on. Memory holds a batch
and what is being put in order, however large the files are.
"""

import gc
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine, func, select

from harvester.ahead import ahead
from harvester.database.bulk import select_rows, when
from harvester.database.checkpoints import LONG_LOG, checkpoints
from harvester.database.frontier import Frontier
from harvester.database.schema import prepare
from harvester.database.session import database, reading
from harvester.database.tables import record, run, visit
from harvester.errors import UsageError
from harvester.formats import BadRecord, Format, Meter, Raw, format_of, split
from harvester.items import Visit
from harvester.load_order import Ordered, title_key
from harvester.load_steps import Made, Step, make
from harvester.normalise.url import RECORD_OF_FILE
from harvester.settings import VERSION
from pipelines._books import write

logger = logging.getLogger("harvester")

BATCH = 500
"""Records in one transaction: enough to share a commit, few enough to keep it short."""

_OFTEN = 5_000  # raw records between two reports while the files are read

_MOST_BAD = 1000  # bad records that a report lists; all are counted, and all have a visit that says where


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a load is: it reads its files first, then stores their records."""

    records: int
    """Records that are stored, those of earlier, interrupted runs of the same load as well."""
    bad: int
    known: int
    """Records that the files have, bad ones included; 0 until they have been read."""
    read: int
    """Bytes of the files that have been read, in steps of the reader's buffer."""
    total: int
    """Bytes of all files."""


@dataclass(slots=True)
class LoadReport:
    """What a load brought. ``outcomes``: records by outcome, each record in exactly one, interrupted runs included."""

    run_id: int
    files: list[str]
    resumed_at: int = 0
    """How many records an interrupted run of the same load had stored."""
    records: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    """Records that nobody could cite, by reason."""
    failed: dict[str, int] = field(default_factory=dict)
    """Records that cannot be read or stored, by reason."""
    bad: list[BadRecord] = field(default_factory=list)
    """The first records of this process that cannot be read, each with file and line."""
    bad_count: int = 0
    """How many records of this process cannot be read."""


@dataclass(frozen=True, slots=True)
class _Source:
    path: Path
    kind: Format
    base: str
    """What the keys of its records begin with. The name alone will not do: half of all exports have the same."""


def load(
    paths: Sequence[Path],
    db_url: str,
    progress: Callable[[Progress], None] = lambda _: None,
    batch_size: int = BATCH,
    format: str | None = None,
) -> LoadReport:
    """Store the records of files through the pipelines that pages take; the same call again goes on where one stopped.

    ``format``: a name in `harvester.formats.formats`, for all files; without it each file's ending and content decide.
    ``progress`` is called while the files are read, and after each batch. A file that has changed since begins anew;
    its known records are updated.

    Raises `UsageError` for a file that cannot be read or that another process is loading, `DatabaseError` where the
    database cannot be used.
    """
    sources = _sources(paths, format)
    with database(db_url, LONG_LOG) as engine, _held(sources):
        prepare(engine)
        frontier = Frontier(engine)
        # A load that another order was begun in does not go on in this one.
        asked = {"files": [_version(source) for source in sources], "order": "title"}
        this = frontier.open_run("load", [str(source.path) for source in sources], VERSION, asked)
        report = LoadReport(this.id, [str(source.path) for source in sources])
        report.resumed_at = _position(engine, this.id) if this.resumed else 0
        with _rare_collections():
            _Load(engine, report, sources, progress).run(batch_size)
        frontier.close_run(this.id)
        _sum_up(engine, report)
    return report


class _Load:
    """One load on its way through its files."""

    def __init__(
        self, engine: Engine, report: LoadReport, sources: list[_Source], progress: Callable[[Progress], None]
    ) -> None:
        self._engine = engine
        self._report = report
        self._sources = sources
        self._progress = progress
        self._total = sum(source.path.stat().st_size for source in sources)
        self._meter = Meter()
        with reading(engine) as connection:
            self._since: datetime = connection.scalars(select(run.c.started_at).where(run.c.id == report.run_id)).one()

    def run(self, batch_size: int) -> None:
        """Write what is left, a batch in a transaction."""
        report = self._report
        report.records = report.resumed_at
        with Ordered() as order:
            self._read(order)
            steps = islice(self._steps(order), report.resumed_at, None)
            batches = iter(lambda: list(islice(steps, batch_size)), [])
            with closing(ahead(make, batches)) as made_batches, checkpoints(self._engine) as committed:
                for batch in made_batches:
                    self._write(batch)
                    committed()
                    report.records += len(batch)
                    self._tell(len(order))

    def _read(self, order: Ordered) -> None:
        before = 0
        for number, source in enumerate(self._sources):
            for raw in split(source.path, source.kind, self._meter):
                title = source.kind.title(raw.value) if isinstance(raw, Raw) else ""
                order.add(title_key(title), (number, raw), self._meter.bytes - before)
                before = self._meter.bytes
                if len(order) % _OFTEN == 0:
                    self._tell(0)

    def _steps(self, order: Ordered) -> Iterator[Step]:
        for number, raw in order:
            source = self._sources[number]
            yield Step(source.base, source.kind.name, raw)

    def _tell(self, known: int) -> None:
        report = self._report
        self._progress(Progress(report.records, report.bad_count, known, self._meter.bytes, self._total))

    def _write(self, batch: list[Made]) -> None:
        report = self._report
        bad = [made.bad for made in batch if made.bad is not None]
        report.bad_count += len(bad)
        report.bad += bad[: _MOST_BAD - len(report.bad)]
        taken = self._taken({made.url for made in batch if made.derived is not None})
        visits = []
        for made in batch:
            url = made.url
            if made.derived is not None:
                # A record whose key another record of this load has gets a key of its own, so that both stay.
                if url in taken and not url.endswith(f"#{made.digest}"):
                    url += f"~{made.digest}"
                taken.add(url)
            visits.append(Visit(url, made.kind, made.reason, run_id=report.run_id, derived=made.derived))
        write(self._engine, visits, 0)

    def _taken(self, keys: set[str]) -> set[str]:
        """Return those of the keys that records of this load have."""
        with reading(self._engine) as connection:
            rows = select_rows(connection, record, ("page_key", "last_seen"), "page_key", keys)
        return {key for key, seen in rows if when(seen) >= self._since}


def _sources(paths: Sequence[Path], name: str | None) -> list[_Source]:
    wanted: dict[Path, Path] = {}  # a file named twice is one file
    for path in paths:
        wanted.setdefault(path.resolve(), path)
    for path in wanted.values():
        if not path.is_file():
            raise UsageError(f"{path}: no such file")
    return [
        _Source(path, format_of(path, name), RECORD_OF_FILE + whole.as_uri().removeprefix("file:"))
        for whole, path in wanted.items()
    ]


def _version(source: _Source) -> tuple[str, str, int, int]:
    state = source.path.stat()
    return source.base, source.kind.name, state.st_size, state.st_mtime_ns


def _position(engine: Engine, run_id: int) -> int:
    with reading(engine) as connection:
        counted = select(func.count()).select_from(visit).where(visit.c.run_id == run_id)
        return int(connection.scalar(counted) or 0)


def _sum_up(engine: Engine, report: LoadReport) -> None:
    ours = visit.c.run_id == report.run_id
    with reading(engine) as connection:
        counted = select(visit.c.outcome, func.count()).where(ours).group_by(visit.c.outcome)
        report.outcomes = {str(outcome): int(count) for outcome, count in connection.execute(counted)}
        for outcome, reasons in (("non_record", report.rejected), ("failed", report.failed)):
            why = select(visit.c.reason, func.count()).where(ours, visit.c.outcome == outcome).group_by(visit.c.reason)
            told = connection.execute(why.order_by(func.count().desc(), visit.c.reason))
            reasons.update({str(reason): int(count) for reason, count in told})
    report.records = sum(report.outcomes.values())


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let the collector of cycles look less often, and not at what is there already.

    Each batch makes a hundred thousand objects that live as long as it does and form no cycles; to walk them, and every
    imported module, again and again took a sixth of the time.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def _held(sources: Sequence[_Source]) -> Iterator[None]:
    """Keep other processes from loading the same files: two of them would count each other's records as their own.

    The lock is the operating system's, so it ends with the process, however that ends.
    """
    with ExitStack() as stack:
        for source in sources:
            _lock(stack.enter_context(source.path.open("rb")), source.path)
        yield


def _lock(stream: BinaryIO, path: Path) -> None:
    if sys.platform == "win32":
        return
    import fcntl

    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UsageError(f"{path}: another process is loading this file") from error
    except OSError:
        logger.debug("%s: the file system knows no locks", path)
