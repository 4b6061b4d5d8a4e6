"""EPrints tags (``eprints.*``), which the repository software of that name writes."""

from collections.abc import Iterator

from harvester.extraction import tags
from harvester.extraction.candidates import Candidate
from harvester.page import Page

NAME = "eprints"


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the tags say."""
    yield from tags.scalars(page, NAME)
    # Meant for their number, and used for the range by those who copy the tags.
    yield from (Candidate("pages", each, NAME) for each in page.meta.all("eprints.pages") if "-" in each)
    yield from tags.authors(page, NAME)
