"""How a user names a list: ``sitemap:URL``, ``feed:URL``, ``toc:URL``, ``csv:URL``, ``dois:URL``, ``oai:URL``.

A bare URL that ends in ``sitemap….xml`` or ``sitemap….xml.gz`` is a sitemap too. ``sitemap:https://example.org/`` asks
the site's robots.txt for its sitemaps (sitemaps.org, "Informing search engine crawlers").
"""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from harvester.database.targets import Kind, Wanted
from harvester.listing.oai_dates import is_datestamp, is_day
from harvester.normalise.url import url_key

PREFIXES = {each.value: each for each in Kind if each is not Kind.PAGE}
"""What may stand before the address of a list, in lower case, with the kind that it means."""

_SITEMAP = re.compile(r"site_?maps?[^/]*\.xml(?:\.gz)?", re.IGNORECASE)
_ARGUMENTS = ("metadataPrefix", "set", "from", "until")


def is_named(value: str) -> bool:
    """Return whether a text has the form of a list's name.

    >>> is_named("feed:https://example.org/new.rss"), is_named("https://example.org/new.rss")
    (True, False)
    """
    return value.partition(":")[0].lower() in PREFIXES


def is_sitemap(url: str) -> bool:
    """Return whether an address is a sitemap's by its last part.

    >>> is_sitemap("https://example.org/sitemap_index.xml"), is_sitemap("https://example.org/sitemap/page")
    (True, False)
    """
    try:
        return _SITEMAP.fullmatch(urlsplit(url).path.rpartition("/")[2]) is not None
    except ValueError:
        return False


def wanted(value: str) -> Wanted | str:
    """Return the list that a name with a prefix names, or what is wrong with the name, in words.

    >>> wanted("sitemap:https://example.org").url, wanted("oai:arXiv.org:2101.00001")
    ('https://example.org/robots.txt', "'oai:' is followed by an address: oai:https://...")
    """
    prefix, _, rest = value.partition(":")
    kind, url = PREFIXES[prefix.lower()], rest.strip()
    if not url.lower().startswith(("http://", "https://")):
        return f"'{kind}:' is followed by an address: {kind}:https://..."
    if any(char.isspace() for char in url) or url_key(url) is None:
        return f"what follows '{kind}:' is not a valid URL"
    if kind is Kind.OAI:
        return _oai(url)
    parts = urlsplit(url)
    if kind is Kind.SITEMAP and parts.path in ("", "/") and not parts.query:
        url = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
    return Wanted(url, kind)


def _oai(url: str) -> Wanted | str:
    """Return a harvest as the request that begins it: the base URL with the arguments in one order.

    OAI-PMH 2.0, sections 3.1.1 and 4.5: a base URL may have a query of its own, which goes before the arguments.
    """
    from harvester.listing.metadata import formats  # they load what only they need

    parts = urlsplit(url)
    given = parse_qsl(parts.query, keep_blank_values=True)
    own = [(name, value) for name, value in given if name not in (*_ARGUMENTS, "verb")]
    arguments = {name: value for name, value in given if name in _ARGUMENTS and value}
    verbs = [value for name, value in given if name == "verb"]
    if verbs not in ([], ["ListRecords"]):
        return f"verb={verbs[0]} harvests nothing; leave it away, or write verb=ListRecords"
    if any(name == "resumptionToken" for name, _ in given):
        return "a resumptionToken belongs to one harvest; name the harvest, which finds its own place"
    dates = [arguments[name] for name in ("from", "until") if name in arguments]
    for date in dates:
        if not is_datestamp(date):
            return f"{date!r} is no date of OAI-PMH; write 2026-01-31 or 2026-01-31T12:00:00Z"
    if len({is_day(date) for date in dates}) > 1:
        return "from and until are written alike: both as days, or both with the time"
    prefix = arguments.setdefault("metadataPrefix", "oai_dc")
    if prefix not in formats():
        return f"metadataPrefix={prefix} is not read; {', '.join(formats())} are"
    query = [*own, ("verb", "ListRecords"), *((name, arguments[name]) for name in _ARGUMENTS if name in arguments)]
    address = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query, safe=":/"), ""))
    return Wanted(address, Kind.OAI)
