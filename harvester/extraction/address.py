"""What the page's own address says of the work: a DOI in its path."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from harvester.extraction.candidates import Candidate
from harvester.page import Page

NAME = "address"

# Preprint servers number the versions of one DOI in their addresses.
_VERSION = re.compile(r"(?<=[0-9])v[0-9]{1,2}(?:\.(?:full|abstract|article-info|supplementary-material)[\w.+-]*)?$")
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/.+")


def read(page: Page) -> Iterator[Candidate]:
    """Yield the DOI that the canonical address, or else the page's address, holds."""
    for address in (*page.linked("canonical")[:1], page.url):
        try:
            parts = urlsplit(address)
        except ValueError:
            continue
        found = _DOI.search(unquote(parts.path)) or _DOI.search(unquote(parts.query))
        if found:
            yield Candidate("doi", _VERSION.sub("", found[0].partition("&")[0]), NAME)
