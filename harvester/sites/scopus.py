"""Scopus: the preview of a record, without metadata.

- The first heading is "Document details"; the title is the second, with the kind of work in spans behind it.
- Keywords are badges with nothing between them.
- Superscripts before the institutions tie them to the authors.

Checked 2026-11 against an article of 2020.
"""

from harvester.extraction.candidates import RawAuthor
from harvester.page import Page
from harvester.sites import Site


def _institutions(page: Page) -> dict[str, str]:
    found = {}
    for item in page.selector.css("#affiliationlist li, [id^=superscript_]"):
        mark = item.css("sup::text").get("").strip()
        text = " ".join(item.xpath("string()").get("").split())
        found[mark] = text.removeprefix(mark).strip()
    return {mark: text for mark, text in found.items() if text}


def _authors(page: Page) -> list[RawAuthor]:
    institutions = _institutions(page)
    people = []
    for item in page.selector.css("#authorlist li"):
        name = item.css(".previewTxt::text, a::text").get("").strip(" ,")
        marks = [text.strip(" ,") for text in item.css("sup::text").getall()]
        if name:
            people.append(
                RawAuthor(name=name, affiliations=tuple(institutions[mark] for mark in marks if mark in institutions))
            )
    return people


SITE = Site(
    name="scopus",
    hosts=("scopus.com",),
    fields={
        "title": lambda page: [text for text in page.selector.css("h2.h3::text").getall() if text.strip()][:1],
        "authors": _authors,
        "affiliations": lambda page: list(_institutions(page).values()),
        "abstract": lambda page: page.selector.css("#abstractSection > p").xpath("string()").get(),
        "keywords": lambda page: page.selector.css("#authorKeywords .badges::text").getall(),
    },
)
