"""What schema.org says of a work; JSON-LD, microdata and RDFa all end as the same kind of entity."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from harvester.extraction.candidates import Candidate, RawAuthor
from harvester.extraction.vocabulary import SCHEMA_TYPES
from harvester.page import Page

Entity = dict[str, Any]

_CONTAINERS = {"Periodical", "Book", "BookSeries", "DataCatalog", "Journal"}
_DEEPEST_PART = 6
"""How many containers of containers are followed: article, issue, volume, periodical is three."""


def types_of(entity: Entity) -> list[str]:
    """Return the local names of an entity's types."""
    found = [str(each) for each in _many(entity.get("@type"))]
    return [each.rsplit("/", 1)[-1].rsplit("#", 1)[-1].rsplit(":", 1)[-1] for each in found]


def is_work(entity: Entity) -> bool:
    """Return True for an entity that is a work which people cite."""
    return any(each in SCHEMA_TYPES for each in types_of(entity))


def about(page: Page, found: list[Entity]) -> Entity | None:
    """Return the one entity that the page is about; None where there is none or nothing tells which.

    Of several works it is the one with the page's address or DOI; without such a sign, the only one of the
    surest type.
    """
    works = [entity for entity in found if is_work(entity)]
    if len(works) > 1:
        here = {_address(each) for each in (page.url, *page.linked("canonical"), page.meta.first("og.url") or "")}
        here.discard("")
        named = [entity for entity in works if _addresses(entity) & here]
        if not named:
            best = min(_rank(entity) for entity in works)
            named = [entity for entity in works if _rank(entity) == best]
            if len({_title(entity) for entity in named}) > 1:
                return None
        works = sorted(named, key=_rank)
    return works[0] if works else None


def _rank(entity: Entity) -> int:
    order = list(SCHEMA_TYPES)
    return min(order.index(each) for each in types_of(entity) if each in SCHEMA_TYPES)


def _title(entity: Entity) -> str:
    return (_text(entity.get("headline")) or _text(entity.get("name")) or "").casefold()


def _address(url: str) -> str:
    return unquote(url).partition("#")[0].partition("://")[2].removeprefix("www.").rstrip("/").casefold()


def _addresses(entity: Entity) -> set[str]:
    values = [*_many(entity.get("@id")), *_many(entity.get("url")), *_many(entity.get("mainEntityOfPage"))]
    texts = [each.get("@id") or each.get("url") if isinstance(each, dict) else each for each in values]
    return {_address(each) for each in texts if isinstance(each, str)}


def candidates(entity: Entity, reader: str) -> Iterator[Candidate]:
    """Yield everything that the entity says of itself and of what it is part of."""
    for field, keys in _PLAIN.items():
        for key in keys:
            for value in _many(entity.get(key)):
                text = _text(value)
                if text:
                    yield Candidate(field, text, reader)
    yield from _identifiers(entity, reader)
    yield from _people(entity, reader)
    yield from _container(entity, reader)
    words = [text for value in _many(entity.get("keywords")) if (text := _text(value))]
    if words:
        yield Candidate("keywords", words, reader)
    for each in _many(entity.get("encoding")):
        if isinstance(each, dict) and "pdf" in str(each.get("encodingFormat") or each.get("contentUrl") or "").lower():
            yield Candidate("pdf_url", _text(each.get("contentUrl") or each.get("url")), reader)
    references = _many(entity.get("citation"))
    if len(references) > 1 and "ScholarlyArticle" in types_of(entity):
        yield Candidate("references_count", str(len(references)), reader)
    parts = [types_of(each) for each in _many(entity.get("isPartOf")) if isinstance(each, dict)]
    if any("Book" in kinds for kinds in parts) and "Book" not in types_of(entity):
        yield Candidate("type", "book-chapter", reader)
    for kind in types_of(entity):
        if SCHEMA_TYPES.get(kind):
            yield Candidate("type", SCHEMA_TYPES[kind], reader)


