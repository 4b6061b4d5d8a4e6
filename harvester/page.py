"""A response without Scrapy: whatever the readers need of a page, each part parsed once, when first asked for."""

import hashlib
from collections.abc import Mapping
from functools import cached_property
from urllib.parse import urlsplit

from parsel import Selector
from w3lib.encoding import html_to_unicode


class Page:
    """One page as it came.

    ``url``: the address that the page came from, after redirects. ``body``: its bytes, decompressed.
    ``status``: HTTP status (200 for a saved page). ``headers``: names in any case; several values of one name
    are joined with ``", "`` (RFC 9110, section 5.2). ``media_type``: overrides the ``Content-Type`` header.
    """

    def __init__(
        self,
        url: str,
        body: bytes,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
    ) -> None:
        self.url = url
        self.body = body
        self.status = status
        self.headers = {name.lower(): value for name, value in (headers or {}).items()}
        self._media_type = media_type

    @cached_property
    def host(self) -> str:
        """Return the host of the address, lower case, without port; "" for a local file."""
        return (urlsplit(self.url).hostname or "").lower()

    @cached_property
    def media_type(self) -> str:
        """Return the media type without parameters, lower case, as declared; "text/html" where nothing says."""
        declared = self._media_type or self.headers.get("content-type") or "text/html"
        return declared.partition(";")[0].strip().lower()

    @cached_property
    def is_plain_text(self) -> bool:
        """Return True for a text snapshot, which has lines but no markup."""
        return self.media_type == "text/plain"

    @cached_property
    def text(self) -> str:
        """Return the body decoded by the WHATWG rules: byte order mark, header, declaration, then detection."""
        return html_to_unicode(self.headers.get("content-type"), self.body, default_encoding="utf-8")[1]

    @cached_property
    def selector(self) -> Selector:
        """Return the parsed tree."""
        return Selector(text=self.text or "<html/>", type="html", base_url=self.url)

    @cached_property
    def body_hash(self) -> str:
        """Return the SHA-256 of the body, hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()
