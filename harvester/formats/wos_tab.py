"""Web of Science, tab-delimited: the first line has the field tags, each further line is a record.

Tags as in `harvester.formats.wos`; several values in one cell are parted by ``; ``.
"""

import re
from collections.abc import Iterator

from harvester.formats import Bad, Format, Piece, Read
from harvester.formats._text import Lines, as_text
from harvester.formats._wos_fields import LINES, ByTag, read

_TAG = re.compile(r"[A-Z][A-Z0-9]$")
_NEXT_ADDRESS = re.compile(r";\s*(?=\[)")


def split(lines: Lines) -> Iterator[Piece]:
    """Cut a file into its lines, each as a mapping of tags to cells."""
    tags: list[str] = []
    for number, raw in lines:
        cells = as_text(raw).rstrip("\r\n").split("\t")
        if not any(cell.strip() for cell in cells):
            continue
        if not tags:
            tags = [cell.strip() for cell in cells]
            if not _is_head(tags):
                yield Piece(number, Bad(" ".join(cells), "the first line has no field tags"))
                return
            continue
        surplus = [cell for cell in cells[len(tags) :] if cell.strip()]
        if surplus or len(cells) < 2:
            yield Piece(number, Bad(" ".join(cells), f"{len(cells)} cells, and the first line has {len(tags)}"))
        else:
            yield Piece(number, {tag: cell for tag, cell in zip(tags, cells, strict=False) if cell.strip()})


def work(cells: dict[str, str]) -> Read | Bad:
    """Return the work of a line."""
    by_tag: ByTag = {}
    for tag, cell in cells.items():
        text = cell.strip()
        if len(text) > 1 and text[0] == text[-1] == '"':
            text = text[1:-1].replace('""', '"')
        if tag == "C1":
            by_tag[tag] = _NEXT_ADDRESS.split(text) if "[" in text else text.split(";")
        else:
            by_tag[tag] = [part.strip() for part in text.split(";")] if tag in LINES else [text]
    return read(by_tag)


def _is_head(cells: list[str]) -> bool:
    tags = {cell for cell in cells if _TAG.match(cell)}
    return len(tags) * 2 > len([cell for cell in cells if cell]) and {"TI", "DI", "UT", "AU"} & tags != set()


def _sniff(head: str) -> bool:
    first = next((line for line in head.splitlines() if line.strip()), "")
    return "\t" in first and _is_head([cell.strip() for cell in first.split("\t")])


FORMAT = Format("wos-tab", (".tsv", ".tab"), split, work, lambda cells: cells.get("TI", ""), _sniff)
