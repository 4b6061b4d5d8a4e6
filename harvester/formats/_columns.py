"""Names of columns, and of members of flat JSON objects, with the fields that they mean.

Collected from the exports of Scopus, Zotero, PubMed, Web of Science (Excel), Dimensions, Lens and Publish or Perish,
and from plain tables. Letters and digits count; case, spaces and punctuation do not.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from harvester.formats._draft import Draft, Person

_FOLD = re.compile(r"[\W_]+")

FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("title", "article title", "document title", "publication name"),
    "subtitle": ("subtitle",),
    "authors": ("author full names", "authors", "author", "author/s", "authors/inventors", "author names", "creator"),
    "editors": ("editors", "editor", "book editors"),
    "container_title": (
        "container title", "source title", "publication title", "journal", "journal title", "journal name",
        "journal/book", "booktitle", "book title", "proceedings title", "venue", "series title", "source",
    ),
    "container_title_short": (
        "container title short", "abbreviated source title", "journal abbreviation", "journal iso abbreviation",
    ),
    "publisher": ("publisher",),
    "published": (
        "published", "publication date", "date published", "date", "year", "publication year", "pubyear", "pub year",
    ),
    "published_online": ("published online", "publication date online", "early access date", "online date"),
    "volume": ("volume", "vol"),
    "issue": ("issue", "number", "no"),
    "pages": ("pages", "page range", "pagination"),
    "first_page": ("first page", "page start", "start page", "startpage", "begin page"),
    "last_page": ("last page", "page end", "end page", "endpage"),
    "page_count": ("page count", "num pages", "number of pages"),
    "article_number": ("article number", "art no", "article no"),
    "issn": ("issn", "eissn", "e issn", "issns", "print issn", "online issn"),
    "isbn": ("isbn", "eisbn", "isbns"),
    "abstract": ("abstract", "abstract note"),
    "keywords": ("author keywords", "keywords", "automatic tags"),
    "keywords_plus": ("keywords plus",),
    "language": ("language of original document", "language"),
    "type": ("type", "document type", "item type", "publication type"),
    "doi": ("doi", "doi link"),
    "pmid": ("pmid", "pubmed id"),
    "pmcid": ("pmcid", "pmc id"),
    "arxiv_id": ("arxiv id", "arxiv"),
    "pdf_url": ("pdf url",),
    "url": ("url", "link", "article url", "source url", "source urls"),
    "license": ("license", "licence", "rights"),
    "cited_by_count": (
        "cited by count", "cited by", "cites", "times cited", "times cited wos core", "citing works count",
    ),
    "references_count": ("references count", "cited reference count"),
    "affiliations": ("affiliations", "addresses", "authors affiliations"),
    "placed_authors": ("authors with affiliations",),
}  # fmt: skip
"""Fields of a draft and their columns, the best first."""

KEYS = (
    "record id",
    "id",
    "key",
    "eid",
    "ut unique wos id",
    "publication id",
    "lens id",
    "pmid",
    "pubmed id",
    "citation key",
)
"""Columns that name a record, the best first."""

IDENTIFIERS = {"eid": "scopus", "ut unique wos id": "wos", "ut unique id": "wos", "lens id": "lens"}
"""Columns that hold an identifier of a scheme."""


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """Return a column's name as the tables here have it.

    >>> fold("Art. No."), fold("record_id"), fold("Journal/Book")
    ('artno', 'recordid', 'journalbook')
    """
    return _FOLD.sub("", name.casefold())


_FIELD_OF = {fold(name): (field, rank) for field, names in FIELDS.items() for rank, name in enumerate(names)}
_KEY_RANK = {fold(name): rank for rank, name in enumerate(KEYS)}
_SCHEME_OF = {fold(name): scheme for name, scheme in IDENTIFIERS.items()}
_SCOPUS_ID = re.compile(r"\s*\([0-9]{6,}\)")
_IS_SCOPUS = re.compile(r"(?:scopus|web of science|pubmed|crossref|google scholar)$", re.IGNORECASE)


def knows(names: Iterable[str]) -> bool:
    """Return True for a head that has what a record cannot do without."""
    fields = {_FIELD_OF[fold(name)][0] for name in names if fold(name) in _FIELD_OF}
    return bool(fields & {"title", "doi", "pmid"})


def draft_of(values: Mapping[str, str | list[str]]) -> tuple[Draft, str | None]:
    """Return the draft of named raw values, and the record's own key.

    A value may be a list where the format has lists; a text with several values in it is split by the normalisers.
    """
    draft = Draft()
    found: dict[str, list[tuple[int, list[str]]]] = {}
    keys: list[tuple[int, str]] = []
    for name, value in values.items():
        given = (
            [each for each in value if each.strip()] if isinstance(value, list) else [value] if value.strip() else []
        )
        if not given:
            continue
        field, rank, key_rank, scheme = _meaning(name)
        if key_rank is not None:
            keys.append((key_rank, given[0].strip()))
        if scheme is not None:
            draft.identifiers.append((scheme, given[0]))
        if field is not None:
            found.setdefault(field, []).append((rank, given))
    ordered = {
        field: [each[0][1]] if len(each) == 1 else [given for _, given in sorted(each, key=lambda one: one[0])]
        for field, each in found.items()
    }
    _people(draft, ordered)
    for field, lists in ordered.items():
        draft.add(field, *_raws(field, lists))
    return draft, min(keys)[1] if keys else None


@lru_cache(maxsize=4096)
def _meaning(name: str) -> tuple[str | None, int, int | None, str | None]:
    """Return the field that a column stands for and its rank there, its rank as a key, and its identifiers' scheme."""
    folded = fold(name)
    field, rank = _FIELD_OF.get(folded, (None, 0))
    return field, rank, _KEY_RANK.get(folded), _SCHEME_OF.get(folded)


