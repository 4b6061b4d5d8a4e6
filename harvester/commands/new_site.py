"""``harvester new-site``: write the module of a new site."""

from pathlib import Path

import click


@click.command("new-site")
@click.argument("name")
@click.option(
    "--from-page",
    "page",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A saved page of the site; shorten it to the nodes that are read before you commit it.",
)
@click.option("--url", required=True, help="The address that the page came from; its host becomes the site's.")
def command(name: str, page: Path, url: str) -> None:
    """Write the module of a new site, and its test folder with a page and the record that it gives today.

    Run it in a checkout of the harvester.
    """
    from harvester.new_site import new_site as write

    for file in write(name, page, url, Path.cwd()):
        click.echo(file.relative_to(Path.cwd()))
