"""``harvester split``: undo merges."""

import click

from harvester.commands._shared import database_option, ready


@click.command()
@click.argument("work", metavar="DOI|ID")
@click.option(
    "--record", "records", type=int, multiple=True, help="A record that leaves; without it each stands alone."
)
@database_option
def command(work: str, records: tuple[int, ...], db: str) -> None:
    """Undo the merges of a work; no rule merges its records again.

    `harvester why` prints the numbers of its records.
    """
    from harvester.explain import find_work
    from pipelines import decisions

    with ready(db) as engine:
        with engine.connect() as connection:
            work_id = find_work(connection, work)
        works = decisions.split(engine, work_id, records)
    click.echo(f"work {work_id} is now the works {', '.join(map(str, works))}")
