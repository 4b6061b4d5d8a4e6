"""Links that a page offers to follow: the items of a list, its next part, related works."""

from collections.abc import Iterator

from harvester.extraction import related_links
from harvester.extraction.listing import item_links
from harvester.items import Link, LinkKind, PageKind, Verdict, Work
from harvester.page import Page
from harvester.sites import site_for


def offered(page: Page, verdict: Verdict, work: Work | None) -> list[Link]:
    """Return the links to follow, each once."""
    return list(dict.fromkeys(_links(page, verdict, work)))


def _links(page: Page, verdict: Verdict, work: Work | None) -> Iterator[Link]:
    site = site_for(page)
    if site and site.links:
        yield from site.links(page)
    if work and work.related:
        if not page.is_plain_text:
            for href in related_links.further(page):
                yield Link(href, LinkKind.NEXT)
        for citation in work.related:
            if citation.url:
                yield Link(citation.url, LinkKind.RELATED)
    if verdict.kind is PageKind.MULTI:
        for href in item_links(page):
            yield Link(href, LinkKind.ITEM)
        for href in page.linked("next"):
            yield Link(href, LinkKind.NEXT)
