"""``harvester retry``: ask again for what earlier runs gave up."""

import json

import click

from harvester.commands._crawl import Crawl, Grouped, crawl_and_report, crawl_options
from harvester.commands._shared import ready


@click.command(cls=Grouped)
@click.option("--reason", metavar="WORDS", help="Only what was given up for a reason with these words, in any case.")
@click.option(
    "--host", metavar="HOST", help="Only what is on this host; with its port, as reports show it, where it has one."
)
@crawl_options
def command(reason: str | None, host: str | None, crawl: Crawl) -> None:
    """Ask again for what earlier runs gave up: addresses that ended as failed or blocked.

    The reasons are those of the reports. The same command goes on where it stopped.
    """
    from harvester.retry import requeue

    spider, arguments = crawl.spider()
    with ready(crawl.db) as engine:
        requeued = requeue(engine, reason, host, spider, crawl.follow_related)
    if requeued.left:
        crawl_and_report(requeued.sources, spider, {**arguments, "requeued": requeued.left}, crawl)
        return
    asked = "".join(f" with {name} {value!r}" for name, value in (("reason", reason), ("host", host)) if value)
    click.echo(f"nothing to retry: no address{asked} was given up", err=True)
    if crawl.report == "json":
        click.echo(json.dumps({"targets": 0, "unfinished": 0, "outcomes": {}}))
