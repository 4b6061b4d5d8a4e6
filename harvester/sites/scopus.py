"""Scopus: the preview of a record, without metadata.

- The first heading is "Document details"; the title is the second, with the kind of work in spans behind it.
- Keywords are badges with nothing between them.
- Superscripts before the institutions tie them to the authors.

Checked 2026-11 against an article of 2020.
"""

from harvester.extraction.candidates import RawAuthor
from harvester.page import Page, select_texts, text_of
from harvester.sites import Site


def _institutions(page: Page) -> dict[str, str]:
    found = {}
    for item in page.select("#affiliationlist li, [id^=superscript_]"):
        mark = next(iter(select_texts(item, "sup::text")), "").strip()
        text = text_of(item)
        found[mark] = text.removeprefix(mark).strip()
    return {mark: text for mark, text in found.items() if text}


def _authors(page: Page) -> list[RawAuthor]:
    institutions = _institutions(page)
    people = []
    for item in page.select("#authorlist li"):
        name = next(iter(select_texts(item, ".previewTxt::text, a::text")), "").strip(" ,")
        marks = [text.strip(" ,") for text in select_texts(item, "sup::text")]
        if name:
            people.append(
                RawAuthor(name=name, affiliations=tuple(institutions[mark] for mark in marks if mark in institutions))
            )
    return people


SITE = Site(
    name="scopus",
    hosts=("scopus.com",),
    fields={
        "title": lambda page: [text for text in page.select_texts("h2.h3::text") if text.strip()][:1],
        "authors": _authors,
        "affiliations": lambda page: list(_institutions(page).values()),
        "abstract": lambda page: [text_of(each) for each in page.select("#abstractSection > p")][:1],
        "keywords": "#authorKeywords .badges::text",
    },
)
