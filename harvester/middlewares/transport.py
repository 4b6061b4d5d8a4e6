"""The downloader: aiohttp under Scrapy, with the address guard's resolver and a limit for headers.

Scrapy's default downloader reads headers without end and needs half as much again of processor time for each page.
What this one rests on is not public in Scrapy 2.19 (`scrapy.core.downloader.handlers._aiohttp`, which Scrapy itself
uses where it runs without a reactor of Twisted's); the tests show at once if a later version changes it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

import aiohttp
from aiohttp.http_exceptions import LineTooLong
from scrapy.core.downloader import Downloader
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.core.downloader.handlers._base_streaming import BaseStreamingDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, ResponseDataLossError
from scrapy.http import Request, Response
from scrapy.utils._download_handlers import make_response
from scrapy.utils.ssl import _make_ssl_context

from harvester.middlewares.limits import OverLimit, size
from harvester.middlewares.pace import Pace
from harvester.middlewares.resolver import resolver_of
from harvester.middlewares.spool import Spool, spool_of

FIELD = 64 * 1024
"""Bytes of one header that are read; servers' own limits are 8 to 32 KiB."""

FIELDS = 256
"""Headers that are read."""

_AT_ONCE = 1024 * 1024  # bytes that are read before the reader of the body has taken any
_NAMES_KEPT = 300  # seconds


class Transport(AiohttpDownloadHandler):
    """The class for ``DOWNLOAD_HANDLERS``, for http and https."""

    experimental: ClassVar[bool] = False  # as long as our tests pass

    def __init__(self, crawler: Crawler) -> None:
        BaseStreamingDownloadHandler.__init__(self, crawler)  # the parent's would open a session without these limits
        self._pace = Pace.from_crawler(crawler)
        self._turns = _Turns(crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"))
        self._ssl_context = _make_ssl_context(crawler.settings)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=resolver_of(crawler),
                ttl_dns_cache=_NAMES_KEPT,
                local_addr=self._bind_address,
                limit=self._pool_size_total,
                limit_per_host=self._pool_size_per_host,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            response_class=_ClientResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            max_line_size=FIELD,
            max_field_size=FIELD,
            max_headers=FIELDS,
            read_bufsize=_AT_ONCE,
        )

    async def download_request(self, request: Request) -> Response:
        """Return the response; the host's next request waits until it is known whether this one was refused.

        Scrapy counts what a host has under way, but what comes at once it sends at once: 2.19 notes a request when its
        task begins, and by then it has begun others.
        """
        async with self._turns.of(request.meta.get(Downloader.DOWNLOAD_SLOT, "")):
            self._pace.check(request)
            try:
                response = await super().download_request(request)
            except Exception as error:
                await self._pace.failed(request, error)
                raise
            await self._pace.answered(request, response)
            return response

    @asynccontextmanager
    async def _make_request(self, request: Request, timeout: float) -> AsyncIterator[_ClientResponse]:
        """Yield the response. Raises `OverLimit` where its headers are too large."""
        request.meta["verbatim_url"] = True  # aiohttp would write percent-encoded parts anew, and DOIs have many
        try:
            async with super()._make_request(request, timeout) as response:
                yield response
        except DownloadFailedError as error:
            if _is_too_large(error):
                raise OverLimit(f"more than {FIELDS} headers, or one larger than {size(FIELD)}") from error
            raise

    async def _read_response(self, response: _ClientResponse, request: Request) -> Response:
        """Return the response; where the request has a spool, its body is there."""
        spool = spool_of(request)
        if spool is None:
            return await super()._read_response(response, request)
        headers = self._extract_headers(response)
        made = self._build_base_response_args(response, request, headers)
        await self._spool(response, request, spool)
        return make_response(**made)

    async def _spool(self, response: _ClientResponse, request: Request, spool: Spool) -> None:
        most: int = request.meta.get("download_maxsize", self._default_maxsize)
        spool.begin()
        try:
            async for chunk in self._iter_body_chunks(response):
                spool.write(chunk)
                if most and spool.size > most:
                    self._cancel_maxsize(spool.size, most, request, expected=False)
        except aiohttp.ClientPayloadError as error:
            raise ResponseDataLossError(str(error)) from error


class _Turns:
    """So many requests of a kind at a time, first come, first served; nothing is kept of a kind that has none."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._free: dict[str, tuple[asyncio.Semaphore, set[object]]] = {}

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[None]:
        """Wait for one's turn, and keep it meanwhile."""
        free, here = self._free.setdefault(name, (asyncio.Semaphore(self._at_once), set()))
        here.add(me := object())
        try:
            async with free:
                yield
        finally:
            here.remove(me)
            if not here:
                del self._free[name]


def _is_too_large(error: BaseException) -> bool:
    """Return whether a download failed because its headers are over the limits, which aiohttp says in words alone."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, LineTooLong) or "Too many headers" in str(cause):
            return True
        cause = cause.__cause__
    return False
