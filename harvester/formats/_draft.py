"""A record on its way to a work: raw values by field, people with what stands beside their names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from harvester.items import Affiliation, Author, Classification, Work
from harvester.normalise import identifiers, pages, person, places, text
from harvester.normalise.fields import NORMALISERS

_LISTS = frozenset({"issn", "isbn", "keywords", "keywords_plus"})
# Few values, many records: what one record made of them serves the next.
_REPEATED = frozenset({
    "container_title", "container_title_short", "publisher", "language", "type", "published", "issn", "volume", "issue",
})  # fmt: skip
_PLACES = frozenset({"pages", "first_page", "last_page"})
_OWN_FIELDS = {"doi": "doi", "pmid": "pmid", "pmcid": "pmcid", "arxiv": "arxiv_id", "issn": "issn", "isbn": "isbn"}


@dataclass(slots=True)
class Person:
    """A name as the file has it, whole or in two fields, and what the file says of it.

    ``natural_order`` is that of `harvester.normalise.person.person`.
    """

    name: str = ""
    family: str | None = None
    given: str | None = None
    role: str | None = None
    orcid: str | None = None
    corresponding: bool | None = None
    places: list[str] = field(default_factory=list)
    natural_order: bool | None = None
    literal: bool = False
    """The name is an organisation's, or for another reason never to be split."""


@dataclass(slots=True)
class Draft:
    """What a record says, before anything is normalised.

    ``values`` has the raw values of each field of a work, the best first; besides those fields there is ``pages``, for
    a range in one value.
    """

    values: dict[str, list[str]] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    """Affiliations that the file gives to nobody."""
    identifiers: list[tuple[str, str]] = field(default_factory=list)
    classifications: list[Classification] = field(default_factory=list)
    single: frozenset[str] = frozenset()
    """Fields of keywords whose values are one keyword each, also where there is one value only."""

    def add(self, name: str, *raws: str | None) -> None:
        """Add raw values to a field; empty ones say nothing."""
        kept = [raw for raw in raws if raw and not raw.isspace()]
        if kept:
            self.values.setdefault(name, []).extend(kept)

    def work(self) -> Work:
        """Return the work: for each field the first value that survives its normaliser."""
        work = Work()
        self._identify()
        for name, raws in self.values.items():
            if name in self.single:
                setattr(
                    work, name, list({each.casefold(): each for raw in raws if (each := text.keyword(raw))}.values())
                )
            elif name in _LISTS:
                setattr(work, name, NORMALISERS[name](raws))
            elif name not in _PLACES and (usable := _first(name, raws)) is not None:
                setattr(work, name, usable)
        self._locate(work)
        work.authors, work.affiliations = _credits(self.people, self.places)
        work.classifications = self.classifications
        work.identifiers = list(filter(None, (identifiers.identifier(*each) for each in self.identifiers)))
        return work

    def _identify(self) -> None:
        """Bring identifiers for which a work has a field into that field."""
        others = []
        for scheme, value in self.identifiers:
            if own := _OWN_FIELDS.get(scheme):
                self.add(own, value)
            else:
                others.append((scheme, value))
        self.identifiers = others

    def _locate(self, work: Work) -> None:
        """Read the pages, in one value or in two."""
        raw = next(iter(self.values.get("pages", ())), None)
        first, last = (next(iter(self.values.get(name, ())), "") for name in ("first_page", "last_page"))
        if raw is None and first:
            # "101" and "9" in two fields are the abbreviated "101-9", and one field may hold both.
            raw = f"{first}-{last}" if last and last != first and "-" not in first else first
        said = pages.pages(raw) if raw is not None else pages.Pages()
        if said.first:
            work.first_page = said.first
            work.last_page = said.last or (said.first if last and last == first else None)
        elif said.article_number:
            work.article_number = work.article_number or said.article_number
        else:
            work.first_page = _first("first_page", self.values.get("first_page", []))
            work.last_page = _first("last_page", self.values.get("last_page", []))
        work.page_count = work.page_count or said.count


def people(names: Iterable[str], role: str | None = None, *, natural_order: bool | None = None) -> list[Person]:
    """Return names that a file gives one by one."""
    return [Person(name, role=role, natural_order=natural_order) for name in names if name.strip()]


def _first(name: str, raws: list[str]) -> Any:
    if name in _REPEATED and len(raws) == 1 and len(raws[0]) < 200:
        return _remembered(name, raws[0])
    return next(iter(NORMALISERS[name](raws)), None)


@lru_cache(maxsize=8192)
def _remembered(name: str, raw: str) -> Any:
    return next(iter(NORMALISERS[name]([raw])), None)


def _credits(people_: list[Person], homeless: list[str]) -> tuple[list[Author], list[Affiliation]]:
    """Return the authors, pointing into the list of affiliations, each of which stands there once."""
    found: list[Affiliation] = []
    index: dict[str, int] = {}
    authors: list[Author] = []
    alone = sum(each.role is None for each in people_) == 1
    for each in people_:
        for author in _authors(each, alone=alone and each.role is None):
            author.role, author.corresponding = each.role or author.role, each.corresponding or author.corresponding
            author.orcid = identifiers.orcid(each.orcid) if each.orcid else author.orcid
            author.affiliations = [at for raw in each.places if (at := _place(raw, found, index)) is not None]
            author.affiliations = list(dict.fromkeys(author.affiliations))
            authors.append(author)
    for raw in homeless:
        _place(raw, found, index)
    return authors, found


def _authors(each: Person, *, alone: bool) -> list[Author]:
    if each.literal:
        name = " ".join(each.name.split())
        return [Author(name=name)] if name else []
    if each.family:
        author = person.person_from_parts(each.family, each.given)
        return [author] if author else []
    return [
        Author(known.family, known.given, known.name, known.orcid, role=known.role)
        for known in _named(each.name, each.natural_order, alone=alone)
    ]


@lru_cache(maxsize=16384)
def _named(name: str, natural_order: bool | None, *, alone: bool) -> tuple[Author, ...]:
    """Return the people of a name, for copying; a lone name may be a list in one field."""
    if alone:
        return tuple(person.people(name, natural_order=natural_order))
    author = person.person(name, natural_order=natural_order)
    return (author,) if author else ()


def _place(raw: str, found: list[Affiliation], index: dict[str, int]) -> int | None:
    made = places.affiliation(raw)
    if made is None:
        return None
    key = made.raw.casefold()
    if key not in index:
        index[key] = len(found)
        found.append(made)
    return index[key]
