"""The command line: ``harvester ...``; each command is a few lines over a function.

Exit statuses: 0 done; 1 stopped by an error that is named; 2 a wrong argument, or nothing usable in the sources;
130 interrupted (the same command goes on).
"""

import json
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from harvester.errors import HarvesterError, UsageError

if TYPE_CHECKING:
    from sqlalchemy import Engine


class _Commands(click.Group):
    """Ends our own errors as one line; everything else is a bug and keeps its traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except HarvesterError as error:
            click.echo(f"harvester: {error}", err=True)
            ctx.exit(2 if isinstance(error, UsageError) else 1)
        except KeyboardInterrupt:
            click.echo("interrupted; the same command goes on", err=True)
            ctx.exit(130)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="harvester")
def main() -> None:
    """Harvest bibliographic metadata from scholarly pages into a clean database.

    Exit status: 0 done, 1 stopped by an error, 2 wrong arguments or nothing usable, 130 interrupted (the same
    command goes on where it stopped).
    """


_database = click.option(
    "--db",
    envvar="HARVESTER_DB",
    default="sqlite:///harvest.db",
    show_default=True,
    show_envvar=True,
    metavar="URL",
    help="Database: sqlite:///FILE or postgresql://USER@HOST/NAME, any SQLAlchemy URL.",
)


@main.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@_database
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
def harvest(
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

    live = _set_up_log()
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


@main.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE..."
)
@click.option("--url", help="The address that the page came from; for a single FILE.")
@click.option(
    "--urls",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Tab-separated file: file name, URL.",
)
def extract(files: Sequence[Path], url: str | None, urls: Path | None) -> None:
    """Read saved pages without a database; print one JSON object a line.

    Each has file, url, kind (article, text_snapshot, blocked, non_record, multi), reason, work (null unless there is a
    record) and sources (for each field the reader that its value came from).
    """
    from harvester.extract import addresses, extract_file

    if url and len(files) > 1:
        raise UsageError(f"--url names the address of one page, and there are {len(files)}; use --urls FILE.tsv")
    known = addresses(urls) if urls else {}
    for file in files:
        click.echo(json.dumps(extract_file(file, url or known.get(file.name)), ensure_ascii=False))


@main.command()
@click.argument("source", metavar="FILE|URL")
@click.option("--url", help="The address that a saved page came from.")
def inspect(source: str, url: str | None) -> None:
    """Print what a page is and, for each field, every candidate value with its source and why it won or lost."""
    from rich.console import Console

    from harvester.inspect import open_page, report

    Console().print(report(open_page(source, url)))


@main.command("new-site")
@click.argument("name")
@click.option(
    "--from-page",
    "page",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A saved page of the site; shorten it to the nodes that are read before you commit it.",
)
@click.option("--url", required=True, help="The address that the page came from; its host becomes the site's.")
def new_site(name: str, page: Path, url: str) -> None:
    """Write the module of a new site, and its test folder with a page and the record that it gives today.

    Run it in a checkout of the harvester.
    """
    from harvester.new_site import new_site as write

    for file in write(name, page, url, Path.cwd()):
        click.echo(file.relative_to(Path.cwd()))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="A JSON Schema in place of a list.")
def fields(as_json: bool) -> None:
    """Print the fields of a work, each with its meaning and format."""
    from harvester.fields import described, schema

    if as_json:
        click.echo(json.dumps(schema(), ensure_ascii=False, indent=2))
        return
    for name, text in described():
        click.echo(f"{name}\n    {text}")


@main.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE..."
)
@_database
@click.option(
    "--format",
    "name",
    metavar="NAME",
    help="jsonl, csv, bibtex, ris, pubmed, endnote, wos or wos-tab; without it each file's ending and content decide.",
)
def load(files: Sequence[Path], db: str, name: str | None) -> None:
    """Store existing records as if they were harvested.

    A FILE is .jsonl, .csv, .bib, .ris, .nbib, .enw or an export of Web of Science. The same command again goes on where
    one stopped.
    """
    from harvester.load_report import command

    command(files, db, name, live=_set_up_log())


@main.command()
@click.argument("file", type=click.File(encoding="utf-8-sig"), metavar="IN.jsonl")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Tab-separated clusters."
)
def dedupe(file: TextIO, output: Path) -> None:
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


@main.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="[WARC...]")
@_database
@click.option(
    "--archive",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of kept pages; without WARC files, the last page of each record is read from there.",
)
@click.option("--since", type=click.DateTime(), help="Only pages fetched since (UTC).")
@click.option("--host", help="Only pages of this host.")
@click.option("--apply", is_flag=True, help="Write what differs; without it nothing is written.")
def replay(
    files: Sequence[Path], db: str, archive: Path | None, since: datetime | None, host: str | None, apply: bool
) -> None:
    """Run the present readers over kept pages, without network, and print which fields would change.

    The pages are those of WARC files, anybody's, or those that a harvest kept with --archive.
    """
    from harvester.archive.diff import render
    from harvester.archive.reader import Tally
    from harvester.replay import of_files, of_visits
    from harvester.replay import replay as run

    if bool(files) == (archive is not None):
        raise UsageError("name WARC files, or the folder of kept pages with --archive FOLDER")
    with _ready(db) as engine:
        tally = Tally(lambda bad: click.echo(f"{bad}", err=True))
        from_visits = (
            of_visits(engine, archive, since.replace(tzinfo=UTC) if since else None, host) if archive else None
        )
        diff = run(engine, from_visits or of_files(files, tally), apply=apply)
    click.echo(render(diff))
    click.echo("written" if apply else "nothing is written; --apply writes", err=True)


@main.command()
@click.argument("query")
@_database
@click.option("--most", type=click.IntRange(min=1), default=20, show_default=True, help="Most works to print.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def search(query: str, db: str, most: int, as_json: bool) -> None:
    """Find works by words of their title, authors and abstract.

    Every word must be there; "double quotes" hold a phrase together, libr* stands for all words that begin so.
    """
    from harvester import catalogue

    with _ready(db) as engine:
        hits = catalogue.search(engine, query, most)
    for hit in hits:
        if as_json:
            click.echo(json.dumps(asdict(hit), ensure_ascii=False))
        else:
            where = ", ".join(filter(None, (hit.container_title, str(hit.year or ""), hit.doi)))
            click.echo(f"{hit.id:>6}  {hit.title}\n        {'; '.join(hit.authors[:5])}\n        {where}")
    if not hits:
        click.echo("nothing found", err=True)


@main.command()
@click.argument("work", metavar="DOI|ID")
@click.argument("field", required=False)
@_database
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def why(work: str, field: str | None, db: str, as_json: bool) -> None:
    """Print for each field of a work the winning value, its page, reader and time, and the rivals that lost.

    A work is named by its DOI, another identifier, or its number; FIELD prints that field alone.
    """
    from harvester import explain

    with _ready(db) as engine:
        told = explain.why(engine, work, field)
    if as_json:
        click.echo(json.dumps(asdict(told), ensure_ascii=False))
        return
    from rich.console import Console

    from harvester.report import why as table

    Console().print(table(told))


@main.command()
@click.argument("work", metavar="DOI|ID")
@click.option(
    "--record", "records", type=int, multiple=True, help="A record that leaves; without it each stands alone."
)
@_database
def split(work: str, records: tuple[int, ...], db: str) -> None:
    """Undo the merges of a work; no rule merges its records again.

    `harvester why` prints the numbers of its records.
    """
    from harvester.explain import find_work
    from pipelines import decisions

    with _ready(db) as engine:
        with engine.connect() as connection:
            work_id = find_work(connection, work)
        works = decisions.split(engine, work_id, records)
    click.echo(f"work {work_id} is now the works {', '.join(map(str, works))}")


@main.command()
@_database
@click.option("--json", "as_json", is_flag=True, help="Print the open pairs, one JSON object a line.")
@click.option(
    "--decide",
    "decided",
    type=click.File(encoding="utf-8"),
    help='Take decisions, one JSON object a line: {"a": RECORD, "b": RECORD, "decision": "merge"|"apart"|"later"}.',
)
@click.option("--most", type=click.IntRange(min=1), help="Most pairs to print.")
def review(db: str, as_json: bool, decided: TextIO | None, most: int | None) -> None:
    """Go through the pairs that no rule could decide: merge, keep apart, or later.

    What a person decides is never undone by a rule.
    """
    from harvester import explain
    from harvester.review import ask, read_decisions
    from pipelines.decisions import decide

    with _ready(db) as engine:
        if decided is not None:
            pairs = read_decisions(decided)
            decide(engine, pairs)
            click.echo(f"{len(pairs)} decisions taken, {explain.reviews_open(engine)} pairs open", err=True)
            return
        open_pairs = explain.reviews(engine, most)
        if as_json:
            for pair in open_pairs:
                click.echo(json.dumps(asdict(pair), ensure_ascii=False))
        else:
            ask(open_pairs, lambda pair: decide(engine, [pair]))


@main.group()
def db() -> None:
    """Look at a database's schema, or bring it up to date."""


