"""XML that is a list and no page: told by its first element."""

import re

_ROOT = re.compile(
    r"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\])?[^>]*>)*<(?:[\w.-]+:)?([\w.-]+)([^>]*)", re.DOTALL
)
_NAMES = {
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
    "rss": "feed",
    "feed": "feed",
    "OAI-PMH": "oai",
}
_RSS_1 = "http://purl.org/rss/1.0/"


def list_kind(head: str) -> str | None:
    """Return what the beginning of a text is: ``sitemap``, ``feed`` or ``oai``; None for anything else.

    >>> list_kind('<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">')
    'sitemap'
    >>> list_kind("<!DOCTYPE html><html>") is None
    True
    """
    found = _ROOT.match(head.lstrip("\ufeff"))
    if found is None:
        return None
    if found[1] == "RDF" and _RSS_1 in found[2]:
        return "feed"
    return _NAMES.get(found[1])
