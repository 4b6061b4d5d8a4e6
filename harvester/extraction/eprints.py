"""EPrints tags (``eprints.*``), which the repository software of that name writes."""

from collections.abc import Iterator

from harvester.extraction import tags
from harvester.extraction.candidates import Candidate
from harvester.page import Page

NAME = "eprints"


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the tags say."""
    yield from tags.scalars(page, NAME)
    yield from tags.authors(page, NAME)
