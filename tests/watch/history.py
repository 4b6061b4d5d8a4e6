"""Runs as the watch sees them: visits of pages that have fields or not, written by the store."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, update

from harvester.database.frontier import Frontier
from harvester.database.tables import run
from harvester.items import PageKind, Visit
from pipelines._books import write
from tests.pipelines.test_books import told

FIRST = datetime(2026, 11, 1, 3, tzinfo=UTC)
HOST = "www.example.org"


def day(number: int) -> datetime:
    """The moment at which the run of a day ends."""
    return FIRST + timedelta(days=number, hours=1)


def begin(engine: Engine, number: int, job: str | None = "daily") -> int:
    """Begin the run of a day."""
    frontier = Frontier(engine)
    run_id = frontier.open_run("urls", [f"list of day {number} for {job}"], "0.1.0", {}).id
    started = FIRST + timedelta(days=number)
    with engine.begin() as connection:
        statement = update(run).where(run.c.id == run_id)
        connection.execute(statement.values(started_at=started, finished_at=started + timedelta(minutes=30), job=job))
    return run_id


def page(number: int, host: str = HOST, **fields: Any) -> Visit:
    """A page that names a work of its own."""
    return told(f"https://{host}/article/{number}", title=f"Work number {number} of its site", **fields)


def wall(number: int, host: str = HOST) -> Visit:
    """The same page behind a wall."""
    return Visit(f"https://{host}/article/{number}", PageKind.BLOCKED, "the title is 'Just a moment...'", status=403)


def menu(number: int, host: str = HOST) -> Visit:
    """The same address with a page about no work."""
    return Visit(f"https://{host}/article/{number}", PageKind.NON_RECORD, "a menu", status=200)


def visit(engine: Engine, run_id: int, *visits: Visit) -> None:
    """Store visits as those of a run."""
    for each in visits:
        each.run_id = run_id
    write(engine, visits, 0)
