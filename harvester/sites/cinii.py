"""CiNii Articles: records of Japanese articles, everything twice where the journal gave it in English too.

- Names, institutions, titles and abstracts stand in pairs of spans without a mark of language that holds everywhere;
  the tags have the title in the language of the page, so the page's language decides.
- ``citation_date`` is MM/YYYY.

Checked 2026-11 against an article of 2000.
"""

from harvester.extraction.abstract_text import is_cjk
from harvester.extraction.candidates import RawAuthor
from harvester.page import Page, select_texts, text_of
from harvester.sites import Site


def _is_english(page: Page) -> bool:
    return page.url.rstrip("/").endswith("/en") or (page.language or "").startswith("en")


def _own(page: Page, texts: list[str]) -> str | None:
    """Return the text in the language of the page, else the first."""
    stripped = [" ".join(text.split()) for text in texts if text.strip()]
    return next((text for text in stripped if is_cjk(text) != _is_english(page)), next(iter(stripped), None))


def _authors(page: Page) -> list[RawAuthor]:
    people = []
    for entry in page.select("#authors .authordata"):
        name = _own(page, select_texts(entry, ".authorname span::text"))
        place = _own(page, select_texts(entry, ".authoraffiliation span::text"))
        if name:
            people.append(RawAuthor(name=name, affiliations=(place,) if place else ()))
    return people


SITE = Site(
    name="cinii",
    hosts=("ci.nii.ac.jp",),
    fields={
        "authors": _authors,
        "abstract": lambda page: _own(page, [text_of(each) for each in page.select(".dataContainer.abstract p")]),
    },
)
