"""Dublin Core and DCTERMS tags: everywhere, and with no unambiguous place for journal, volume or pages."""

from collections.abc import Iterator

from harvester.extraction import citation_line, tags
from harvester.extraction.candidates import Candidate
from harvester.page import Page

NAME = "dublin_core"

_SOURCES = ("dc.source", "dcterms.source")
"""Names under which they cite what it was published in."""
_CITATIONS = (
    "dcterms.bibliographiccitation",
    "dc.identifier.bibliographiccitation",
    "dc.identifier.citation",
    "dc.bibliographiccitation",
    "dc.identifier",
    *_SOURCES,
)
"""Names under which pages cite their work as a whole, the surest first."""
_TITLES = ("dc.title", "dcterms.title", "citation_title")


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the tags say."""
    yield from tags.scalars(page, NAME)
    yield from tags.authors(page, NAME)
    yield from _cited(page)


def _cited(page: Page) -> Iterator[Candidate]:
    """Yield the parts of citations: ``Museums, Vol. 21, No. 4, April 2014, pp. 436-53`` is an identifier to some."""
    title = " ".join((page.meta.first(*_TITLES) or "").split())
    for name, content in ((each, content) for each in _CITATIONS for content in page.meta.all(each)):
        # Most identifiers are addresses or numbers, most sources names.
        if " " not in content or not citation_line.may_be(content):
            continue
        line = " ".join(content.split())
        found = citation_line.of_work(line, title)
        for field, value in found._asdict().items() if found else ():
            # In front of the journal there may be anything, unless it is the title.
            if value and (field != "container_title" or name in _SOURCES or (title and title in line)):
                yield Candidate(field, value, NAME)
