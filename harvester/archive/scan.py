"""Records out of any WARC file: plain, a gzip member for each, or gzip around all; damage is told and passed.

A member is judged whole by its checksum before its record is handed out, so what comes out of here is what went in.
"""

import io
import re
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Protocol

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser, StatusAndHeadersParserException

GZIP = b"\x1f\x8b\x08"
_VERSIONS = ["WARC/1.1", "WARC/1.0", "WARC/0.18", "WARC/0.17"]
_SIGN = b"WARC/"
_CHUNK = 1 << 16
_BEGINNINGS = re.compile(rb"\x1f\x8b\x08|\nWARC/[01]\.")
_MOST_HEADER = 1 << 20  # bytes of one record's header


class Torn(Exception):  # noqa: N818  # a state of the file, not a mistake
    """What stands at an offset is no whole record; the message says why."""


@dataclass(slots=True, frozen=True)
class Damage:
    """A stretch of the file that holds no whole record."""

    offset: int
    end: int
    """Where the next whole record begins, or the end of the file."""
    reason: str


@dataclass(slots=True, frozen=True)
class Found:
    """A whole record. ``offset`` is None within a gzip file that has one member for many records."""

    offset: int | None
    fields: StatusAndHeaders
    block: bytes
    """The content block; empty where it was not wanted."""
    cut: bool = False
    """The block is longer than what may be kept in memory, and was left out."""


