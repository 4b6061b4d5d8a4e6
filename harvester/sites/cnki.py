"""CNKI (中国知网): abstract pages of the reader site and of the knowledge network, without any metadata.

- Names and institutions stand in anchors without anything between them, so the visible line glues them together.
- The title block and the block of the journal both have an element of class ``title``.
- Theses name the university where articles name institutions, and advisers (导师) who are no authors.

Checked 2026-11 against an article of 1987 and a doctoral thesis.
"""

from harvester.extraction.candidates import RawAuthor
from harvester.page import Page, text_of
from harvester.sites import Site

_THESIS = b"CDFD", b"CMFD", "导师".encode()


def _texts(page: Page, css: str) -> list[str]:
    return [text for each in page.select(css) if (text := text_of(each))]


def _authors(page: Page) -> list[RawAuthor]:
    names = _texts(page, "div.wxTitle .author a, div.wx-tit h3.author a, h3#authorpart a")
    places = _affiliations(page)
    # One institution is everybody's; of several, nothing tells whose.
    shared = tuple(places) if len(places) == 1 else ()
    return [RawAuthor(name=name, affiliations=shared) for name in names]


def _affiliations(page: Page) -> list[str]:
    return _texts(page, "div.wxTitle .orgn a, div.wx-tit h3.orgn a, div.wx-tit h3 a.author")


def _is_thesis(page: Page) -> bool:
    return any(mark in page.body for mark in _THESIS) and not page.select("div.sourinfo .title")


def _publisher(page: Page) -> list[str]:
    return _affiliations(page)[:1] if _is_thesis(page) else []


def _type(page: Page) -> str | None:
    if _is_thesis(page):
        return "dissertation"
    return "journal-article" if page.select("div.sourinfo .title") else None


SITE = Site(
    name="cnki",
    hosts=("cnki.net", "cnki.com.cn"),
    marks=(b"TurnPageToKnet(", b'class="wxTitle"'),
    titles=("知网", "CNKI", "--《"),
    fields={
        "authors": _authors,
        "affiliations": _affiliations,
        "container_title": lambda page: _texts(page, "div.sourinfo .title a")[:1],
        "publisher": _publisher,
        "type": _type,
    },
)
