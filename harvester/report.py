"""A run's report as people read it."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harvester.catalogue import RunReport

_WORDS = {
    "new": "new works",
    "merged": "merged into known works",
    "updated": "known pages that say more or other",
    "unchanged": "unchanged",
    "blocked": "blocked",
    "non_record": "not a record",
    "failed": "failed",
}
_REASONS = 8  # reasons an outcome; the rest is summed up
_BAD = 10


def show(report: RunReport, bad: list[str], bad_count: int, database: str, console: Console) -> None:
    """Print the outcomes with their reasons, the hosts with most failures, the works, and what to do next."""
    console.print(_outcomes(report, bad_count))
    if bad:
        console.print("\nNot addresses:", highlight=False)
        for line in bad[:_BAD]:
            console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)
        if bad_count > len(bad[:_BAD]):
            console.print(f"  and {bad_count - len(bad[:_BAD])} more", highlight=False)
    if report.hosts:
        console.print(_hosts(report))
    if report.works:
        console.print(_works(report))
    console.print(
        f"\nDatabase: {database} ({report.works_total} works from {report.records_total} pages)", highlight=False
    )
    console.print(f"Next: {_next(report)}", highlight=False, soft_wrap=True)


def _outcomes(report: RunReport, bad_count: int) -> Table:
    table = _table(f"Run {report.run_id}: {report.targets} addresses")
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


def _table(title: str) -> Table:
    return Table(title=f"\n{title}", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)


def _next(report: RunReport) -> str:
    if report.unfinished:
        return "run the same command again; it goes on where it stopped"
    if report.outcomes.get("failed") or report.outcomes.get("blocked"):
        return "run the same command again to ask once more for what failed; known pages change only if they say more"
    return "add addresses and run again; what is known is merged, never doubled"
