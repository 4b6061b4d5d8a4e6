"""The field tags of Web of Science, which its plain text and its tab-delimited files share."""

import re
from collections.abc import Iterable

from harvester.formats import Read
from harvester.formats._draft import Draft, Person
from harvester.items import Classification

ByTag = dict[str, list[str]]

LINES = frozenset({"AU", "AF", "BA", "BF", "CA", "BE", "ED", "C1"})
"""Tags of which each line is a value of its own; the lines of others are one text."""

_FIELDS = {
    "TI": "title",
    "SO": "container_title",
    "J9": "container_title_short",
    "JI": "container_title_short",
    "PU": "publisher",
    "VL": "volume",
    "IS": "issue",
    "BP": "first_page",
    "EP": "last_page",
    "AR": "article_number",
    "PG": "page_count",
    "SN": "issn",
    "EI": "issn",
    "BN": "isbn",
    "DI": "doi",
    "PM": "pmid",
    "AB": "abstract",
    "LA": "language",
    "TC": "cited_by_count",
    "Z9": "cited_by_count",
    "NR": "references_count",
    "EA": "published_online",
    "DE": "keywords",
    "ID": "keywords_plus",
}
_SHORT_DATE = re.compile(r"[A-Z]{3}(?:-[A-Z]{3})?(?: [0-9]{1,2})?$")
_ADDRESS = re.compile(r"\[([^\]]*)\]\s*(.*)")
_NAME_AND_ID = re.compile(r"([^/]+)/([0-9X-]{19})")
_CORRESPONDING = re.compile(r"([^;()]+?)\s*\((?:corresponding|reprint) author\)", re.IGNORECASE)
_PATENT = "P"


def read(by_tag: ByTag) -> Read:
    """Return the work of a record's fields."""
    draft = Draft(single=frozenset({"keywords", "keywords_plus"}))
    for tag, field in _FIELDS.items():
        draft.add(field, *by_tag.get(tag, ()))
    for field in ("keywords", "keywords_plus"):
        # One field holds all of them, parted by semicolons; a comma is part of a keyword.
        raws = [part for raw in draft.values.get(field, ()) for part in raw.split(";")]
        draft.values[field] = raws
    draft.add("published", *_dates(by_tag))
    draft.add("type", *(kind for raw in by_tag.get("DT", ()) for kind in raw.split(";")))
    if by_tag.get("PT") == [_PATENT]:
        draft.add("type", "patent")
    draft.classifications = [
        Classification(scheme, part.strip())
        for tag, scheme in (("WC", "wos-category"), ("SC", "wos-area"))
        for raw in by_tag.get(tag, ())
        for part in raw.split(";")
        if part.strip()
    ]
    key = next((raw.strip() for raw in by_tag.get("UT", ()) if raw.strip()), None)
    if key:
        draft.identifiers.append(("wos", key if ":" in key else f"WOS:{key}"))
    draft.people = _people(by_tag)
    draft.places = _addresses(by_tag, draft.people)
    return Read(draft.work(), key)


def _dates(by_tag: ByTag) -> list[str]:
    """Return ``MAR 15`` with its year, then the year; a season or a range of months counts as far as it goes."""
    years = by_tag.get("PY", [])[:1]
    days = [raw for raw in by_tag.get("PD", ()) if _SHORT_DATE.match(raw.strip())]
    return [
        *(
            f"{day.split('-')[0]} {year}" if "-" in day else f"{_day_first(day)} {year}"
            for day in days
            for year in years
        ),
        *years,
    ]


def _day_first(day: str) -> str:
    month, _, number = day.strip().partition(" ")
    return f"{number} {month}" if number else month


def _people(by_tag: ByTag) -> list[Person]:
    """Return the authors with their full names where the file has one for each, then groups and editors."""
    short, full = by_tag.get("AU", []), by_tag.get("AF", [])
    if not short and not full:
        short, full = by_tag.get("BA", []), by_tag.get("BF", [])
    found = [Person(name) for name in (full if len(full) == len(short) or not short else short) if name.strip()]
    orcids = _orcids(by_tag.get("OI", ()))
    wanted = {_folded(name) for raw in by_tag.get("RP", ()) for name in _CORRESPONDING.findall(raw)}
    for each, other in zip(found, short if len(short) == len(found) else [each.name for each in found], strict=True):
        each.orcid = orcids.get(_folded(each.name)) or orcids.get(_folded(other))
        each.corresponding = True if {_folded(other), _folded(each.name)} & wanted else None
    found += [Person(name, literal=True) for name in by_tag.get("CA", ()) if name.strip()]
    editors = by_tag.get("BE") or by_tag.get("ED") or []
    return found + [Person(name, role="editor") for name in editors if name.strip()]


def _orcids(raws: Iterable[str]) -> dict[str, str]:
    """Read ``Hartley, Jean/0000-0002-1825-0097; ...``."""
    parts = (_NAME_AND_ID.search(part) for raw in raws for part in raw.split(";"))
    return {_folded(found[1]): found[2] for found in parts if found}


def _addresses(by_tag: ByTag, people: list[Person]) -> list[str]:
    """Give the addresses to the people in their brackets; return those of nobody.

    A name that is no author's points to nobody. An address without names is a lone author's.
    """
    index: dict[str, list[Person]] = {}
    for each in people:
        index.setdefault(_folded(each.name), []).append(each)
    for short, full in zip(by_tag.get("AU", ()), people, strict=False):
        index.setdefault(_folded(short), []).append(full)
    homeless = []
    for raw in by_tag.get("C1", ()):
        bracketed = _ADDRESS.match(raw.strip())
        place = (bracketed[2] if bracketed else raw).strip().rstrip(".")
        names = bracketed[1].split(";") if bracketed else []
        owners = [owner for name in names for owner in index.get(_folded(name), ())]
        if not names and len(people) == 1:
            owners = people
        for owner in owners:
            owner.places.append(place)
        if place and not owners:
            homeless.append(place)
    return homeless


def _folded(name: str) -> str:
    return " ".join(name.replace(".", " ").replace(",", " ").split()).casefold()
