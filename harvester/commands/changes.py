"""``harvester changes``: list what changed, and follow it."""

import json
import os
import select
import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from harvester.commands._shared import database_option, ready

if TYPE_CHECKING:
    from harvester.changes import Change, Series

_POINTS = 10  # of a series, the latest, that people are shown


@click.command()
@database_option
@click.option(
    "--since", "begin", metavar="WHEN", help="From then on: 7d, 12h, 2026-11-01.  [default: all; with --follow: now]"
)
@click.option("--work", metavar="DOI|ID", help="Only of this work.")
@click.option("--job", metavar="NAME", help="Only what runs of this job saw.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--follow", "is_followed", is_flag=True, help="Print changes as they come, until interrupted.")
def command(begin: str | None, work: str | None, job: str | None, as_json: bool, is_followed: bool, db: str) -> None:
    """List what pages say other than before: which field, from what to what.

    Long texts are shortened to the part that differs; --json has them whole. Counts, such as how often a work is cited,
    are listed as series.
    """
    from harvester.changes import Wanted, changes, follow, series
    from harvester.clock import utc_now
    from harvester.since import since

    wanted = Wanted(since(begin) if begin else None, work, job)
    try:
        with ready(db) as engine:
            if is_followed:
                _print(follow(engine, wanted, utc_now(), _wait), as_json)
            elif not _print(changes(engine, wanted), as_json) + _print(series(engine, wanted), as_json):
                click.echo("nothing changed", err=True)
    except BrokenPipeError:  # whoever read has seen enough; what Python flushes at its end goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        sys.exit(130)


def _print(found: "Iterable[Change | Series]", as_json: bool) -> int:
    """Print each at once, as what waits in a buffer is of no use to who reads a pipe; return how many there were."""
    count = 0
    heading: list[str] = []
    for each in found:
        count += 1
        if as_json:
            click.echo(json.dumps(each.to_dict(), ensure_ascii=False))
            continue
        before, (*heading, said) = heading, _lines(each)
        for line in (*(() if heading == before else heading), said):
            click.echo(line)
    return count


def _lines(each: "Change | Series") -> Iterator[str]:
    """Yield the lines of a change: two of heading, and what it was."""
    from harvester.changes import Series
    from harvester.difference import cut, difference

    about = each.about
    name = about.doi or (f"work {about.work}" if about.work else f"record {about.record}")
    at = each.points[-1][0] if isinstance(each, Series) else each.at
    yield f"{at:%Y-%m-%d %H:%M}  {name}  {cut(about.title or '')}"
    yield f"  {about.url}"
    if isinstance(each, Series):
        points = [f"{value} ({at:%Y-%m-%d})" for at, value in each.points]
        said = " -> ".join(points if len(points) <= _POINTS else ["…", *points[-_POINTS:]])
    else:
        said = difference(each.before, each.after)
    yield f"  {each.field}: {said}"


def _wait() -> None:
    """Wait for a moment; raise ``BrokenPipeError`` where nobody reads any more, which a write would tell only later."""
    from harvester.changes import POLL

    if not hasattr(select, "poll"):
        time.sleep(POLL)
        return
    reader = select.poll()
    reader.register(sys.stdout.fileno(), 0)  # asked for nothing, it still tells that the other end is closed
    if reader.poll(POLL * 1000):
        raise BrokenPipeError
