"""Meta tags to candidates by the tables in `vocabulary`: what the readers of meta tags have in common."""

import re
from collections.abc import Iterator
from functools import cache

from harvester.extraction.candidates import Candidate, RawAuthor
from harvester.extraction.vocabulary import AUTHORS, LISTS, TAGS, TYPE_BY_TAG
from harvester.page import Page

_NUMBERS = frozenset({"issn", "isbn"})
_LISTED = re.compile("[,;|]")
_HOLDERS = (
    "citation_journal_title",
    "citation_conference_title",
    "citation_dissertation_institution",
    "citation_technical_report_institution",
)
"""Tags that name what holds a work."""
_LONGEST = 50_000
"""Longest content worth reading; what is longer is no metadata."""


def scalars(page: Page, reader: str) -> Iterator[Candidate]:
    """Yield the plain fields of a vocabulary, each field's names in their order of trust."""
    meta = page.meta
    # A page speaks two or three of the vocabularies, and few of the names of each.
    spoken = _fields(reader).keys() & meta.by_name.keys()
    fields = {field for name in spoken for field in _fields(reader)[name]}
    for field, names in TAGS[reader].items() if spoken else ():
        if field not in fields:
            continue
        values = [content for name in names if name in spoken for content in meta.by_name[name]]
        if field in _NUMBERS:
            values = [part.strip() for value in values for part in _LISTED.split(value)]
        if field in LISTS:
            yield Candidate(field, values, reader)
        else:
            yield from (Candidate(field, content, reader) for content in values if len(content) <= _LONGEST)


@cache
def _fields(reader: str) -> dict[str, tuple[str, ...]]:
    """Return the fields that each name of a vocabulary tells."""
    found: dict[str, tuple[str, ...]] = {}
    for field, names in TAGS[reader].items():
        for name in names:
            found[name] = (*found.get(name, ()), field)
    return found


def tells_all(page: Page) -> bool:
    """Return True where the citation tags are complete: formats that are costly to read would only repeat them."""
    meta = page.meta
    return "citation_title" in meta and "citation_author" in meta and any(tag in meta for tag in _HOLDERS)


def authors(page: Page, reader: str) -> Iterator[Candidate]:
    """Yield the author list of a vocabulary that has one name a tag."""
    for name in AUTHORS[reader]:
        names = page.meta.all(name)
        if names:
            yield Candidate("authors", [RawAuthor(name=each) for each in names], reader)


def type_by_presence(page: Page, prefix: str, reader: str) -> Iterator[Candidate]:
    """Yield the type of work that the presence of a tag tells."""
    for name, kind in TYPE_BY_TAG:
        if name.startswith(prefix) and name in page.meta:
            yield Candidate("type", kind, reader)
            return
