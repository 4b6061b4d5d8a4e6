"""A work is a pure function of its records: field by field the best value wins, whichever record came first."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from harvester.items import Work
from harvester.json_text import alike


@dataclass(frozen=True, slots=True)
class Told:
    """What one record says: `Work.to_dict` without what it does not say, the reader of each field, when it was seen."""

    record_id: int
    page_key: str
    data: dict[str, Any]
    sources: dict[str, str]
    seen: datetime


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged work as `Work.to_dict` has it, and for each field the record and reader that its value came from."""

    data: dict[str, Any]
    origins: dict[str, tuple[int, str]]


# Readers by how far they are to be trusted; what is not named here stands between.
_RANK = {
    reader: rank
    for rank, readers in enumerate(
        (
            ("site",),
            ("highwire", "signposting", "prism", "bepress", "eprints"),
            ("json_ld", "microdata", "coins", "state", "labelled", "file"),
            ("dublin_core",),
            ("visible", "text_lines"),
            ("plain_meta", "address", "derived", "html lang"),
        )
    )
    for reader in readers
}
_MIDDLE = 3

Measure = Callable[[Any, str, "Told", "Counter[str]"], Any]
"""A measure of a value, its field, its record and how many records say the same; the larger wins."""


def _agreement(value: Any, field: str, told: Told, same: "Counter[str]") -> int:
    return same[_folded(value)] if same else 0


def _trust(value: Any, field: str, told: Told, same: "Counter[str]") -> int:
    reader = told.sources.get(field, "")
    return -_RANK.get(reader, _RANK.get(reader.partition(":")[0], _MIDDLE))


def _length(value: Any, field: str, told: Told, same: "Counter[str]") -> int:
    return len(value)


def _whole(value: str, field: str, told: Told, same: "Counter[str]") -> bool:
    return not value.rstrip().endswith(("…", "..."))


def _year_agreement(value: str, field: str, told: Told, same: "Counter[str]") -> int:
    return sum(count for other, count in same.items() if other[:4] == value[:4])


def _detail(value: list[dict[str, Any]], field: str, told: Told, same: "Counter[str]") -> tuple[int, int]:
    """Prefer the list with more people, then the one that says more of them."""
    said = sum(bool(part) for author in value for part in author.values())
    return len(value), said + sum(len(author.get("given") or "") for author in value)


def _recency(value: Any, field: str, told: Told, same: "Counter[str]") -> datetime:
    return told.seen


POLICY: dict[str, tuple[Measure, ...]] = {
    "authors": (_detail, _trust),
    "abstract": (_whole, _length, _trust),
    "published": (_year_agreement, _length, _trust),
    "published_online": (_year_agreement, _length, _trust),
    "keywords": (_length, _trust),
    "keywords_plus": (_length, _trust),
    "related": (_length, _trust),
    "related_total": (_recency,),
    "cited_by_count": (_recency,),
    "references_count": (_recency, _trust),
}
"""By what the values of a field are compared, most important first; ties go to the smaller page key."""

USUAL: tuple[Measure, ...] = (_agreement, _trust)
"""The policy of all other fields: what most records say, then the more trusted reader."""

UNITED = frozenset({"issn", "isbn", "classifications", "identifiers"})
"""Fields that hold what all records say together."""

_NEITHER = re.compile(r"[\W_]+")  # letter nor digit

_FOLLOWS = {"affiliations": "authors"}  # authors point into affiliations, so both come from one record


def merge(records: Iterable[Told], doi: str | None) -> Merged:
    """Return the work that these records describe together.

    ``doi``: the DOI that identifies the work; a record may show another one (its book's, a wrong one), which then stays
    in the record. The order of the records does not matter.
    """
    ordered = sorted(records, key=lambda told: told.page_key)
    data = _nothing().copy()
    if len(ordered) == 1:
        return _alone(ordered[0], data, doi)
    origins: dict[str, tuple[int, str]] = {}
    said: dict[str, list[Told]] = {}
    for told in ordered:
        for field in told.data:
            said.setdefault(field, []).append(told)
    for field in [name for name in data if name in said and name != "doi" and name not in _FOLLOWS]:
        tellers = said[field]
        best = _best(field, tellers)
        together = field in UNITED and len(tellers) > 1
        data[field] = _united(field, best, tellers) if together else best.data[field]
        origins[field] = (best.record_id, best.sources.get(field, ""))
        for follower in (name for name, leader in _FOLLOWS.items() if leader == field and name in best.data):
            data[follower] = best.data[follower]
            origins[follower] = (best.record_id, best.sources.get(follower, ""))
    data["doi"] = doi
    if doi is not None and (showing := [told for told in said.get("doi", ()) if told.data["doi"] == doi]):
        best = _best("doi", showing)
        origins["doi"] = (best.record_id, best.sources.get("doi", ""))
    return Merged(data, origins)


@cache
def _nothing() -> dict[str, Any]:
    return Work().to_dict()


def _alone(told: Told, data: dict[str, Any], doi: str | None) -> Merged:
    """Return the work of one record."""
    said = {field: value for field, value in told.data.items() if field != "doi"}
    if doi is not None:
        said["doi"] = doi
    return Merged(data | said, {field: (told.record_id, told.sources.get(field, "")) for field in said})


def _best(field: str, tellers: Sequence[Told]) -> Told:
    first = tellers[0]
    if len(tellers) == 1:
        return first
    measures = POLICY.get(field, USUAL)
    value, source = first.data[field], first.sources.get(field)
    agreed = alike = True
    for told in tellers[1:]:
        agreed = agreed and told.data[field] == value
        alike = alike and told.sources.get(field) == source
    if agreed and alike and _recency not in measures:
        return first  # nothing tells them apart but their page keys
    # Where all say the same, how many say it decides nothing.
    compared = not agreed and (_agreement in measures or _year_agreement in measures)
    same = Counter(_folded(told.data[field]) for told in tellers) if compared else Counter()
    # max keeps the first of equals, and the records are in the order of their page keys.
    return max(tellers, key=lambda told: [measure(told.data[field], field, told, same) for measure in measures])


def _united(field: str, best: Told, tellers: Sequence[Told]) -> list[Any]:
    found = {alike(each): each for told in (best, *tellers) for each in told.data[field]}
    return list(found.values())


def _folded(value: Any) -> str:
    """Return what makes two values the same; case and spaces do not tell them apart."""
    if isinstance(value, str):
        return _NEITHER.sub("", value.casefold()) or value
    return alike(value)
