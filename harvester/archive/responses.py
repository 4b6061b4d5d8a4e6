"""The border to Scrapy: a response as an exchange to archive."""

from datetime import datetime

from scrapy.http import Response
from scrapy.http.headers import Headers

from harvester.archive.writer import Exchange
from harvester.items import Verdict


def exchange_of(response: Response, date: datetime, *, asked: str = "", verdict: Verdict | None = None) -> Exchange:
    """Return what is to be archived of a response. ``date``: when its request went out, with a time zone."""
    request = response.request
    return Exchange(
        url=response.url,
        status=response.status,
        headers=_pairs(response.headers),
        body=response.body,
        date=date,
        method=request.method if request else "GET",
        request_headers=_pairs(request.headers) if request else (),
        asked=asked or None,
        ip=str(response.ip_address) if response.ip_address else None,
        truncated="disconnect" if "dataloss" in response.flags else None,
        verdict=verdict,
    )


def _pairs(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name in headers for value in headers.getlist(name)]