_PLAIN: dict[str, tuple[str, ...]] = {
    "title": ("headline", "name"),
    "abstract": ("abstract", "description"),
    "published": ("datePublished",),
    "publisher": ("publisher",),
    "language": ("inLanguage",),
    "license": ("license",),
    "volume": ("volumeNumber",),
    "issue": ("issueNumber",),
    "first_page": ("pageStart",),
    "last_page": ("pageEnd",),
    "pages": ("pagination",),
    "page_count": ("numberOfPages",),
    "isbn": ("isbn",),
    "url": ("url",),
}


def _identifiers(entity: Entity, reader: str) -> Iterator[Candidate]:
    values: list[Any] = []
    for key in ("doi", "identifier", "@id", "sameAs", "url"):
        values += _many(entity.get(key))
    for value in values:
        scheme = str(value.get("propertyID") or value.get("name") or "").lower() if isinstance(value, dict) else ""
        text = (
            _text(value.get("value") or value.get("@id") or value.get("url"))
            if isinstance(value, dict)
            else _text(value)
        )
        if not text:
            continue
        if "doi" in scheme or "doi.org/" in text or text.lower().startswith(("doi:", "10.")):
            yield Candidate("doi", text, reader)
        elif scheme in {"pmid", "pubmed"}:
            yield Candidate("pmid", text, reader)
        elif scheme in {"pmcid", "pmc"}:
            yield Candidate("pmcid", text, reader)


def _people(entity: Entity, reader: str) -> Iterator[Candidate]:
    # Data sets name whom to ask as author, and everybody as creator.
    keys = ("creator", "author") if "Dataset" in types_of(entity) else ("author", "creator")
    for key in keys:
        found = [author for value in _many(entity.get(key)) if (author := _author(value))]
        if found:
            yield Candidate("authors", found, reader)


def _author(value: Any) -> RawAuthor | None:
    if isinstance(value, str):
        return RawAuthor(name=value) if value.strip() and not value.startswith(("http://", "https://")) else None
    if not isinstance(value, dict):
        return None
    family, given = _text(value.get("familyName")), _text(value.get("givenName"))
    name = _text(value.get("name")) or " ".join(filter(None, (given, family)))
    if not name:
        return None
    links = [_text(each) for key in ("@id", "identifier", "sameAs", "url") for each in _many(value.get(key))]
    orcid = next((each for each in links if each and ("orcid.org/" in each or each.count("-") == 3)), None)
    places = [_organisation(each) for each in _many(value.get("affiliation"))]
    return RawAuthor(name=name, family=family, given=given, orcid=orcid, affiliations=tuple(filter(None, places)))


def _organisation(value: Any) -> str | None:
    if not isinstance(value, dict):
        return _text(value)
    address = value.get("address")
    longer = _text(address.get("name")) if isinstance(address, dict) else _text(address)
    name = _text(value.get("name"))
    return longer if longer and name and name.casefold() in longer.casefold() else name


def _container(entity: Entity, reader: str) -> Iterator[Candidate]:
    # What a data set is part of is the article that it supplements as often as what contains it.
    keys = ("includedInDataCatalog",) if "Dataset" in types_of(entity) else ("isPartOf",)
    pending = [(each, 1) for key in keys for each in _many(entity.get(key))]
    while pending:
        part, depth = pending.pop(0)
        if not isinstance(part, dict) or depth > _DEEPEST_PART:
            continue
        kinds = set(types_of(part))
        holds = kinds & _CONTAINERS or "issn" in part
        if holds and (text := _text(part.get("name"))):
            yield Candidate("container_title", text, reader)
        for key, field in (("volumeNumber", "volume"), ("issueNumber", "issue"), ("datePublished", "published")):
            if text := _text(part.get(key)):
                yield Candidate(field, text, reader)
        for key in ("issn", "isbn"):
            values = [text for value in _many(part.get(key)) if (text := _text(value))]
            if values:
                yield Candidate(key, values, reader)
        if text := _text(part.get("publisher")):
            yield Candidate("publisher", text, reader)
        pending += [(each, depth + 1) for each in _many(part.get("isPartOf"))]


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, dict) and set(value) == {"@list"}:
        value = value["@list"]
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str | None:
    """Return a value as text: of an object its name or value, of a list its first member."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = next((value[key] for key in ("name", "@value", "value", "url", "@id") if value.get(key)), None)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None
