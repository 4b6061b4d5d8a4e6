"""The labelled text reader: ``DOI: 10.1234/5``, or a line that says ``作者`` above lines that name them.

It reads the page's visible lines, so one reader serves a record saved as text and any markup that renders to the
same lines: label and value in one line or two, in table cells, definition lists, spans, or around ``<br>``.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from harvester.extraction import labelled_values as values
from harvester.extraction import labels, landmarks, masthead, people_lines, related_links
from harvester.extraction.abstract_text import (
    is_boilerplate,
    is_cjk,
    is_inner_heading,
    is_paragraph,
    paragraphs,
    weight,
)
from harvester.extraction.candidates import Candidate, RawAuthor
from harvester.extraction.compare import fold
from harvester.extraction.lines import Rendered, rendered
from harvester.extraction.zone import title_text, zone
from harvester.normalise import language
from harvester.page import Page

NAME = "labelled"

_DECISIVE = frozenset(
    {"abstract", "doi", "clc", "cn-discipline", "pages", "authors", "keywords", "issn", "volume_issue"}
)
"""Fields of which a record has at least one; a page with the others alone is about something else."""
_OF_ONE_WORK = _DECISIVE | {"pmid", "pmcid"}
_OF_BOOKS = frozenset({"title", "authors", "isbn"})
"""Fields that together only a book has."""
_OF_JOURNALS = frozenset({"issn", "keywords", "publisher", "container_title", "cited_by_count", "license"})
"""Fields that a journal's own page has as well."""
_OF_ANYTHING = frozenset({"description", "language", "imprint", "addresses", "dated"})
"""Fields that tell nothing of what a page is."""
_HEADED = frozenset({"abstract", "description", "keywords", "doi", "container_title", "related", "issn"})
"""Fields whose label may stand alone in its line on any page: their values are recognisable."""
_OF_PEOPLE = frozenset({"authors", "affiliations"})
"""Fields in whose lines superscripts are marks."""
_ONCE = ("title", "authors", "doi", "pages", "published")
"""Fields that a list of works repeats."""
_SECOND_CHOICE = {"abstract": "abstract_translated", "keywords": "keywords_translated", "affiliations": "addresses"}
"""Fields for which another one stands on pages that have nothing else."""
_WITHOUT_VALUE = frozenset({"thesis"})
"""Fields whose label alone tells something."""
_TITLES_OF_OTHERS = frozenset({"articletitle", "papertitle", "studytitle"})
"""Labels under which a press release names what it is about."""
_STRONG = 4
_LIST_FIELDS = frozenset({"issn", "isbn"})
_MOST_NUMBERS = 2
"""More ISSNs or ISBNs than print and online: they belong to other works."""
_TITLE_BELOW = 15
"""Lines above the title in which a label may stand."""
_TITLE_ABOVE = 15
"""Lines below the title in which the heading of an abstract stands on a page that has little else."""
_LONG = 2500
"""Characters from which on an abstract may have run into the article."""
_MOST_DATES = 3
_MINOR = 3
"""Level of heading from which on it is no page's title."""
_LONGEST_HEADING = 40
_LEAST_TITLE = 12
_MOST_LINES = 80
_WITH_TRANSLATION = 2
_MOST_VERSIONS = 4
"""Languages of an abstract or a title; more abstracts or titles than that are those of a list."""


_FINISHED: dict[str, Callable[[Page, Any], Any]] = {
    "container_title": masthead.trimmed,
    "authors": lambda page, people: [each for person in people for each in _apart(page, person)],
}
"""What only the page around a value tells of it."""


