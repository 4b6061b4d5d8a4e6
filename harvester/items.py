"""What the harvester collects: the only declaration of its fields, and their only documentation.

``harvester fields`` prints the text below each field, ``harvester fields --json`` is a JSON Schema
made of it. A value of ``None`` (or an empty list) means that the page did not say; it never means
that the work has none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any, Self, get_args, get_type_hints


class Plain:
    """A dataclass that turns into plain JSON values and back."""

    # mypy takes the __hash__ of the instances for that of the class, hence the ignores.

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values, nested items included."""
        names, values, nested = _shape(type(self))  # type: ignore[arg-type]
        plain = dict(zip(names, values(self), strict=True))
        for name in nested:
            value = plain[name]
            if isinstance(value, list):
                plain[name] = [each.to_dict() for each in value]
            elif value is not None:
                plain[name] = value.to_dict()
        return plain

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Make an item of what `to_dict` returned.

        Fields that are missing keep their default. Raises ``TypeError`` for a name that is no field.
        """
        known = _nested(cls)  # type: ignore[arg-type]
        return cls(**{name: _item(known[name], value) if name in known else value for name, value in values.items()})


@cache
def _shape(cls: type[Any]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]], tuple[str, ...]]:
    """Return the names of the fields, what gets the values of all, and the names of those that hold items."""
    names = tuple(each.name for each in fields(cls))
    return names, attrgetter(*names), tuple(_nested(cls))  # type: ignore[arg-type]


@cache
def _nested(cls: type[Any]) -> dict[str, type[Plain]]:
    """Return the fields whose values are items, or lists of items, of a class of this module."""
    found = {}
    for name, hint in get_type_hints(cls).items():
        for candidate in (hint, *get_args(hint)):
            if isinstance(candidate, type) and issubclass(candidate, Plain):
                found[name] = candidate
    return found


def _item(cls: type[Plain], value: Any) -> Any:
    if isinstance(value, Mapping):
        return cls.from_dict(value)
    if isinstance(value, list):
        return [_item(cls, each) for each in value]
    return value


@dataclass(slots=True)
class Author(Plain):
    """A person or an organisation that made the work."""

    family: str | None = None
    """Family name, only where the page gives a clear signal for it (a comma, two fields, capitals).

    Format: as printed, particles included: ``van der Waals``.
    """
    given: str | None = None
    """Given names or initials. Format: as printed: ``Johannes D.``."""
    name: str | None = None
    """The name as printed, footnote marks removed; the only value for organisations and names that nothing splits."""
    orcid: str | None = None
    """ORCID iD with a valid check digit (ISO 7064 mod 11-2). Format: ``0000-0002-1825-0097``."""
    affiliations: list[int] = field(default_factory=list)
    """Indexes into the work's ``affiliations``, counted from 0."""
    role: str | None = None
    """CSL name variable, ``editor`` or ``translator`` for instance; None for an author."""
    corresponding: bool | None = None
    """True where the page marks the corresponding author."""

    @property
    def label(self) -> str:
        """Return the name as ``Family, Given``, or as printed where it is not split."""
        if self.family:
            return f"{self.family}, {self.given}" if self.given else self.family
        return self.name or self.given or ""


@dataclass(slots=True)
class Affiliation(Plain):
    """An institution as an author's affiliation names it."""

    raw: str = ""
    """The affiliation as printed, its number removed."""
    organization: str | None = None
    """The institution, where the affiliation is plain enough to tell. Format: as printed."""
    country: str | None = None
    """Country. Format: ISO 3166-1 alpha-2: ``GB``."""
    ror: str | None = None
    """ROR id of the institution, where the page links it. Format: ``https://ror.org/04m01e293``."""


@dataclass(slots=True)
class Classification(Plain):
    """A code of a classification scheme."""

    scheme: str = ""
    """Name of the scheme: ``clc`` (中图分类号), ``cn-discipline`` (学科分类号), ``ddc``, ``msc``, ``jel``..."""
    code: str = ""
    """The code. Format: as the scheme writes it: ``TP391.41``."""
    label: str | None = None
    """What the page says the code stands for."""


@dataclass(slots=True)
class Identifier(Plain):
    """An identifier of the work that has no field of its own."""

    scheme: str = ""
    """``handle``, ``hal``, ``naid``, ``wos``, ``scopus``, ``bibcode``, ``mendeley``, ``shortdoi``..."""
    value: str = ""
    """The identifier. Format: as the scheme writes it."""


