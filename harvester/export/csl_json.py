"""CSL-JSON: an array of items for citation programs, by the schema of CSL 1.0.2.

Sources: ``csl-data.json`` of the Citation Style Language (which fields, of which type, and no others), appendix IV of
the CSL specification (what each variable means). Types are mapped as Crossref maps its own when asked for CSL, with
the types that CSL 1.0.2 added since: ``dataset``, ``software``, ``standard``, ``periodical``, and ``article`` for
what is published outside of journals, preprints first of all.

CSL has one title, so a subtitle joins it behind a colon. ``available-date`` is the day of online publication. An
article number is ``number``, and also ``page`` where there are no pages, as most styles print nothing else. ISSNs,
ISBNs and keywords are one text each, joined by commas. No place is there for affiliations, ORCIDs, classifications,
other identifiers, Keywords Plus, licences, counts and related works.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from harvester.export import Entry, Format, Options
from harvester.export._kind import kind
from harvester.export._name import name_of
from harvester.export._text import encoded, one_line, whole_title
from harvester.items import Author, Work

TYPES = {
    "journal-article": "article-journal",
    "proceedings-article": "paper-conference",
    "posted-content": "article",
    "book-chapter": "chapter",
    "book-part": "chapter",
    "book-section": "chapter",
    "book-track": "chapter",
    "reference-entry": "entry",
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "book-series": "book",
    "book-set": "book",
    "proceedings": "book",
    "proceedings-series": "book",
    "dissertation": "thesis",
    "report": "report",
    "report-component": "report",
    "report-series": "report",
    "dataset": "dataset",
    "database": "dataset",
    "software": "software",
    "standard": "standard",
    "patent": "patent",
    "peer-review": "review",
    "journal": "periodical",
    "journal-issue": "periodical",
    "journal-volume": "periodical",
}
"""Crossref's types and what CSL calls them; all others are a ``document``."""

_ROLES = frozenset({
    "chair", "collection-editor", "compiler", "composer", "container-author", "contributor", "curator", "director",
    "editor", "editorial-director", "executive-producer", "guest", "host", "illustrator", "interviewer", "narrator",
    "organizer", "original-author", "performer", "producer", "recipient", "reviewed-author", "script-writer",
    "series-creator", "translator",
})  # fmt: skip
_PLAIN = {
    "container-title": "container_title",
    "container-title-short": "container_title_short",
    "publisher": "publisher",
    "volume": "volume",
    "issue": "issue",
    "number-of-pages": "page_count",
    "language": "language",
    "DOI": "doi",
    "PMID": "pmid",
    "PMCID": "pmcid",
    "URL": "url",
}
_LISTS = {"ISSN": "issn", "ISBN": "isbn", "keyword": "keywords"}
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


def pieces(entries: Iterable[Entry], _: Options) -> Iterator[bytes]:
    """Yield an array, an item a line."""
    lead = "[\n"
    for entry in entries:
        yield encoded(lead + json.dumps(item(entry), ensure_ascii=False))
        lead = ",\n"
    yield b"\n]\n" if lead == ",\n" else b"[]\n"


def item(entry: Entry) -> dict[str, Any]:
    """Return a work as an item."""
    work = entry.work
    found: dict[str, Any] = {"id": entry.key, "type": TYPES.get(kind(work), "document")}
    if title := whole_title(work.title, work.subtitle):
        found["title"] = title
    for author in work.authors:
        if name := _name(author):
            variable = author.role if author.role in _ROLES else "contributor"
            found.setdefault("author" if author.role is None else variable, []).append(name)
    for variable, stated in (
        ("issued", work.published or work.published_online),
        ("available-date", work.published_online),
    ):
        if stated:
            found[variable] = _date(stated)
    found |= {to: one_line(value) for to, of in _PLAIN.items() if (value := getattr(work, of)) not in (None, "")}
    found |= {to: ", ".join(map(one_line, values)) for to, of in _LISTS.items() if (values := getattr(work, of))}
    found |= _locators(work)
    if work.abstract:
        found["abstract"] = work.abstract
    return found


def _locators(work: Work) -> dict[str, str]:
    found = {}
    pages = [one_line(each) for each in (work.first_page, work.last_page) if each]
    if pages:
        found["page"] = "-".join(dict.fromkeys(pages))
        found["page-first"] = pages[0]
    if work.article_number:
        found["number"] = one_line(work.article_number)
        found.setdefault("page", found["number"])
    elif work.arxiv_id and work.type == "posted-content":
        found["number"] = f"arXiv:{one_line(work.arxiv_id)}"
    return found


def _name(author: Author) -> dict[str, str]:
    name = name_of(author)
    said = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "dropping-particle": name.behind,
        "suffix": name.suffix,
        "literal": name.literal,
    }
    return {part: value for part, value in said.items() if value}


def _date(stated: str) -> dict[str, Any]:
    """Return a date as far as it is stated; one that is no date stays as it is."""
    found = _DATE.fullmatch(stated)
    return {"date-parts": [[int(part) for part in found.groups() if part]]} if found else {"literal": one_line(stated)}


FORMAT = Format("csl-json", (".json",), pieces)