def title_of(values: Mapping[str, str | list[str]]) -> str:
    """Return the first cell of a title."""
    for name, value in values.items():
        if value and _meaning(name)[0] == "title":
            return value if isinstance(value, str) else value[0]
    return ""


def _raws(field: str, lists: list[list[str]]) -> list[str]:
    if field in ("issn", "isbn"):
        # "14602075, 02614189" is two numbers in one cell.
        return [part for given in lists for raw in given for part in re.split(r"[,;|]\s*", raw)]
    if field in ("keywords", "keywords_plus"):
        return lists[0]
    if field == "container_title":
        return [raw for given in lists for raw in given if not _IS_SCOPUS.match(raw.strip())]
    return lists[0] if len(lists) == 1 else [raw for given in lists for raw in given]


def _people(draft: Draft, ordered: dict[str, list[list[str]]]) -> None:
    names = ordered.pop("authors", [[]])[0]
    editors = ordered.pop("editors", [[]])[0]
    placed = ordered.pop("placed_authors", [[]])[0]
    homes = [part for raw in ordered.pop("affiliations", [[]])[0] for part in raw.split(";")]
    draft.people = [Person(name) for name in _split(names)]
    draft.people += [Person(name, role="editor") for name in _split(editors)]
    if not (placed and _place(draft.people, placed[0].split(";"))):
        draft.places = [home for home in homes if home.strip()]


def _split(names: list[str]) -> list[str]:
    """Return the names of a cell; semicolons part them wherever there is one."""
    if len(names) != 1:
        return names
    text = _SCOPUS_ID.sub("", names[0])
    return [name.strip() for name in text.split(";") if name.strip()] if ";" in text else [text]


def _place(people: list[Person], parts: list[str]) -> bool:
    """Give each author the affiliation that stands behind the name: ``Hartley, J., Open Univ, Milton Keynes``."""
    authors = [each for each in people if each.role is None]
    if len(authors) != len(parts):
        return False
    rests = []
    for each, part in zip(authors, parts, strict=True):
        family = each.name.replace(",", " ").split()[0]
        words = part.strip().split(", ")
        if not words[0].casefold().startswith(family.casefold()):
            return False
        # The given names, or initials, may stand behind a comma of their own.
        own = 2 if len(words) > 1 and "," in each.name and " " not in words[0].replace(family, "", 1).strip() else 1
        own = 1 if len(words[0].split()) > len(family.split()) and words[0].rstrip().endswith(".") else own
        rests.append(", ".join(words[own:]))
    for each, rest in zip(authors, rests, strict=True):
        each.places += [rest] if rest else []
    return True
