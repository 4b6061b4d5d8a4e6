"""``harvester why``: explain the values of a work."""

import json
from dataclasses import asdict

import click

from harvester.commands._shared import database_option, ready


@click.command()
@click.argument("work", metavar="DOI|ID")
@click.argument("field", required=False)
@database_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(work: str, field: str | None, db: str, as_json: bool) -> None:
    """Print for each field of a work the winning value, its page, reader and time, and the rivals that lost.

    A work is named by its DOI, another identifier, or its number; FIELD prints that field alone.
    """
    from harvester import explain

    with ready(db) as engine:
        told = explain.why(engine, work, field)
    if as_json:
        click.echo(json.dumps(asdict(told), ensure_ascii=False))
        return
    from rich.console import Console

    from harvester.report import why as table

    Console().print(table(told))
