"""Works out of the database into files: one module a format, found by being there.

A format turns entries into pieces of a file, one after the other, and keeps a few of them in memory at most. A work
is what all of its records say together (`pipelines.merge`). So these belong to a record and are in no export: which
page said what and when, values that lost, the reader's version, the series of counts. Exported are, as the latest
page told them, ``cited_by_count``, ``references_count``, ``related_total`` and the list ``related``.
"""

import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine

from harvester.errors import UsageError
from harvester.export._file import replaced
from harvester.export._key import citation_key
from harvester.items import Work
from harvester.works import Chosen, works

__all__ = ["Chosen", "Entry", "Format", "Options", "export", "format_of", "formats", "write"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A work on its way into a file, and the key that it has in every format; see `harvester.export._key`."""

    key: str
    work: Work


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may ask of a format."""

    formula_guard: bool = True
    """Keep spreadsheets from taking a cell of a table for a formula."""


def _nothing() -> None:
    """Check nothing."""


@dataclass(frozen=True)
class Format:
    """One format of files.

    ``suffixes``: endings of file names, with the dot. ``pieces``: turns entries into the bytes of a file. ``check``:
    raises `UsageError` where something is missing that the format needs. ``text``: a terminal can show it.
    """

    name: str
    suffixes: tuple[str, ...]
    pieces: Callable[[Iterable[Entry], Options], Iterator[bytes]]
    check: Callable[[], None] = _nothing
    text: bool = True


def export(
    engine: Engine,
    format: str,
    path: Path | str,
    query: str | None = None,
    since: datetime | None = None,
    *,
    type: str | None = None,
    host: str | None = None,
    options: Options | None = None,
) -> int:
    """Write works to a file, and return how many.

    ``format``: a name in `formats`. ``query``, ``since``, ``type``, ``host``: see `harvester.works.Chosen`. The file is
    there when it is whole, in place of one that was there before; an ending ``.gz`` compresses it. Raises `UsageError`
    for a format that is not there or cannot be written here, `ExportError` for a file that cannot be written.
    """
    kind = format_of(format, Path(path))
    kind.check()
    with replaced(Path(path)) as stream:
        return write(engine, kind, stream, Chosen(query, since, type, host), options)


def write(engine: Engine, kind: Format, stream: BinaryIO, chosen: Chosen, options: Options | None = None) -> int:
    """Write works to a stream, and return how many."""
    counted = _Counted()
    with closing(works(engine, chosen)) as stored:
        entries = (Entry(citation_key(each.work, each.twin), each.work) for each in stored)
        for piece in kind.pieces(counted.pass_on(entries), options or Options()):
            stream.write(piece)
    return counted.number


class _Counted:
    """How many entries have passed."""

    def __init__(self) -> None:
        self.number = 0

    def pass_on(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        for each in entries:
            self.number += 1
            yield each


def format_of(name: str | None, path: Path | None) -> Format:
    """Return the format of this name, or without one the format that the file's ending means.

    Raises `UsageError` where there is none.
    """
    if name is not None:
        if name not in formats():
            raise UsageError(f"no format is called {name!r}; there are {', '.join(formats())}")
        return formats()[name]
    endings = [ending.lower() for ending in path.suffixes if ending.lower() != ".gz"] if path else []
    found = [each for each in formats().values() if endings and endings[-1] in each.suffixes]
    if len(found) != 1:
        of = f"{path}: its ending tells no format" if path else "standard output has no ending that tells a format"
        raise UsageError(f"{of}; name one with --format: {', '.join(formats())}")
    return found[0]


@cache
def formats() -> Mapping[str, Format]:
    """Return the formats by name, out of the modules of this package."""
    found: dict[str, Format] = {}
    for module in pkgutil.iter_modules(import_module(__name__).__path__):
        if not module.name.startswith("_"):
            kind: Format = import_module(f"{__name__}.{module.name}").FORMAT
            found[kind.name] = kind
    return found
