"""``harvester schedule``: jobs that run by themselves."""

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from harvester.commands._shared import metrics_option, ready, set_up_log, to_json, with_metrics

if TYPE_CHECKING:
    from rich.console import RenderableType
    from sqlalchemy import Engine

    from harvester.jobs import Jobs
    from harvester.schedule.daemon import Scheduler

_jobs_option = click.option(
    "--jobs",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("harvester.toml"),
    show_default=True,
    help="The file that says what the jobs do.",
)
_db_option = click.option(
    "--db",
    envvar="HARVESTER_DB",
    show_envvar=True,
    metavar="URL",
    help="Database; without it the one that the file names, else sqlite:///harvest.db.",
)
_json_option = click.option("--json", "as_json", is_flag=True, help="JSON in place of a table.")


def _options(command: Callable[..., None]) -> Callable[..., None]:
    return _jobs_option(_db_option(command))


class _Schedule(NamedTuple):
    engine: "Engine"
    jobs: "Jobs"
    url: str
    now: datetime


@contextmanager
def _open(path: Path, db: str | None) -> Iterator[_Schedule]:
    from harvester.clock import utc_now
    from harvester.jobs import read_jobs

    jobs = read_jobs(path)
    url = db or jobs.database or "sqlite:///harvest.db"
    with ready(url) as engine:
        yield _Schedule(engine, jobs, url, utc_now())


def _print(shown: "RenderableType") -> None:
    from rich.console import Console

    Console().print(shown)


@click.group()
def command() -> None:
    """Run the jobs of a file when they are due.

    docs/schedule.md shows how the file is written, and how to run this under systemd, in a container or by cron.
    """


def _scheduler(schedule: _Schedule) -> "Scheduler":
    """Return a scheduler that signals stop."""
    from harvester.schedule.daemon import Scheduler, spawn

    scheduler = Scheduler(schedule.engine, schedule.jobs, lambda due, now: spawn(schedule.jobs, schedule.url, due, now))
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: scheduler.stop())
    return scheduler


@command.command()
@_options
@metrics_option
def run(path: Path, db: str | None, metrics: int | None) -> None:
    """Run jobs whenever they are due, until told to stop (SIGTERM, Ctrl-C).

    What runs then ends in good order, and goes on when this starts again.
    """
    set_up_log()
    with _open(path, db) as schedule, with_metrics(schedule.url, metrics):
        _scheduler(schedule).run()


@command.command()
@_options
def once(path: Path, db: str | None) -> None:
    """Run what is due, and exit.

    For cron and the like. Exit status: 0 all is well, also if nothing was due; 1 a run failed; 4 a run raised an alarm;
    130 interrupted.
    """
    from harvester.schedule.daemon import ALARM, INTERRUPTED

    set_up_log()
    with _open(path, db) as schedule:
        scheduler = _scheduler(schedule)
        scheduler.once()
    if scheduler.failed or scheduler.alarmed or scheduler.stopped:
        sys.exit(1 if scheduler.failed else INTERRUPTED if scheduler.stopped else ALARM)


@command.command()
@click.argument("name", metavar="JOB")
@_options
@click.option(
    "--slot",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z"]),
    help="The time for which it is due; without it: now.",
)
def start(name: str, path: Path, db: str | None, slot: datetime | None) -> None:
    """Run one job now, in this process, whether it is due or not.

    Exit status as of `once`; 75: another process runs it.
    """
    from harvester.database.jobs import Ended
    from harvester.schedule.daemon import ALARM, BUSY, INTERRUPTED
    from harvester.schedule.run import run_job

    live = set_up_log()
    with _open(path, db) as schedule:
        job = schedule.jobs[name]
    ended = run_job(schedule.url, job, slot, live)
    if ended is None:
        sys.exit(BUSY)
    if ended.ended is Ended.INTERRUPTED or ended.alarms:
        sys.exit(INTERRUPTED if ended.ended is Ended.INTERRUPTED else ALARM)


