"""The schedule as people read it, in 80 columns."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from harvester.jobs import Job
from harvester.schedule.overview import JobNow, RunOfJob
from harvester.schedule.times import in_words


def moment(at: datetime | None, now: datetime) -> str:
    """Return a time of day, with the day of the week where that is another, or the date where that is far.

    >>> now = datetime(2026, 11, 23, 9)
    >>> [moment(each, now) for each in (datetime(2026, 11, 23, 3, 5), datetime(2026, 11, 24, 3), datetime(2027, 1, 1))]
    ['03:05', 'Tue 03:00', '2027-01-01']
    """
    if at is None:
        return ""
    days = abs((at.date() - now.date()).days)
    return f"{at:%H:%M}" if not days else f"{at:%a %H:%M}" if days < 7 else f"{at:%Y-%m-%d}"


def jobs_table(jobs: Iterable[JobNow], now: datetime) -> Table:
    """Return a line for each job."""
    table = new_table(f"Jobs, {now:%Y-%m-%d %H:%M} UTC")
    table.add_column("job", overflow="fold", ratio=1)
    table.add_column("when", overflow="fold", width=13)
    table.add_column("now", no_wrap=True)
    table.add_column("pages", justify="right", no_wrap=True)
    table.add_column("due", justify="right", no_wrap=True)
    table.add_column("last run", overflow="fold", width=11)
    table.add_column("next", no_wrap=True)
    for job in jobs:
        last = f"{moment(job.last.slot, now)} {job.last.ended or ''}" if job.last else ""
        following = "now" if job.next_at is not None and job.next_at <= now else moment(job.next_at, now)
        table.add_row(Text(job.name), job.when, job.state, f"{job.pages:,}", f"{job.due:,}", last, following)
    return table


def runs_table(runs: Iterable[RunOfJob], now: datetime) -> Table:
    """Return a line for each run."""
    table = new_table("Runs, times in UTC")
    table.add_column("run", justify="right", no_wrap=True)
    table.add_column("job", overflow="fold", ratio=2)
    table.add_column("for", no_wrap=True)
    table.add_column("took", no_wrap=True, justify="right")
    table.add_column("ended", no_wrap=True)
    table.add_column("visits", overflow="fold", ratio=3)
    for each in runs:
        took = in_words(each.ended_at - each.started_at) if each.ended_at else ""
        visits = ", ".join(f"{count:,} {outcome}" for outcome, count in each.visits.items())
        said = [Text(visits)] + ([Text(each.error, style="red")] if each.error else [])
        table.add_row(
            str(each.run_id),
            Text(each.job),
            moment(each.slot, now),
            took,
            each.ended or "",
            Text("\n").join(filter(None, said)),
        )
    return table


def details(job: Job, now: JobNow, following: Iterable[datetime]) -> RenderableType:
    """Return all that is said of one job and known about it."""
    table = new_table(job.name)
    table.show_header = False
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for name, value in _details(job, now, following):
        table.add_row(name, Text(value))
    return table


def _details(job: Job, now: JobNow, following: Iterable[datetime]) -> Iterable[tuple[str, str]]:
    limits, bounds = job.limits, job.revisit
    yield "sources", "\n".join(job.sources)
    yield "when", f"{job.times}; next {', '.join(f'{each:%Y-%m-%d %H:%M}' for each in following)} UTC"
    yield "now", now.state
    yield "pages", f"{now.pages:,} watched, {now.due:,} due"
    yield "revisits", f"{in_words(bounds.shortest)} to {in_words(bounds.longest)}, at first {in_words(bounds.first)}"
    said: Mapping[str, Any] = {
        "links away": job.follow,
        "pages a run": limits.pages,
        "time a run": limits.time and in_words(limits.time),
        "hosts": ", ".join(sorted(limits.hosts)),
        "links a run": limits.links if job.follow else None,
        **job.settings,
    }
    yield from ((name, str(value)) for name, value in said.items() if value)
    yield from (("export", f"{each.format} to {each.path}") for each in job.exports)
    if now.last is not None:
        yield "last run", f"{now.last.run_id}, {now.last.ended or 'no end known'} {now.last.error or ''}".strip()


def new_table(title: str) -> Table:
    """Return a table as all of ours look, as wide as the terminal."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    table.expand = True
    return table
