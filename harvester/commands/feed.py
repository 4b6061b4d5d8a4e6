"""``harvester feed``: write an Atom feed."""

from pathlib import Path

import click

from harvester.commands._shared import database_option, ready


@click.command()
@database_option
@click.option("--job", metavar="NAME", help="Only of this job.")
@click.option("--works", "kind", flag_value="works", default="works", help="Of new works; this is what it does anyway.")
@click.option("--changes", "kind", flag_value="changes", help="Of changes.")
@click.option("--most", type=click.IntRange(min=1), default=200, show_default=True, help="Most entries, the latest.")
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="The file."
)
def command(job: str | None, kind: str, most: int, output: Path, db: str) -> None:
    """Write an Atom feed of the latest works, or of the latest changes, for feed readers.

    The file is replaced when the new one is whole, and is the same where there is nothing new.
    """
    from harvester.feed import Kind, write_feed

    with ready(db) as engine:
        count = write_feed(engine, output, Kind(kind), job, most)
    click.echo(f"{output}: {count} entries", err=True)
