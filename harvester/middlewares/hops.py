"""Redirects are kept: how a page was come to can be told from the archive."""

import asyncio
from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from harvester.archive.payload import decoded
from harvester.archive.reader import MOST_BODY
from harvester.archive.responses import archive_of, exchange_of
from harvester.archive.scan import Torn
from harvester.archive.writer import Archive

REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Statuses that lead on (RFC 9110, 15.4)."""


class Hops:
    """Downloader middleware that archives each redirect, also one that is then refused or followed no further.

    It stands on the downloader's side of all that judge and follow redirects. Pages, and the answer to which
    redirects lead in the end, are archived by whoever reads them.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Return the response. Raises `ArchiveError` where it cannot be kept."""
        if response.status in REDIRECTS and "Location" in response.headers:
            archive = archive_of(self._crawler)
            if archive is not None:
                await asyncio.to_thread(_write, archive, request, response)
        return response


def _write(archive: Archive, request: Request, response: Response) -> None:
    exchange = exchange_of(response, request=request)
    encoding = (response.headers.get("Content-Encoding") or b"").decode("latin-1")
    try:  # it is not unpacked yet, and need not be for being followed
        exchange = replace(exchange, body=decoded(response.body, "", encoding, MOST_BODY))
    except Torn:
        exchange = replace(exchange, body=b"", truncated="unspecified")
    archive.write(exchange)
