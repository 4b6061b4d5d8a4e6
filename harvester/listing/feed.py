"""RSS 0.9 to 2.0, RSS 1.0 (RDF) and Atom 0.3 and 1.0 (RFC 4287), as far as they name pages; paged feeds (RFC 5005).

feedparser reads feeds as a whole, cleans their HTML and brings a parser of its own for broken ones; of all that, two
values an entry would be used here, and a feed that stands for a sitemap may be long. So feeds are cut into entries like
sitemaps, by `harvester.listing.blocks`.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import etree

from harvester.database.targets import Kind, Wanted
from harvester.listing.blocks import Block, blocks, local
from harvester.listing.document import Document, Fault
from harvester.listing.values import address, moment
from harvester.normalise.doi import doi
from harvester.normalise.url import doi_url
from harvester.xml_lists import list_kind

_DATES = ("updated", "modified", "date", "pubDate", "published", "issued")
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_LINK = re.compile(r"<(?:[\w.-]+:)?link\b[^>]*>")
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*["']([^"']*)["']""")
_ROOTS = re.compile(r"<(?:[\w.-]+:)?(rss|feed|RDF)\b")
_FIRST = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)\b")


def entries(document: Document) -> Iterator[Wanted | Fault]:
    """Yield the pages that a feed names, in its order, then the feed that continues it, if there is one."""
    if list_kind(document.head) != "feed":
        yield Fault(1, document.head[:200], "no feed")
        return
    root = _ROOTS.search(document.head)
    for block in blocks(document.text(), root[1] if root else ""):
        if isinstance(block, Fault):
            yield block
        elif block.name in ("item", "entry"):
            yield _entry(block, document.url)
    yield from _next(document)


def _entry(block: Block, base: str) -> Wanted | Fault:
    base = urljoin(base, block.element.get(_XML_BASE) or "")
    href = _alternate(block.element) or _plain_link(block.element) or _identifier(block.element)
    if not href:
        return Fault(block.line, "", f"<{block.name}> without a link")
    url = address(href, base, block.line)
    if isinstance(url, Fault):
        return url
    dates = {local(child): child.text for child in reversed(block.element) if local(child) in _DATES}
    found = (moment(dates[name]) for name in _DATES if name in dates)
    return Wanted(url, lastmod=next(filter(None, found), None))


def _alternate(entry: etree._Element) -> str:
    """Return the link of Atom to the entry's page: ``rel="alternate"``, which is also what no ``rel`` means."""
    links = [child for child in entry if local(child) == "link" and child.get("href")]
    pages = [each for each in links if (each.get("rel") or "alternate") == "alternate"]
    pages.sort(key=lambda each: "html" not in (each.get("type") or "html"))
    return str(pages[0].get("href")) if pages else ""


def _plain_link(entry: etree._Element) -> str:
    return next(
        (child.text.strip() for child in entry if local(child) == "link" and child.text and child.text.strip()), ""
    )


def _identifier(entry: etree._Element) -> str:
    """Return the address in an entry's identifier: a permalink, what RDF describes, or a DOI."""
    about = next((str(value) for name, value in entry.attrib.items() if str(name).endswith("about")), "")
    texts = [
        (child.text or "").strip()
        for child in entry
        if local(child) in ("guid", "id", "identifier", "doi") and child.get("isPermaLink") != "false"
    ]
    for text in [about, *texts]:
        if text.startswith(("http://", "https://")):
            return text
    return next((doi_url(key) for text in texts if (key := doi(text))), "")


def _next(document: Document) -> Iterator[Wanted | Fault]:
    """Yield the feed that a paged feed links as its next part (RFC 5005, section 3)."""
    first = _FIRST.search(document.head)
    for found in _LINK.finditer(document.head, 0, first.start() if first else len(document.head)):
        attributes = dict(_ATTRIBUTE.findall(found[0]))
        if attributes.get("rel", "").lower() == "next" and attributes.get("href"):
            url = address(attributes["href"].replace("&amp;", "&"), document.url, 1)
            yield url if isinstance(url, Fault) else Wanted(url, Kind.FEED)
            return
