"""Which normaliser is whose: the one table that pages and files go by."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from harvester.normalise import dates, doi, identifiers, language, pages, text, types

_HOLDERS = frozenset({"journal", "journal-issue", "journal-volume", "book-series", "book-set", "proceedings-series"})
_IN_TITLE_MARKS = re.compile("《([^《》]+)》[,，;；]?")
# What Chinese and Korean indexes put behind a journal to tell which of them have it.
_BADGES = re.compile(
    r"(?<=[^\x00-\x7f])[ ,;]+(?:(?:ISTIC|PKU|CAS|CSCD|CSSCI|SCIE?|SSCI|EI|JST|AMI|KCI등재|北大核心)[ ,;]*)+$"
)
# ProQuest tells journals of one name apart by their place.
_PLACE_BEHIND = re.compile(r"; (?!Part|Section|Series|Supplement)[A-Z][a-z]+(?: [A-Z][a-z]+)?$")
_NOT_YET = re.compile(
    r"(?:submitted|to appear|under review|in press|in preparation|forthcoming|accepted|unpublished)\b"
    r"(?: (?:to|in|at|for|by|with|as)\b|\W*$)",
    re.IGNORECASE,
)
_GLUED_PLACE = re.compile(r"(?<=[a-z])[A-Z][a-z]+ [A-Z][A-Za-z]*: [A-Z].*")
_LONGEST_PUBLISHER = 500
_POSTAL = re.compile(r"(.{5,}?),?\s+(?:P\.?\s?O\.?\s?Box\b|[0-9]{1,5}\s).*\b[0-9]{4,}(?:-[0-9]+)?\b")


class Each:
    """What makes of raw values those that survive a normaliser, each once."""

    def __init__(self, normalise: Callable[[str], Any]) -> None:
        self.normalise = normalise

    def __call__(self, values: Iterable[Any]) -> list[Any]:
        """Return what the normaliser makes of the values, without those that do not survive it."""
        kept: list[Any] = []
        for value in values:
            usable = self.normalise(value) if isinstance(value, str) else None
            if usable is not None and usable not in kept:
                kept.append(usable)
        return kept


def count(raw: str) -> int | None:
    """Return a plain number.

    >>> count(" 1,024 "), count("about 12")
    (1024, None)
    """
    digits = raw.strip().replace(",", "").replace("\u00a0", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 8 else None


def work_type(raw: str) -> str | None:
    """Return the type of a work; None for what only holds works.

    >>> work_type("Thesis"), work_type("journal")
    ('dissertation', None)
    """
    kind = types.work_type(raw)
    return None if kind in _HOLDERS else kind


def container_title(raw: str) -> str | None:
    """Return the title of what holds a work, without the marks that Chinese puts around titles (GB/T 15834).

    None for one that does not hold it yet.

    >>> container_title("《图书情报例刊》"), container_title("Annals of Things"), container_title("to appear in Annals")
    ('图书情报例刊', 'Annals of Things', None)
    >>> container_title("Annals of Things; New York"), container_title("Things in Sea Research; Part II")
    ('Annals of Things', 'Things in Sea Research; Part II')
    """
    name = text.plain(raw)
    if name and _NOT_YET.match(name):
        return None
    if name and not name.isascii():
        name = _BADGES.sub("", name)
    if name and "; " in name:
        name = _PLACE_BEHIND.sub("", name)
    marked = _IN_TITLE_MARKS.fullmatch(name) if name and name[0] == "《" else None
    return marked[1] if marked else name


def publisher(raw: str) -> str | None:
    """Return a publisher without the postal address that some pages add.

    >>> publisher("Museum of Examples 1400 S. Lake Drive, Chicago, IL 60605-2496"), publisher("Press 42")
    ('Museum of Examples', 'Press 42')
    >>> publisher("Example PressExample UK: London, England")
    'Example Press'
    """
    name = text.plain(raw)
    if name and ": " in name:
        # A place that the markup did not part: "Press of XPress UK: London, England".
        name = _GLUED_PLACE.sub("", name)
    found = _POSTAL.match(name) if name and len(name) <= _LONGEST_PUBLISHER else None
    return found[1].rstrip(" ,") if found else name


def abstract(raw: str) -> str | None:
    """Return an abstract; once, where a template wrote it twice.

    >>> abstract("We count all things twice here. We count all things twice here.")
    'We count all things twice here.'
    """
    usable = text.abstract(raw)
    if usable:
        half = (len(usable) + 1) // 2
        if usable[:half].strip() == usable[half:].strip():
            return usable[:half].strip()
    return usable


def keyword_list(values: Iterable[Any]) -> list[str]:
    """Return the keywords of all values together; only a lone value is split by commas.

    >>> keyword_list(["birds; marshes, wet"]), keyword_list(["birds", None, "marshes, wet"])
    (['birds', 'marshes, wet'], ['birds', 'marshes, wet'])
    """
    return text.keyword_list([value for value in values if isinstance(value, str)])


def address(raw: str) -> str | None:
    """Return an absolute http(s) address without fragment.

    >>> address("https://example.org/a.pdf#page=2"), address("/a.pdf")
    ('https://example.org/a.pdf', None)
    """
    cut = raw.strip().partition("#")[0]
    return cut if cut.lower().startswith(("http://", "https://")) and " " not in cut and len(cut) < 2_000 else None


def pdf_address(raw: str) -> str | None:
    """Return the address of a PDF, also out of that of HighWire's page around it.

    >>> pdf_address("https://example.org/1/2/3.full.pdf+html")
    'https://example.org/1/2/3.full.pdf'
    """
    whole = address(raw)
    return whole.removesuffix("+html") if whole and whole.lower().endswith(".pdf+html") else whole


_plain = Each(text.plain)
_date, _page, _count, _address = Each(dates.date), Each(pages.page), Each(count), Each(address)

NORMALISERS: Final[Mapping[str, Callable[[Iterable[Any]], list[Any]]]] = {
    "doi": Each(doi.doi),
    "title": Each(text.title),
    "subtitle": Each(text.title),
    "container_title": Each(container_title),
    "container_title_short": Each(container_title),
    "publisher": Each(publisher),
    "published": _date,
    "published_online": _date,
    "volume": Each(pages.volume),
    "issue": Each(pages.issue),
    "first_page": _page,
    "last_page": _page,
    "page_count": _count,
    "article_number": _page,
    "issn": Each(identifiers.issn),
    "isbn": Each(identifiers.isbn),
    "abstract": Each(abstract),
    "keywords": keyword_list,
    "keywords_plus": keyword_list,
    "language": Each(language.language),
    "type": Each(work_type),
    "pmid": Each(identifiers.pmid),
    "pmcid": Each(identifiers.pmcid),
    "arxiv_id": Each(identifiers.arxiv_id),
    "pdf_url": Each(pdf_address),
    "license": _plain,
    "cited_by_count": _count,
    "references_count": _count,
    "related_total": _count,
    "url": _address,
    # Made of several values by whoever reads them, or items already.
    "authors": list,
    "affiliations": list,
    "classifications": list,
    "identifiers": list,
    "related": list,
}
"""For each field of a work, what makes of its raw values those that are usable, in their order."""
