"""RIS: tagged lines for reference managers.

Tags: "RIS Format Specifications" of Research Information Systems (2001) with the list of 2011, where T2 is the
container, J2 its short title, DO the DOI, DA the date, LA the language; as Zotero's export uses them. C7 is an
article number and C2 a PMCID, as in EndNote's reference type for articles; AN has the PMID, or else Web of Science's
number. A line is ``XX - value`` and ends with CR LF (2001, "General file format"). Every value is one line, and the
tag begins every line, so nothing in a value can begin a tag or end a record.

Editors of an article are ED, as A2 is a second author for some programs there; elsewhere they are A2. SN comes once
for each ISSN or ISBN, AD once for each affiliation. Left out are subtitles' own place (a subtitle joins the title
behind a colon), who belongs to which affiliation, ORCIDs, other roles, classifications, other identifiers, Keywords
Plus, licences, counts, online dates and related works.
"""

from collections.abc import Iterable, Iterator

from harvester.export import Entry, Format, Options
from harvester.export._kind import kind
from harvester.export._name import label, people
from harvester.export._text import encoded, one_line, whole_title
from harvester.items import Work

TYPES = {
    "journal-article": "JOUR",
    "proceedings-article": "CPAPER",
    "proceedings": "CONF",
    "posted-content": "UNPB",
    "book-chapter": "CHAP",
    "book-part": "CHAP",
    "book-section": "CHAP",
    "book-track": "CHAP",
    "reference-entry": "ENCYC",
    "book": "BOOK",
    "monograph": "BOOK",
    "reference-book": "BOOK",
    "book-set": "BOOK",
    "edited-book": "EDBOOK",
    "dissertation": "THES",
    "report": "RPRT",
    "report-component": "RPRT",
    "dataset": "DATA",
    "database": "DBASE",
    "software": "COMP",
    "standard": "STAND",
    "patent": "PAT",
    "journal": "SER",
    "book-series": "SER",
    "report-series": "SER",
    "proceedings-series": "SER",
}
"""Crossref's types and their reference types; all others are ``GEN``."""

_ARTICLES = frozenset({"JOUR", "MGZN", "NEWS"})


def pieces(entries: Iterable[Entry], _: Options) -> Iterator[bytes]:
    """Yield a record for each entry, with an empty line behind it."""
    for entry in entries:
        said = ((tag, one_line(value)) for tag, value in _tags(entry) if value is not None)
        yield encoded("".join(f"{tag}  - {value}\r\n" for tag, value in said if value) + "ER  - \r\n\r\n")


def _tags(entry: Entry) -> Iterator[tuple[str, str | int | None]]:
    work = entry.work
    type_of_reference = TYPES.get(kind(work), "GEN")
    yield "TY", type_of_reference
    yield "ID", entry.key
    yield "TI", whole_title(work.title, work.subtitle)
    for tag, role in (("AU", None), ("ED" if type_of_reference in _ARTICLES else "A2", "editor"), ("A4", "translator")):
        for author in people(work, role):
            yield tag, label(author)
    for affiliation in work.affiliations:
        yield "AD", affiliation.raw
    yield "T2", work.container_title
    yield "J2", work.container_title_short
    stated = work.published or work.published_online or ""
    yield "PY", stated[:4]
    yield "DA", _date(stated)
    yield "VL", work.volume
    yield "IS", work.issue
    yield "SP", work.first_page
    yield "EP", work.last_page
    yield "C7", work.article_number
    for number in (*work.issn, *work.isbn):
        yield "SN", number
    yield "PB", work.publisher
    yield "AB", work.abstract
    for keyword in work.keywords:
        yield "KW", keyword
    yield "LA", work.language
    yield "DO", work.doi
    yield "AN", work.pmid or _number_of("wos", work)
    yield "C2", work.pmcid
    yield "UR", work.url
    yield "L1", work.pdf_url


def _date(stated: str) -> str:
    """Return a date as ``2014/03/09/``, ``2014/03//`` or ``2014///``."""
    year, month, day = (*stated.split("-"), "", "")[:3]
    return f"{year}/{month}/{day}/" if stated else ""


def _number_of(scheme: str, work: Work) -> str | None:
    return next((each.value for each in work.identifiers if each.scheme == scheme), None)


FORMAT = Format("ris", (".ris",), pieces)
