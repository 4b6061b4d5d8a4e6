"""A load as people see it: its progress, and what came of it."""

import logging
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import click

from harvester.errors import UsageError
from harvester.load import LoadReport, Progress, load

logger = logging.getLogger("harvester")

_MOST_SHOWN = 20  # bad records that are printed
_MOST_REASONS = 8
_PAUSE = 10.0  # seconds between two log lines
_WORDS = {
    "new": "new works",
    "merged": "merged into known works",
    "updated": "known records that say more or other",
    "unchanged": "unchanged",
    "non_record": "rejected",
    "failed": "bad records",
}


def command(paths: Sequence[Path], db_url: str, name: str | None, *, live: bool) -> None:
    """Load files, show how far it is, and print what came of it; the function behind ``harvester load``.

    Raises `UsageError` where the files hold nothing that could be stored.
    """
    from harvester.progress import console

    shown = _Shown()
    if live:
        with console.status("reading") as status:
            report = load(paths, db_url, lambda at: status.update(shown.line(at)), format=name)
    else:
        report = load(paths, db_url, shown.log, format=name)
    for line in told(report):
        click.echo(line)
    if not set(report.outcomes) - {"failed", "non_record"}:
        raise UsageError("nothing usable: " + (str(report.bad[0]) if report.bad else "the files hold no record"))


def told(report: LoadReport) -> Iterator[str]:
    """Yield what a load brought, for people."""
    yield f"{report.records} records of {len(report.files)} files" + (
        f", {report.resumed_at} of them stored before" if report.resumed_at else ""
    )
    for outcome, words in _WORDS.items():
        if count := report.outcomes.get(outcome, 0):
            yield f"  {count:>9} {words}"
        reasons = {"non_record": report.rejected, "failed": report.failed}.get(outcome, {})
        yield from (f"  {count:>9}   {reason}" for reason, count in islice(reasons.items(), _MOST_REASONS))
    for bad in report.bad[:_MOST_SHOWN]:
        yield str(bad)
    if report.bad_count > _MOST_SHOWN:
        yield f"and {report.bad_count - _MOST_SHOWN} more; the table visit has the place and the reason of each"


class _Shown:
    """What a load shows of itself while it goes."""

    def __init__(self) -> None:
        self._started = self._logged = time.monotonic()
        self._first: int | None = None

    def line(self, at: Progress) -> str:
        """Return the state in one line."""
        if not at.known:
            return f"reading the files: {min(100 * at.read // max(at.total, 1), 100)} %"
        if self._first is None:
            self._first, self._started = at.records, time.monotonic()
        rate = (at.records - self._first) / max(time.monotonic() - self._started, 0.001)
        share = 100 * at.records // at.known
        return f"{at.records} records  {at.bad} bad  {rate:.0f} records/s  {share} % of {at.known}"

    def log(self, at: Progress) -> None:
        """Write the state into the log now and then."""
        line = self.line(at)
        if time.monotonic() - self._logged > _PAUSE:
            self._logged = time.monotonic()
            logger.info("%s", line)
