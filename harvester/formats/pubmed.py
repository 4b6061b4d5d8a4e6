"""PubMed's own format (``.nbib``, and "PubMed" in its list of formats to save).

Tags: National Library of Medicine, "MEDLINE/PubMed Data Element (Field) Descriptions". What follows a name (``AD``,
``AUID``) belongs to it. MeSH headings are a classification, ``OT`` are the authors' keywords.
"""

import re

from harvester.formats import Bad, Format, Read
from harvester.formats._draft import Draft, Person
from harvester.formats._tagged import Dialect, Tags, joined, titled
from harvester.items import Classification

DIALECT = Dialect(
    line=re.compile(r"(?=.{4}-)([A-Z][A-Z0-9]{1,3}) *-(?:\s(.*)|)$"),
    starts="PMID",
    blank_ends=True,
    goes_on=re.compile(r"\s"),
)
_FIELDS = {
    "PMID": "pmid",
    "PMC": "pmcid",
    "JT": "container_title",
    "BTI": "container_title",
    "TA": "container_title_short",
    "DP": "published",
    "DEP": "published_online",
    "VI": "volume",
    "IP": "issue",
    "PG": "pages",
    "AB": "abstract",
    "LA": "language",
    "PT": "type",
    "PB": "publisher",
    "OT": "keywords",
    "IS": "issn",
    "ISBN": "isbn",
}
_NAMES = {"FAU": None, "AU": None, "FED": "editor", "ED": "editor"}
_FULL = {"AU": "FAU", "ED": "FED"}
_TRANSLATED = re.compile(r"\[(.*?)\]\.?$", re.DOTALL)


def work(tags: Tags) -> Read | Bad:
    """Return the work of a record."""
    draft = Draft(single=frozenset({"keywords"}))
    present = {tag for tag, _ in tags}
    for tag, value in tags:
        if field := _FIELDS.get(tag):
            draft.add(field, joined(value).lstrip("*") if tag == "OT" else joined(value))
        elif tag in _NAMES and _FULL.get(tag) not in present:
            draft.people.append(Person(joined(value), role=_NAMES[tag]))
        elif tag == "CN":
            draft.people.append(Person(joined(value), literal=True))
        elif tag in ("AD", "AUID"):
            _of_person(draft, tag, joined(value))
        elif tag in ("TI", "TT"):
            draft.add("title", _title(joined(value)))
        elif tag in ("LID", "AID"):
            _locate(draft, value)
        elif tag == "MH":
            draft.classifications.append(Classification("mesh", joined(value).replace("*", "")))
    if "TI" not in present:
        # The record of a whole book has its title where that of a chapter has its container.
        draft.values["title"] = [*draft.values.get("title", []), *draft.values.pop("container_title", [])]
    if any(kind == "Preprint" for kind in draft.values.get("type", ())):
        draft.values["type"] = ["Preprint"]
    pmid = draft.values.get("pmid")
    return Read(draft.work(), pmid[0] if pmid else None)


def _of_person(draft: Draft, tag: str, value: str) -> None:
    if not draft.people:
        if tag == "AD":
            draft.places.append(value)
    elif tag == "AD":
        draft.people[-1].places.append(value)
    else:
        draft.people[-1].orcid = value


def _title(value: str) -> str:
    """Drop PubMed's full stop, and the brackets around a title that it has translated."""
    translated = _TRANSLATED.match(value)
    text = translated[1] if translated else value
    return text[:-1] if text.endswith(".") and not text.endswith("..") else text


def _locate(draft: Draft, value: str) -> None:
    """Read ``10.1234/abc [doi]`` and ``e12345 [pii]``."""
    text, _, kind = joined(value).rpartition(" ")
    if kind == "[doi]":
        draft.add("doi", text)
    elif kind == "[pii]" and re.fullmatch(r"e[0-9]{3,}", text):
        draft.add("article_number", text)


FORMAT = Format("pubmed", (".nbib",), DIALECT.split, work, titled("TI", "TT", "BTI"), DIALECT.sniff)
