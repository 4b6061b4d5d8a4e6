"""arXiv: abstract pages, tags right for title, authors, date and PDF.

- The repository is no journal: "Journal reference" and "Related DOI" are those of a later version, so what the
  general readers make of such lines is not the preprint's.
- The DOI is in no tag; it stands in the table below the abstract, and follows from the identifier.
- Comments ("12 pages, 3 figures") hold the number of pages.

Checked 2026-11 against a paper of 2019.
"""

import re

from harvester.page import Page, text_of
from harvester.sites import Site

_ID = re.compile(r"/abs/(?P<id>[0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7})(?:v[0-9]+)?/?$")
_PAGES = re.compile(r"(?<![0-9])([0-9]{1,4}) (?:pages|pp)\b")


def _id(page: Page) -> str | None:
    match = _ID.search(page.url.partition("?")[0])
    return match["id"] if match else None


def _doi(page: Page) -> str | None:
    found = _id(page)
    return f"10.48550/arxiv.{found}" if found else None


def _page_count(page: Page) -> str | None:
    match = _PAGES.search(" ".join(map(text_of, page.select("td.comments"))))
    return match[1] if match else None


SITE = Site(
    name="arxiv",
    hosts=("arxiv.org",),
    fields={
        "doi": _doi,
        "page_count": _page_count,
        "license": ".abs-license a::attr(href)",
        "publisher": lambda page: "arXiv" if _id(page) else None,
    },
    silent=frozenset({"container_title", "volume", "issue", "first_page", "last_page", "pages", "issn"}),
)
