"""Files of existing records: one module a format, found by being there; each yields works or says what is wrong.

A format has two steps. ``split`` cuts a text into raw records, cheaply, so that a reader that was interrupted can pass
over what it has read. ``work`` turns one raw record into a work; every value goes through the same normalisers as
those of pages. Both keep at most one record in memory.
"""

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from typing import Any

from harvester.errors import UsageError
from harvester.formats._text import Lines, Meter, head_of, open_lines
from harvester.items import Work
from harvester.normalise import characters

__all__ = [
    "Bad",
    "BadRecord",
    "Format",
    "Loaded",
    "Meter",
    "Piece",
    "Raw",
    "Read",
    "format_of",
    "formats",
    "parse",
    "read",
    "split",
]

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Raw:
    """One record before it is read. ``value`` is what the format's ``work`` takes; it can be pickled."""

    where: str
    """Where it begins: ``file:line``."""
    value: Any

    @property
    def digest(self) -> str:
        """Return what tells this record from others that name no id of their own."""
        return blake2b(repr(self.value).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A record as a work; ``key`` is the record's own id, None where the file gives none."""

    work: Work
    where: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class BadRecord:
    """Something that cannot be read as a record: where it stands (``file:line``), what it says, what is wrong."""

    where: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.value!r}: {self.reason}" if self.value else f"{self.where}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Read:
    """What a format makes of one raw record."""

    work: Work
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Bad:
    """What a format says of a raw record, or of a piece of a file, that it cannot read."""

    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A raw record, or what is wrong in its place, and the number of the line that it begins on."""

    line: int
    value: Any


@dataclass(frozen=True)
class Format:
    """One format of files.

    ``suffixes``: endings of file names, with the dot. ``sniff``: whether the beginning of a text is of this format,
    asked where the ending leaves it open. ``split``: cuts the lines of a text into pieces, of which a `Bad` stands for
    itself. ``work``: reads the value of one piece. ``title``: the title in such a value as it stands there, empty where
    it is not seen at a glance; it tells what is loaded next to what, and nothing else.
    """

    name: str
    suffixes: tuple[str, ...]
    split: Callable[[Lines], Iterator[Piece]]
    work: Callable[[Any], Read | Bad]
    title: Callable[[Any], str]
    sniff: Callable[[str], bool] = field(default=lambda head: False)


def read(path: Path | str, format: str | None = None) -> Iterator[Loaded | BadRecord]:
    """Yield the records of a file in order: a work each, or what is wrong in its place.

    ``format``: a name in `formats`; without it the ending and the content decide. Raises `UsageError` for a file that
    cannot be opened, or whose format cannot be told.
    """
    file = Path(path)
    kind = format_of(file, format)
    for raw in split(file, kind):
        yield raw if isinstance(raw, BadRecord) else parse(raw, kind)


def split(path: Path, kind: Format, meter: Meter | None = None) -> Iterator[Raw | BadRecord]:
    """Yield the raw records of a file; each of them, and each `BadRecord`, is one step of `read`.

    ``meter`` is told how many bytes have been read.
    """
    try:
        with open_lines(path, meter) as lines:
            for piece in kind.split(lines):
                where = f"{path.name}:{piece.line}"
                yield _bad(where, piece.value) if isinstance(piece.value, Bad) else Raw(where, piece.value)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def parse(raw: Raw, kind: Format) -> Loaded | BadRecord:
    """Return one raw record as a work."""
    found = kind.work(raw.value)
    return _bad(raw.where, found) if isinstance(found, Bad) else Loaded(found.work, raw.where, found.key)


def format_of(path: Path, name: str | None = None) -> Format:
    """Return the format of a file. Raises `UsageError` where neither its name nor its content tells."""
    if name is not None:
        if name not in formats():
            raise UsageError(f"no format is called {name!r}; there are {', '.join(formats())}")
        return formats()[name]
    by_suffix = [each for each in formats().values() if path.suffix.lower() in each.suffixes]
    if len(by_suffix) == 1:
        return by_suffix[0]
    try:
        head = head_of(path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    for each in by_suffix or formats().values():
        if each.sniff(head):
            return each
    if by_suffix:
        return by_suffix[0]
    raise UsageError(f"{path}: neither the ending nor the first lines tell its format; name it: {', '.join(formats())}")


@cache
def formats() -> Mapping[str, Format]:
    """Return the formats by name, out of the modules of this package."""
    found: dict[str, Format] = {}
    for module in pkgutil.iter_modules(import_module(__name__).__path__):
        if not module.name.startswith("_"):
            kind: Format = import_module(f"{__name__}.{module.name}").FORMAT
            found[kind.name] = kind
    return found


def _bad(where: str, bad: Bad) -> BadRecord:
    value = characters.line(bad.value[: 10 * _SHOWN])
    return BadRecord(where, value if len(value) <= _SHOWN else value[: _SHOWN - 3] + "...", characters.line(bad.reason))
