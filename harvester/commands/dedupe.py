"""``harvester dedupe``: find which records of a file are one work."""

from pathlib import Path
from typing import TextIO

import click


@click.command()
@click.argument("file", type=click.File(encoding="utf-8-sig"), metavar="IN.jsonl")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Tab-separated clusters."
)
def command(file: TextIO, output: Path) -> None:
    """Find which records of a JSON Lines file are one work, without a database.

    Writes record_id, tab, cluster_id for every line; a cluster is named by its first record. Lines that are no records
    are reported and get no cluster.
    """
    from harvester.match.corpus import dedupe as run

    partial = output.with_name(output.name + ".part")
    with partial.open("w", encoding="utf-8") as stream:
        done = run(file, stream.write)
    partial.replace(output)  # whole or not at all
    for bad in done.bad:
        click.echo(bad, err=True)
    click.echo(f"{done.records} records, {done.clusters} works, {len(done.bad)} lines that are no records", err=True)