class Section(NamedTuple):
    """A label and the lines that belong to it."""

    field: str
    at: int
    lines: list[str]
    inline: bool
    """Whether the value begins in the label's own line, or the label ends in a colon."""


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the labels of the page announce, if there are enough of them to make a record."""
    found = _record(page)
    near = found.is_near_title and not _OF_ONE_WORK.isdisjoint(found.fields)
    if not (found.enough or near or is_titled_abstract(page)):
        return
    title = _title(page, found)
    if title:
        yield Candidate("title", title, NAME)
    if "abstract" in found.fields:
        yield Candidate("abstract", _bounded(page, _abstract(page, found)), NAME)
    elif text := _description(found) or (_only_text(page, found) if found.strong else None):
        yield Candidate("abstract", text, NAME)
    for field, value in _values(page, found):
        if value:
            finish = _FINISHED.get(field)
            yield Candidate(field, finish(page, value) if finish else value, NAME)


def is_record(page: Page) -> bool:
    """Return True where the visible text reads as the record of one work: labels enough, or title and abstract."""
    found = _record(page)
    # Each work of a list has its title under a label.
    listed = len({str(each.value) for each in found.titles}) > _MOST_VERSIONS
    return found.enough and not listed and (page.is_plain_text or found.is_near_title or found.strong)


def is_titled_abstract(page: Page) -> bool:
    """Return True for a title as a heading and, within a few lines, a heading such as "Abstract" above some prose."""
    where, lines = zone(page), rendered(page)
    found = _record(page).first("abstract") if has_abstract(page) else None
    if found is None or where.title is None or lines.headings.get(where.title, _MINOR) >= _MINOR:
        return False
    at = found.section.at
    return (
        where.title < at <= where.title + _TITLE_ABOVE
        and at in lines.headings
        and len(lines.lines[at]) < _LONGEST_HEADING
    )


def other_work(page: Page) -> str | None:
    """Return the title of the work that a page with a title of its own reports on: ``Article title: Bees and us``."""
    where, lines = zone(page), rendered(page).lines
    if where.title is None or not where.sure:
        return None
    own = fold(lines[where.title])
    for found in _record(page).titles:
        label = labels.key(lines[found.section.at].partition(":")[0])
        other = fold(str(found.value))
        if label in _TITLES_OF_OTHERS and len(other) >= _LEAST_TITLE and other not in own and own not in other:
            return str(found.value)
    return None


def is_table(page: Page) -> bool:
    """Return True for a table of so many fields of one work that the page's address does not count."""
    found = _record(page)
    once = all(len(found.fields.get(field, ())) <= 1 for field in _ONCE)
    return found.strong and found.enough and once


def has_abstract(page: Page) -> bool:
    """Return True where labels announce the abstract of one work, be it in several languages."""
    return 0 < len(_record(page).fields.get("abstract", ())) <= _MOST_VERSIONS


def has(page: Page, field: str) -> bool:
    """Return True where a label on the page announces a field."""
    return field in _record(page).fields


def starts(page: Page, field: str) -> int | None:
    """Return the line below the title that is the first label of a field; None where the page has none."""
    return _record(page).begun.get(field)


def sections(page_lines: Rendered, start: int, end: int) -> Iterator[Section]:
    """Yield every label between two lines with the lines up to the next label or heading."""
    lines = page_lines.lines
    current: Section | None = None
    begin = start
    for at in map(start.__add__, labels.likely(lines[start:end])):
        found = labels.announced(lines[at])
        if not found:
            continue
        if current and _begins(current, begin, at) and _is_button(found[0], lines[at]):
            begin = at + 1
            continue
        if current and _ends(current, page_lines, begin, at):
            yield current
            current = None
        if current and current.field == "abstract" and current.lines and is_inner_heading(lines[at].partition(":")[0]):
            # "Subjects: Forty patients" belongs to a structured abstract.
            begin = at
            continue
        if current:
            yield current
        if at in page_lines.raised and found[-1].field in _OF_PEOPLE:
            found = labels.read(page_lines.marked(at, at + 1)[0]) or found
        *before, last = found
        for label in before:
            yield Section(label.field, at, [label.value], inline=True)
        inline = bool(last.value) or lines[at][-1] in ":："
        current, begin = Section(last.field, at, [last.value] if last.value else [], inline=inline), at + 1
    if current:
        _ends(current, page_lines, begin, end)
        yield current


def _begins(current: Section, begin: int, at: int) -> bool:
    """Return True right below the heading of an abstract."""
    return current.field == "abstract" and not current.lines and at == begin


def _is_button(label: labels.Labelled, line: str) -> bool:
    """Return True for a button between the heading of an abstract and its text."""
    return label.field == labels.IGNORED and not label.value and not is_inner_heading(line)


def _ends(current: Section, page_lines: Rendered, start: int, end: int) -> bool:
    """Give a label the lines that belong to it; return True where a heading ends them before the last."""
    heads = page_lines.heads
    if current.field == labels.IGNORED:
        return bisect_left(heads, start) < bisect_left(heads, end)
    for at in heads[bisect_left(heads, start) :]:
        if at >= end:
            break
        _add(current, _between(current, page_lines, start, at))
        if not _goes_on(current, page_lines.lines[at]):
            return True
        start = at
    _add(current, _between(current, page_lines, start, end))
    return False


def _between(current: Section, page_lines: Rendered, start: int, end: int) -> list[str]:
    return page_lines.marked(start, end) if current.field in _OF_PEOPLE else page_lines.lines[start:end]


