"""Tables with a line of column names: comma, semicolon or tab between cells (RFC 4180, and what programs make of it).

The names are in `harvester.formats._columns`.
"""

import csv
from collections.abc import Iterator

from harvester.formats import Bad, Format, Piece, Read
from harvester.formats._columns import draft_of, knows, title_of
from harvester.formats._own_csv import cells_of, complete, is_own
from harvester.formats._text import LONGEST, Lines, as_text

_FIRST = 5  # lines among which the column names stand; some exports begin with a line about themselves


def split(lines: Lines) -> Iterator[Piece]:
    """Cut a table into rows, each as a mapping of column names to cells."""
    counted = _Counted(lines)
    head: list[str] = []
    delimiter = ","
    seen: list[str] = []
    for text in counted:
        delimiter = max(",;\t", key=text.count)
        head = _cells(text, delimiter)
        if knows(head):
            break
        seen.append(text)
        if len(seen) == _FIRST:
            break
    if not knows(head):
        if any(map(str.strip, seen)):
            yield Piece(1, Bad(" ".join(seen), "no column is named title, doi or pmid"))
        return
    yield from _rows(counted, head, delimiter)


def work(row: dict[str, str | list[str]]) -> Read | Bad:
    """Return the work of a row."""
    draft, key = draft_of(row)
    if is_own(row):
        complete(draft, row)
    return Read(draft.work(), key)


class _Counted:
    """The lines as the csv module takes them, and the number of the last one."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        for number, line in self._lines:
            self.number = number
            yield as_text(line).replace("\x00", "")


def _rows(counted: _Counted, head: list[str], delimiter: str) -> Iterator[Piece]:
    csv.field_size_limit(LONGEST)  # the module's own limit is smaller than some abstracts with their references
    rows = csv.reader(iter(counted), delimiter=delimiter)
    own = is_own(head)
    while True:
        line = counted.number + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield Piece(line, Bad("", f"not a row: {error}"))
            continue
        if row is None:
            return
        if not any(map(str.strip, row)):
            continue
        if any(map(str.strip, row[len(head) :])):
            shown = delimiter.join(row)[:LONGEST]
            yield Piece(line, Bad(shown, f"{len(row)} cells, and the line of column names has {len(head)}"))
        elif own:
            yield Piece(line, cells_of(row[: len(head)]))
        else:
            # One list for columns of one name: some exports repeat the column for every value.
            cells: dict[str, str | list[str]] = {}
            for name, cell in zip(head, row, strict=False):
                known = cells.get(name)
                cells[name] = cell if known is None else [*([known] if isinstance(known, str) else known), cell]
            yield Piece(line, cells)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _sniff(head: str) -> bool:
    lines = [line for line in head.splitlines()[:_FIRST] if line.strip()]
    return any(knows(_cells(line, max(",;\t", key=line.count))) for line in lines if any(map(line.count, ",;\t")))


FORMAT = Format("csv", (".csv", ".tsv"), split, work, title_of, _sniff)
