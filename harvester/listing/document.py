"""The body of a list as text, unpacked and decoded as it is read; what is wrong with it is told, not raised."""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader, RawIOBase, TextIOWrapper
from typing import IO, Any, cast

from w3lib.encoding import http_content_type_encoding, read_bom, resolve_encoding

from harvester.normalise import characters

LONGEST = 2 * 1024**3
"""Bytes of a list that are read after unpacking: forty times what the sitemap protocol allows, and a bomb's end."""

_LAYERS = 2  # a sitemap.xml.gz may be packed once more on its way
_HEAD = 65536
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a list that cannot be read: the number of its line, what it says, and what is wrong with it."""

    line: int
    value: str
    reason: str

    def __str__(self) -> str:
        shown = characters.line(self.value[: 4 * _SHOWN])
        shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 3] + "..."
        return f"line {self.line}: {shown!r}: {self.reason}" if shown else f"line {self.line}: {self.reason}"


class Document:
    """A list's body. ``url``: where it came from, to which its links are relative."""

    def __init__(self, body: IO[bytes], url: str, content_type: str | None = None) -> None:
        self.url = url
        self._bytes = _Bounded(_unpacked(body))
        head = self._bytes.peek(_HEAD)
        self.encoding = _encoding(head, content_type)
        self.head = head.decode(self.encoding, "replace").removeprefix("\ufeff")
        """The beginning of the text."""

    def text(self) -> TextIOWrapper:
        """Return the whole text as a stream; to be called once. Raises ``ValueError`` while reading what is broken."""
        # "utf-8-sig" and "utf-16" drop the byte order mark; bytes that no character has become replacement characters.
        return TextIOWrapper(cast("Any", self._bytes), self.encoding, "replace", newline="")


class _Bounded(BufferedReader):
    """Reads up to `LONGEST` bytes; more, or packed data that is broken, is a ``ValueError``."""

    def __init__(self, raw: IO[bytes]) -> None:
        super().__init__(_Raw(raw), _HEAD)


class _Raw(RawIOBase):
    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._read = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._read = 0
        return self._source.seek(offset, whence)

    def tell(self) -> int:
        return self._source.tell()

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._source.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"the packed data is broken: {error}") from error
        self._read += len(data)
        if self._read > LONGEST:
            raise ValueError(f"longer than {LONGEST // 1024**2} MiB when unpacked")
        buffer[: len(data)] = data
        return len(data)


def _unpacked(body: IO[bytes]) -> IO[bytes]:
    """Return the body without its gzip layers, whatever its headers and its name say about them."""
    for _ in range(_LAYERS):
        try:
            magic = body.read(2)
        except (OSError, EOFError, zlib.error):
            magic = b""
        body.seek(0)
        if magic != b"\x1f\x8b":
            break
        body = cast("IO[bytes]", gzip.GzipFile(fileobj=body, mode="rb"))
    return body


def _encoding(head: bytes, content_type: str | None) -> str:
    """Return the encoding: byte order mark, header, XML declaration; UTF-8 where none says (RFC 7303, section 3)."""
    mark = read_bom(head)[0]
    if mark:
        return "utf-8-sig" if mark == "utf-8" else "utf-16" if mark.startswith("utf-16") else mark
    declared = _DECLARED.match(head)
    header = http_content_type_encoding(content_type)
    labels = [header, declared[1].decode("ascii") if declared else None]
    for label in labels:
        known = resolve_encoding(label) if label else None
        # Servers say "text/xml; charset=iso-8859-1" of everything; bytes that are UTF-8 are UTF-8.
        if known and not _is_utf8(head):
            return codecs.lookup(known).name
    return "utf-8"


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3
    return True


def told(faults: Iterator[Fault] | list[Fault], count: int) -> str:
    """Return faults in words; ``count``: how many there are, of which the first are given.

    >>> told([Fault(7, "ftp://x", "no web address")], 3)
    "; 3 faults, the first in line 7: 'ftp://x': no web address"
    """
    first = next(iter(faults), None)
    return f"; {count} fault{'s' * (count != 1)}, the first in {first}" if first else ""
