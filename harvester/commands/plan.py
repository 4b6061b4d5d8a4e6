"""``harvester plan``: what a harvest would ask of whom, before any request."""

import json

import click

from harvester.commands._shared import database_option, delay_option, ready_if_there
from harvester.errors import UsageError


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@database_option
@delay_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with all hosts.")
def command(sources: tuple[str, ...], db: str, delay: float, as_json: bool) -> None:
    """Print what a harvest of SOURCEs would ask of which hosts, and how long that takes at least.

    Nothing is requested. What the database knows of hosts counts: a Crawl-delay that their robots.txt asked for, and
    until when they are left alone; a SQLite database that does not exist is not made. SOURCEs are those of harvest.
    """
    from harvester.database.hosts import Pace
    from harvester.plan import plan
    from harvester.settings import HARVESTER_CRAWL_DELAY_CAP

    with ready_if_there(db) as engine:
        made = plan(sources, engine, Pace(delay, HARVESTER_CRAWL_DELAY_CAP))
    click.echo(json.dumps(made.to_dict(), ensure_ascii=False) if as_json else "\n".join(made.lines(80)))
    if not made.targets and not made.files:
        raise UsageError("nothing usable: the sources hold no address")
