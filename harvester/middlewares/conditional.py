"""Conditional requests: whoever has a page asks only for a newer one (RFC 9110, 13)."""

from scrapy.http import Request

from harvester.database.seen import Seen

_CONDITIONS = {"If-None-Match": "etag", "If-Modified-Since": "last_modified"}


class Conditional:
    """Downloader middleware that asks on the conditions of ``meta["seen"]``, a `Seen`, at its address only.

    Validators mean something for the address that gave them alone (8.8.3), so a redirect does not take them along:
    neither to nor away from where it leads. With both conditions a server heeds the first (13.1.3).
    """

    def process_request(self, request: Request) -> None:
        """Put the conditions into the headers, or take them out."""
        seen: Seen | None = request.meta.get("seen")
        if seen is None:
            return
        for header, name in _CONDITIONS.items():
            request.headers.pop(header, None)
            value: str | None = getattr(seen, name)
            if value is not None and request.url == seen.url:
                request.headers[header] = value.encode("latin-1")
