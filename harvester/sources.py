"""Sources: whatever a user names becomes targets, and what cannot is reported with its place, value and reason."""

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO, TextIOBase, TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import TextIO
from urllib.parse import unquote, urlsplit

from w3lib.url import file_uri_to_path

from harvester.archive.address import ENDINGS, address_of
from harvester.errors import ArchiveError, UsageError
from harvester.normalise.doi import doi, short_doi
from harvester.normalise.url import LONGEST, doi_url, url_key
from harvester.page import Page

MARKUP = frozenset({".html", ".htm", ".xhtml"})
"""Endings of saved pages."""
_SAVED = MARKUP | {".txt"}
_TABLES = frozenset({".csv", ".tsv"})
_COLUMNS = ("url", "doi", "link")
_SAMPLE = 200  # lines that are enough to tell a list from a record
_LIST = re.compile(r"(?:sitemap|feed|toc|csv|dois|oai):", re.IGNORECASE)  # `harvester.listing.names` reads it


@dataclass(frozen=True, slots=True)
class Wanted:
    """An address to harvest: ``url`` is http, https, the file URI of a saved page, or a page in a WARC file.

    The last is spelt as `harvester.archive.address` says.
    """

    url: str
    kind: str = "page"
    """What the target is, see `harvester.database.targets.Kind`."""


@dataclass(frozen=True, slots=True)
class Bad:
    """Something that is no address: where it stands (``file:line``), what it says, and what is wrong with it."""

    where: str
    value: str
    reason: str

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= 100 else self.value[:97] + "..."
        return f"{self.where}: {shown!r}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Note:
    """Something the user should know about how a source was read."""

    text: str


Entry = Wanted | Bad | Note


def read(sources: Iterable[str], stdin: TextIOBase | TextIOWrapper | None = None) -> Iterator[Entry]:
    """Yield what each source holds, in order, without keeping it.

    A source is an http(s) URL, a DOI in any spelling, a list (``.txt``, ``.csv``, ``.tsv``, ``.jsonl``, or ``-`` for
    standard input), a saved page (``.html``, ``.htm``, ``.xhtml``, a ``.txt`` that holds a record), a WARC file
    (``.warc``, ``.warc.gz``), each page of which is wanted, or a folder of saved pages and WARC files. Raises
    `UsageError` for a file that cannot be read; everything smaller is a `Bad` entry.
    """
    for source in sources:
        for entry in _source(source, stdin):
            if isinstance(entry, Wanted) and entry.url.startswith("file:") and _is_warc(entry.url):
                yield from _archived(Path(file_uri_to_path(entry.url)))
            else:
                yield entry


def media_type(path: Path) -> str:
    """Return the media type of a saved page by its ending."""
    return {".txt": "text/plain", ".xhtml": "application/xhtml+xml"}.get(path.suffix.lower(), "text/html")


def _source(source: str, stdin: TextIOBase | TextIOWrapper | None) -> Iterator[Entry]:
    if source == "-":
        yield from _lines("-", _without_mark(stdin or sys.stdin), None)
        return
    path = Path(source)
    if not path.exists():
        yield _argument(source)
    elif path.is_dir():
        yield from _folder(path)
    elif path.suffix.lower() in MARKUP or _is_warc(path.name):
        yield Wanted(path.resolve().as_uri())
    else:
        yield from _list(path)


def _argument(source: str) -> Wanted | Bad:
    """Read an argument that is no file; an address that ends like a sitemap's is one."""
    if source.lower().startswith(("http://", "https://")) and "sitemap" in source.lower():
        from harvester.listing.names import is_sitemap

        if is_sitemap(source):
            return _address(f"sitemap:{source}", "argument", None)
    return _address(source, "argument", None)


def listed(name: str, text: TextIO, ending: str) -> Iterator[Entry]:
    """Yield what a list holds that came from elsewhere, and so can name no files.

    ``ending``: as of a file with such a list, with the dot. Raises `UsageError` where no column holds addresses, and
    ``csv.Error`` or ``ValueError`` for a text that cannot be read to its end.
    """
    if ending in {".jsonl", ".ndjson"}:
        yield from _json_lines(name, text, None)
    elif ending == ".txt":
        yield from _lines(name, text, None)
    else:
        yield from _table(name, text, None, tabs=ending == ".tsv")


