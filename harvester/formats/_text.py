"""Bytes of a file to numbered lines: byte order marks, UTF-16, old encodings, lines without end."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from harvester.encodings import encoding_of

LONGEST = 4_000_000
"""Characters of a line that are kept, and of a record; whatever is longer is no bibliographic record."""

_SAMPLE = 262_144  # bytes that tell the encoding
_HEAD = 8_192  # characters that tell the format
_ESCAPED = re.compile("[\udc80-\udcff]+")

Lines = Iterator[tuple[int, str]]
"""Lines with their numbers, counted from 1, each with its line end."""


@dataclass(slots=True)
class Meter:
    """How many bytes have been read, of all the files that were opened with this meter."""

    bytes: int = 0


@contextmanager
def open_lines(path: Path, meter: Meter | None = None) -> Iterator[Lines]:
    """Open a file and give its lines, without its byte order mark."""
    with path.open("rb") as binary:
        encoding = _encoding(binary.read(_SAMPLE))
    errors = "surrogateescape" if encoding == "utf-8" else "replace"
    with path.open(encoding=encoding, errors=errors, newline="") as stream:
        yield _numbered(stream, meter or Meter())


def head_of(path: Path) -> str:
    """Return the beginning of a file's text."""
    with path.open("rb") as binary:
        sample = binary.read(_SAMPLE)
    return sample.decode(_encoding(sample), "replace").lstrip("\ufeff")[:_HEAD]


def as_text(line: str) -> str:
    r"""Return a line whose stray bytes are read as Windows-1252, as older programs wrote them into UTF-8 files.

    >>> as_text(b"L\xe9vy".decode("utf-8", "surrogateescape"))
    'Lévy'
    """
    if line.isascii():
        return line
    return _ESCAPED.sub(lambda run: run[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace"), line)


def is_damaged(line: str) -> bool:
    """Return True for a line with bytes that are not UTF-8, in a file that is UTF-8 otherwise."""
    return not line.isascii() and _ESCAPED.search(line) is not None


def _encoding(sample: bytes) -> str:
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if sample.startswith(mark):
            return name
    half = len(sample) // 2
    if half and sample[1::2].count(0) * 2 > half:
        return "utf-16-le"
    if half and sample[::2].count(0) * 2 > half:
        return "utf-16-be"
    # A stray byte does not make another encoding of a file whose other letters read well.
    text = sample.decode("utf-8", "surrogateescape")
    strays = sum(map(len, _ESCAPED.findall(text)))
    letters = sum(char > "\x7f" for char in text) - strays if strays else 0
    return "utf-8" if letters > strays or not strays else encoding_of(sample, None)


def _numbered(stream: TextIO, meter: Meter) -> Lines:
    number = 0
    before = meter.bytes
    while line := stream.readline(LONGEST):
        number += 1
        if len(line) == LONGEST and line[-1] not in "\r\n":
            while (rest := stream.readline(LONGEST)) and rest[-1] not in "\r\n":
                pass
        if not number % 64:
            meter.bytes = before + stream.buffer.tell()
        yield number, line.removeprefix("\ufeff") if number == 1 else line
    meter.bytes = before + stream.buffer.tell()
