"""Mendeley's catalogue: thin records of works, most of them without a DOI.

- Older pages have ``citation_*`` and ``dc.creator`` tags. Newer ones have class names with a hash behind a stable
  stem (``TitlePage-sc-1x2y3z``, ``ListAuthor``, ``keywords__Item``), so the stem is what is looked for.
- The source is one line, ``Journal (YYYY) VOL(ISS) P-P``, of which any end may be missing.
- The link beside "DOI" may hold a DOI, a bare ISSN, or nothing.
- The text below the abstract is advertising, and the number of readers is no number of citations.

Checked 2026-11 against the text of one page and the shapes of the others.
"""

import re

from harvester.extraction.candidates import RawAuthor
from harvester.extraction.lines import lines
from harvester.items import PageKind, Verdict
from harvester.normalise import identifiers
from harvester.normalise.doi import doi as as_doi
from harvester.page import Page, text_of
from harvester.sites import Site

_REACH = 6
_SOURCE = re.compile(
    r"(?P<container>[^\W\d_][^()]{2,150}?) \((?P<year>(?:1[6-9]|20)[0-9]{2})\)"
    r"(?: (?P<volume>[0-9]{1,4})(?:\((?P<issue>[0-9-]{1,9})\))?(?: [A-Za-z]?[0-9]+(?:-[A-Za-z]?[0-9]+)?)?)?$"
)
_STEM = "[class*='{0}'], [data-name='{0}']"


def _texts(page: Page, stem: str) -> list[str]:
    return list(dict.fromkeys(text for each in page.select(_STEM.format(stem)) if (text := text_of(each))))


def _authors(page: Page) -> list[RawAuthor]:
    names = [
        name for text in _texts(page, "ListAuthor") for name in re.split(r"\s*[;•]\s*|\s*,\s*(?=[^,]*$)|,\s", text)
    ]
    items = page.select("[class*='ListAuthor'] li, [class*='ListAuthor'] a")
    if items:
        names = [text_of(item) for item in items]
    unique = dict.fromkeys(name.strip(" ,;") for name in names)
    return [
        RawAuthor(name=name) for name in unique if name and not re.match(r"(?:et al|show|see|\+)", name, re.IGNORECASE)
    ]


def _identifiers(page: Page) -> list[str]:
    css = (
        "a[href*='doi.org/']::attr(href), [class*='DoiLink']::text, [class*='doi']::text, a[data-name='doi-link']::text"
    )
    return [text.strip() for text in page.select_texts(css) if text.strip()]


def _doi(page: Page) -> list[str]:
    return [text for text in _identifiers(page) if as_doi(text)][:1]


def _issn(page: Page) -> list[str]:
    bare = [text.rpartition("/")[2] for text in _identifiers(page)]
    return [text for text in bare if identifiers.issn(text)][:1]


def _source(page: Page, part: str) -> str | None:
    """Return a part of the line below the title that names journal and year, and perhaps volume and issue."""
    found = lines(page)
    titles = [*_texts(page, "TitlePage"), *page.headings]
    start = next((at for at, line in enumerate(found) if line in titles), 0)
    return next((match[part] for line in found[start + 1 : start + _REACH] if (match := _SOURCE.match(line))), None)


def _verdict(page: Page) -> Verdict | None:
    return (
        Verdict(PageKind.ARTICLE, "the page has the title of a catalogue entry") if _texts(page, "TitlePage") else None
    )


SITE = Site(
    name="mendeley",
    hosts=("mendeley.com",),
    verdict=_verdict,
    marks=(b"Mendeley saves you time",),
    titles=("Mendeley",),
    fields={
        "title": lambda page: _texts(page, "TitlePage")[:1],
        "authors": _authors,
        "doi": _doi,
        "issn": _issn,
        "keywords": lambda page: _texts(page, "keywords__Item"),
        "container_title": lambda page: _source(page, "container"),
        "published": lambda page: _source(page, "year"),
        "volume": lambda page: _source(page, "volume"),
        "issue": lambda page: _source(page, "issue"),
    },
)
