"""Sitemaps (sitemaps.org, protocol 0.9): indexes, sets of addresses, plain texts, feeds, and robots.txt naming them.

Of an entry the address and ``lastmod`` are read; of a news sitemap the day of publication stands in for a missing
``lastmod``. Alternates in other languages (``xhtml:link``) are entries of their own by the rules of the search engines,
so they add nothing here; addresses of images and videos are no pages.

Libraries: Scrapy's ``scrapy.utils.sitemap`` wants the whole file in memory and calls itself private;
ultimate-sitemap-parser asks for sitemaps itself, past our downloader. Hence `harvester.listing.blocks`.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from harvester.database.targets import Kind, Wanted
from harvester.listing import feed
from harvester.listing.blocks import Block, blocks, local
from harvester.listing.document import Document, Fault
from harvester.listing.values import address, moment
from harvester.xml_lists import list_kind

_MARK = "sitemap:"


def entries(document: Document) -> Iterator[Wanted | Fault]:
    """Yield what a sitemap names, in order: pages, or further sitemaps."""
    kind = list_kind(document.head)
    if kind == "feed":
        yield from feed.entries(document)
    elif kind == "sitemap":
        root = "sitemapindex" if "<sitemapindex" in document.head or ":sitemapindex" in document.head else "urlset"
        for block in blocks(document.text(), root):
            yield block if isinstance(block, Fault) else _entry(block, document.url)
    elif document.head.lstrip()[:1] == "<":
        yield Fault(1, document.head[:200], "neither a sitemap nor a feed")
    else:
        yield from _lines(document)


def _entry(block: Block, base: str) -> Wanted | Fault:
    location = lastmod = published = ""
    for child in block.element:
        match local(child):
            case "loc":
                location = location or "".join(map(str, child.itertext()))
            case "lastmod":
                lastmod = child.text or ""
            case "news":
                published = next((part.text or "" for part in child if local(part) == "publication_date"), "")
    if not location.strip():
        return Fault(block.line, "", f"<{block.name}> without <loc>")
    url = address(location, base, block.line)
    if isinstance(url, Fault):
        return url
    kind = Kind.SITEMAP if block.name == "sitemap" else Kind.PAGE
    return Wanted(url, kind, moment(lastmod) or moment(published))


def _lines(document: Document) -> Iterator[Wanted | Fault]:
    """Read a text sitemap, which has an address in each line, or robots.txt, where some lines name sitemaps."""
    is_robots = urlsplit(document.url).path == "/robots.txt"
    number = 0
    try:
        for number, line in enumerate(document.text(), 1):
            value = line.strip()
            if is_robots:
                if not value.lower().startswith(_MARK):
                    continue
                value = value[len(_MARK) :].strip()
            elif not value or value.startswith("#"):
                continue
            url = address(value, document.url if is_robots else "", number)
            yield url if isinstance(url, Fault) else Wanted(url, Kind.SITEMAP if is_robots else Kind.PAGE)
    except ValueError as error:
        yield Fault(number + 1, "", str(error))
