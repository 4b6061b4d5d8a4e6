"""The labelled text reader: ``DOI: 10.1234/5``, or a line that says ``作者`` above lines that name them.

It reads the page's visible lines, so one reader serves a record saved as text and any markup that renders to the
same lines: label and value in one line or two, in table cells, definition lists, spans, or around ``<br>``.
"""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from harvester.extraction import labelled_values as values
from harvester.extraction import labels, people_lines, related
from harvester.extraction.abstract_text import is_boilerplate, is_inner_heading, weight
from harvester.extraction.candidates import Candidate
from harvester.extraction.lines import Rendered, rendered
from harvester.page import Page

NAME = "labelled"

_DECISIVE = frozenset(
    {"abstract", "doi", "clc", "cn-discipline", "pages", "authors", "keywords", "issn", "volume_issue"}
)
"""Fields of which a record has at least one; a page with the others alone is about something else."""
_LIST_FIELDS = frozenset({"issn", "isbn"})
_TITLE_ABOVE = 12
"""Lines between a title and the first label: authors, buttons, counts."""
_MOST_LINES = 80


class Section(NamedTuple):
    """A label and the lines that belong to it."""

    field: str
    at: int
    lines: list[str]
    inline: bool
    """Whether the value begins in the label's own line."""


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the labels of the page announce, if there are enough of them to make a record."""
    page_lines = rendered(page)
    record = _record(page_lines)
    if not _is_record(record):
        if page.is_plain_text and (abstract := _only_abstract(page_lines, record)):
            yield from abstract
        return
    candidate = partial(Candidate, reader=NAME)
    title = _title(page, page_lines, record)
    if title:
        yield candidate("title", title)
    for field, value in _values(record):
        yield candidate(field, value)


def is_record(page: Page) -> bool:
    """Return True where the visible text reads as the record of one work: labels enough, or title and abstract."""
    page_lines = rendered(page)
    record = _record(page_lines)
    return _is_record(record) or (page.is_plain_text and _only_abstract(page_lines, record) is not None)


def sections(page_lines: Rendered) -> Iterator[Section]:
    """Yield every label of the page with the lines up to the next label or heading."""
    current: Section | None = None
    for at, line in enumerate(page_lines.lines):
        found = labels.read(line)
        if found:
            if current:
                yield current
            *before, last = found
            for label in before:
                yield Section(label.field, at, [label.value], inline=True)
            current = Section(last.field, at, [last.value] if last.value else [], inline=bool(last.value))
        elif current and at in page_lines.headings and current.field != "related" and not is_inner_heading(line):
            yield current
            current = None
        elif current and len(current.lines) < (_MOST_LINES if current.field != "related" else 2000):
            current.lines.append(line)
    if current:
        yield current


class _Found(NamedTuple):
    section: Section
    value: object


def _record(page_lines: Rendered) -> dict[str, list[_Found]]:
    """Return, for each field, the sections whose lines can be a value of it."""
    record: dict[str, list[_Found]] = {}
    for section in sections(page_lines):
        if section.field == labels.IGNORED:
            continue
        value = values.read(section.field, section.lines, inline=section.inline)
        if value:
            record.setdefault(section.field, []).append(_Found(section, value))
    return record


def _is_record(record: dict[str, list[_Found]]) -> bool:
    return (
        len(record) > 1
        and not _DECISIVE.isdisjoint(record)
        and (len(record) > 2 or bool({"abstract", "doi"} & set(record)))
    )


def _values(record: dict[str, list[_Found]]) -> Iterator[tuple[str, object]]:
    first = {field: found[0] for field, found in record.items()}
    wos_shape = "cn-discipline" in first or "related" in first or "keywords_plus" in first
    institutions = people_lines.affiliations(first["affiliations"].section.lines) if "affiliations" in first else {}
    if "authors" in first:
        yield "authors", people_lines.authors(first["authors"].section.lines, institutions)
    if institutions:
        yield "affiliations", list(institutions.values())
    if "keywords" in first:
        own, plus = values.split_keywords_plus(values.terms(first["keywords"].section.lines), marked=wos_shape)
        yield "keywords", own
        yield "keywords_plus", plus
    if codes := [
        code for scheme in values.SCHEMES if scheme in first for code in values.codes(scheme, first[scheme].value)
    ]:
        yield "classifications", codes
    if "related" in first:
        works = related.read(first["related"].section.lines)
        yield "related", works.citations
        yield "related_total", str(works.total or "")
    for field in ("volume_issue", "container_title"):
        for found in record.get(field, []):
            yield from values.cited(field, str(found.value))
    for field, row in record.items():
        if field in _LIST_FIELDS:
            yield field, [str(each.value) for each in row]
        elif field in values.PLAIN:
            yield from ((field, each.value) for each in row)


def _title(page: Page, page_lines: Rendered, record: dict[str, list[_Found]]) -> str | None:
    """Return the title: labelled, else the nearest heading above the first label, else the line above it."""
    if "title" in record:
        return None if not page.is_plain_text and len(record) < 4 else str(record["title"][0].value)
    start = min(found.section.at for row in record.values() for found in row)
    if page.is_plain_text:
        return _first_line(page_lines.lines[:start])
    headings = [at for at in page_lines.headings if start - _TITLE_ABOVE <= at < start]
    if headings:
        return page_lines.lines[headings[-1]]
    return _first_line(page_lines.lines[start - 1 : start]) if start else None


def _first_line(lines: list[str]) -> str | None:
    for line in lines:
        if weight(line) >= 12 and not is_boilerplate(line) and not labels.read(line):
            return line
    return None


def _only_abstract(page_lines: Rendered, record: dict[str, list[_Found]]) -> list[Candidate] | None:
    """Return title and abstract of a text that holds these and no further label."""
    if "abstract" not in record:
        return None
    abstract = record["abstract"][0]
    title = _first_line(page_lines.lines[: abstract.section.at])
    if not title:
        return None
    return [Candidate("title", title, NAME), Candidate("abstract", abstract.value, NAME)]
