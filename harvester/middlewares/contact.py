"""Nobody's server is asked for pages by somebody who cannot be reached."""

import logging
import re
from typing import Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.http import Request

from harvester.middlewares.addresses import Policy, literal, policy, trouble
from harvester.middlewares.guard import Refused

logger = logging.getLogger("harvester")

_REACHES = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|https?://[^\s/]+\.[^\s]+")

HOW = "set HARVESTER_CONTACT to your mail address or to a page about your project"
"""What to do, as every message says it."""


def is_contact(raw: str) -> bool:
    """Return True for a mail address or a URL under which somebody can be reached.

    >>> is_contact("ada@example.org"), is_contact("https://example.org/harvest"), is_contact("me")
    (True, True, False)
    """
    return _REACHES.fullmatch(raw.strip()) is not None


class Contact:
    """Downloader middleware: requests to public hosts carry a contact in the user agent, or are not made.

    Hosts of the user's own network need none: addresses that are not public, ``localhost``, and the hosts that
    ``HARVESTER_ALLOW_PRIVATE`` names.
    """

    def __init__(self, contact: str, allowed: Policy) -> None:
        self._known = is_contact(contact)
        self._allowed = allowed
        self._told = False
        if contact and not self._known:
            logger.warning("HARVESTER_CONTACT is %r, which is neither a mail address nor a URL", contact)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware from ``HARVESTER_CONTACT``."""
        settings = crawler.settings
        allowed = policy(settings.get("HARVESTER_ALLOW_PRIVATE", ""), settings.getlist("HARVESTER_ALLOW_PORTS"))
        return cls(settings["HARVESTER_CONTACT"] or "", allowed)

    def process_request(self, request: Request) -> None:
        """Let a request pass if it says who asks. Raises `Refused` otherwise."""
        parts = urlsplit(request.url)
        if self._known or parts.scheme not in ("http", "https"):
            return
        host = (parts.hostname or "").rstrip(".")
        if not self._is_own(host, parts.port or 0):
            if not self._told:
                self._told = True
                logger.warning("no public host is asked for anything: %s", HOW)
            raise Refused(f"nobody to reach: {HOW}, so that those who run {host} can write to you")

    def _is_own(self, host: str, port: int) -> bool:
        address = literal(host)
        if address is not None:
            return trouble(address) is not None
        return self._allowed.names(host, port) or host == "localhost" or host.endswith(".localhost")