@command.command("list")
@_options
@_json_option
def list_jobs(path: Path, db: str | None, as_json: bool) -> None:
    """Print the jobs: when each runs, what it does now, its last run and its next one."""
    from harvester.schedule.overview import overview
    from harvester.schedule.tables import jobs_table

    with _open(path, db) as schedule:
        jobs = overview(schedule.engine, schedule.jobs, schedule.now)
    if as_json:
        click.echo(to_json([asdict(each) for each in jobs]))
    else:
        _print(jobs_table(jobs, schedule.now))


@command.command("next")
@click.argument("names", nargs=-1, metavar="[JOB...]")
@_options
@click.option("--most", type=click.IntRange(min=1), default=10, show_default=True, help="How many.")
@_json_option
def next_runs(names: Sequence[str], path: Path, db: str | None, most: int, as_json: bool) -> None:
    """Print the next runs, of all jobs or of some, as they would be if nothing came between; times in UTC."""
    from itertools import islice

    from harvester.schedule.overview import upcoming

    with _open(path, db) as schedule:
        runs = list(islice(upcoming(schedule.engine, schedule.jobs, names, schedule.now), most))
    if as_json:
        click.echo(to_json([{"at": at, "job": name} for at, name in runs]))
        return
    for at, name in runs:
        click.echo(f"{at:%a %Y-%m-%d %H:%M:%S}  {name}")


@command.command()
@click.argument("names", nargs=-1, metavar="[JOB...]")
@_options
@click.option("--most", type=click.IntRange(min=1), default=10, show_default=True, help="Runs of each job.")
@_json_option
def history(names: Sequence[str], path: Path, db: str | None, most: int, as_json: bool) -> None:
    """Print the last runs, of all jobs or of some, the newest first."""
    from harvester.schedule.overview import history
    from harvester.schedule.tables import runs_table

    with _open(path, db) as schedule:
        found = [each for name in names or schedule.jobs.jobs for each in history(schedule.engine, name, most)]
    runs = sorted(found, key=lambda each: each.run_id, reverse=True)
    if as_json:
        click.echo(to_json([asdict(each) for each in runs]))
    else:
        _print(runs_table(runs, schedule.now))


@command.command()
@click.argument("name", metavar="JOB")
@_options
@_json_option
def show(name: str, path: Path, db: str | None, as_json: bool) -> None:
    """Print all that the file says of a job, and what is known about it."""
    from dataclasses import replace
    from itertools import islice

    from harvester.schedule.overview import overview, upcoming
    from harvester.schedule.tables import details

    with _open(path, db) as schedule:
        job = schedule.jobs[name]
        this = replace(schedule.jobs, jobs={name: job})
        (now,) = overview(schedule.engine, this, schedule.now)
        following = [at for at, _ in islice(upcoming(schedule.engine, this, [name], schedule.now), 3)]
    if as_json:
        click.echo(to_json(asdict(job) | {"times": str(job.times), "now": asdict(now), "next": following}))
    else:
        _print(details(job, now, following))


@command.command()
@click.argument("names", nargs=-1, required=True, metavar="JOB...")
@_options
def pause(names: Sequence[str], path: Path, db: str | None) -> None:
    """Begin no run of these jobs until they are resumed; one that is under way goes on."""
    from harvester.schedule.overview import pause

    with _open(path, db) as schedule:
        pause(schedule.engine, schedule.jobs, names, schedule.now, paused=True)


@command.command()
@click.argument("names", nargs=-1, required=True, metavar="JOB...")
@_options
def resume(names: Sequence[str], path: Path, db: str | None) -> None:
    """Let paused jobs run again; what they missed becomes one run."""
    from harvester.schedule.overview import pause

    with _open(path, db) as schedule:
        pause(schedule.engine, schedule.jobs, names, schedule.now, paused=False)
