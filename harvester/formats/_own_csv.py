"""The tables that ``harvester export`` writes: their columns, lists in a cell, and the guard against formulas.

A list in a cell is joined by a semicolon and a space; a semicolon inside of an item is written twice.

Spreadsheets take a cell that begins with ``=`` and the like for a formula, also where the text came from a page that
somebody wrote for this purpose. Such a cell gets an apostrophe in front ("CSV Injection", OWASP), and so does one that
begins with apostrophes and then such a sign: taking one apostrophe away gives back what was there.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import zip_longest

from harvester.formats._draft import Draft, Person
from harvester.items import Classification

COLUMNS = (
    "citation_key", "doi", "title", "subtitle", "authors", "author_orcids", "editors", "contributors", "affiliations",
    "year", "published", "published_online", "container_title", "container_title_short", "publisher", "volume", "issue",
    "first_page", "last_page", "page_count", "article_number", "issn", "isbn", "type", "language", "keywords",
    "keywords_plus", "classifications", "pmid", "pmcid", "arxiv_id", "identifiers", "url", "pdf_url", "license",
    "cited_by_count", "references_count", "related_total", "abstract",
)  # fmt: skip
LISTS = frozenset({
    "authors", "author_orcids", "editors", "contributors", "affiliations", "issn", "isbn", "keywords", "keywords_plus",
    "classifications", "identifiers",
})  # fmt: skip
"""The columns whose cells are lists."""

# Full-width forms count as well: some programs take them for the ASCII signs.
_SIGN = r"[\s']*[=+\-@＝＋－＠\t\r\n]"
_DANGEROUS = re.compile(_SIGN)
_GUARDED = re.compile(f"'{_SIGN}")


def is_own(columns: Iterable[str]) -> bool:
    """Tell whether a line of column names is one of ours."""
    return tuple(columns) == COLUMNS


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> guarded("=1+1"), guarded(" -5"), guarded("'=1"), guarded("'twas")
    ("'=1+1", "' -5", "''=1", "'twas")
    """
    return f"'{cell}" if _DANGEROUS.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return what `guarded` was given.

    >>> unguarded("'=1+1"), unguarded("''=1"), unguarded("'twas")
    ('=1+1', "'=1", "'twas")
    """
    return cell[1:] if _GUARDED.match(cell) else cell


def joined(items: Iterable[str]) -> str:
    """Return a list as a cell.

    >>> joined(["Lovelace, Ada", "A;B"])
    'Lovelace, Ada; A;;B'
    """
    return "; ".join(each.replace(";", ";;") for each in items)


def parted(cell: str) -> list[str]:
    """Return the list that `joined` was given; an empty cell is an empty list.

    >>> parted("Lovelace, Ada; A;;B"), parted("a;;; b"), parted("")
    (['Lovelace, Ada', 'A;B'], ['a;', 'b'], [])
    """
    items, begin, text = [], 0, ""
    at = cell.find(";")
    while at >= 0:
        if cell[at + 1 : at + 2] == ";":
            text += cell[begin : at + 1]
            begin = at + 2
        else:
            items.append(text + cell[begin:at])
            text, begin = "", at + 1 + (cell[at + 1 : at + 2] == " ")
        at = cell.find(";", begin)
    return [*items, text + cell[begin:]] if cell else []


def cells_of(row: Iterable[str]) -> dict[str, str | list[str]]:
    """Return the cells of a row of ours by column, all of them, without their guard; lists are lists."""
    cells = zip_longest(COLUMNS, map(unguarded, row), fillvalue="")
    return {name: parted(cell) if name in LISTS else cell for name, cell in cells}


def complete(draft: Draft, row: Mapping[str, str | list[str]]) -> None:
    """Add to a draft what only tables of ours have columns for."""
    draft.single = frozenset({"keywords", "keywords_plus"})
    authors = [each for each in draft.people if each.role is None]
    for person, orcid in zip(authors, row.get("author_orcids", ()), strict=False):
        person.orcid = orcid or None
    for each in row.get("contributors", ()):
        name, _, role = each.rstrip(")").rpartition(" (")
        draft.people.append(Person(name, role=role))
    draft.identifiers += [(scheme, value) for scheme, value in _pairs(row, "identifiers")]
    draft.classifications += [Classification(scheme, code) for scheme, code in _pairs(row, "classifications")]


def _pairs(row: Mapping[str, str | list[str]], name: str) -> list[tuple[str, str]]:
    parts = (each.partition(":") for each in row.get(name, ()))
    return [(scheme, value) for scheme, _, value in parts]
