"""Going through the review queue, by hand or by a file of decisions: the function behind ``harvester review``."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harvester.errors import UsageError
from harvester.explain import OpenPair
from pipelines.decisions import Choice

_SHOWN = (
    "doi", "title", "authors", "container_title", "published", "volume", "issue", "first_page", "last_page", "abstract",
)  # fmt: skip
_KEYS = {"m": Choice.MERGE, "k": Choice.APART, "l": Choice.LATER}


def read_decisions(lines: Iterable[str]) -> list[tuple[int, int, Choice]]:
    """Read decisions, one JSON object a line. Raises `UsageError` that names the first line that is none."""
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            found.append((int(entry["a"]), int(entry["b"]), Choice(entry["decision"])))
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"decisions:{number}: {line.strip()!r}: write"
                ' {"a": RECORD, "b": RECORD, "decision": "merge"|"apart"|"later"}'
            ) from error
    return found


def ask(pairs: Sequence[OpenPair], decide: Callable[[tuple[int, int, Choice]], None]) -> None:
    """Show the open pairs side by side and ask about each; on no terminal only show them."""
    console = Console()
    interactive = console.is_terminal
    for number, pair in enumerate(pairs, 1):
        console.print(_side_by_side(pair, f"{number} of {len(pairs)}"))
        if not interactive:
            continue
        key = click.prompt(
            "(m)erge, (k)eep apart, (l)ater, (q)uit", type=click.Choice([*_KEYS, "q"]), show_choices=False
        )
        if key == "q":
            return
        decide((pair.a.record_id, pair.b.record_id, _KEYS[key]))
    if not pairs:
        console.print("no pair waits for review")


def _side_by_side(pair: OpenPair, title: str) -> Table:
    table = Table(title=f"\n{title}", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    table.add_column("")
    for side in (pair.a, pair.b):
        table.add_column(f"record {side.record_id} of work {side.work_id}", overflow="fold", ratio=1)
    table.add_row("page", Text(pair.a.page), Text(pair.b.page))
    for name in _SHOWN:
        a, b = (_text(side.data.get(name)) for side in (pair.a, pair.b))
        if a or b:
            table.add_row(name, Text(a), Text(b), style="" if a == b else "bold")
    evidence = ", ".join(f"{name}: {words}" for name, words in pair.evidence.items())
    table.caption = f"{pair.rule}, score {pair.score:.2f}" + (f"; {evidence}" if evidence else "")
    table.caption_justify = "left"
    return table


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(
            each["name"] or each["family"] or "" if isinstance(each, dict) else str(each) for each in value
        )
    text = str(value or "")
    return text if len(text) <= 300 else text[:299] + "…"
