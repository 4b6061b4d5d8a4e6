"""``harvester replay``: read kept pages again."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from harvester.commands._shared import database_option, ready
from harvester.errors import UsageError


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="[WARC...]")
@database_option
@click.option(
    "--archive",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of kept pages; without WARC files, the last page of each record is read from there.",
)
@click.option("--since", type=click.DateTime(), help="Only pages fetched since (UTC).")
@click.option("--host", help="Only pages of this host.")
@click.option("--apply", is_flag=True, help="Write what differs; without it nothing is written.")
def command(
    files: Sequence[Path], db: str, archive: Path | None, since: datetime | None, host: str | None, apply: bool
) -> None:
    """Run the present readers over kept pages, without network, and print which fields would change.

    The pages are those of WARC files, anybody's, or those that a harvest kept with --archive.
    """
    from harvester.archive.diff import render
    from harvester.archive.reader import Tally
    from harvester.replay import of_files, of_visits
    from harvester.replay import replay as run

    if bool(files) == (archive is not None):
        raise UsageError("name WARC files, or the folder of kept pages with --archive FOLDER")
    with ready(db) as engine:
        tally = Tally(lambda bad: click.echo(f"{bad}", err=True))
        from_visits = (
            of_visits(engine, archive, since.replace(tzinfo=UTC) if since else None, host) if archive else None
        )
        diff = run(engine, from_visits or of_files(files, tally), apply=apply)
    click.echo(render(diff))
    click.echo("written" if apply else "nothing is written; --apply writes", err=True)
