"""Scrapy's downloader with a limit for headers, which Twisted reads without end as long as lines come.

It rests on three private classes of Scrapy 2.19 (``scrapy.core.downloader.handlers.http11``); a test shows at once if
a later version drops them.
"""

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Request, Response
from twisted.web.client import ResponseFailed

from harvester.middlewares.limits import OverLimit, size

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.web.iweb import IResponse

HEADERS = 64 * 1024
"""Bytes of headers that are read, interim answers (RFC 9110, 15.2) included; servers' own limits are 8 to 32 KiB."""


class _TooLargeError(Exception):
    """Ends the parser; it is never seen outside of this module."""


class _Parser(_LenientHTTPClientParser):
    _read = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802  # Twisted's name
        self._read += len(line) + 2
        if self._read > HEADERS:
            raise _TooLargeError
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802
        raise _TooLargeError


class _Protocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> "Deferred[IResponse]":
        answer = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = _Parser  # as Scrapy does with its own
        return answer


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: "IAddress | None") -> _Protocol:  # noqa: N802
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class BoundedHeaders(HTTP11DownloadHandler):
    """The class for ``DOWNLOAD_HANDLERS``, for http and https."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory

    async def download_request(self, request: Request) -> Response:
        """Return the response. Raises `OverLimit` where its headers are too large."""
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            if isinstance(error.__cause__, ResponseFailed) and any(
                reason.check(_TooLargeError) for reason in error.__cause__.reasons
            ):
                raise OverLimit(f"headers larger than {size(HEADERS)}") from error
            raise
