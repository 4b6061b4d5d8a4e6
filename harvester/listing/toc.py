"""Tables of contents and search results: pages that link their items, and the page that goes on with the list."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from harvester.items import LinkKind, PageKind, Verdict
from harvester.normalise.url import is_near
from harvester.page import Page, text_of

MOST = 1000
"""Items that are read of one page."""

_NEXT_WORDS = re.compile(
    r"(?:next(?: page| results)?|older(?: posts)?|weiter|suivante?|siguiente|下一页|下一頁|次へ)\W*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a list page is, its items in order, and the pages that go on with it."""

    verdict: Verdict
    items: list[str] = field(default_factory=list)
    further: list[str] = field(default_factory=list)


def contents(page: Page, pattern: str | None = None) -> Contents:
    """Return the items that a page links.

    ``pattern``: a regular expression that is found in the addresses of items; without it, items are the links that are
    built alike and have titles as their text (`harvester.extraction.listing`), or those that a site's module names.
    """
    from harvester.extraction import examine  # in the process that reads pages only
    from harvester.extraction.listing import item_links

    examined = examine(page)
    if examined.verdict.kind is PageKind.BLOCKED:
        return Contents(examined.verdict)
    offered = [link.url for link in examined.links if link.kind is LinkKind.ITEM]
    items = list(islice(_matching(page, re.compile(pattern)), MOST)) if pattern else offered or item_links(page)
    told = [link.url for link in examined.links if link.kind is LinkKind.NEXT] or page.linked("next")
    further = [each for each in told if is_near(each, page.url)] or list(islice(_next_anchors(page), 1))
    items = [each for each in items if each.startswith(("http://", "https://"))]
    if not items:
        words = f"no link matches {pattern!r}" if pattern else "no three links are built alike"
        return Contents(Verdict(examined.verdict.kind, f"no table of contents: {words}"))
    return Contents(Verdict(PageKind.MULTI, f"a table of contents of {len(items)} items"), items, further)


def _matching(page: Page, pattern: re.Pattern[str]) -> Iterator[str]:
    seen = set()
    for anchor in page.root.iter("a"):
        address = (page.absolute(anchor.get("href")) or "").partition("#")[0]
        if address.startswith(("http://", "https://")) and address not in seen and pattern.search(address):
            seen.add(address)
            yield address


def _next_anchors(page: Page) -> Iterator[str]:
    """Yield the links that say in words or by their relation that they go on, on the page's own host."""
    for anchor in page.root.iter("a"):
        relation = (anchor.get("rel") or "").lower().split()
        words = text_of(anchor) or anchor.get("aria-label") or anchor.get("title") or ""
        if "next" in relation or _NEXT_WORDS.fullmatch(words.strip()):
            address = (page.absolute(anchor.get("href")) or "").partition("#")[0]
            if is_near(address, page.url):
                yield address
