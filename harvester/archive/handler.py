"""Pages of WARC files for Scrapy: a download handler that reads them where others fetch."""

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.utils.asyncio import run_in_thread

from harvester.archive.address import place_of
from harvester.archive.reader import read_at
from harvester.errors import ArchiveError


class NoPage(IgnoreRequest):
    """The file has no such page any more; the message says what is wrong with it."""


class WarcHandler(BaseDownloadHandler):
    """The class for ``DOWNLOAD_HANDLERS``, for warc: the answer is the archived one, under the page's own address."""

    async def download_request(self, request: Request) -> Response:
        """Return the archived response. Raises `NoPage` where there is none."""
        try:
            page = await run_in_thread(read_at, *place_of(request.url))
        except ArchiveError as error:
            raise NoPage(str(error)) from error
        return Response(page.url, page.status, page.headers, page.body)
