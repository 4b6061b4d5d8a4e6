"""``harvester extract``: read saved pages without a database."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from harvester.errors import UsageError


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE..."
)
@click.option("--url", help="The address that the page came from; for a single FILE.")
@click.option(
    "--urls",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Tab-separated file: file name, URL.",
)
def command(files: Sequence[Path], url: str | None, urls: Path | None) -> None:
    """Read saved pages without a database; print one JSON object a line.

    Each has file, url, kind (article, text_snapshot, blocked, non_record, multi), reason, work (null unless there is a
    record) and sources (for each field the reader that its value came from).
    """
    from harvester.extract import addresses, extract_file

    if url and len(files) > 1:
        raise UsageError(f"--url names the address of one page, and there are {len(files)}; use --urls FILE.tsv")
    known = addresses(urls) if urls else {}
    for file in files:
        click.echo(json.dumps(extract_file(file, url or known.get(file.name)), ensure_ascii=False))