@db.command()
@_database
def upgrade(db: str) -> None:
    """Bring a database to the schema that this program needs."""
    from harvester.database import schema
    from harvester.database.session import database, shown

    with database(db) as engine:
        before, after = schema.upgrade(engine)
        done = "has it already" if before == after else f"upgraded from {before or 'empty'}"
        click.echo(f"{shown(engine)}: schema {after}, {done}")


@db.command()
@_database
def current(db: str) -> None:
    """Print the schema that a database has, and the one that this program needs."""
    from harvester.database import schema
    from harvester.database.session import database, shown

    with database(db) as engine:
        click.echo(f"{shown(engine)}: schema {schema.current(engine) or 'empty'}; this program needs {schema.newest()}")


@contextmanager
def _ready(url: str) -> Iterator["Engine"]:
    """Open a database that has this program's schema."""
    from harvester.database.schema import prepare
    from harvester.database.session import database

    with database(url) as engine:
        prepare(engine)
        yield engine


def _set_up_log() -> bool:
    """Send the log to standard error; return True where that is a terminal with room for a live line."""
    from harvester.progress import console

    handler: logging.Handler
    if console.is_terminal:
        from rich.logging import RichHandler

        handler = RichHandler(console=console, show_time=False, show_path=False, markup=False)
        handler.setFormatter(logging.Formatter("%(message)s"))
    else:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    handler.addFilter(lambda entry: entry.levelno >= logging.WARNING or entry.name.startswith("harvester"))
    logging.basicConfig(handlers=[handler], level=logging.INFO)
    return console.is_terminal
