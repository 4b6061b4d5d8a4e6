"""One WARC record as bytes: a header of named fields, a block, two empty lines (ISO 28500:2017, clause 4)."""

import base64
import hashlib
import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import uuid4

Headers = Sequence[tuple[bytes, bytes]]
"""HTTP headers as they came: names and values, repeated names included."""

RESPONSE = "application/http; msgtype=response"
REQUEST = "application/http; msgtype=request"

try:
    from isal.isal_zlib import compressobj

    # A tenth of zlib's time, and a tenth more bytes: a page of 100 kB would else cost as much as fetching it does.
    # Level 3 takes twice the time to save one byte in fifty.
    _LEVEL = 2
except ImportError:  # pragma: no cover  # no wheel for this machine
    from zlib import compressobj  # type: ignore[assignment]  # the same in all that is used here

    # 6 takes twice the time to save one byte in twenty.
    _LEVEL = 4


def new_id() -> str:
    """Return a globally unique record id (clause 5.2)."""
    return f"<urn:uuid:{uuid4()}>"


def timestamp(date: datetime) -> str:
    """Return a WARC-Date: UTC, to the microsecond, which WARC 1.1 allows (clause 5.4).

    >>> timestamp(datetime(2024, 3, 9, 12, tzinfo=UTC))
    '2024-03-09T12:00:00.000000Z'
    """
    return date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest(payload: bytes) -> str:
    """Return a labelled digest (clause 5.9); SHA-1 in base 32 is what other archives' indexes can compare."""
    return "sha1:" + base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()


def target_uri(url: str) -> str:
    r"""Return an address that stays within its header line, whatever it is made of.

    >>> target_uri("http://example.org/a b\r\nWARC-Type: x")
    'http://example.org/a%20b%0D%0AWARC-Type:%20x'
    """
    return "".join(quote(char) if char <= " " or char == "\x7f" else char for char in url)


def record(kind: str, fields: Iterable[tuple[str, str]], content_type: str, block: bytes) -> bytes:
    """Return a record, uncompressed. ``fields``: named fields beside type, content type and length (clause 5)."""
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        *(f"{name}: {value}" for name, value in fields),
        f"Content-Type: {content_type}",
        f"Content-Length: {len(block)}",
    ]
    head = "\r\n".join(lines).encode("utf-8", "backslashreplace")
    return b"".join((head, b"\r\n\r\n", block, b"\r\n\r\n"))


def member(content: bytes) -> bytes:
    """Return a record as one gzip member of its own, so that it can be read without those before it (Annex D)."""
    packer = compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(content) + packer.flush()


def http_block(start_line: str, headers: Headers, body: bytes = b"") -> bytes:
    """Return an HTTP message. A line break within a header becomes a space: it would begin a header of its own."""
    lines = [start_line.encode("utf-8", "backslashreplace")]
    lines += [b": ".join((_one_line(name), _one_line(value))) for name, value in headers]
    return b"".join((b"\r\n".join(lines), b"\r\n\r\n", body))


def _one_line(text: bytes) -> bytes:
    return text.replace(b"\r", b" ").replace(b"\n", b" ") if b"\r" in text or b"\n" in text else text
