"""Signposting (signposting.org/FAIR): typed links that a repository gives to machines."""

from collections.abc import Iterator

from harvester.extraction.candidates import Candidate
from harvester.page import Page

NAME = "signposting"


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the typed links say; two different ``cite-as`` are a conflict and say nothing."""
    cited_as = list(dict.fromkeys(page.linked("cite-as")))
    if len(cited_as) == 1:
        yield Candidate("doi", cited_as[0], NAME)
    for link in page.links:
        if link.rel == "item" and link.type == "application/pdf":
            yield Candidate("pdf_url", link.href, NAME)
        elif link.rel == "license":
            yield Candidate("license", link.href, NAME)
        elif link.rel == "alternate" and link.type == "application/pdf":
            yield Candidate("pdf_url", link.href, NAME)
