"""``harvester review``: decide open pairs."""

import json
from dataclasses import asdict
from typing import TextIO

import click

from harvester.commands._shared import database_option, ready


@click.command()
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print the open pairs, one JSON object a line.")
@click.option(
    "--decide",
    "decided",
    type=click.File(encoding="utf-8"),
    help='Take decisions, one JSON object a line: {"a": RECORD, "b": RECORD, "decision": "merge"|"apart"|"later"}.',
)
@click.option("--most", type=click.IntRange(min=1), help="Most pairs to print.")
def command(db: str, as_json: bool, decided: TextIO | None, most: int | None) -> None:
    """Go through the pairs that no rule could decide: merge, keep apart, or later.

    What a person decides is never undone by a rule.
    """
    from harvester import explain
    from harvester.review import ask, read_decisions
    from pipelines.decisions import decide

    with ready(db) as engine:
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
