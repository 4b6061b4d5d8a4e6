"""What every command that crawls shares: its options, in groups, and what it does when the crawl has ended."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import wraps
from typing import Any

import click

from harvester.commands._shared import (
    allow_host_option,
    allow_private_option,
    allowed,
    archive_option,
    database_option,
    delay_option,
    metrics_option,
    set_up_log,
    with_metrics,
)

_GROUPS = {
    "Which pages": (
        "reason",
        "host",
        "follow_related",
        "follow_items",
        "max_pages",
        "since",
        "doi_prefix",
        "item_pattern",
        "unconditional",
    ),
    "Where they go": ("db", "archive", "no_archive", "report"),
    "Pace": ("delay", "per_host", "attempts", "retry_delay"),
    "Watching": ("alarms", "metrics"),
    "Safety and rights": ("allow_private", "allow_host", "allow_port", "respect_tdm"),
}
"""Titles in the help, and the options below each; what is in none of them comes last."""


class Grouped(click.Command):
    """A command whose help shows its options in groups."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the groups of `_GROUPS`, as far as the command has their options, then the others."""
        left = {each.name: each for each in self.get_params(ctx) if isinstance(each, click.Option)}
        for title, names in _GROUPS.items():
            self._write(ctx, formatter, title, [left.pop(name) for name in names if name in left])
        self._write(ctx, formatter, "Other options", list(left.values()))

    def _write(
        self, ctx: click.Context, formatter: click.HelpFormatter, title: str, options: list[click.Option]
    ) -> None:
        if options:
            with formatter.section(title):
                formatter.write_dl([shown for each in options if (shown := each.get_help_record(ctx))])


@dataclass(frozen=True, slots=True)
class Crawl:
    """The values of the options that `crawl_options` declares."""

    follow_related: int
    follow_items: bool
    max_pages: int
    since: str
    doi_prefix: tuple[str, ...]
    item_pattern: str
    unconditional: bool
    db: str
    archive: str
    no_archive: bool
    report: str
    alarms: bool
    metrics: int | None
    delay: float
    per_host: int
    attempts: int
    retry_delay: float
    allow_private: bool
    allow_host: tuple[str, ...]
    allow_port: tuple[int, ...]
    respect_tdm: bool

    def settings(self) -> dict[str, Any]:
        """Return the Scrapy settings that the options ask for; see `harvester.settings` for each."""
        settings = {
            "HARVESTER_DB": self.db,
            "HARVESTER_ARCHIVE": "no" if self.no_archive else self.archive,
            "HARVESTER_MAX_PAGES": self.max_pages,
            "HARVESTER_FOLLOW_ITEMS": self.follow_items,
            "HARVESTER_SINCE": self.since,
            "HARVESTER_DOI_PREFIX": ",".join(self.doi_prefix),
            "HARVESTER_ITEM_PATTERN": self.item_pattern,
            "HARVESTER_MAX_ATTEMPTS": self.attempts,
            "HARVESTER_RETRY_DELAY": self.retry_delay,
            "HARVESTER_DELAY": self.delay,
            "CONCURRENT_REQUESTS_PER_DOMAIN": self.per_host,
            "HARVESTER_RESPECT_TDM": self.respect_tdm,
            "HARVESTER_UNCONDITIONAL": self.unconditional,
        }
        if self.allow_port:
            settings["HARVESTER_ALLOW_PORTS"] = ",".join(map(str, self.allow_port))
        return settings | allowed(self.allow_private, self.allow_host)

    def spider(self) -> tuple[str, dict[str, Any]]:
        """Return the name and the arguments of the spider that fetches lists as the options ask."""
        return ("records", {"follow_related": self.follow_related}) if self.follow_related else ("urls", {})


