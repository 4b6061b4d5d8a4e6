"""``harvester inspect``: show what a page is and what each field could be."""

import click

from harvester.commands._shared import allow_host_option, allow_private_option, allowed


@click.command()
@click.argument("source", metavar="FILE|URL")
@click.option("--url", help="The address that a saved page came from.")
@allow_private_option
@allow_host_option
def command(source: str, url: str | None, allow_private: bool, allow_host: tuple[str, ...]) -> None:
    """Print what a page is and, for each field, every candidate value with its source and why it won or lost."""
    from rich.console import Console

    from harvester.inspect import open_page, report

    Console().print(report(open_page(source, url, allowed(allow_private, allow_host))))
