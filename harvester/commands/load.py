"""``harvester load``: store existing records."""

from collections.abc import Sequence
from pathlib import Path

import click

from harvester.commands._shared import database_option, set_up_log


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE..."
)
@database_option
@click.option(
    "--format",
    "name",
    metavar="NAME",
    help="jsonl, csv, bibtex, ris, pubmed, endnote, wos or wos-tab; without it each file's ending and content decide.",
)
def command(files: Sequence[Path], db: str, name: str | None) -> None:
    """Store existing records as if they were harvested.

    A FILE is .jsonl, .csv, .bib, .ris, .nbib, .enw or an export of Web of Science. The same command again goes on where
    one stopped.

    All files are read first; then their records are stored in the order of titles, so that those of one work come
    together: of a million, that saves two fifths of the time. Above 16 MiB they wait in the folder for temporary files
    (TMPDIR).
    """
    from harvester.load_report import command as run

    run(files, db, name, live=set_up_log())