def _folder(folder: Path) -> Iterator[Entry]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    pages = [path for path in files if path.suffix.lower() in _SAVED or _is_warc(path.name)]
    archives = sum(_is_warc(page.name) for page in pages)
    yield Note(
        f"{folder}: {len(pages) - archives} saved pages, {archives} WARC files,"
        f" {len(files) - len(pages)} other files passed over"
    )
    for page in pages:
        if page.suffix.lower() in MARKUP or _is_warc(page.name) or _reads_as_record(page):
            yield Wanted(page.resolve().as_uri())
        else:
            yield Bad(str(page), page.name, "this text is no record; name it by itself to have it read as a list")


def _is_warc(name: str) -> bool:
    return name.lower().endswith(ENDINGS)


def _archived(path: Path) -> Iterator[Entry]:
    """Yield the pages of a WARC file; what is broken in it, with its place; and what is no page, in a note."""
    from harvester.archive import reader  # not needed for most sources, and slow to load

    broken: list[reader.Bad] = []
    tally = reader.Tally(broken.append)
    try:
        for page in reader.pages(path, tally):
            yield from (Bad(each.where, each.value, each.reason) for each in broken)
            broken.clear()
            if page.offset is None:
                yield Bad(str(path), path.name, "compressed as one piece; unpack it with gunzip and name the .warc")
                return
            if url_key(page.url) is None:
                yield Bad(f"{path}:{page.offset}", page.url, "not a valid URL")
            else:
                yield Wanted(address_of(path, page.offset))
        yield from (Bad(each.where, each.value, each.reason) for each in broken)
    except ArchiveError as error:
        yield Bad(str(path), path.name, str(error).removeprefix(f"{path}: "))
        return
    skipped = ", ".join(f"{count} {kind}" for kind, count in sorted(tally.skipped.items()))
    yield Note(f"{path}: {tally.pages} pages" + (f"; passed over: {skipped}" if skipped else ""))


def _list(path: Path) -> Iterator[Entry]:
    try:
        with path.open(encoding="utf-8-sig", newline="" if path.suffix.lower() in _TABLES else None) as stream:
            suffix = path.suffix.lower()
            if suffix in _TABLES:
                yield from _table(str(path), stream, path.parent, tabs=suffix == ".tsv")
            elif suffix in {".jsonl", ".ndjson"}:
                yield from _json_lines(str(path), stream, path.parent)
            elif suffix == ".txt":
                yield from _text(path, stream)
            else:
                raise UsageError(
                    f"{path}: {suffix or 'no'} ending; a list ends in .txt, .csv, .tsv or .jsonl, a saved page in"
                    " .html, .htm, .xhtml or .txt, an archive in .warc or .warc.gz"
                )
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}; save the list as UTF-8") from error
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def _text(path: Path, stream: TextIOWrapper) -> Iterator[Entry]:
    """Decide by content whether a text is a list of addresses or a saved record, and say which."""
    sample = list(islice(stream, _SAMPLE))
    lines = [line for line in map(str.strip, sample) if line and not line.startswith("#")]
    addresses = sum(isinstance(_address(line, "", path.parent), Wanted) for line in lines)
    is_list = addresses * 2 >= len(lines) if lines else True
    if not is_list and _reads_as_record(path):
        yield Note(f"{path}: read as a saved record ({addresses} of its first {len(lines)} lines are addresses)")
        yield Wanted(path.resolve().as_uri())
    else:
        yield Note(f"{path}: read as a list ({addresses} of its first {len(lines)} lines are addresses)")
        yield from _lines(str(path), chain(sample, stream), path.parent)


def _reads_as_record(path: Path) -> bool:
    from harvester.extraction import examine  # a third of a second that most sources do not need

    page = Page(path.resolve().as_uri(), path.read_bytes(), media_type=media_type(path))
    return examine(page).work is not None


def _lines(name: str, lines: Iterable[str], folder: Path | None) -> Iterator[Entry]:
    numbered = enumerate(lines, 1)
    for number, line in numbered:
        value = line.strip()
        if value.startswith("{"):  # standard input has no ending that tells its format
            rest = chain([line], (later for _, later in numbered))
            yield from _json_lines(name, rest, folder, number)
        elif value and not value.startswith("#"):
            yield _address(value, f"{name}:{number}", folder)


