"""How much of an answer is read: bytes as sent and as unpacked, headers, layers of packing, and which media types.

What Scrapy 2.19 limits by itself, checked in the tests: bytes as sent and, layer by layer, as unpacked
(``DOWNLOAD_MAXSIZE``), the time from the connection to the last byte, however slowly they drip (``DOWNLOAD_TIMEOUT``),
and redirects (``REDIRECT_MAX_TIMES``). Here is what it lets through: headers without end, packing within packing,
media types that no reader reads, and files of any size.
"""

import re
import struct
import sys
import zlib
from itertools import chain
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Self
from urllib.parse import urlsplit
from weakref import WeakSet

import brotli
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest, ResponseDataLossError, StopDownload
from scrapy.http import Headers, Request, Response
from w3lib.url import file_uri_to_path

from harvester.middlewares.spool import spool_of

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdError
else:
    from backports.zstd import ZstdError

LAYERS = 3
"""Packings on top of each other that are undone; each may be as large as ``DOWNLOAD_MAXSIZE`` (RFC 9110, 8.4)."""

_BROKEN = (zlib.error, OSError, EOFError, struct.error, brotli.error, ZstdError)
_UNPACKED = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})
# Registered with IANA, and nothing of ours reads them. Any other name is a server's mistake, such as a charset.
_OTHER_PACKINGS = frozenset({"aes128gcm", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip"})

_READ = re.compile(
    r"text/.+|application/(xml|json|.+\+xml|.+\+json|x-research-info-systems|x-bibtex|x-endnote-refer)", re.IGNORECASE
)
# How files begin that some servers call text/html.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"%!PS", "application/postscript"),
    (b"PK\x03\x04", "application/zip"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0", "application/msword"),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)


class OverLimit(IgnoreRequest):
    """The answer is more than a record needs; the message says in what, and where the limit is."""


def size(number: int) -> str:
    """Return a number of bytes in words.

    >>> size(50 * 1024 * 1024), size(64 * 1024), size(10)
    ('50 MiB', '64 KiB', '10 bytes')
    """
    for unit, name in ((1024 * 1024, "MiB"), (1024, "KiB")):
        if number >= unit:
            return f"{number / unit:.4g} {name}"
    return f"{number} bytes"


def is_read(media_type: str) -> bool:
    """Return whether an answer of a media type is read; one that names none is (RFC 9110, 8.3).

    >>> is_read("text/html; charset=utf-8"), is_read("application/ld+json"), is_read(""), is_read("application/pdf")
    (True, True, True, False)
    """
    bare = media_type.partition(";")[0].strip()
    return "/" not in bare or _READ.fullmatch(bare) is not None


def magic(begin: bytes) -> str | None:
    """Return the media type that the first bytes of an answer give away; None for text.

    >>> magic(b" %PDF-1.7"), magic(b"<html>")
    ('application/pdf', None)
    """
    bare = begin[:1024].lstrip()
    return next((name for sign, name in _MAGIC if bare.startswith(sign)), None)


class Unpack(HttpCompressionMiddleware):
    """Downloader middleware in place of Scrapy's ``HttpCompressionMiddleware``, whose limits it puts in words."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Return the response unpacked. Raises `OverLimit`, or `ResponseDataLossError` for packing that is broken."""
        names = _packings(response.headers)
        if spool_of(request) is not None:  # whoever reads it unpacks it as it is read
            return response
        if not names:
            response.headers.pop("Content-Encoding", None)
            return response
        if response.status == 304:  # without a body, whatever its headers say of one (RFC 9110, 15.4.5)
            return response
        if "download_stopped" in response.flags:  # its bytes are not all there, and nobody will read them
            return response
        if other := _OTHER_PACKINGS.intersection(names):
            raise OverLimit(f"packed with {min(other)}, which is not read")
        if len(names) > LAYERS:
            raise OverLimit(f"packed {len(names)} times over; the limit is {LAYERS}")
        response.headers["Content-Encoding"] = ", ".join(names)
        limit = request.meta.get("download_maxsize", self._max_size)
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise OverLimit(f"larger than {size(limit)} when unpacked") from error
        except _BROKEN as error:
            if response.body.lstrip()[:1] == b"<":  # never packed, whatever the header says
                del response.headers["Content-Encoding"]
                return response
            raise ResponseDataLossError(f"packed data ({', '.join(names)}) is broken: {error}") from error


class Contents:
    """Downloader middleware that ends a download as soon as it is known that no reader reads its kind."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._unseen: WeakSet[Request] = WeakSet()  # requests none of whose bytes have come

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware, which sees headers and bytes as they come."""
        middleware = cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))
        crawler.signals.connect(middleware.headers_received, signals.headers_received)
        crawler.signals.connect(middleware.bytes_received, signals.bytes_received)
        return middleware

    def headers_received(self, headers: Headers, request: Request) -> None:
        """Stop a download by its media type. The response comes without a body, and its type is the verdict."""
        if _any_type(request):
            return
        if not is_read((headers.get("Content-Type") or b"").decode("latin-1")):
            raise StopDownload(fail=False)
        if not _packings(headers):
            self._unseen.add(request)

    def bytes_received(self, data: bytes, request: Request) -> None:
        """Stop a download by its first bytes."""
        if request in self._unseen:
            self._unseen.discard(request)
            if magic(data):
                raise StopDownload(fail=False)

    def process_request(self, request: Request) -> None:
        """Let a request pass. Raises `OverLimit` for a local file that is too large, or without end."""
        if urlsplit(request.url).scheme != "file":
            return
        try:
            status = Path(file_uri_to_path(request.url)).stat()
        except OSError:
            return  # reading it fails likewise, and says so
        if S_ISDIR(status.st_mode):
            return
        if not S_ISREG(status.st_mode):
            raise OverLimit("a device or a pipe, not a file")
        if self._most and status.st_size > self._most:
            raise OverLimit(f"a file of {size(status.st_size)}; the limit is {size(self._most)}")

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the response, under the media type that its first bytes give away."""
        if not _any_type(request) and (found := magic(response.body)):
            response.headers["Content-Type"] = found
        return response


def _any_type(request: Request) -> bool:
    """Return whether a request's answer is read whatever its type: robots.txt (RFC 9309), or what a spider says."""
    return bool(request.meta.get("is_robots_txt") or request.meta.get("any_type"))


def _packings(headers: Headers) -> list[str]:
    """Return how an answer is packed, in the order in which it was; without what says nothing or is a mistake."""
    values = chain.from_iterable(value.decode("latin-1").split(",") for value in headers.getlist("Content-Encoding"))
    names = (value.strip().lower() for value in values)
    return [name for name in names if name in _UNPACKED | _OTHER_PACKINGS]