def _add(current: Section, lines: list[str]) -> None:
    room = len(lines) if current.field == "related" else max(0, _MOST_LINES - len(current.lines))
    current.lines.extend(lines[:room])


def _goes_on(current: Section, heading: str) -> bool:
    """Return True for a heading within a value: titles of related works, parts of an abstract that begins with one."""
    if current.field == "abstract":
        return is_inner_heading(heading) and (not current.lines or is_inner_heading(current.lines[0]))
    return current.field == "related"


class _Found(NamedTuple):
    section: Section
    value: Any


class _Record(NamedTuple):
    """The labelled fields of a page whose lines can be values of them."""

    fields: dict[str, list[_Found]]
    titles: list[_Found]
    begun: dict[str, int]
    """First line below the title with a label of a field."""
    lines: Rendered
    start: int
    is_near_title: bool
    plain_text: bool

    @property
    def enough(self) -> bool:
        """Whether the labels alone make a record."""
        told = set(self.fields) - _OF_ANYTHING
        if self.plain_text and "abstract" in told:
            return True
        # The page of a data set has no abstract.
        if {"doi", "description"} <= self.fields.keys():
            return True
        return (
            not told <= _OF_JOURNALS
            and not _DECISIVE.isdisjoint(told)
            and (len(told) > 2 or (len(told) == 2 and bool({"abstract", "doi"} & told)))
        )

    @property
    def strong(self) -> bool:
        """Whether there are so many labels that the page is a table of fields."""
        told = self.fields.keys() - _OF_ANYTHING
        return told >= _OF_BOOKS or (len(told) >= _STRONG and len(_DECISIVE & told) >= 2)

    def first(self, field: str) -> _Found | None:
        """Return the first section of a field, one whose label has a colon before others: menus have the same words."""
        row = self.fields.get(field, ())
        return next((each for each in row if each.section.inline), row[0] if row else None)


def _record(page: Page) -> _Record:
    known: _Record | None = page.memo.get(NAME)
    if known is None:
        known = page.memo[NAME] = _find(page)
    return known


def _find(page: Page) -> _Record:
    page_lines, where = rendered(page), zone(page)
    sure = where.title is not None and where.sure
    start = max(0, (where.title or 0) - _TITLE_BELOW) if sure else 0
    fields: dict[str, list[_Found]] = {}
    begun: dict[str, int] = {}
    refused: list[Section] = []
    for section in sections(page_lines, start, where.end):
        if section.field == labels.IGNORED:
            continue
        value = values.read(section.field, section.lines, inline=section.inline)
        if value:
            fields.setdefault(section.field, []).append(_Found(section, value))
        elif section.field in values.NEEDS_COLON:
            refused.append(section)
        # Beside the title a label without a value is a tab.
        told = value or section.at in page_lines.headings or section.field in _WITHOUT_VALUE
        if told and section.at > (-1 if where.title is None else where.title):
            begun.setdefault(section.field, section.at)
    titles = fields.get("title", [])
    for own, other in _SECOND_CHOICE.items():
        if other in fields:
            fields.setdefault(own, fields.pop(other))
    record = _Record(fields, titles, begun, page_lines, start, sure, page.is_plain_text)
    if record.strong:
        _read_again(fields, refused)
        if "dated" in fields:
            fields.setdefault("published", fields.pop("dated"))
    elif not page.is_plain_text:
        # A word alone in its line is more often a menu's than a label.
        for field in list(fields):
            kept = [each for each in fields[field] if each.section.inline or field in _HEADED]
            fields[field] = kept
            if not kept:
                del fields[field]
    return record


def _read_again(fields: dict[str, list[_Found]], refused: Sequence[Section]) -> None:
    """Add what would be a button's or a menu's on other pages: in a table of fields no label is one."""
    for section in refused:
        if section.field not in fields and (value := values.read(section.field, section.lines, inline=True)):
            fields[section.field] = [_Found(section, value)]


