"""OpenGraph, Twitter cards and plain meta tags: they speak of the page as much as of the work, so they come last."""

from collections.abc import Iterator

from harvester.extraction import tags
from harvester.extraction.candidates import Candidate
from harvester.page import Page

NAME = "plain_meta"


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the tags say; the ``<title>`` element last."""
    yield from tags.scalars(page, NAME)
    yield from tags.authors(page, NAME)
    for heading in page.headings[:1]:
        yield Candidate("title", heading, NAME)
    if page.title:
        yield Candidate("title", page.title, NAME)
