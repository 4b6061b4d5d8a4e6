"""Dublin Core and DCTERMS tags: everywhere, and with no unambiguous place for journal, volume or pages."""

from collections.abc import Iterator

from harvester.extraction import tags
from harvester.extraction.candidates import Candidate
from harvester.page import Page

NAME = "dublin_core"


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the tags say."""
    yield from tags.scalars(page, NAME)
    yield from tags.authors(page, NAME)
