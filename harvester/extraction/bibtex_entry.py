"""The one BibTeX entry that a page shows to be copied: conference papers often have no better description."""

import re
from collections.abc import Iterator, Sequence
from itertools import compress, count, repeat
from operator import contains

from harvester.extraction.candidates import Candidate, RawAuthor
from harvester.extraction.compare import fold
from harvester.extraction.lines import rendered
from harvester.extraction.vocabulary import LISTS
from harvester.extraction.zone import title_text, zone
from harvester.formats import Bad, bibtex
from harvester.page import Page

NAME = "bibtex"

_START = re.compile(r"@(?!string|comment|preamble)[a-z]{4,15}\s*\{\s*[^\s,{}]*\s*,", re.IGNORECASE)
_MOST_LINES = 60
_LONGEST = 10_000
_TITLES = ("citation_title", "dc.title", "og.title")


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the entry says, if the page shows one only and it has the page's title."""
    # Journals that show an entry have all of it in their tags.
    if page.is_plain_text or "citation_journal_title" in page.meta:
        return
    text = _entry(rendered(page).lines)
    entry = bibtex.draft(text) if text else None
    if entry is None or isinstance(entry, Bad):
        return
    if not any(_is_here(page, each) for each in entry.values.get("title", ())):
        return
    authors = [RawAuthor(each.name, each.family, each.given) for each in entry.people if each.role is None]
    # BibTeX has "and" between names; what has commas instead, as EuDML writes it, is several people in one.
    if authors and not any("," in f"{each.family}{each.given}" for each in authors):
        yield Candidate("authors", authors, NAME)
    for field, values in entry.values.items():
        if field in LISTS:
            yield Candidate(field, values, NAME)
        else:
            yield from (Candidate(field, value, NAME) for value in values)


def _entry(lines: Sequence[str]) -> str | None:
    marked = compress(count(), map(contains, lines, repeat("@")))
    found = [(at, match.start()) for at in marked if (match := _START.search(lines[at]))]
    if len(found) != 1:
        return None
    (at, begin), text = found[0], ""
    for line in [lines[at][begin:], *lines[at + 1 : at + _MOST_LINES]]:
        text += f"{line}\n"
        if text.count("{") <= text.count("}") or len(text) > _LONGEST:
            break
    return text


def _is_here(page: Page, title: str) -> bool:
    shown = title_text(page, zone(page))
    told = (shown, *(content for tag in _TITLES for content in page.meta.all(tag)))
    return fold(title) in map(fold, told)
