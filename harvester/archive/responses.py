"""The border to Scrapy: the archive of a crawl, and a response as an exchange to archive."""

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.http.headers import Headers

from harvester.archive.folder import folder_of
from harvester.archive.writer import Archive, Exchange
from harvester.clock import utc_now
from harvester.items import Verdict

_archives: WeakKeyDictionary[Crawler, Archive | None] = WeakKeyDictionary()


def archive_of(crawler: Crawler) -> Archive | None:
    """Return the one archive of a crawl, which all its parts share; None where no page is kept.

    The settings ``HARVESTER_ARCHIVE`` and ``HARVESTER_DB`` say where it lies; nothing is made before the first page.
    """
    if crawler not in _archives:
        settings = crawler.settings
        folder = folder_of(settings.get("HARVESTER_ARCHIVE") or "", settings.get("HARVESTER_DB") or "sqlite://")
        _archives[crawler] = Archive(folder) if folder is not None else None
    return _archives[crawler]


def exchange_of(
    response: Response,
    date: datetime | None = None,
    *,
    request: Request | None = None,
    asked: str = "",
    verdict: Verdict | None = None,
) -> Exchange:
    """Return what is to be archived of a response.

    ``date``: when the capture began, with a time zone; by default now, less the time that the download took.
    ``request``: where the response does not know it yet.
    """
    request = request or response.request
    took = timedelta(seconds=float(request.meta.get("download_latency", 0)) if request else 0)
    return Exchange(
        url=response.url,
        status=response.status,
        headers=_pairs(response.headers),
        body=response.body,
        date=date or utc_now() - took,
        method=request.method if request else "GET",
        request_headers=_pairs(request.headers) if request else (),
        asked=asked or None,
        ip=str(response.ip_address) if response.ip_address else None,
        truncated="disconnect" if "dataloss" in response.flags else None,
        verdict=verdict,
    )


def _pairs(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name in headers for value in headers.getlist(name)]
