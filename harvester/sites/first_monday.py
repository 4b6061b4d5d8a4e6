"""First Monday: the full text as a page of its own, without tags, title or byline at its head.

- The last lines are the reference to the work: title, ``by A, B, and C.``, ``First Monday, Volume 25, Number 10 -
  5 October 2020``, address and DOI.
- The abstract is the first paragraph, above a list of contents.

Checked 2026-11 against volume 25.
"""

import re

from harvester.extraction import citation_line
from harvester.extraction.candidates import RawAuthor
from harvester.extraction.lines import lines
from harvester.items import PageKind, Verdict
from harvester.page import Page
from harvester.sites import Site

_DOI = re.compile(r"10\.5210/fm\.[0-9a-z.]*[0-9a-z]")


def _reference(page: Page) -> list[str]:
    """Return the lines of the reference at the end of the page: title, byline, source, addresses."""
    found = lines(page)
    for at in range(len(found) - 1, max(1, len(found) - 30), -1):
        if not found[at].casefold().startswith("first monday, volume"):
            continue
        if found[at - 1].startswith("by "):
            return found[at - 2 :]
        # Until 2005 or so title and names share a line.
        title, by, names = found[at - 1].rpartition(" by ")
        if by:
            return [title, f"by {names}", *found[at:]]
    return []


def _cited(page: Page) -> citation_line.CitationLine | None:
    reference = _reference(page)
    return citation_line.parse(reference[2]) if reference else None


def _authors(page: Page) -> list[RawAuthor]:
    reference = _reference(page)
    names = re.split(r",(?: and)? | and ", reference[1].removeprefix("by ").rstrip(".")) if reference else []
    return [RawAuthor(name=name.strip()) for name in names if name.strip()]


def _doi(page: Page) -> str | None:
    match = _DOI.search(" ".join(_reference(page)))
    return match[0] if match else None


def _abstract(page: Page) -> str | None:
    first, *rest = lines(page)[:2] or [""]
    return first if _reference(page) and rest == ["Contents"] else None


def _verdict(page: Page) -> Verdict | None:
    return Verdict(PageKind.ARTICLE, "the page ends in a reference to itself") if _reference(page) else None


SITE = Site(
    name="first_monday",
    hosts=("firstmonday.org", "firstmonday.dk"),
    verdict=_verdict,
    fields={
        "doi": _doi,
        "title": lambda page: _reference(page)[:1],
        "authors": _authors,
        "container_title": lambda page: (found := _cited(page)) and found.container_title,
        "volume": lambda page: (found := _cited(page)) and found.volume,
        "issue": lambda page: (found := _cited(page)) and found.issue,
        "published": lambda page: (found := _cited(page)) and found.published,
        "abstract": _abstract,
    },
)
