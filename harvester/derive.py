"""What follows from a work alone: all that storing it needs and that asks no database.

It is made where there is time, in the processes that read files and pages; the one process that writes is left with
what only it can do: to look up who else is known, to compare, and to write. So values are in their last form here:
JSON as text, rows as tuples, keys as numbers.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from typing import Any

from harvester.items import Citation, Work
from harvester.json_text import decode, encode
from harvester.match import Prepared, blocking_keys, identity_keys, pack, prepare, unpack
from harvester.match.key_numbers import number, numbers
from harvester.normalise.words import folded

COUNTS = ("cited_by_count", "references_count", "related_total")
"""Fields that are observed over time in place of changed."""

CITED = ("title", "authors", "container_title", "year", "volume", "issue", "first_page", "last_page", "doi", "url")
"""What is kept of a work that a page lists."""

_COLUMNS = (
    "doi", "title", "published", "type", "language", "container_title", "volume", "issue", "first_page", "last_page",
    "abstract",
)  # fmt: skip
WORK_COLUMNS = (*_COLUMNS, "year", "data", "origins")

CHILDREN: dict[str, tuple[str, ...]] = {
    "author": ("position", "family", "given", "name", "orcid", "role", "corresponding", "affiliations"),
    "affiliation": ("position", "raw", "organization", "country", "ror"),
    "keyword": ("position", "kind", "value"),
    "classification": ("position", "scheme", "code", "label"),
    "identifier": ("scheme", "value"),
}
"""The tables whose rows are a work's, with the columns behind ``work_id`` in the order in which `children` has them."""

IN_CHILDREN = frozenset({
    "authors", "affiliations", "keywords", "keywords_plus", "classifications", "doi", "pmid", "pmcid", "arxiv_id",
    "issn", "isbn", "identifiers",
})  # fmt: skip
"""The fields of a work that `children` looks at."""

IN_WORDS = frozenset({"title", "subtitle", "authors", "abstract"})
"""The fields of a work that `words_of` looks at."""

Row = tuple[Any, ...]

_HERE = "\x00"  # stands for the record's number; JSON never has it


class Derived:
    """What `derive` returns. It is pickled as the texts that it holds; `plain` and `prepared` are read out of them."""

    __slots__ = (
        "_plain", "_prepared", "children", "citations", "content_hash", "counts", "data", "fields", "keys", "origins",
        "packed", "row", "sources", "words",
    )  # fmt: skip

    def __init__(
        self,
        data: str,
        content_hash: str,
        fields: tuple[str, ...],
        sources: str,
        keys: list[int],
        packed: str,
        row: Row,
        origins: str,
        children: dict[str, list[Row]],
        words: tuple[str, str, str],
        citations: list[Row],
        counts: list[tuple[str, int]],
        plain: dict[str, Any] | None = None,
        prepared: Prepared | None = None,
    ) -> None:
        self.data = data
        """The work without what it does not say, as JSON: what the record says."""
        self.content_hash = content_hash
        """SHA-256 of the data, hexadecimal."""
        self.fields = fields
        """Names of the fields that it has, sorted."""
        self.sources = sources
        """For each of these the reader, as JSON."""
        self.keys = keys
        """The keys under which it meets others, see `harvester.match.key_numbers`."""
        self.packed = packed
        """What the matcher compares, see `harvester.match.pack`."""
        self.row = row
        """Values of `WORK_COLUMNS` but for the origins: the work's row, if it meets nobody."""
        self.origins = origins
        """The origins of that row, once `origins_of` has put the record's number into them."""
        self.children = children
        """The rows of `CHILDREN` for that work, by table, without its number."""
        self.words = words
        """Title, authors and abstract as the index of words has them."""
        self.citations = citations
        """For each work that it lists: position, key, then `CITED`."""
        self.counts = counts
        """Its `COUNTS`."""
        self._plain = plain
        self._prepared = prepared

    def __reduce__(self) -> tuple[type["Derived"], tuple[Any, ...]]:
        return Derived, (
            self.data, self.content_hash, self.fields, self.sources, self.keys, self.packed, self.row, self.origins,
            self.children, self.words, self.citations, self.counts,
        )  # fmt: skip

    @property
    def plain(self) -> dict[str, Any]:
        """Return the data as values."""
        if self._plain is None:
            self._plain = decode(self.data)
        return self._plain

    @property
    def prepared(self) -> Prepared:
        """Return what the matcher compares."""
        if self._prepared is None:
            self._prepared = unpack(None, self.packed)
            assert self._prepared is not None, "this version has packed it"
        return self._prepared

    def origins_of(self, record_id: int) -> str:
        """Return the origins of the work that this record makes alone, as JSON: field to record and reader."""
        return self.origins.replace(_HERE, f"[{record_id},")


