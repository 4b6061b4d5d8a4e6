"""PLOS Currents: articles on a blog engine, without citation tags.

- The reference to cite is in a text area, which browsers show and readers of text do not.
- The journal is the end of the page's title: "PLOS Currents Tree of Life".

Checked 2026-11 against an article of 2011.
"""

import re

from harvester.items import PageKind, Verdict
from harvester.page import Page, text_of
from harvester.sites import Site

_BOX = "citation-container"
_DOI = re.compile(r"10\.1371/currents\.[0-9a-z.]+[0-9a-z]", re.IGNORECASE)


def _cited_as(page: Page) -> str:
    return " ".join(
        text_of(area)
        for area in page.select("textarea")
        if any(_BOX in (above.get("class") or "").split() for above in area.iterancestors())
    )


def _doi(page: Page) -> str | None:
    match = _DOI.search(_cited_as(page))
    return match[0] if match else None


def _journal(page: Page) -> str | None:
    _, found, rest = page.title.rpartition("PLOS Currents")
    return f"{found}{rest}" if found else None


def _verdict(page: Page) -> Verdict | None:
    return Verdict(PageKind.ARTICLE, "the page holds a reference to itself with a DOI") if _doi(page) else None


SITE = Site(
    name="plos_currents",
    hosts=("currents.plos.org",),
    verdict=_verdict,
    fields={
        "doi": _doi,
        "container_title": _journal,
        "published": lambda page: page.select_texts("time.published::attr(datetime)")[:1],
    },
)
