"""``harvester harvest``: harvest sources into a database."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from harvester.commands._shared import database_option, set_up_log


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@database_option
@click.option("--report", type=click.Choice(["table", "json"]), default="table", show_default=True, help="The report.")
@click.option(
    "--follow-related",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="DEPTH",
    help="Also fetch the works that pages list as related, so many links away, on the same host.",
)
@click.option("--max-pages", type=click.IntRange(min=0), default=1000, show_default=True, help="Most links to follow.")
@click.option(
    "--delay",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    help="Seconds between two requests to one host.",
)
@click.option(
    "--per-host", type=click.IntRange(min=1), default=1, show_default=True, help="Requests to one host at a time."
)
@click.option(
    "--attempts",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="Requests before an address is given up.",
)
@click.option(
    "--retry-delay",
    type=click.FloatRange(min=0),
    default=5.0,
    show_default=True,
    help="Seconds before the second attempt; later ones wait twice as long each.",
)
@click.option(
    "--archive", type=click.Path(file_okay=False, path_type=Path), help="Keep all pages as WARC files in this folder."
)
@click.option(
    "--allow-private",
    multiple=True,
    metavar="HOST",
    help="Guard addresses: of private networks fetch only this host, host:port, address or network; or: none, all.",
)
@click.option(
    "--allow-port", type=int, multiple=True, help="A port beside 80, 443, 8080 and 8443, where addresses are guarded."
)
@click.option("--respect-tdm", is_flag=True, help="Make no record of pages whose mining is reserved (TDMRep).")
def command(
    sources: tuple[str, ...],
    db: str,
    report: str,
    follow_related: int,
    max_pages: int,
    delay: float,
    per_host: int,
    attempts: int,
    retry_delay: float,
    archive: Path | None,
    allow_private: tuple[str, ...],
    allow_port: tuple[int, ...],
    respect_tdm: bool,
) -> None:
    """Harvest SOURCEs into a database.

    A SOURCE is a URL, a DOI, a list of them (.txt, .csv, .tsv, .jsonl, or - for standard input), a saved page (.html,
    .htm, .xhtml, or a .txt that holds a record) or a folder of saved pages. The same command again goes on where a run
    stopped; after a finished run it asks for everything anew.
    """
    from harvester.catalogue import run_report
    from harvester.database.session import database, shown
    from harvester.harvest import harvest as run
    from harvester.report import show

    live = set_up_log()
    settings = {
        "HARVESTER_DB": db,
        "HARVESTER_LIVE": live,
        "HARVESTER_MAX_PAGES": max_pages,
        "HARVESTER_MAX_ATTEMPTS": attempts,
        "HARVESTER_RETRY_DELAY": retry_delay,
        "HARVESTER_DELAY": delay,
        "CONCURRENT_REQUESTS_PER_DOMAIN": per_host,
        "HARVESTER_RESPECT_TDM": respect_tdm,
    }
    if archive is not None:
        settings["HARVESTER_ARCHIVE"] = str(archive)
    if allow_private:
        settings["HARVESTER_ALLOW_PRIVATE"] = ",".join("no" if each == "none" else each for each in allow_private)
    if allow_port:
        settings["HARVESTER_ALLOW_PORTS"] = ",".join(map(str, allow_port))
    spider, arguments = ("records", {"follow_related": follow_related}) if follow_related else ("urls", {})
    ended = run(sources, spider, arguments, settings)
    with database(db) as engine:
        result, name = run_report(engine, ended.run_id), shown(engine)
    if report == "json":
        bad = {"bad_lines": ended.bad_count, "bad": ended.bad, "database": name}
        click.echo(json.dumps({**asdict(result), **bad}, ensure_ascii=False))
    else:
        from rich.console import Console

        show(result, ended.bad, ended.bad_count, name, Console())
    if ended.interrupted:
        sys.exit(130)
