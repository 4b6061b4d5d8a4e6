"""``harvester search``: find works by words."""

import json
from dataclasses import asdict

import click

from harvester.commands._shared import database_option, ready


@click.command()
@click.argument("query")
@database_option
@click.option("--most", type=click.IntRange(min=1), default=20, show_default=True, help="Most works to print.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(query: str, db: str, most: int, as_json: bool) -> None:
    """Find works by words of their title, authors and abstract.

    Every word must be there; "double quotes" hold a phrase together, libr* stands for all words that begin so.
    """
    from harvester import catalogue

    with ready(db) as engine:
        hits = catalogue.search(engine, query, most)
    for hit in hits:
        if as_json:
            click.echo(json.dumps(asdict(hit), ensure_ascii=False))
        else:
            where = ", ".join(filter(None, (hit.container_title, str(hit.year or ""), hit.doi)))
            click.echo(f"{hit.id:>6}  {hit.title}\n        {'; '.join(hit.authors[:5])}\n        {where}")
    if not hits:
        click.echo("nothing found", err=True)
