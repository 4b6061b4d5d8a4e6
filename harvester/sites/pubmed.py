"""PubMed: a bibliographic database; today's pages have tags, those before 2020 have none.

- Tags give the journal's abbreviation where the page has its name in the ``title`` of a button.
- Volume, issue and pages are in the citation line only: ``2015 Jun;56:120-31.``
- The ids in the page's head are those of the work; others belong to comments and similar articles.

Checked 2026-11 against a page of 2015 and today's markup.
"""

from harvester.extraction import citation_line
from harvester.page import Page, select, select_texts, text_of
from harvester.sites import FieldRule, Site

_HEAD = "#full-view-heading, .rprt.abstract"


def _cited(part: str) -> FieldRule:
    def read(page: Page) -> str | None:
        for head in page.select(_HEAD):
            journals = select_texts(head, ".journal-actions-trigger::text, .cit a::attr(title)")
            journal = next(iter(journals), "Journal").strip().rstrip(".")
            texts = [
                *select_texts(head, "span.cit::text"),
                *(text_of(each).partition(". ")[2] for each in select(head, "div.cit")),
            ]
            for text in texts:
                found = citation_line.parse(f"{journal}. {text.strip()}")
                if found:
                    return found._asdict()[part] or None
        return None

    return read


SITE = Site(
    name="pubmed",
    hosts=("pubmed.ncbi.nlm.nih.gov",),
    fields={
        "container_title": "#full-view-heading .journal-actions-trigger::attr(title)",
        "container_title_short": "#full-view-heading .journal-actions-trigger::text",
        "volume": _cited("volume"),
        "issue": _cited("issue"),
        "first_page": _cited("first_page"),
        "last_page": _cited("last_page"),
    },
)
