"""The items of a list page: links to works that are built alike, with titles as their text."""

import re
from itertools import islice

from lxml import etree

from harvester.extraction.abstract_text import weight
from harvester.page import Page, text_of

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MARGINS = ("nav", "header", "footer", "aside")
_VARYING = re.compile(r"[0-9]+|%[0-9A-Fa-f]{2}")
_SHORTEST_TITLE = 18
_FEWEST = 3
_MOST = 500


def item_links(page: Page) -> list[str]:
    """Return the absolute addresses of the page's items, in its order; nothing where fewer than three look alike."""
    if __name__ not in page.memo:
        page.memo[__name__] = _find(page)
    found: list[str] = page.memo[__name__]
    return found


def _find(page: Page) -> list[str]:
    groups: dict[tuple[str, str], dict[str, int]] = {}
    here = page.url.partition("#")[0].partition("?")[0]
    margins = {anchor for margin in page.root.iter(*_MARGINS) for anchor in margin.iter("a")}
    for written, anchor in islice(page.anchors, _MOST * 20):
        href = written.strip()
        if href[:1] in {"", "#"} or href[:11].lower() == "javascript:" or anchor in margins:
            continue
        beyond = _beyond_menu(anchor)
        if beyond <= 0:
            continue
        address = (page.absolute(href) or "").partition("#")[0]
        if address.startswith(("http://", "https://")) and address.partition("?")[0] != here:
            group = groups.setdefault(_shape(address), {})
            group[address] = max(beyond, group.get(address, 0))
    best = max(groups.values(), key=lambda group: sum(group.values()), default={})
    return list(best)[:_MOST] if len(best) >= _FEWEST else []


def _beyond_menu(anchor: etree._Element) -> int:
    """Return how much longer than a menu's entry the text is: titles are long."""
    text = text_of(anchor)
    beyond = weight(text) - _SHORTEST_TITLE
    if beyond <= 0:
        return 0
    # The titles of a list's items are often its headings.
    return 2 * beyond if any(each.tag in _HEADINGS for each in islice(anchor.iterancestors(), 3)) else beyond


def _shape(address: str) -> tuple[str, str]:
    """Return what addresses of one kind share: the host, and the path without its last part and numbers."""
    place, _, query = address.partition("?")
    host, _, path = place.partition("//")[2].partition("/")
    stem = "/".join(path.split("/")[:2]) if "10." in path else path.rpartition("/")[0]
    names = "&".join(sorted({pair.partition("=")[0] for pair in query.split("&")}))
    return host, f"{_VARYING.sub('0', stem)}?{names}"