def _table(name: str, stream: TextIO, folder: Path | None, *, tabs: bool) -> Iterator[Entry]:
    sample = stream.read(65536)
    stream.seek(0)
    delimiter = "\t" if tabs else _delimiter(sample)
    rows = csv.reader(_without_mark(stream), delimiter=delimiter)
    head = [each.strip().lower() for each in next(rows, [])]
    columns = [head.index(each) for each in _COLUMNS if each in head]
    if not columns:
        width = list(csv.reader(StringIO(sample), delimiter=delimiter))[:_SAMPLE]
        found = (i for row in width for i, cell in enumerate(row) if isinstance(_address(cell, "", None), Wanted))
        column = next(found, None)
        if column is None:
            raise UsageError(f"{name}: no column is named url, doi or link, and none holds addresses")
        columns = [column]
        yield Note(f"{name}: no column is named url, doi or link; addresses are read from column {column + 1}")
        if isinstance(_address(head[column] if column < len(head) else "", "", None), Wanted):
            stream.seek(0)
            rows = csv.reader(_without_mark(stream), delimiter=delimiter)
    for row in rows:
        cells = [row[column].strip() for column in columns if column < len(row)]
        value = next(filter(None, cells), "")
        if any(map(str.strip, row)):
            yield _address(value, f"{name}:{rows.line_num}", folder)


def _delimiter(sample: str) -> str:
    first = sample.splitlines()[0] if sample.strip() else ""
    return max(",;\t", key=first.count)


def _json_lines(name: str, lines: Iterable[str], folder: Path | None, first: int = 1) -> Iterator[Entry]:
    for number, line in enumerate(lines, first):
        if not line.strip():
            continue
        where = f"{name}:{number}"
        try:
            entry = json.loads(line)
        except ValueError as error:
            yield Bad(where, line.strip(), f"not JSON: {error}")
            continue
        names = {str(key).lower(): value for key, value in entry.items()} if isinstance(entry, dict) else {"url": entry}
        value = next((names[key] for key in _COLUMNS if names.get(key)), None)
        if isinstance(value, str):
            yield _address(value.strip(), where, folder)
        else:
            yield Bad(where, line.strip(), "no member url, doi or link with a text")


def _address(value: str, where: str, folder: Path | None) -> Wanted | Bad:
    """Read one address; a name of a saved page counts in a list, where ``folder`` is the list's own."""
    if not value:
        return Bad(where, value, "empty; an address was expected")
    scheme = value.split(":", 1)[0].lower()
    if scheme in {"http", "https"}:
        if any(char.isspace() for char in value):
            return Bad(where, value, "more than an address; write one address a line")
        if len(value) > LONGEST:
            return Bad(where, f"{value[:100]}...", f"longer than an address may be ({LONGEST} characters)")
        if url_key(value) is None or not urlsplit(value).hostname:
            return Bad(where, value, "not a valid URL")
        return Wanted(value)
    if _LIST.match(value):
        from harvester.listing import names

        named = names.wanted(value)
        return Bad(where, value, named) if isinstance(named, str) else Wanted(named.url, named.kind)
    if key := doi(value):
        return Wanted(doi_url(key))
    if alias := short_doi(value):
        return Wanted(f"https://doi.org/{alias}")
    if "://" in value:
        return Bad(where, value, f"scheme {scheme!r} is not fetched; only http and https are")
    if folder is not None and (Path(value).suffix.lower() in _SAVED or _is_warc(value)):
        return _saved_page(value, where, folder)
    if "." in value.split("/", 1)[0] and " " not in value and "/" in value:
        return Bad(where, value, f"no scheme; write https://{value}")
    return Bad(where, value, "neither a URL, a DOI nor a file")


def _saved_page(value: str, where: str, folder: Path) -> Wanted | Bad:
    path = (folder / unquote(value)).resolve()
    # A list may come from anywhere, so it must not be able to name the private files of whoever reads it.
    if not path.is_relative_to(folder.resolve()):
        return Bad(
            where, value, "a list may name saved pages in its own folder only; name this file as a source itself"
        )
    if not path.is_file():
        return Bad(where, value, f"no such file in {folder}")
    return Wanted(path.as_uri())


def _without_mark(stream: Iterable[str]) -> Iterator[str]:
    lines = iter(stream)
    for line in lines:
        yield line.removeprefix("\ufeff")
        break
    yield from lines
