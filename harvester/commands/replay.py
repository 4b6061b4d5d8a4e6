"""``harvester replay``: read kept pages again."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from harvester.commands._shared import archive_option, database_option, ready
from harvester.errors import UsageError


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="[WARC...]")
@database_option
@archive_option
@click.option("--since", type=click.DateTime(), help="Only pages fetched since (UTC).")
@click.option("--host", help="Only pages of this host.")
@click.option("--apply", is_flag=True, help="Write what differs; without it nothing is written.")
def command(
    files: Sequence[Path], db: str, archive: str, since: datetime | None, host: str | None, apply: bool
) -> None:
    """Run the present readers over kept pages, without network, and print which fields would change.

    The pages are those of WARC files, anybody's; without such, the last page of each record in the archive that
    harvests have kept.
    """
    from harvester.archive.diff import render
    from harvester.archive.folder import folder_of
    from harvester.archive.reader import Tally
    from harvester.replay import of_files, of_visits
    from harvester.replay import replay as run

    moment = since.replace(tzinfo=UTC) if since else None
    with ready(db) as engine:
        if files:
            pages = of_files(files, Tally(lambda bad: click.echo(f"{bad}", err=True)), moment, host)
        elif (folder := folder_of(archive, db)) is not None and folder.is_dir():
            pages = of_visits(engine, folder, moment, host)
        else:
            raise UsageError(f"no archive {folder or archive}; name its folder with --archive DIR, or WARC files")
        diff = run(engine, pages, apply=apply)
    click.echo(render(diff))
    click.echo("written" if apply else "nothing is written; --apply writes", err=True)
