"""Existing records into the database: what ``harvester load`` does.

A load is a run like a harvest's, and each raw record of its files ends in exactly one visit, in order, in the same
transaction as what came of it: a work, a rejection, or a failure that names the place. So the number of the run's
visits is the position at which a load that was killed goes on. Nothing is kept in memory but one batch.
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
from harvester.database.frontier import Frontier
from harvester.database.schema import prepare
from harvester.database.session import database, reading
from harvester.database.tables import record, run, visit
from harvester.errors import UsageError
from harvester.formats import BadRecord, Format, Meter, Raw, format_of, formats, parse, split
from harvester.items import PageKind, Visit, Work
from harvester.normalise import characters
from harvester.settings import VERSION
from pipelines._books import write
from pipelines.dedupe import Dedupe
from pipelines.validate import Validate

logger = logging.getLogger("harvester")

BATCH = 500
"""Records in one transaction: enough to share a commit, few enough to keep it short."""

_MOST_BAD = 1000  # bad records that a report lists; all are counted, and all have a visit that says where
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a load is. ``records`` counts those of earlier, interrupted runs of the same load as well."""

    records: int
    bad: int
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


@dataclass(frozen=True, slots=True)
class _Step:
    """One raw record with what it takes to read it in another process."""

    base: str
    format: str
    raw: Raw | BadRecord


@dataclass(slots=True)
class _Made:
    """What a step became."""

    visit: Visit
    digest: str = ""
    bad: BadRecord | None = None


def load(
    paths: Sequence[Path],
    db_url: str,
    progress: Callable[[Progress], None] = lambda _: None,
    batch_size: int = BATCH,
    format: str | None = None,
) -> LoadReport:
    """Store the records of files through the pipelines that pages take; the same call again goes on where one stopped.

    ``format``: a name in `harvester.formats.formats`, for all files; without it each file's ending and content decide.
    ``progress`` is called after each batch. A file that has changed since begins anew; its known records are updated.
    Raises `UsageError` for a file that cannot be read or that another process is loading, `DatabaseError` where the
    database cannot be used.
    """
    sources = _sources(paths, format)
    with database(db_url) as engine, _held(sources):
        prepare(engine)
        frontier = Frontier(engine)
        asked = {"files": [_version(source) for source in sources]}
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
        steps = islice(self._steps(), report.resumed_at, None)
        batches = iter(lambda: list(islice(steps, batch_size)), [])
        with closing(ahead(_make, batches)) as made_batches:
            for batch in made_batches:
                self._write(batch)
                report.records += len(batch)
                self._progress(Progress(report.records, report.bad_count, self._meter.bytes, self._total))

    def _steps(self) -> Iterator[_Step]:
        for source in self._sources:
            for raw in split(source.path, source.kind, self._meter):
                yield _Step(source.base, source.kind.name, raw)

    def _write(self, batch: list[_Made]) -> None:
        report = self._report
        for made in batch:
            made.visit.run_id = report.run_id
            if made.bad is not None:
                report.bad_count += 1
                if len(report.bad) < _MOST_BAD:
                    report.bad.append(made.bad)
        self._tell_apart(batch)
        write(self._engine, [made.visit for made in batch], 0)

    def _tell_apart(self, batch: list[_Made]) -> None:
        """Give a record whose key another record of this load has a key of its own, so that both stay."""
        works = [made for made in batch if made.visit.work is not None]
        named = {made.visit.url for made in works}
        seen_before = select(record.c.page_key).where(record.c.page_key.in_(named), record.c.last_seen >= self._since)
        with reading(self._engine) as connection:
            taken = set(connection.scalars(seen_before))
        for made in works:
            if made.visit.url in taken and not made.visit.url.endswith(f"#{made.digest}"):
                made.visit.url += f"~{made.digest}"
            taken.add(made.visit.url)


def _make(steps: list[_Step]) -> list[_Made]:
    """Read raw records, check them and find their keys: all that needs no database."""
    return [_made(step) for step in steps]


def _made(step: _Step) -> _Made:
    raw = step.raw
    found = raw if isinstance(raw, BadRecord) else parse(raw, formats()[step.format])
    if isinstance(found, BadRecord):
        line = found.where.rpartition(":")[2]
        return _Made(Visit(url=f"{step.base}#line {line}", reason=f"bad record: {found.reason}"), bad=found)
    assert isinstance(raw, Raw)
    digest = raw.digest
    reader = f"file:{step.format}"
    visit = Visit(
        url=f"{step.base}#{_key(found.key) or digest}",
        kind=PageKind.ARTICLE,
        reason="record of a file",
        work=found.work,
        sources={name: reader for name in Work.__dataclass_fields__ if getattr(found.work, name) not in (None, [])},
    )
    return _Made(Dedupe().process_item(Validate().process_item(visit)), digest)


def _sources(paths: Sequence[Path], name: str | None) -> list[_Source]:
    wanted: dict[Path, Path] = {}  # a file named twice is one file
    for path in paths:
        wanted.setdefault(path.resolve(), path)
    for path in wanted.values():
        if not path.is_file():
            raise UsageError(f"{path}: no such file")
    return [
        _Source(path, format_of(path, name), "load:" + whole.as_uri().removeprefix("file:"))
        for whole, path in wanted.items()
    ]


def _version(source: _Source) -> tuple[str, str, int, int]:
    state = source.path.stat()
    return source.base, source.kind.name, state.st_size, state.st_mtime_ns


def _key(key: str | None) -> str | None:
    clean = characters.line(key) if key else ""
    return clean if 0 < len(clean) <= _LONGEST_KEY else None


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
