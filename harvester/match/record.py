"""`Prepared`: everything about a record that matching asks for, derived once."""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from harvester.items import Work
from harvester.json_text import decode, encode
from harvester.match import locators
from harvester.match.folding import fold, plain
from harvester.match.markers import Kind, read_title
from harvester.match.names import author_keys
from harvester.match.words import words
from harvester.normalise import doi as dois

# /v2 after a real suffix is a version; 10.3390/v9100295 is an article of the journal Viruses.
_VERSION = re.compile(r"(?<=[^/]{5})(?:/v\d{1,2}|\.v\d{1,2})$")
_ARXIV_VERSION = re.compile(r"v\d+$", re.I)
_BOOK_TYPES = frozenset({"book", "monograph", "edited-book", "reference-book", "book-series", "book-set"})


@dataclass(slots=True, eq=False)
class Prepared:
    """A record as the matcher reads it. Empty means that the record does not say; empty never equals empty."""

    id: Hashable
    """The caller's name for the record; matching never reads it."""
    doi: str
    """The DOI, decoded, lower case; empty for none and for placeholders."""
    stem: str
    """The DOI without its version tail: ``10.21203/rs.3.rs-1/v2`` and ``/v1`` share one."""
    ids: tuple[str, ...]
    """Other strong identifiers: ``pmid:1``, ``pmcid:PMC1``, ``arxiv:1902.02534``, ``isbn:...`` (whole books only)."""
    title: str
    """The title's words, folded, without markers and labels."""
    head: str
    """The title's words before the subtitle; empty if there is no subtitle."""
    other: str
    """A second title that the first carried in brackets."""
    kind: Kind
    """Erratum, reply...; ``Kind.NONE`` for a work of its own."""
    part: str
    """Number of the part that the title names."""
    cut: bool
    """The title ends in an ellipsis."""
    generic: bool
    """The title is one that many works of a container have: "Editorial"."""
    authors: tuple[str, ...]
    """``family|rest`` each; see `harvester.match.names`."""
    more_authors: bool
    """The list says that it goes on."""
    year: int | None
    """Year of publication."""
    year_online: int | None
    """Year of online publication, if told apart."""
    container: str
    """Words of the container title without small words."""
    issn: tuple[str, ...]
    """ISSNs of the container."""
    volume: str
    issue: str
    first_page: str
    last_page: str
    abstract: str
    """The first 40 words of the abstract, folded."""
    type: str
    """Crossref's type, where the record has one."""

    @property
    def signature(self) -> str:
        """Return a text that depends on what the record says alone; sorts records whatever order they came in."""
        one = (self.title, self.doi, self.kind, self.part, str(self.year), str(self.year_online), self.container)
        place = (
            self.volume,
            self.issue,
            self.first_page,
            self.last_page,
            self.head,
            self.other,
            self.abstract,
            self.type,
        )
        many = (*self.ids, *self.authors, *self.issn, str(self.cut), str(self.more_authors))
        return "\x1f".join((*one, *place, *many))


_FIELDS = tuple(each.name for each in fields(Prepared) if each.name != "id")
_TUPLES = tuple(place for place, name in enumerate(_FIELDS) if name in ("ids", "authors", "issn"))


def pack(record: Prepared) -> str:
    """Return all of a prepared record but its id as JSON: to prepare it again takes ten times as long as `unpack`."""
    return encode([getattr(record, name) for name in _FIELDS])


def unpack(id: Hashable, packed: str) -> Prepared | None:
    """Return what `pack` had; None for what another version packed, whose record has to be prepared again."""
    values = decode(packed)
    if len(values) != len(_FIELDS):
        return None
    for place in _TUPLES:
        values[place] = tuple(values[place])
    return Prepared(id, *values)


def prepare(record: Work | Mapping[str, Any], id: Hashable = None) -> Prepared:
    """Derive what matching needs from a `Work`, or a mapping with the same field names.

    Authors may be strings, one string may hold all of them; ``year`` may stand for ``published``. The result's id is
    ``id``, or the mapping's ``record_id``. Never raises for a value that is odd: what cannot be read is empty.
    """
    get: Any = record.get if isinstance(record, Mapping) else lambda name: getattr(record, name, None)
    title = str(get("title") or "")
    subtitle = get("subtitle")
    if subtitle and fold(str(subtitle)) not in fold(title):
        title = f"{title}: {subtitle}"
    marked = read_title(title)
    container = locators.container(get("container_title") or get("container_title_short"))
    first_page, last_page = locators.pages(get("first_page"), get("last_page"), get("article_number"))
    authors, more_authors = author_keys(get("authors"))
    doi = doi_key(get("doi"))
    kind = str(get("type") or "")
    return Prepared(
        id=id if id is not None else get("record_id"),
        doi=doi,
        stem=_VERSION.sub("", doi),
        ids=_identifiers(get, kind),
        title=marked.words,
        head=marked.head,
        other=marked.other,
        kind=marked.kind,
        part=marked.part,
        cut=marked.cut,
        generic=_is_generic(marked.words, container),
        authors=authors,
        more_authors=more_authors,
        year=locators.year(get("year")) or locators.year(get("published")),
        year_online=locators.year(get("published_online")),
        container=container,
        issn=tuple(sorted(str(issn) for issn in get("issn") or ())),
        volume=locators.number(get("volume")),
        issue=locators.number(get("issue")),
        first_page=first_page,
        last_page=last_page,
        abstract=_beginning(str(get("abstract") or "")),
        type=kind,
    )


def _beginning(abstract: str) -> str:
    """Return the first 40 words; the rest of a long text is not even looked at."""
    return " ".join(fold(plain(abstract[:1500])[:600]).split()[:40]) if abstract else ""


@lru_cache(maxsize=4096)
def _clean_doi(raw: str) -> str:
    return dois.doi(raw) or ""


def doi_key(raw: object) -> str:
    """Return the DOI that a field shows, empty for none, a placeholder or several."""
    if not raw:
        return ""
    return _clean_doi(str(raw))


def _identifiers(get: Any, kind: str) -> tuple[str, ...]:
    found = []
    if pmid := str(get("pmid") or "").strip():
        found.append(f"pmid:{pmid.lstrip('0')}")
    if pmcid := str(get("pmcid") or "").strip():
        found.append(f"pmcid:{pmcid.upper().removeprefix('PMC')}")
    if arxiv := str(get("arxiv_id") or "").strip().lower():
        found.append(f"arxiv:{_ARXIV_VERSION.sub('', arxiv.removeprefix('arxiv:'))}")
    if kind in _BOOK_TYPES:
        found += [f"isbn:{str(isbn).replace('-', '')}" for isbn in get("isbn") or ()]
    for each in get("identifiers") or ():
        scheme, value = (each["scheme"], each["value"]) if isinstance(each, Mapping) else (each.scheme, each.value)
        found.append(f"{scheme}:{value}"[:120])
    return tuple(sorted(found))


def _is_generic(title: str, container: str) -> bool:
    own = set(title.split()) - words("generic")
    if own and len(own) <= 6:
        own = {word for word in own if not word.isdigit()} - set(container.split())
    return not own


def short_key(text: str) -> str:
    """Return the text, or, if it is long, 16 hexadecimal digits that stand for it.

    >>> short_key("short"), short_key("a long text that would not do as a row of an index")
    ('short', '5011d5f3b1600df5')
    """
    return text if len(text) <= 24 else blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