class _Stream(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...
    def readline(self, size: int = -1, /) -> bytes: ...


class _Member(io.RawIOBase):
    """The decompressed bytes of one gzip member; memory does not depend on how far they expand."""

    def __init__(self, file: BinaryIO, offset: int) -> None:
        super().__init__()
        file.seek(offset)
        self._file = file
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the only caller is BufferedReader
        while not self._inflate.eof:
            raw = self._inflate.unconsumed_tail or self._file.read(_CHUNK)
            try:
                out = self._inflate.decompress(raw, len(buffer))
            except zlib.error as error:
                raise Torn(f"damaged gzip member ({error})") from error
            if out:
                buffer[: len(out)] = out
                return len(out)
            if not raw and not self._inflate.eof:
                raise Torn("ends in the middle of a gzip member")
        return 0

    def end(self) -> int:
        """Return the offset behind the member; known once all of it was read."""
        return self._file.tell() - len(self._inflate.unused_data)


class _Head:
    """Lines of a header, with an end to how many."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream
        self._room = _MOST_HEADER

    def readline(self) -> bytes:
        line = self._stream.readline(self._room + 1)
        self._room -= len(line)
        if self._room < 0:
            raise Torn("a record header without end")
        return line


Wanted = Callable[[StatusAndHeaders], bool]


def scan(file: BinaryIO, wanted: Wanted, most: int, start: int = 0) -> Iterator[Found | Damage]:
    """Yield the records from an offset to the end; blocks only of those wanted and not longer than ``most``."""
    while True:
        start, sign = _skip_blank(file, start)
        if not sign:
            return
        try:
            if sign.startswith(GZIP):
                start = yield from _in_member(file, start, wanted, most)
            elif sign.startswith(_SIGN):
                found, start = _plain(file, start, wanted, most)
                yield found
            else:
                raise Torn("no record begins here")
        except Torn as torn:
            end = _next_start(file, start + 1)
            yield Damage(start, end, str(torn))
            start = end


def whole_until(file: BinaryIO) -> Iterator[tuple[int, int] | Damage]:
    """Yield begin and end of every whole gzip member, and what lies between them."""
    start, sign = 0, b"-"
    while sign:
        file.seek(start)
        sign = file.read(len(GZIP))
        if not sign:
            return
        try:
            if sign != GZIP:
                raise Torn("no gzip member begins here")
            member = _Member(file, start)
            buffer = memoryview(bytearray(_CHUNK))
            while member.readinto(buffer):
                pass
            yield start, member.end()
            start = member.end()
        except Torn as torn:
            end = _next_start(file, start + 1)
            yield Damage(start, end, str(torn))
            start = end


def _in_member(file: BinaryIO, start: int, wanted: Wanted, most: int) -> Generator[Found, None, int]:
    """Yield the records of a member, which is one as it should be, and return where the member ends."""
    member = _Member(file, start)
    stream = io.BufferedReader(member, _CHUNK)
    line = _next_line(stream)
    offset: int | None = start
    while line:
        found = _record(stream, line, offset, wanted, most)
        line = _next_line(stream)  # reads to the end of the member, where its checksum stands
        if line and not line.startswith(_SIGN):
            raise Torn("goes on after its Content-Length")
        # More records in one member (gzip around the whole file) cannot be found again by an offset.
        yield found if not line else replace(found, offset=None)
        offset = None
    return member.end()


def _plain(file: BinaryIO, start: int, wanted: Wanted, most: int) -> tuple[Found, int]:
    file.seek(start)
    found = _record(file, file.readline(_MOST_HEADER), start, wanted, most)
    end = file.tell()
    if file.read(4).lstrip(b"\r\n")[:1] not in (b"", _SIGN[:1]):
        raise Torn("goes on after its Content-Length")
    return found, end


def _record(stream: _Stream, line: bytes, offset: int | None, wanted: Wanted, most: int) -> Found:
    try:
        fields = StatusAndHeadersParser(_VERSIONS).parse(_Head(stream), line)
    except StatusAndHeadersParserException as error:
        raise Torn(f"not a WARC version that is known: {line[:20]!r}") from error
    length = str(fields.get_header("Content-Length") or "").strip()
    if not (length.isascii() and length.isdecimal()):
        raise Torn(f"Content-Length is {length!r}")
    size = int(length)
    if not wanted(fields):
        _skip(stream, size)
        return Found(offset, fields, b"")
    if size > most:
        _skip(stream, size)
        return Found(offset, fields, b"", cut=True)
    block = stream.read(size)
    if len(block) < size:
        raise Torn(f"ends after {len(block)} of {size} bytes")
    return Found(offset, fields, block)


def _skip(stream: _Stream, size: int) -> None:
    left = size
    while left:
        read = len(stream.read(min(left, _CHUNK)))
        if not read:
            raise Torn(f"ends after {size - left} of {size} bytes")
        left -= read


def _next_line(stream: _Stream) -> bytes:
    """Return the first line that is not blank; b"" at the end."""
    while True:
        line = stream.readline(_MOST_HEADER)
        if line.strip() or not line:
            return line


def _skip_blank(file: BinaryIO, start: int) -> tuple[int, bytes]:
    """Return where something begins, and how it begins; plain records have blank lines between them."""
    file.seek(start)
    while True:
        chunk = file.read(_CHUNK)
        rest = chunk.lstrip(b"\r\n")
        start += len(chunk) - len(rest)
        if rest or not chunk:
            if len(rest) < len(_SIGN):
                file.seek(start)
                rest = file.read(len(_SIGN))
            return start, rest[: len(_SIGN)]


def _next_start(file: BinaryIO, start: int) -> int:
    """Return the offset of the next thing that begins like a record; the end of the file where nothing does."""
    while True:
        file.seek(start)
        chunk = file.read(_CHUNK)
        for at in _candidates(chunk):
            if _begins_record(file, start + at):
                return start + at
        if len(chunk) < _CHUNK:
            return start + len(chunk)
        start += len(chunk) - len(_SIGN)  # a sign may lie across the edge


def _candidates(chunk: bytes) -> list[int]:
    found = [match.start() for match in _BEGINNINGS.finditer(chunk)]
    return [at + 1 if chunk[at : at + 1] == b"\n" else at for at in found]


def _begins_record(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    if not file.read(len(GZIP)).startswith(GZIP):
        return True
    try:
        return io.BufferedReader(_Member(file, offset), 512).read(len(_SIGN)) == _SIGN
    except Torn:
        return False
