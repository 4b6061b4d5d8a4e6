"""Meta tags to candidates by the tables in `vocabulary`: what the readers of meta tags have in common."""

from collections.abc import Iterator
from functools import cache

from harvester.extraction.candidates import Candidate, RawAuthor
from harvester.extraction.vocabulary import AUTHORS, LISTS, TAGS, TYPE_BY_TAG
from harvester.page import Page

_LONGEST = 50_000
"""Longest content worth reading; what is longer is no metadata."""


def scalars(page: Page, reader: str) -> Iterator[Candidate]:
    """Yield the plain fields of a vocabulary, each field's names in their order of trust."""
    meta = page.meta
    if _names(reader).isdisjoint(meta):
        # A page speaks two or three of the vocabularies, and none of the names of the others.
        return
    for field, names in TAGS[reader].items():
        present = [name for name in names if name in meta]
        if field in LISTS:
            values = [content for name in present for content in meta.all(name)]
            if values:
                yield Candidate(field, values, reader)
            continue
        for name in present:
            for content in meta.all(name):
                if len(content) <= _LONGEST:
                    yield Candidate(field, content, reader)


@cache
def _names(reader: str) -> frozenset[str]:
    return frozenset(name for names in TAGS[reader].values() for name in names)


def tells_all(page: Page) -> bool:
    """Return True where the citation tags are complete: formats that are costly to read would only repeat them."""
    meta = page.meta
    return "citation_title" in meta and "citation_author" in meta and "citation_journal_title" in meta


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
