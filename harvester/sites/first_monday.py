"""First Monday: the full text as a page of its own, without tags, title or byline at its head.

- The last lines are the reference to the work: ``Title by A, B, and C. First Monday, Volume 25, Number 10 - 5 October
  2020 https://... doi: https://doi.org/10.5210/...``, the title in another spelling of "and" than the page's title.
- The abstract is the first paragraph, above a list of contents.

Checked 2026-11 against volume 25.
"""

import re

from harvester.extraction import citation_line
from harvester.extraction.candidates import RawAuthor
from harvester.extraction.lines import lines
from harvester.page import Page
from harvester.sites import Site

_REFERENCE = re.compile(
    r"(?P<title>.{5,300}?) by (?P<names>.{3,300}?)\.? (?P<source>First Monday, Volume .{10,80}?)(?: https?://.*)?",
    re.DOTALL,
)
_DOI = re.compile(r"10\.5210/fm\.[0-9a-z.]*[0-9a-z]")


def _reference(page: Page) -> tuple[re.Match[str], str] | None:
    """Return the reference at the end of the page, and the text from there on."""
    found = lines(page)
    for at in range(len(found) - 1, max(-1, len(found) - 30), -1):
        text = " ".join(found[max(0, at - 3) : at + 1])
        if found[at].startswith("First Monday, Volume") or " First Monday, Volume" in found[at]:
            match = _REFERENCE.fullmatch(found[at]) or _REFERENCE.search(text)
            return (match, " ".join(found[at:])) if match else None
    return None


def _cited(page: Page) -> citation_line.CitationLine | None:
    found = _reference(page)
    return citation_line.parse(found[0]["source"]) if found else None


def _authors(page: Page) -> list[RawAuthor]:
    found = _reference(page)
    names = re.split(r",(?: and)? | and ", found[0]["names"]) if found else []
    return [RawAuthor(name=name.strip()) for name in names if name.strip()]


def _doi(page: Page) -> str | None:
    found = _reference(page)
    match = _DOI.search(found[1]) if found else None
    return match[0] if match else None


def _abstract(page: Page) -> str | None:
    first, *rest = lines(page)[:2] or [""]
    return first if _reference(page) and rest == ["Contents"] else None


SITE = Site(
    name="first_monday",
    hosts=("firstmonday.org",),
    fields={
        "doi": _doi,
        "title": lambda page: (found := _reference(page)) and found[0]["title"],
        "authors": _authors,
        "container_title": lambda page: (found := _cited(page)) and found.container_title,
        "volume": lambda page: (found := _cited(page)) and found.volume,
        "issue": lambda page: (found := _cited(page)) and found.issue,
        "published": lambda page: (found := _cited(page)) and found.published,
        "abstract": _abstract,
        "type": lambda page: "journal-article" if _cited(page) else None,
    },
)
