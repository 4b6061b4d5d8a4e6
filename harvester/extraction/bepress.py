"""Digital Commons tags (``bepress_citation_*``)."""

from collections.abc import Iterator

from harvester.extraction import tags
from harvester.extraction.candidates import Candidate
from harvester.page import Page

NAME = "bepress"


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the tags say."""
    yield from tags.scalars(page, NAME)
    yield from tags.authors(page, NAME)
    yield from tags.type_by_presence(page, "bepress", NAME)