@dataclass(slots=True)
class Citation(Plain):
    """Another work that the page lists: a related work or a cited reference."""

    title: str | None = None
    """Title. Format: plain text."""
    authors: list[str] = field(default_factory=list)
    """Names in order. Format: ``Family, Given`` where the page splits them, else as printed."""
    container_title: str | None = None
    """Journal, proceedings or book. Format: as printed."""
    year: int | None = None
    """Year of publication."""
    volume: str | None = None
    """Volume. Format: no leading zeros."""
    issue: str | None = None
    """Issue. Format: no leading zeros."""
    first_page: str | None = None
    """First page."""
    last_page: str | None = None
    """Last page."""
    doi: str | None = None
    """DOI. Format: lower case, no resolver: ``10.1234/abc.5``."""
    url: str | None = None
    """Where the page links the work. Format: absolute URL."""


@dataclass(slots=True)
class Work(Plain):
    """One scholarly work as one page describes it."""

    doi: str | None = None
    """DOI. Format: lower case, no resolver, no prefix: ``10.1234/abc.5``."""
    title: str | None = None
    """Title. Format: plain text, no site name; subscripts and superscripts readable."""
    subtitle: str | None = None
    """Subtitle, only where the page gives it apart from the title."""
    authors: list[Author] = field(default_factory=list)
    """Authors in the order of the page."""
    affiliations: list[Affiliation] = field(default_factory=list)
    """Institutions that the authors point to, each once."""
    container_title: str | None = None
    """Journal, proceedings, book or repository that contains the work. Format: as printed."""
    container_title_short: str | None = None
    """Abbreviated container title. Format: as printed."""
    publisher: str | None = None
    """Publisher. Format: as printed."""
    published: str | None = None
    """Date of publication (the issue's, where the page gives both). Format: ISO 8601, as far as stated: ``2018-03``."""
    published_online: str | None = None
    """Date of online publication, where the page tells it apart. Format: ISO 8601, as far as stated."""
    volume: str | None = None
    """Volume. Format: as printed."""
    issue: str | None = None
    """Issue. Format: as printed: ``3-4``."""
    first_page: str | None = None
    """First page. Format: as printed: ``e12``, ``S1``, ``xiv``."""
    last_page: str | None = None
    """Last page, abbreviated ranges expanded: ``123-9`` ends on ``129``."""
    page_count: int | None = None
    """Number of pages."""
    article_number: str | None = None
    """Article number or e-locator, where the work has one in place of pages."""
    issn: list[str] = field(default_factory=list)
    """ISSNs of the container with valid check digits. Format: ``1234-567X``."""
    isbn: list[str] = field(default_factory=list)
    """ISBNs with valid check digits. Format: 13 digits: ``9781939133274``."""
    abstract: str | None = None
    """Abstract in the work's language. Format: plain text without the heading ``Abstract``; inner headings are kept."""
    keywords: list[str] = field(default_factory=list)
    """Keywords that the authors chose. Format: as printed, one each."""
    keywords_plus: list[str] = field(default_factory=list)
    """Web of Science's Keywords Plus, made from the titles of cited works; never mixed with the authors' keywords."""
    classifications: list[Classification] = field(default_factory=list)
    """Codes of classification schemes."""
    language: str | None = None
    """Language of the title and abstract, not of the page around them. Format: ISO 639-1: ``zh``."""
    type: str | None = None
    """Type of work. Format: Crossref's vocabulary: ``journal-article``, ``posted-content``, ``dataset``..."""
    pmid: str | None = None
    """PubMed id. Format: digits."""
    pmcid: str | None = None
    """PubMed Central id. Format: ``PMC1234567``."""
    arxiv_id: str | None = None
    """arXiv id without version. Format: ``1902.02534`` or ``hep-th/9901001``."""
    identifiers: list[Identifier] = field(default_factory=list)
    """Other identifiers of the work."""
    pdf_url: str | None = None
    """Where the page links the full text as PDF. Format: absolute URL."""
    license: str | None = None
    """Licence. Format: URL where the page links one, else as printed."""
    cited_by_count: int | None = None
    """How often the work was cited when the page was fetched, as the page counts."""
    references_count: int | None = None
    """Number of references of the work, as the page counts."""
    related_total: int | None = None
    """How many related works the site has; ``related`` may hold fewer."""
    related: list[Citation] = field(default_factory=list)
    """Works that the page lists as related, in its order."""
    url: str | None = None
    """The page's own address for the work. Format: absolute URL."""


