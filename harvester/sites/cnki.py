"""CNKI (中国知网): abstract pages of the reader site and of the knowledge network, without any metadata.

- Names and institutions stand in anchors without anything between them, so the visible line glues them together.
- The title block and the block of the journal both have an element of class ``title``.
- Newer pages have one line above the title for journal, year, volume and issue, and a badge glued to the title.
- Theses name the university where articles name institutions, and advisers (导师) who are no authors.

Checked 2026-11 against an article of 1987 and a doctoral thesis.
"""

import re

from harvester.extraction.candidates import RawAuthor
from harvester.extraction.lines import lines
from harvester.page import Page, text_of
from harvester.sites import Site

_FIRST_LINES = 60
_SOURCE = re.compile(
    r"(?P<container>[^\W\d_][^.．·0-9]{1,40}?) ?[.．·] ?(?P<year>(?:19|20)[0-9]{2}) ?[,，]? ?(?P<volume>[0-9]{1,4})? ?"
    r"[(（](?P<issue>[0-9A-Z]{1,4})[)）]"
)
_MARKS = re.compile(r"[\s,，0-9*]+$")
_THESIS = "CDFD", "CMFD", "导师"


def _texts(page: Page, css: str) -> list[str]:
    return [text for each in page.select(css) if (text := text_of(each))]


def _source(page: Page) -> re.Match[str] | None:
    """Return journal, year, volume and issue of the line above the title: ``图书情报例刊 . 2023 ,67 (08)``."""
    return next((found for line in lines(page)[:_FIRST_LINES] if (found := _SOURCE.match(line))), None)


def _part(page: Page, name: str) -> str | None:
    found = _source(page)
    return found[name] if found else None


def _authors(page: Page) -> list[RawAuthor]:
    listed = [_MARKS.sub("", text) for text in _texts(page, "h3#authorpart > span")]
    names = [name for name in listed if name] or _texts(page, "div.wxTitle .author a, div.wx-tit h3.author a")
    places = _affiliations(page)
    # One institution is everybody's; of several, nothing tells whose.
    shared = tuple(places) if len(places) == 1 else ()
    return [RawAuthor(name=name, affiliations=shared) for name in names]


def _affiliations(page: Page) -> list[str]:
    return _texts(page, "div.wxTitle .orgn a, div.wx-tit h3.orgn a, div.wx-tit h3 a.author")


def _is_thesis(page: Page) -> bool:
    # In the text and not in the bytes: older pages are in GB2312.
    text = page.text
    return any(mark in text for mark in _THESIS) and not page.select("div.sourinfo .title")


def _publisher(page: Page) -> list[str]:
    return _affiliations(page)[:1] if _is_thesis(page) else []


SITE = Site(
    name="cnki",
    hosts=("cnki.net", "cnki.com.cn"),
    marks=(b"TurnPageToKnet(", b'class="wxTitle"'),
    titles=("知网", "CNKI", "--《"),
    fields={
        "authors": _authors,
        "affiliations": _affiliations,
        "container_title": lambda page: _texts(page, "div.sourinfo .title a")[:1] or _part(page, "container"),
        "published": lambda page: _part(page, "year"),
        "volume": lambda page: _part(page, "volume"),
        "issue": lambda page: _part(page, "issue"),
        "publisher": _publisher,
    },
)
