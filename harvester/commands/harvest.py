"""``harvester harvest``: harvest sources into a database."""

import click

from harvester.commands._crawl import Crawl, Grouped, crawl_and_report, crawl_options


@click.command(cls=Grouped)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@crawl_options
def command(sources: tuple[str, ...], crawl: Crawl) -> None:
    """Harvest SOURCEs into a database.

    A SOURCE is a URL, a DOI, a list of them (.txt, .csv, .tsv, .jsonl, or - for standard input), a saved page (.html,
    .htm, .xhtml, or a .txt that holds a record), a WARC file (.warc, .warc.gz) or a folder of saved pages and WARC
    files; or something that lists: sitemap:URL, feed:URL, toc:URL (a table of contents or search result), csv:URL,
    dois:URL (a registry's list), oai:URL (an OAI-PMH base URL, with ?set=, &metadataPrefix=, &from=, &until= as
    wanted). The same command again goes on where a run stopped; after a finished run it asks for everything anew.
    """
    crawl_and_report(sources, *crawl.spider(), crawl)
