"""The entries of lists that come as one document, whichever kind it is."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from harvester import sources
from harvester.database.targets import Kind, Wanted
from harvester.listing import feed, sitemap
from harvester.listing.document import Document, Fault
from harvester.xml_lists import list_kind

logger = logging.getLogger("harvester")


@dataclass(slots=True)
class Tally:
    """What reading a list brought: how many addresses of each kind, how many were not wanted, what was wrong."""

    kinds: dict[Kind, int] = field(default_factory=dict)
    passed: int = 0
    faults: int = 0
    first: Fault | None = None
    deepest: bool = False

    def __str__(self) -> str:
        named = {"page": self.kinds.get(Kind.PAGE, 0), "list": sum(self.kinds.values()) - self.kinds.get(Kind.PAGE, 0)}
        parts = [f"{count} {name}{'s' * (count != 1)}" for name, count in named.items() if count] or ["no entries"]
        parts += [f"{self.passed} not wanted"] if self.passed else []
        parts += ["lists lead on too far"] if self.deepest else []
        if self.first is not None:
            parts.append(f"{self.faults} fault{'s' * (self.faults != 1)}, the first in {self.first}")
        return ", ".join(parts)


def what_else(kind: Kind, head: str) -> str | None:
    """Return what a text is, in words, if it is not the list that was asked for."""
    found = list_kind(head)
    if found is not None:
        fits = {Kind.SITEMAP: ("sitemap", "feed"), Kind.FEED: ("feed",)}.get(kind, ())
        return None if found in fits else f"{found} data: harvest it as {found}:URL"
    if head.lstrip()[:1] == "<":
        return "a page"
    return "a text" if kind is Kind.FEED else None


def entries_of(document: Document, kind: Kind, content_type: str) -> Iterator[Wanted | Fault]:
    """Yield what a sitemap, a feed or a table names. Raises `UsageError` or ``ValueError`` for a table of no use."""
    if kind is Kind.SITEMAP:
        return sitemap.entries(document)
    if kind is Kind.FEED:
        return feed.entries(document)
    return _rows(document, content_type)


def _rows(document: Document, content_type: str) -> Iterator[Wanted | Fault]:
    """Yield the addresses of a table or of another list in one of the forms that a file may have."""
    for entry in sources.listed(document.url, document.text(), _ending(document, content_type)):
        if isinstance(entry, sources.Wanted):
            yield Wanted(entry.url, Kind(entry.kind))
        elif isinstance(entry, sources.Bad):
            yield Fault(int(entry.where.rpartition(":")[2] or 0), entry.value, entry.reason)
        else:
            logger.info("%s", entry.text)


def _ending(document: Document, content_type: str) -> str:
    """Return the ending that a file with this text would have: of its address, its type, or by its first line."""
    ending = PurePosixPath(urlsplit(document.url).path.removesuffix(".gz")).suffix.lower()
    if ending in {".csv", ".tsv", ".jsonl", ".ndjson", ".txt"}:
        return ending
    if "tab-separated" in content_type:
        return ".tsv"
    first = document.head.lstrip().partition("\n")[0]
    if first[:1] == "{":
        return ".jsonl"
    return ".csv" if "csv" in content_type or any(mark in first for mark in ",;\t") else ".txt"
