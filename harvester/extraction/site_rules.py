"""What a site's module says of its pages."""

from collections.abc import Iterator
from typing import Any

from harvester.extraction.candidates import Candidate
from harvester.page import Page
from harvester.sites import FieldRule, site_for

_LISTS = frozenset(
    {
        "authors",
        "affiliations",
        "issn",
        "isbn",
        "keywords",
        "keywords_plus",
        "classifications",
        "identifiers",
        "related",
    }
)


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the rules of the page's site give."""
    site = site_for(page)
    if site is None:
        return
    for field, rule in site.fields.items():
        values = _apply(rule, page)
        if field in _LISTS:
            if values:
                yield Candidate(field, values, f"site:{site.name}")
        else:
            for value in values:
                yield Candidate(field, value, f"site:{site.name}")


def _apply(rule: FieldRule, page: Page) -> list[Any]:
    if isinstance(rule, str):
        return page.select_texts(rule)
    value = rule(page)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
