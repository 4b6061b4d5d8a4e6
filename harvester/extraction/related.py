"""Lists of related works on a record page: ``[1] Title``, a line for each author, and a source line.

The shape is that of Web of Science mirrors: ``JOURNAL, 2010, 25 (06) : 435 - 442``, in which every part after the
year may be missing.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from harvester.items import Citation
from harvester.normalise.pages import unpadded

_MARK = re.compile(r"[•·◦▪●*-]?\s*\[\s*([0-9]{1,3})\s*\]\s*(.*)")
_BULLET = re.compile(r"[•·◦▪●]\s*")
_SOURCE = re.compile(
    r"(?P<container>.+?)\s*[,，]\s*(?P<year>(?:1[6-9]|20)[0-9]{2})\s*(?:[,，]\s*"
    r"(?P<volume>[0-9A-Za-z][0-9A-Za-z./-]{0,11})?\s*(?:\((?P<issue>[^()]{1,20})\))?\s*"
    r"(?:[:：]\s*(?:[:：]\s*)?(?P<first>[0-9A-Za-z.]{1,12})?(?:\s*[-–—]\s*(?P<last>[0-9A-Za-z.]{1,12}))?)?)?[\s,.]*"
)
_TOTALS = (
    re.compile(r"共\s*([0-9][0-9,]*)\s*[条條篇项項]"),
    re.compile(r"([0-9][0-9,]*)\s*(?:related\s+)?(?:items|results|records|papers|articles)\b", re.IGNORECASE),
    re.compile(r"全\s*([0-9][0-9,]*)\s*件"),
    re.compile(r"총\s*([0-9][0-9,]*)\s*[건편]"),
)
_LONGEST_SOURCE = 400


class RelatedList(NamedTuple):
    """Works that a page lists as related, and how many its site has."""

    citations: list[Citation]
    total: int | None


def read(lines: Iterable[str]) -> RelatedList:
    """Return the related works that the lines below the list's label describe."""
    total = None
    citations = []
    for item in _items(lines):
        if isinstance(item, int):
            total = total or item
        elif citation := _citation(item):
            citations.append(citation)
    return RelatedList(citations, total)


def source(line: str) -> Citation | None:
    """Return what a source line says; None for a line that is none.

    >>> found = source("JOURNAL OF BUSINESS, 2010, 25 (06) : 435 - 442")
    >>> found.container_title, found.year, found.volume, found.issue, found.first_page, found.last_page
    ('JOURNAL OF BUSINESS', 2010, '25', '6', '435', '442')
    """
    match = _SOURCE.fullmatch(line) if len(line) <= _LONGEST_SOURCE else None
    if not match:
        return None
    return Citation(
        container_title=match["container"],
        year=int(match["year"]),
        volume=match["volume"] and unpadded(match["volume"]),
        issue=match["issue"] and unpadded(match["issue"].strip()),
        first_page=match["first"],
        last_page=match["last"],
    )


def _items(lines: Iterable[str]) -> Iterator[list[str] | int]:
    """Yield the lines of each numbered item, and the total where a line states it."""
    item: list[str] | None = None
    for line in lines:
        if mark := _MARK.fullmatch(line):
            if item:
                yield item
            item = [mark[2]] if mark[2] else []
        elif item is not None:
            item.append(_BULLET.sub("", line, count=1))
        elif found := _total(line):
            yield found
    if item:
        yield item


def _total(line: str) -> int | None:
    if len(line) > 80:
        return None
    found = next((match for pattern in _TOTALS if (match := pattern.search(line))), None)
    return int(found[1].replace(",", "")) if found else None


def _citation(item: list[str]) -> Citation | None:
    title, *rest = item
    at, citation = next(((at, found) for at, line in enumerate(rest) if (found := source(line))), (None, Citation()))
    names = rest[:at] if at is not None else []
    citation.title = title
    citation.authors = [name for line in names for part in re.split("[;；]", line) if (name := part.strip())]
    return citation if title and (at is not None or len(title) > 10) else None
