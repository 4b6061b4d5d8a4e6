"""FindArticles: an aggregator's copies of journal articles, without metadata.

- Below the title stands one line, ``Journal, Sep 2004 by Page, Jeffrey C, Newswander, Brad``: the names inverted and
  parted by the same commas that part the names themselves.

Checked 2026-11 against an article of 2004.
"""

import re

from harvester.extraction.candidates import RawAuthor
from harvester.extraction.lines import lines
from harvester.items import PageKind, Verdict
from harvester.page import Page
from harvester.sites import FieldRule, Site

_CREDIT = re.compile(
    r"(?P<journal>[^,]{3,120}(?:, [^,]{3,60})?), (?P<date>[A-Z][a-z]{2,8}[^,]{0,12} (?:1[89]|20)[0-9]{2})"
    r" by (?P<names>.{3,600})"
)


def _credit(page: Page) -> re.Match[str] | None:
    return next((match for line in lines(page)[:200] if " by " in line and (match := _CREDIT.fullmatch(line))), None)


def _authors(page: Page) -> list[RawAuthor]:
    credit = _credit(page)
    parts = [part.strip() for part in credit["names"].split(",")] if credit else []
    if len(parts) % 2:
        return []
    return [RawAuthor(family=family, given=given) for family, given in zip(parts[::2], parts[1::2], strict=True)]


def _part(name: str) -> FieldRule:
    def read(page: Page) -> str | None:
        credit = _credit(page)
        return credit[name] if credit else None

    return read


def _verdict(page: Page) -> Verdict | None:
    return Verdict(PageKind.ARTICLE, "a line names journal, date and authors") if _credit(page) else None


SITE = Site(
    name="findarticles",
    hosts=("findarticles.com",),
    verdict=_verdict,
    fields={
        "authors": _authors,
        "container_title": _part("journal"),
        "published": _part("date"),
    },
)
