"""A run's report as people read it."""

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from harvester.catalogue import RunReport
from harvester.database.frontier import Standstill
from harvester.explain import Why

if TYPE_CHECKING:
    from harvester.harvest import Harvested

_WORDS = {
    "new": "new works",
    "merged": "merged into known works",
    "updated": "known pages that say more or other",
    "unchanged": "unchanged",
    "deleted": "deleted by their source",
    "listed": "lists, or parts of them",
    "blocked": "blocked",
    "non_record": "not a record",
    "failed": "failed",
}
_REASONS = 8  # reasons an outcome; the rest is summed up
_BAD = 10
_HOSTS = 10  # hosts that are waited for


def show(report: RunReport, ended: "Harvested", database: str, console: Console) -> None:
    """Print the outcomes with their reasons, whom the rest waits for, the works, and what to do next."""
    console.print(_outcomes(report, ended.bad_count))
    if ended.bad:
        console.print("\nNot addresses:", highlight=False)
        for line in ended.bad[:_BAD]:
            console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)
        if ended.bad_count > len(ended.bad[:_BAD]):
            console.print(f"  and {ended.bad_count - len(ended.bad[:_BAD])} more", highlight=False)
    if ended.standstill:
        console.print(_waits(ended.standstill))
    if report.hosts:
        console.print(_hosts(report))
    if report.works:
        console.print(_works(report))
    console.print(
        f"\nDatabase: {database} ({_many(report.works_total, 'work')} from {_many(report.records_total, 'page')})",
        highlight=False,
        soft_wrap=True,
    )
    console.print(f"Next: {_next(report, ended)}", highlight=False, soft_wrap=True)


def _outcomes(report: RunReport, bad_count: int) -> Table:
    table = _table(f"Run {report.run_id}: {_many(report.targets, 'address', 'es')}")
    table.add_column("outcome")
    table.add_column("count", justify="right")
    for outcome, words in _WORDS.items():
        if count := report.outcomes.get(outcome, 0):
            table.add_row(words, str(count))
        reasons = list(report.reasons.get(outcome, {}).items())
        for reason, count in reasons[:_REASONS]:
            table.add_row(Text(f"  {reason}", style="dim"), Text(str(count), style="dim"))
        if rest := sum(count for _, count in reasons[_REASONS:]):
            table.add_row(Text("  other reasons", style="dim"), Text(str(rest), style="dim"))
    if bad_count:
        table.add_row("not an address", str(bad_count))
    if report.unfinished:
        table.add_row("not fetched yet", str(report.unfinished))
    return table


def _waits(standstill: Standstill) -> Table:
    """Return which hosts the rest of the run waits for, the first to be asked again first."""
    table = _table("Waiting for")
    table.add_column("host", overflow="fold")
    table.add_column("until (UTC)", no_wrap=True)
    table.add_column("why", overflow="fold")
    for each in standstill.hosts[:_HOSTS]:
        table.add_row(Text(each.host), f"{each.until:%Y-%m-%d %H:%M:%S}", Text(each.reason))
    if (more := len(standstill.hosts) - _HOSTS) > 0:
        table.add_row(Text(f"and {more} more", style="dim"))
    return table


def _hosts(report: RunReport) -> Table:
    table = _table("Hosts with most failures")
    table.add_column("host")
    table.add_column("failures", justify="right")
    for host, count in report.hosts.items():
        table.add_row(Text(host), str(count))
    return table


def _works(report: RunReport) -> Table:
    table = _table("Works")
    table.add_column("DOI", no_wrap=True, overflow="ellipsis", max_width=34)
    table.add_column("year", no_wrap=True, min_width=4)
    table.add_column("pages", no_wrap=True, justify="right", min_width=5)
    table.add_column("title", no_wrap=True, overflow="ellipsis", ratio=1)
    table.expand = True
    for each in report.works:
        table.add_row(each["doi"] or "", str(each["year"] or ""), str(each["records"]), Text(each["title"]))
    return table


def why(told: Why) -> RenderableType:
    """Return for each field the winning value, its page, reader and time, and below it the rivals."""
    table = _table(f"Work {told.work_id}: {told.title}")
    for name in ("field", "value", "said by"):
        table.add_column(name, overflow="fold", ratio={"value": 5, "said by": 4}.get(name))
    for field, values in told.fields.items():
        for number, each in enumerate(values):
            style = "" if each.won else "dim"
            said = f"{each.page} ({each.reader}, record {each.record_id}, {each.seen})"
            table.add_row(Text(field if number == 0 else ""), Text(_short(each.value)), Text(said), style=style)
    matches = [
        f"record {each['record_id']} "
        + (f"joined record {each['other_id']} by {each['rule']}" if each["other_id"] else f"stands {each['rule']}")
        + (f", score {each['score']:.2f}" if each["score"] is not None else "")
        + "".join(f", {name}: {words}" for name, words in each["evidence"].items())
        for each in told.matches
    ]
    relations = [f"work {each['work']} is {each['kind']} work {each['of']}" for each in told.relations]
    decided = [
        f"a person said: records {each['a_id']} and {each['b_id']} are {'one work' if each['same'] else 'two works'}"
        for each in told.decisions
    ]
    return Group(table, *map(Text, matches + relations + decided))


def _many(count: int, noun: str, plural: str = "s") -> str:
    return f"{count} {noun}{plural if count != 1 else ''}"


def _short(value: Any) -> str:
    if isinstance(value, list):
        value = "; ".join(map(_short, value))
    elif isinstance(value, dict):
        parts = [value.get("name") or value.get("raw") or value.get("title")]
        value = " ".join(filter(None, parts)) or " ".join(str(part) for part in value.values() if part)
    text = str(value)
    return text if len(text) <= 200 else text[:199] + "…"


def _table(title: str) -> Table:
    return Table(title=f"\n{title}", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)


def _next(report: RunReport, ended: "Harvested") -> str:
    if ended.standstill:
        first = ended.standstill.hosts[0].until
        return f"run the same command again after {first:%Y-%m-%d %H:%M} UTC; it goes on where it stopped"
    if report.unfinished:
        return "run the same command again; it goes on where it stopped"
    if report.outcomes.get("failed") or report.outcomes.get("blocked"):
        return "harvester retry asks again for what failed or was blocked; the same command looks for what has changed"
    return "add addresses and run again; what is known is merged, never doubled"
