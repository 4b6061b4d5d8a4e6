"""What a page is and where each value comes from, for people: the function behind ``harvester inspect``."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Request, Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from harvester.database.schema import prepare
from harvester.database.session import database
from harvester.errors import HarvesterError, UsageError
from harvester.extraction import candidates, examine
from harvester.extraction.candidates import RawAuthor
from harvester.items import Plain
from harvester.middlewares.failures import why
from harvester.normalise.url import url_key
from harvester.page import Page
from harvester.sources import media_type
from harvester.spiders._frontier import page_of


def open_page(source: str, url: str | None, settings: Mapping[str, str] | None = None) -> Page:
    """Return the page of a file, or of an address, fetched as politely as a harvest does.

    ``url``: the address that a saved page came from. ``settings``: what goes before `harvester.settings`. Raises
    `UsageError` for what is neither, and `HarvesterError` with the reason where no page came.
    """
    path = Path(source)
    if path.is_file():
        return Page(url or path.resolve().as_uri(), path.read_bytes(), media_type=media_type(path))
    if url_key(source) is None:
        raise UsageError(f"{source}: no such file, and not an http or https address")
    return _fetch(source, settings or {})


def report(page: Page) -> RenderableType:
    """Return the verdict and, for each field, every candidate value with its source and why it won or lost."""
    examined = examine(page)
    parts: list[RenderableType] = [Text(f"{examined.verdict.kind}: {examined.verdict.reason}", style="bold")]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("field", "outcome", "reader"):
        table.add_column(name, no_wrap=True)
    table.add_column("value", no_wrap=True, overflow="ellipsis", ratio=3)
    table.add_column("why", overflow="fold", ratio=2)
    table.expand = True
    before = ""
    for each in sorted(candidates(page), key=lambda judged: judged.candidate.field):
        field = each.candidate.field
        won = each.outcome == "won"
        cells = (
            "" if field == before else field,
            each.outcome,
            each.candidate.reader,
            _shown(each.candidate.value),
            each.why,
        )
        table.add_row(*map(Text, cells), style="" if won else "dim")
        before = field
    parts.append(table)
    parts.extend(Text(f"not readable: {problem}") for problem in page.problems)
    parts.extend(Text(f"link: {link.kind} {link.url}") for link in examined.links[:20])
    return Group(*parts)


def _shown(value: Any) -> str:
    text = "; ".join(map(_part, value)) if isinstance(value, list) else str(value)
    return " ".join(text.split())


def _part(value: Any) -> str:
    if isinstance(value, RawAuthor):
        return value.name or ", ".join(filter(None, (value.family, value.given)))
    if isinstance(value, Plain):
        return " ".join(str(part) for part in value.to_dict().values() if part)
    return str(value)


def _fetch(url: str, asked: Mapping[str, str]) -> Page:
    came: list[Page | str] = []

    class One(Spider):
        name = "one"

        async def start(self) -> Any:
            yield Request(url, callback=self.parse, errback=self.no_page)

        def parse(self, response: Response, **_: Any) -> Iterator[Any]:
            came.append(page_of(response))
            return iter(())

        def no_page(self, failure: Failure) -> None:
            assert failure.value is not None
            came.append(why(failure.value).words)

    with TemporaryDirectory() as folder:
        scratch = f"sqlite:///{folder}/scratch.db"  # where delays are kept; a look at a page makes no database
        with database(scratch) as engine:
            prepare(engine)
        settings = Settings()
        settings.setmodule("harvester.settings")
        own = {"HARVESTER_DB": scratch, "HARVESTER_ARCHIVE": "no", "ITEM_PIPELINES": {}, "LOG_LEVEL": "ERROR"}
        settings.setdict({**asked, **own}, priority="cmdline")
        process = AsyncCrawlerProcess(settings)
        process.crawl(One)
        process.start()
    if not came or isinstance(came[0], str):
        raise HarvesterError(f"{url}: no page came: {came[0] if came else 'the log says why'}")
    return came[0]
