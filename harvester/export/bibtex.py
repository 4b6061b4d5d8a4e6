"""BibTeX, for BibTeX itself and for biblatex.

Sources: "BibTeXing" (Patashnik, 1988) for entry types, names and months; the biblatex manual, section 2.2, for the
fields that BibTeX's own styles pass over (``subtitle``, ``eid``, ``pagetotal``, ``doi``, ``eprint``, ``translator``,
``keywords``, ``abstract``, ``langid``'s plainer sibling ``language``). Entry types are those that both know: what
BibTeX has no type for is ``misc`` with its kind in ``type``. A date is ``year``, ``month`` (one of BibTeX's month
names, without braces) and ``day``. ``pmid``, ``pmcid``, ``copyright``, ``pdf`` and ``keywords-plus`` are written as
PubMed's, Zotero's and Web of Science's exports have them.

``doi`` and ``url`` are no LaTeX in biblatex (section 2.2.1, "verbatim"), so they are written as they are; where an
address has characters that could end the field, they are percent-encoded, and a DOI with such is written as an
address. No place is there for affiliations, ORCIDs, other roles than editor and translator, classifications, other
identifiers, counts, online dates and related works.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from harvester.export import Entry, Format, Options
from harvester.export._kind import kind
from harvester.export._latex import latex, title
from harvester.export._name import label, name_of, people
from harvester.export._text import encoded, one_line
from harvester.items import Author, Work

TYPES = {
    "journal-article": "article",
    "proceedings-article": "inproceedings",
    "proceedings": "proceedings",
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "book-set": "book",
    "book-chapter": "incollection",
    "book-part": "incollection",
    "book-section": "incollection",
    "book-track": "incollection",
    "reference-entry": "incollection",
    "dissertation": "phdthesis",
    "report": "techreport",
    "report-component": "techreport",
}
"""Crossref's types and their entry types; all others are ``misc``."""

_SAID_TYPES = {
    "posted-content": "preprint",
    "dataset": "dataset",
    "database": "dataset",
    "software": "software",
    "standard": "standard",
    "patent": "patent",
    "peer-review": "peer review",
    # Without it styles print "PhD thesis", which nobody said.
    "dissertation": "Dissertation",
}
_CONTAINERS = {"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle", "misc": "howpublished"}
_PUBLISHERS = {"phdthesis": "school", "techreport": "institution"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2]))?(?:-([0-9]{2}))?")
_BREAKS_OUT = re.compile(r"[{}\\\s@]")
_NOT_IN_ADDRESS = re.compile(r'[{}\\\s@"<>^`|]')
_PARTS_NAMES = re.compile(r",|(?:^|\s)and(?:\s|$)", re.IGNORECASE)


def pieces(entries: Iterable[Entry], _: Options) -> Iterator[bytes]:
    """Yield an entry for each, a field a line, with an empty line behind it."""
    for entry in entries:
        fields = ",\n".join(f"  {name} = {value}" for name, value in _fields(entry.work))
        yield encoded(f"@{_entry_type(entry.work)}{{{entry.key},\n{fields}\n}}\n\n")


def _entry_type(work: Work) -> str:
    return TYPES.get(kind(work), "misc")


def _fields(work: Work) -> Iterator[tuple[str, str]]:
    """Yield names and values, those with their braces."""
    entry_type = _entry_type(work)
    for role, field in ((None, "author"), ("editor", "editor"), ("translator", "translator")):
        if names := " and ".join(map(_name, people(work, role))):
            yield field, f"{{{names}}}"
    for field, value in (("title", work.title), ("subtitle", work.subtitle)):
        if value:
            yield field, f"{{{title(value, work.language)}}}"
    yield from _braced(
        (_CONTAINERS.get(entry_type, "series"), work.container_title),
        ("shortjournal", work.container_title_short),
        (_PUBLISHERS.get(entry_type, "publisher"), work.publisher),
        ("type", _SAID_TYPES.get(kind(work))),
    )
    yield from _dated(work.published or work.published_online)
    yield from _braced(("volume", work.volume), ("number", work.issue))
    if pages := [latex(each) for each in (work.first_page, work.last_page) if each]:
        yield "pages", f"{{{'--'.join(dict.fromkeys(pages))}}}"
    yield from _braced(
        ("eid", work.article_number),
        ("pagetotal", work.page_count),
        ("issn", ", ".join(work.issn)),
        ("isbn", ", ".join(work.isbn)),
        ("language", work.language),
    )
    if work.doi:
        yield "doi", f"{{{_verbatim_doi(work.doi)}}}"
    if work.arxiv_id:
        yield from _braced(("eprint", work.arxiv_id), ("archiveprefix", "arXiv"))
    yield from _braced(("pmid", work.pmid), ("pmcid", work.pmcid))
    for field, address in (("url", work.url), ("pdf", work.pdf_url)):
        if address:
            yield field, f"{{{_address(address)}}}"
    yield from _braced(
        ("copyright", work.license),
        ("keywords", None if not work.keywords else work.keywords),
        ("keywords-plus", None if not work.keywords_plus else work.keywords_plus),
        ("abstract", work.abstract),
    )


def _braced(*fields: tuple[str, str | int | list[str] | None]) -> Iterator[tuple[str, str]]:
    for name, value in fields:
        if isinstance(value, list):
            # Commas part keywords, so one with a comma in it is a group.
            yield name, "{" + ", ".join(f"{{{latex(each)}}}" if "," in each else latex(each) for each in value) + "}"
        elif value not in (None, ""):
            yield name, f"{{{latex(value)}}}"


def _dated(stated: str | None) -> Iterator[tuple[str, str]]:
    if not stated:
        return
    found = _DATE.fullmatch(stated)
    yield "year", f"{{{found[1] if found else latex(stated)}}}"
    if found and found[2]:
        yield "month", _MONTHS[int(found[2]) - 1]
    if found and found[3]:
        yield "day", f"{{{int(found[3])}}}"


def _name(author: Author) -> str:
    """Return a name as ``von Last, Jr, First``, or in braces where it is not to be taken apart."""
    name = name_of(author)
    given = " ".join(filter(None, (name.given, name.behind)))
    if name.family and given:
        family = " ".join(filter(None, (name.particle, name.family)))
        return ", ".join(_part(part) for part in (family, name.suffix, given) if part)
    return f"{{{latex(label(author))}}}"


def _part(text: str) -> str:
    # Programs that look for "and" and commas step over a backslash and what is behind it, not always with care.
    found = latex(text)
    return f"{{{found}}}" if "\\" in found or _PARTS_NAMES.search(text) else found


def _verbatim_doi(doi: str) -> str:
    text = one_line(doi)
    return f"https://doi.org/{_quoted(text)}" if _BREAKS_OUT.search(text) else text


def _address(url: str) -> str:
    return _NOT_IN_ADDRESS.sub(lambda found: quote(found[0]), one_line(url))


def _quoted(doi: str) -> str:
    return quote(doi, safe="/:;().-_~!$&'*+,=")


FORMAT = Format("bibtex", (".bib", ".bibtex"), pieces)
