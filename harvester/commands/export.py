"""``harvester export``: write works to a file."""

import os
import sys
from pathlib import Path

import click

from harvester.commands._shared import database_option, ready


@click.command()
@click.option(
    "--format",
    "name",
    metavar="NAME",
    help="csl-json, bibtex, ris, csv, jsonl or parquet; without it the ending of FILE decides.",
)
@click.option("--query", metavar="WORDS", help="Works with these words, as `harvester search` takes them.")
@click.option(
    "--since",
    "moment",
    metavar="WHEN",
    help="Works made or changed since: 7d, 12h, 2026-11-01, 2026-11-01T08:30+01:00.",
)
@click.option("--type", "kind", metavar="TYPE", help="Works of this type, such as journal-article.")
@click.option("--host", metavar="HOST", help="Works of which a page came from this host.")
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to; - or nothing is standard output. The ending .gz compresses.",
)
@click.option(
    "--formula-guard/--no-formula-guard",
    default=True,
    show_default=True,
    help="CSV: put an apostrophe before cells that a spreadsheet would take for a formula.",
)
@database_option
def command(
    name: str | None,
    query: str | None,
    moment: str | None,
    kind: str | None,
    host: str | None,
    file: Path | None,
    formula_guard: bool,
    db: str,
) -> None:
    """Write works to a file or to standard output.

    All of them, unless --query, --since, --type and --host narrow them down; where several are given, all must fit. A
    FILE takes the place of the one before it when it is whole. A harvest may go on meanwhile: the export has the works
    of the moment that it began.
    """
    from harvester.errors import UsageError
    from harvester.export import Chosen, Options, export, format_of, write
    from harvester.since import since

    path = None if file in (None, Path("-")) else file
    format_ = format_of(name, path)
    format_.check()
    chosen = Chosen(query, since(moment) if moment else None, kind, host)
    options = Options(formula_guard)
    if path is None and not format_.text and sys.stdout.isatty():
        raise UsageError(f"{format_.name} is nothing for a terminal; name a FILE with -o")
    with ready(db) as engine:
        if path is not None:
            count = export(engine, format_.name, path, query, chosen.since, type=kind, host=host, options=options)
        else:
            try:
                count = write(engine, format_, sys.stdout.buffer, chosen, options)
                sys.stdout.buffer.flush()
            except BrokenPipeError:
                # Whoever read has seen enough. Python will flush once more at its end; let it have a place for that.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                return
    click.echo(f"{count} {'work' if count == 1 else 'works'} in {path or 'standard output'}", err=True)
