"""CSV: a row a work, a line of column names first (RFC 4180; UTF-8, CR LF, every cell in quotes).

The columns are `harvester.formats._own_csv.COLUMNS`, where is also said how lists stand in a cell and what the
formula guard does; ``harvester load`` takes both back. ``authors`` are those without a role, ``Family, Given`` or as
printed; ``author_orcids`` has an item for each of them, empty where none is known; ``contributors`` are all but
authors and editors, with the role in brackets. ``affiliations`` are as printed; who belongs to which is not said.
``classifications`` and ``identifiers`` are ``scheme:code``. Related works are left out.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from harvester.export import Entry, Format, Options
from harvester.export._name import label, people
from harvester.export._text import encoded
from harvester.formats._own_csv import COLUMNS, LISTS, guarded, joined
from harvester.items import Work


def pieces(entries: Iterable[Entry], options: Options) -> Iterator[bytes]:
    """Yield the line of column names, then a row for each entry."""
    buffer = io.StringIO(newline="")
    rows = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for entry in entries:
        yield _taken(buffer)
        cells = row(entry).values()
        rows.writerow(map(guarded, cells) if options.formula_guard else cells)
    yield _taken(buffer)


def row(entry: Entry) -> dict[str, str]:
    """Return the cells of an entry by column."""
    work = entry.work
    of: dict[str, Any] = {
        "citation_key": entry.key,
        "authors": [label(each) for each in people(work, None)],
        "author_orcids": _orcids(work),
        "editors": [label(each) for each in people(work, "editor")],
        "contributors": [
            f"{label(each)} ({each.role})"
            for role in dict.fromkeys(each.role for each in work.authors)
            if role not in (None, "editor")
            for each in people(work, role)
        ],
        "affiliations": [each.raw for each in work.affiliations],
        "year": (work.published or work.published_online or "")[:4],
        "classifications": [f"{each.scheme}:{each.code}" for each in work.classifications],
        "identifiers": [f"{each.scheme}:{each.value}" for each in work.identifiers],
    }
    return {name: _cell(name, of[name] if name in of else getattr(work, name)) for name in COLUMNS}


def _orcids(work: Work) -> list[str]:
    found = [each.orcid or "" for each in people(work, None)]
    return found if any(found) else []


def _cell(name: str, value: Any) -> str:
    text = joined(map(str, value)) if name in LISTS else "" if value is None else str(value)
    return text.replace("\x00", "")


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return encoded(text)


FORMAT = Format("csv", (".csv",), pieces)
