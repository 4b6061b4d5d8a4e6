"""One run of a job, in a process of its own: the lease, the harvest, and what comes after it."""

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from harvester.clock import utc_now
from harvester.database import jobs as books
from harvester.database.frontier import Frontier
from harvester.database.jobs import Ended
from harvester.database.owners import new_owner
from harvester.database.revisits import Watch
from harvester.database.session import database, reading
from harvester.database.tables import run
from harvester.errors import DatabaseError, ExportError, HarvesterError, UsageError
from harvester.export import export
from harvester.harvest import Harvested, harvest
from harvester.jobs import Job, Limits
from harvester.middlewares.addresses import Policy, policy
from harvester.settings import HARVESTER_ALLOW_PORTS, HARVESTER_ALLOW_PRIVATE, VERSION
from harvester.since import since
from harvester.watch.after import after_run
from harvester.watch.alarms import Alarm
from harvester.watch.books import books as run_books
from harvester.watch.hooks import notify

logger = logging.getLogger("harvester")

_SOON = timedelta(minutes=5)  # until a run goes on that ended without saying what it waits for


@dataclass(frozen=True, slots=True)
class Run:
    """How a run of a job ended, and the alarms that it raised."""

    id: int
    ended: Ended
    alarms: list[Alarm]


def run_job(database_url: str, job: Job, slot: datetime | None = None, live: bool = False) -> Run | None:
    """Run a job, or go on with its run for this slot; return None where another process has it, or has done it.

    ``slot``: the moment for which the schedule wants it; None: now, by a person's wish. ``live``: show progress. A
    process can do this once. Raises what `harvester.harvest.harvest` and `harvester.export.export` raise; that the run
    failed is written down then.
    """
    with database(database_url) as engine:
        now = utc_now()
        slot = slot or now.replace(microsecond=0)
        books.states(engine, [job.name], now)
        owner = new_owner()
        if not books.take(engine, job.name, owner, slot, now):
            logger.info("%s: another process runs it, or has run it", job.name)
            return None
        with _interruptible(), _kept(engine, job.name, owner):
            return _run(engine, database_url, job, owner, slot, live)


def _run(engine: Engine, url: str, job: Job, owner: str, slot: datetime, live: bool) -> Run:
    ended, try_again = Ended.INTERRUPTED, False
    error: str | None = None
    resume_at: datetime | None = utc_now()
    try:
        watch = Watch(job.name, slot, job.times.after(slot) - slot, job.revisit, job.limits.hosts)
        spider, arguments = ("records", {"follow_related": job.follow}) if job.follow else ("urls", {})
        frontier = Frontier(engine, watch=watch)
        this = frontier.open_run(spider, job.sources, VERSION, {})
        books.began(engine, job.name, owner, this.id, utc_now())
        due = books.take_over(engine, watch, this.id)
        how = "goes on" if this.resumed else "begins"
        logger.info("%s: run %d for %s %s, %d known pages are due", job.name, this.id, f"{slot:%F %R} UTC", how, due)
        harvested = harvest(job.sources, spider, arguments, _settings(url, job, watch, live))
        _interrupt_python()
        if not harvested.interrupted:
            ended, resume_at = _ending(engine, harvested, job.limits)
        alarms = after_run(engine, this.id)
        logger.info("%s: run %d %s: %s", job.name, this.id, ended, _in_short(engine, this.id))
        notify(job.hooks, alarms, _rules(job))
        if ended is not Ended.INTERRUPTED:
            _export(engine, job)
        return Run(this.id, ended, alarms)
    except HarvesterError as raised:
        # What is wrong with the file of jobs does not pass by itself, and exports are written anew by the next run.
        ended, error, resume_at = Ended.FAILED, str(raised), None
        try_again = not isinstance(raised, (UsageError, ExportError))
        raise
    finally:
        now = utc_now()
        books.end(engine, job.name, owner, ended, now, error=error, resume_at=resume_at, try_again=try_again)


def _settings(url: str, job: Job, watch: Watch, live: bool) -> dict[str, object]:
    limits = job.limits
    settings = {"HARVESTER_DB": url, "HARVESTER_LIVE": live, "HARVESTER_WATCH": watch, **job.settings}
    settings |= {"HARVESTER_MAX_PAGES": limits.links, "HARVESTER_MOST_PAGES": limits.pages or 0}
    if limits.time is not None:
        settings["CLOSESPIDER_TIMEOUT"] = limits.time.total_seconds()
    return settings


def _ending(engine: Engine, harvested: Harvested, limits: Limits) -> tuple[Ended, datetime | None]:
    """Return how a run ended that nobody interrupted, and when it goes on, if it does."""
    if harvested.standstill is not None:
        return Ended.WAITING, harvested.standstill.hosts[0].until
    with reading(engine) as connection:
        if connection.scalar(select(run.c.finished_at).where(run.c.id == harvested.run_id)) is not None:
            return Ended.FINISHED, None
    if limits.pages or limits.time:
        return Ended.LIMIT, None
    return Ended.WAITING, utc_now() + _SOON


def _in_short(engine: Engine, run_id: int) -> str:
    outcomes = run_books(engine, run_id).outcomes
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())) or "nothing was due"


def _rules(job: Job) -> Policy:
    """Return the rules of the address guard that hold for a job's pages, and for those whom it tells something."""
    allowed = job.settings.get("HARVESTER_ALLOW_PRIVATE", HARVESTER_ALLOW_PRIVATE)
    return policy(allowed, job.settings.get("HARVESTER_ALLOW_PORTS", HARVESTER_ALLOW_PORTS))


def _export(engine: Engine, job: Job) -> None:
    for each in job.exports:
        moment = since(each.since) if each.since else None
        try:
            each.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ExportError(f"{each.path.parent}: {error.strerror}; make this folder, or let it be made") from error
        count = export(engine, each.format, each.path, each.query, moment, type=each.type, host=each.host)
        logger.info("%s: %d works are in %s", job.name, count, each.path)


@contextmanager
def _kept(engine: Engine, name: str, owner: str) -> Iterator[None]:
    """Renew a job's lease meanwhile; whoever has lost it all the same is told to stop."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(books.LEASE.total_seconds() / 6):
            try:
                ours = books.renew(engine, name, owner, utc_now())
            except DatabaseError as error:
                logger.warning("%s: its lease could not be renewed: %s", name, error)
                continue  # if the database stays away, the harvest stops by itself
            if not ours and not over.is_set():
                logger.error("%s: another process has taken it, as this one gave no sign of life; stopping", name)
                os.kill(os.getpid(), signal.SIGTERM)
                return

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let a signal to end be an interruption; while the harvest lasts, Scrapy's own handlers do better."""
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    _interrupt_python()
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])


def _interrupt_python() -> None:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.default_int_handler)