def _values(page: Page, record: _Record) -> Iterator[tuple[str, Any]]:
    yield from _people(record)
    if "thesis" in record.begun and "type" not in record.fields:
        yield "type", "dissertation"
    related_works = record.first("related")
    if keywords := record.first("keywords"):
        marked = "cn-discipline" in record.fields or related_works is not None
        own, plus = values.split_keywords_plus(keywords.value, marked=marked)
        yield "keywords", own
        yield "keywords_plus", plus or [term for each in record.fields.get("keywords_plus", []) for term in each.value]
    schemes = [(scheme, found) for scheme in values.SCHEMES if (found := record.first(scheme))]
    yield "classifications", [code for scheme, found in schemes for code in values.codes(scheme, found.value)]
    if related_works:
        yield "related", related_links.linked(page, related_works.value.citations)
        yield "related_total", str(related_works.value.total or "")
    for field in ("volume_issue", "container_title"):
        if found := record.first(field):
            yield from values.cited(field, found.value)
    # On other pages it is the site's.
    if record.strong and (found := record.first("language")):
        yield "language", found.value
    if found := record.first("imprint"):
        yield from values.imprint(found.value).items()
    for field, row in record.fields.items():
        if field in _LIST_FIELDS:
            told = [each.value if isinstance(each.value, list) else [each.value] for each in row]
            distinct = list(dict.fromkeys(number for numbers in told for number in numbers))
            yield field, distinct if len(distinct) <= _MOST_NUMBERS else None
        elif field == "published":
            # "Publication year" and "Publication date": the finer one completes the other.
            yield from ((field, each.value) for each in row[:_MOST_DATES])
        elif field == "publisher":
            yield from values.publisher((record.first(field) or row[0]).value).items()
        elif field in values.PLAIN:
            yield field, (record.first(field) or row[0]).value


def _people(record: _Record) -> Iterator[tuple[str, Any]]:
    places = record.first("affiliations")
    institutions = people_lines.affiliations(places.value) if places else {}
    if authors := record.first("authors"):
        listed = people_lines.authors(authors.section.lines, institutions)
        walked = people_lines.walk(authors.section.lines)
        yield "authors", walked if len(walked) > len(listed) else listed
    yield "affiliations", list(institutions.values())


def _apart(page: Page, person: RawAuthor) -> list[RawAuthor]:
    names = [] if person.affiliations else landmarks.linked_names(page, person.name)
    return [RawAuthor(name=name) for name in names] or [person]


def _abstract(page: Page, record: _Record) -> str:
    """Return the abstract in the language of the title, or its script, where the page has several; else the first."""
    texts = [str(each.value) for each in record.fields["abstract"]]
    if len(texts) == 1:
        return texts[0]
    title = _title(page, record) or ""
    own = language.detect(title)
    spoken = next((text for text in texts if own and language.detect(text) == own), None)
    return spoken or next((text for text in texts if is_cjk(text) == is_cjk(title)), texts[0])


def _description(record: _Record) -> str | None:
    """Return the text below the one heading that calls it a description."""
    row = [each for each in record.fields.get("description", ()) if each.section.at in record.lines.headings]
    return str(row[0].value) if len(row) == 1 else None


def _bounded(page: Page, text: str) -> str:
    """Return a long text up to where the element ends that is named as the abstract's: what follows is the article."""
    own = landmarks.abstract(page) if len(text) >= _LONG else None
    return own if own and fold(text).startswith(fold(own)) else text


def _only_text(page: Page, record: _Record) -> str | None:
    """Return the paragraph in or below a table of fields, if it has no other than its translation beside it."""
    first = min(each.section.at for row in record.fields.values() for each in row)
    below = record.lines.lines[first + 1 : zone(page).end]
    texts = [below[at] for at in islice(paragraphs(below), _WITH_TRANSLATION + 1)]
    return texts[0] if 0 < len(texts) <= _WITH_TRANSLATION else None


def _title(page: Page, record: _Record) -> str | None:
    """Return the title: labelled, else the page's heading, else the line above the first label."""
    found = record.first("title")
    if found and (page.is_plain_text or record.strong):
        return str(found.value)
    where = zone(page)
    lines = record.lines.lines
    first_label = min(each.section.at for row in record.fields.values() for each in row)
    if record.strong and not where.sure and (above := _heading_above(record, first_label)):
        return above
    if where.title is not None and (where.sure or record.strong):
        return title_text(page, where)
    if page.is_plain_text:
        return _first_line(lines[:first_label])
    return _first_line(lines[first_label - 1 : first_label]) if first_label and record.strong else None


def _heading_above(record: _Record, first_label: int) -> str | None:
    """Return the heading nearest above a table of fields: the first of the page may be its logo."""
    lines, levels = record.lines.lines, record.lines.headings
    heads = [at for at in record.lines.heads if at < first_label and _first_line([lines[at]])]
    if not heads:
        return None
    # Of headings in a row, as of a title and its translation, the highest.
    run = [at for at in heads if all(each in levels for each in range(at, heads[-1]))]
    return lines[min(run, key=levels.__getitem__)]


def _first_line(lines: list[str]) -> str | None:
    for line in lines:
        other = is_boilerplate(line) or is_paragraph(line) or labels.read(line)
        if weight(line) >= _LEAST_TITLE and not other:
            return line
    return None