def derive(work: Work, sources: Mapping[str, str]) -> Derived:
    """Return what follows from a work. ``sources``: the reader of each of its fields."""
    this = work.to_dict()
    prepared = prepare(this)
    said: list[str] = []
    alone: list[str] = []
    origins: list[str] = []
    plain: dict[str, Any] = {}
    begins, missing = _begins(), _missing()
    for name, value in this.items():
        if value is None or value == []:
            alone.append(missing[name])
            continue
        text = begins[name] + encode(value)
        plain[name] = value
        said.append(text)
        if name == "doi" and value != prepared.doi:  # a placeholder identifies no work
            this["doi"] = prepared.doi or None
            text = begins[name] + encode(this["doi"])
            if not prepared.doi:
                alone.append(text)
                continue
        alone.append(text)
        origins.append(f"{begins[name]}{_HERE}{encode(sources.get(name, ''))}]")
    data = f"{{{','.join(said)}}}"
    return Derived(
        data=data,
        content_hash=sha256(data.encode()).hexdigest(),
        fields=tuple(sorted(plain)),
        sources=encode({name: sources[name] for name in plain if name in sources}),
        keys=numbers((*identity_keys(prepared), *blocking_keys(prepared))),
        packed=pack(prepared),
        row=work_row(this, f"{{{','.join(alone)}}}"),
        origins=f"{{{','.join(origins)}}}",
        children=children(this),
        words=words_of(this),
        citations=[_citation(position, cited) for position, cited in enumerate(work.related)],
        counts=[(name, plain[name]) for name in COUNTS if name in plain],
        plain=plain,
        prepared=prepared,
    )


def work_row(this: Mapping[str, Any], data: str) -> Row:
    """Return the values of `WORK_COLUMNS` but for the origins; ``data`` is the work's data as JSON."""
    published = this["published"] or this["published_online"]
    return (*[this[name] for name in _COLUMNS], int(published[:4]) if published else None, data)


def children(this: Mapping[str, Any]) -> dict[str, list[Row]]:
    """Return the rows of a work's children, by table, without its number; ``this`` is its data."""
    words = [("author", each) for each in this["keywords"]] + [("plus", each) for each in this["keywords_plus"]]
    found: dict[str, list[Row]] = {
        "author": [
            (
                place, each.get("family"), each.get("given"), each.get("name"), each.get("orcid"), each.get("role"),
                each.get("corresponding"), encode(each["affiliations"]) if each.get("affiliations") else "[]",
            )
            for place, each in enumerate(this["authors"])
        ],
        "affiliation": [
            (place, each.get("raw") or "", each.get("organization"), each.get("country"), each.get("ror"))
            for place, each in enumerate(this["affiliations"])
        ],
        "keyword": [(place, kind, value) for place, (kind, value) in enumerate(words)],
        "classification": [
            (place, each.get("scheme") or "", each.get("code") or "", each.get("label"))
            for place, each in enumerate(this["classifications"])
        ],
        "identifier": sorted(set(_identifiers(this))),
    }  # fmt: skip
    return {table: rows for table, rows in found.items() if rows}


def words_of(this: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return what the index of words has of a work: title, authors, abstract."""
    names = (each.get("name") or f"{each.get('given') or ''} {each.get('family') or ''}" for each in this["authors"])
    title = f"{this['title'] or ''} {this['subtitle'] or ''}"
    return folded(title), folded(" ".join(names)), folded(this["abstract"] or "")


def _identifiers(this: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for scheme, name in (("doi", "doi"), ("pmid", "pmid"), ("pmcid", "pmcid"), ("arxiv", "arxiv_id")):
        if this[name]:
            yield scheme, this[name]
    yield from (("issn", value) for value in this["issn"])
    yield from (("isbn", value) for value in this["isbn"])
    yield from ((each["scheme"], each["value"]) for each in this["identifiers"])


def _citation(position: int, cited: Citation) -> Row:
    """Return the row of a listed work, with the key by which it is known once it is harvested itself."""
    said = cited.to_dict()
    key = next(map(number, identity_keys(prepare(said))), None)
    said["authors"] = encode(cited.authors)
    return (position, key, *(said[name] for name in CITED))


@cache
def _begins() -> dict[str, str]:
    return {name: f'"{name}":' for name in Work.__dataclass_fields__}


@cache
def _missing() -> dict[str, str]:
    return {name: f'"{name}":{encode(value)}' for name, value in Work().to_dict().items()}
