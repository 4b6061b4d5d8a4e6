"""The border to Scrapy: the archive of a crawl, and a response as an exchange to archive."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.headers import Headers

from harvester.archive.writer import Archive, Exchange
from harvester.items import Verdict

_archives: WeakKeyDictionary[Crawler, Archive] = WeakKeyDictionary()


def archive_of(crawler: Crawler) -> Archive | None:
    """Return the one archive of a crawl, which its spider, its robots and its store share; None where none is kept.

    Its folder is the setting ``HARVESTER_ARCHIVE``; empty means that no page is kept.
    """
    folder = crawler.settings.get("HARVESTER_ARCHIVE")
    if not folder:
        return None
    if crawler not in _archives:
        _archives[crawler] = Archive(Path(folder))
    return _archives[crawler]


def exchange_of(
    response: Response, date: datetime | None = None, *, asked: str = "", verdict: Verdict | None = None
) -> Exchange:
    """Return what is to be archived of a response.

    ``date``: when the capture began, with a time zone; by default now, less the time that the download took.
    """
    request = response.request
    took = timedelta(seconds=float(request.meta.get("download_latency", 0)) if request else 0)
    return Exchange(
        url=response.url,
        status=response.status,
        headers=_pairs(response.headers),
        body=response.body,
        date=date or datetime.now(UTC) - took,
        method=request.method if request else "GET",
        request_headers=_pairs(request.headers) if request else (),
        asked=asked or None,
        ip=str(response.ip_address) if response.ip_address else None,
        truncated="disconnect" if "dataloss" in response.flags else None,
        verdict=verdict,
    )


def _pairs(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name in headers for value in headers.getlist(name)]
