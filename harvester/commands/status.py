"""``harvester status``: what stands where."""

from dataclasses import asdict
from pathlib import Path

import click

from harvester.commands._shared import archive_option, database_option, ready_if_there, to_json
from harvester.errors import UsageError

_FILE = Path("harvester.toml")


@click.command()
@database_option
@archive_option
@click.option(
    "--jobs",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of jobs to tell of; without it harvester.toml, if it is there.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with all hosts.")
def command(db: str, archive: str, jobs: Path | None, as_json: bool) -> None:
    """Print jobs, addresses by state and host, hosts that are left alone, coverage, open reviews and sizes.

    Times are in UTC. The database of the file of jobs is told of unless --db or HARVESTER_DB names one.
    """
    from harvester.clock import utc_now
    from harvester.jobs import read_jobs
    from harvester.status import lines, status

    file = read_jobs(jobs or _FILE) if jobs is not None or _FILE.exists() else None
    source = click.get_current_context().get_parameter_source("db")
    if file is not None and file.database and source is click.core.ParameterSource.DEFAULT:
        db = file.database
    with ready_if_there(db) as engine:
        if engine is None:
            raise UsageError(f"{db}: no such database; --db names another, and harvester harvest makes one")
        told = status(engine, file, archive, utc_now())
    if as_json:
        click.echo(to_json(asdict(told)))
        return
    from rich.console import Console

    for part in lines(told):
        Console().print(part)