_OPTIONS = (
    click.option(
        "--follow-related",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        metavar="DEPTH",
        help="Also fetch the works that pages list as related, so many links away, on the same host.",
    ),
    click.option("--follow-items", is_flag=True, help="Also fetch the items of pages that turn out to be lists."),
    click.option(
        "--max-pages",
        type=click.IntRange(min=0),
        default=1000,
        show_default=True,
        metavar="COUNT",
        help="Most links to follow in a run.",
    ),
    click.option(
        "--since",
        default="",
        metavar="MOMENT",
        help="Of what lists name, only what changed since, as far as they say: 7d, 12h, 2026-11-01.",
    ),
    click.option(
        "--doi-prefix",
        multiple=True,
        metavar="PREFIX",
        help="Of what sources and lists name, only DOIs that begin so: 10.5555, 10.5555/abc; may be repeated.",
    ),
    click.option(
        "--item-pattern",
        default="",
        metavar="REGEX",
        help="What the items' addresses of a table of contents have in them; by default items are told by their shape.",
    ),
    click.option(
        "--unconditional",
        is_flag=True,
        help="Ask for known pages in full and read them again, also those that did not change.",
    ),
    database_option,
    archive_option,
    click.option("--no-archive", is_flag=True, help="Keep no pages."),
    click.option(
        "--report",
        type=click.Choice(["table", "json"]),
        default="table",
        show_default=True,
        help="How the report is printed.",
    ),
    delay_option,
    click.option(
        "--per-host",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        metavar="COUNT",
        help="Requests to one host at a time.",
    ),
    click.option(
        "--attempts",
        type=click.IntRange(min=1),
        default=3,
        show_default=True,
        metavar="COUNT",
        help="Requests before an address is given up.",
    ),
    click.option(
        "--retry-delay",
        type=click.FloatRange(min=0),
        default=5.0,
        show_default=True,
        metavar="SECONDS",
        help="Before the second attempt; later ones wait twice as long each.",
    ),
    click.option("--alarms", is_flag=True, help="End with status 4 if the run raises an alarm; see harvester alarms."),
    metrics_option,
    allow_private_option,
    allow_host_option,
    click.option(
        "--allow-port",
        type=int,
        multiple=True,
        metavar="PORT",
        help="Of public hosts, a port beside 80, 443, 8080 and 8443; may be repeated.",
    ),
    click.option("--respect-tdm", is_flag=True, help="Make no record of pages whose mining is reserved (TDMRep)."),
)


def crawl_options(command: Callable[..., None]) -> Callable[..., None]:
    """Declare the options of a crawl; the command gets their values as one `Crawl` under the name ``crawl``."""

    @wraps(command)
    def with_crawl(**values: Any) -> None:
        command(crawl=Crawl(**{each.name: values.pop(each.name) for each in fields(Crawl)}), **values)

    decorated: Callable[..., None] = with_crawl
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def crawl_and_report(sources: Sequence[str], spider: str, arguments: Mapping[str, Any], crawl: Crawl) -> None:
    """Run a spider over sources, print what it brought, and exit as `harvester.cli` says for what is not done."""
    from harvester.spiders._readers import prepare

    prepare()  # another core loads the readers while this one loads the rest

    from harvester.catalogue import run_report
    from harvester.database.session import database, shown
    from harvester.harvest import harvest
    from harvester.report import show
    from harvester.watch import after_run

    live = set_up_log()
    with with_metrics(crawl.db, crawl.metrics):
        ended = harvest(sources, spider, arguments, {**crawl.settings(), "HARVESTER_LIVE": live})
    with database(crawl.db) as engine:
        alarms = after_run(engine, ended.run_id)
        result, name = run_report(engine, ended.run_id), shown(engine)
    if crawl.report == "json":
        waits = ended.standstill.hosts if ended.standstill else []
        told = {
            "waiting_for": [{**asdict(each), "until": each.until.isoformat(timespec="seconds")} for each in waits],
            "bad_lines": ended.bad_count,
            "bad": ended.bad,
            "database": name,
        }
        click.echo(json.dumps({**asdict(result), **told}, ensure_ascii=False))
    else:
        from rich.console import Console

        show(result, ended, name, Console())
    if ended.interrupted:
        sys.exit(130)
    if ended.standstill is not None:
        sys.exit(3)
    if alarms and crawl.alarms:
        sys.exit(4)
