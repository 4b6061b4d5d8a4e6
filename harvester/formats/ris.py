"""RIS, as reference managers and publishers export it.

Tags: "RIS Format Specifications" of Research Information Systems (2001), and the list of 2011 that gives T2, J2, DO
and LA their meaning. Publishers mix the two, hence several tags for a field; the first usable value wins.
"""

import re

from harvester.formats import Bad, Format, Read
from harvester.formats._draft import Draft, people
from harvester.formats._tagged import Dialect, Tags, joined, titled

DIALECT = Dialect(
    line=re.compile(r"\s?([A-Z][A-Z0-9])\s{1,2}-(?:\s(.*)|)$"),
    starts="TY",
    ends="ER",
)
_FIELDS = {
    "title": ("TI", "T1", "CT", "BT"),
    "container_title": ("JF", "T2", "JO", "JA", "BT"),
    "container_title_short": ("J2", "JA", "JO"),
    "published": ("DA", "PY", "Y1"),
    "volume": ("VL",),
    "issue": ("IS",),
    "first_page": ("SP",),
    "last_page": ("EP",),
    "issn": ("SN",),
    "isbn": ("SN",),
    "abstract": ("AB", "N2"),
    "keywords": ("KW",),
    "publisher": ("PB",),
    "language": ("LA",),
    "url": ("UR", "LK"),
    "pdf_url": ("L1",),
    "article_number": ("C7",),
    "type": ("TY",),
}
"""Fields and the tags that may hold them, the best first."""
_WHOLE = frozenset({"BOOK", "EDBOOK", "THES", "RPRT", "SER"})
"""Types whose second title is a series and no container."""
_ROLES = {"AU": None, "A1": None, "A2": "editor", "ED": "editor", "A4": "translator"}
_DOI = re.compile(r"\s*(?:doi\s*:|https?://(?:dx\.)?doi\.org/|10\.[0-9]{4})", re.IGNORECASE)


def work(tags: Tags) -> Read | Bad:
    """Return the work of a record."""
    by_tag: dict[str, list[str]] = {}
    for tag, value in tags:
        by_tag.setdefault(tag, []).append(value)
    draft = Draft()
    for field, names in _FIELDS.items():
        draft.add(
            field, *(joined(value) if field != "abstract" else value for n in names for value in by_tag.get(n, ()))
        )
    kind = by_tag.get("TY", [""])[0]
    if kind in _WHOLE:
        draft.values.pop("container_title", None)
    draft.values["published"] = _longest_first(draft.values.get("published", []))
    # The 2001 list has no tag for DOIs, so exporters put them wherever there was room.
    draft.add("doi", *by_tag.get("DO", ()))
    draft.add(
        "doi", *(value for n in ("UR", "M3", "L3", "N1", "ID") for value in by_tag.get(n, ()) if _DOI.match(value))
    )
    for tag, role in _ROLES.items():
        if tag in by_tag and not (tag == "A2" and kind in ("JOUR", "MGZN")):
            draft.people += people(map(joined, by_tag[tag]), role)
    draft.places = [joined(value) for value in by_tag.get("AD", ())]
    return Read(draft.work(), _key(by_tag))


def _longest_first(dates: list[str]) -> list[str]:
    """Bring the fuller date to the front: ``2014/01/30/`` says more than ``2014///``."""
    return sorted((date.rstrip("/ ") for date in dates), key=lambda date: -sum(map(str.isdigit, date)))


def _key(by_tag: dict[str, list[str]]) -> str | None:
    for tag in ("ID", "AN"):
        for value in by_tag.get(tag, ()):
            if value and len(value) < 100:
                return value
    return None


FORMAT = Format("ris", (".ris",), DIALECT.split, work, titled(*_FIELDS["title"]), DIALECT.sniff)
