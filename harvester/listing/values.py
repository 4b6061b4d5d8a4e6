"""Values that entries of lists have: addresses and dates."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from harvester.listing.document import Fault
from harvester.normalise.url import url_key

_LONGEST_ADDRESS = 2048
"""Characters of an address (sitemaps.org: "less than 2,048")."""

# As nearly all addresses are; the others are taken apart.
_PLAIN = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-5]?[0-9]{1,4})?(?:[/?]\S*)?")


def address(href: str, base: str, line: int) -> str | Fault:
    """Return an address that a list names as an absolute web address, or what is wrong with it."""
    href = href.strip()
    if _PLAIN.fullmatch(href) and len(href) <= _LONGEST_ADDRESS:
        return href
    try:
        url = href if href.startswith(("http://", "https://")) else urljoin(base, href)
        if urlsplit(url).scheme in ("http", "https") and len(url) <= _LONGEST_ADDRESS and url_key(url):
            return url
    except ValueError as error:
        return Fault(line, href, f"no web address: {error}")
    return Fault(line, href, "no web address")


def moment(text: str | None) -> datetime | None:
    """Return a date of a list as a moment in UTC, of a day, month or year its beginning; None for what is none.

    Formats: W3C's profile of ISO 8601 (sitemaps, Atom), RFC 822 (RSS).

    >>> [str(moment(text)) for text in ("2026-03", "2026-03-01T01:00+01:00", "Sun, 01 Mar 2026 00:00:00 GMT", "soon")]
    ['2026-03-01 00:00:00+00:00', '2026-03-01 00:00:00+00:00', '2026-03-01 00:00:00+00:00', 'None']
    """
    text = (text or "").strip()
    try:
        if len(text) in (4, 7):
            found = datetime.strptime(text, "%Y-%m" if "-" in text else "%Y")
        elif text[:4].isdigit():
            found = datetime.fromisoformat(text)
        else:
            found = parsedate_to_datetime(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