class PageKind(StrEnum):
    """What a page is, decided before anything is read from it."""

    ARTICLE = "article"
    """One work, told by metadata or labelled fields."""
    TEXT_SNAPSHOT = "text_snapshot"
    """Plain text without labels whose lines still read as one work."""
    BLOCKED = "blocked"
    """A wall in place of the page: challenge, captcha, login, access denied, error, soft 404."""
    NON_RECORD = "non_record"
    """A page that is about no work: profile, home, help, trial registry, a file that is not text."""
    MULTI = "multi"
    """A page about many works: search results, table of contents."""


RECORD_KINDS = frozenset({PageKind.ARTICLE, PageKind.TEXT_SNAPSHOT})
"""The kinds that may carry a record."""


@dataclass(slots=True, frozen=True)
class Verdict:
    """What a page is, and the rule that says so, in words."""

    kind: PageKind
    reason: str


class LinkKind(StrEnum):
    """Why a page offers a link."""

    RELATED = "related"
    """A work that the page lists as related."""
    NEXT = "next"
    """The next part of a list that the page begins."""
    ITEM = "item"
    """One of the works that a list page shows."""


@dataclass(slots=True, frozen=True)
class Link(Plain):
    """A link that a page offers to follow."""

    url: str
    kind: LinkKind


@dataclass(slots=True)
class Examined:
    """All that reading one page gave: `harvester.extraction.examine` returns it.

    ``work`` is None unless the verdict allows a record and there is one. ``sources`` names, for each field
    with a value, the reader that the value came from.
    """

    verdict: Verdict
    work: Work | None = None
    sources: dict[str, str] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)


@dataclass(slots=True)
class Listed:
    """What one answer of a list brought beside addresses, which are in the frontier before its visit is stored."""

    records: list["Visit"] = field(default_factory=list)
    """The records that came with it; they are stored in the transaction that ends this part of the list."""
    goes_on: bool = False
    """True where the list has a further part, for which its target becomes ready again."""
    progress: dict[str, Any] | None = None
    """Where the list goes on, as JSON values; None where it begins anew the next time."""
    cursor: str | None = None
    """Up to when the list is read now that it has come to its end; None where what was known stays."""
    again: bool = False
    """True where the list has begun anew, so that its first records may come a second time in this run."""
    outcomes: dict[str, int] = field(default_factory=dict)
    """How many of the records ended how; the store fills it in."""


@dataclass(slots=True)
class Visit:
    """How one request ended: exactly one for each, whatever came back."""

    url: str
    """The address asked for, as the target has it."""
    kind: PageKind | None = None
    """The verdict's kind; None where no page came back."""
    reason: str = ""
    """The verdict's rule, or why there is no page, in words."""
    final_url: str | None = None
    """The address after redirects."""
    status: int | None = None
    """HTTP status; None where no page came back, or for a local file."""
    body_hash: str | None = None
    """SHA-256 of the body, hexadecimal."""
    bytes: int | None = None
    """Length of the body after decompression."""
    archive_file: str | None = None
    """Name of the WARC file that has the raw response; None where none was kept."""
    archive_offset: int | None = None
    """Where in that file the response begins, in bytes."""
    tdm_reserved: bool | None = None
    """Whether the server reserves text and data mining (TDMRep); None where it does not say."""
    tdm_policy: str | None = None
    """Where the server says on which terms mining is allowed. Format: absolute URL."""
    robots_tags: list[str] = field(default_factory=list)
    """What ``X-Robots-Tag`` and the robots meta tags say of the page, in lower case."""
    run_id: int | None = None
    """The run that asked for it; None for a visit outside of the frontier."""
    target_id: int | None = None
    """The frontier's row that this visit ends; None for a visit outside of the frontier."""
    work: Work | None = None
    """The work that the page describes."""
    sources: dict[str, str] = field(default_factory=dict)
    """For each field of the work, the reader that its value came from."""
    links: list[Link] = field(default_factory=list)
    """Links to follow: those that the page offers and the spider was asked to follow."""
    depth: int = 0
    """How many links were followed from a source to this page."""
    derived: Any = None
    """What follows from the work, a `harvester.derive.Derived`, which then stands for it; None where nobody asked."""
    listed: Listed | None = None
    """What came where the target is a list; None for a page, and for a list that could not be read."""
    deleted: bool = False
    """True where the source says that it has deleted the record."""
    unchanged: str | None = None
    """The hash of the record that the page gave before, where it is the same page still and was not read again."""
    seen: Any = None
    """What a revisit of the page needs, a `harvester.database.seen.Seen`; None where what is known stays."""
    retry_at: datetime | None = None
    """When the same request is to be made again; None where this visit ends its target."""
    costs_attempt: bool = True
    """False where the failure is its host's or the network's, so that the target does not pay for it."""
