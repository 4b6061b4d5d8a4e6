"""The one BibTeX entry that a page shows to be copied: conference papers often have no better description."""

import re
from collections.abc import Iterator
from itertools import compress, count, repeat
from operator import contains

from harvester.extraction.candidates import Candidate, RawAuthor
from harvester.extraction.compare import fold
from harvester.extraction.lines import rendered
from harvester.extraction.zone import title_text, zone
from harvester.formats import Bad, bibtex
from harvester.items import Work
from harvester.page import Page

NAME = "bibtex"

_START = re.compile(r"@(?!string|comment|preamble)[a-z]{4,15}\s*\{\s*[^\s,{}]*\s*,", re.IGNORECASE)
_MOST_LINES = 60
_LONGEST = 10_000
_TITLES = ("citation_title", "dc.title", "og.title")
_FIELDS = (
    "doi", "title", "container_title", "publisher", "published", "volume", "issue", "first_page", "last_page",
    "article_number", "issn", "isbn", "abstract", "keywords", "type", "arxiv_id",
)  # fmt: skip


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the entry says, if the page shows one only and it has the page's title."""
    # Journals that show an entry have all of it in their tags.
    if page.is_plain_text or "citation_journal_title" in page.meta:
        return
    work = _entry(page)
    if work is None or not work.title or not _is_here(page, work.title):
        return
    people = [RawAuthor(each.name or "", each.family, each.given) for each in work.authors if each.role is None]
    if people:
        yield Candidate("authors", people, NAME)
    for field in _FIELDS:
        if value := getattr(work, field):
            yield Candidate(field, value, NAME)


def _entry(page: Page) -> Work | None:
    lines = rendered(page).lines
    marked = compress(count(), map(contains, lines, repeat("@")))
    found = [(at, match.start()) for at in marked if (match := _START.search(lines[at]))]
    if len(found) != 1:
        return None
    (at, begin), text = found[0], ""
    for line in [lines[at][begin:], *lines[at + 1 : at + _MOST_LINES]]:
        text += f"{line}\n"
        if text.count("{") <= text.count("}") or len(text) > _LONGEST:
            break
    read = bibtex.work((text, {}))
    return None if isinstance(read, Bad) else read.work


def _is_here(page: Page, title: str) -> bool:
    shown = title_text(page, zone(page))
    told = (shown, *(content for tag in _TITLES for content in page.meta.all(tag)))
    return fold(title) in map(fold, told)
