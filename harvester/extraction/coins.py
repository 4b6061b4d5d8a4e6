"""COinS: an OpenURL in the title of an empty ``<span class="Z3988">``."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs

from harvester.extraction import tags
from harvester.extraction.candidates import Candidate, RawAuthor
from harvester.extraction.compare import fold
from harvester.page import Page

NAME = "coins"

_MARK = b"ctx_ver=Z39.88-2004"
"""What every COinS says of its version; the longer a mark, the faster it is found not to be there."""
_CLASS = b"Z3988"
_TITLE = re.compile(rb"""\btitle\s*=\s*["']([^"']*)["']""")
_FIELDS: dict[str, str] = {
    "rft.atitle": "title",
    "rft.jtitle": "container_title",
    "rft.stitle": "container_title_short",
    "rft.date": "published",
    "rft.volume": "volume",
    "rft.issue": "issue",
    "rft.spage": "first_page",
    "rft.epage": "last_page",
    "rft.pages": "pages",
    "rft.artnum": "article_number",
    "rft.pub": "publisher",
    "rft.publisher": "publisher",
    "rft.language": "language",
}
_GENRES = {
    "article": "journal-article",
    "proceeding": "proceedings-article",
    "bookitem": "book-chapter",
    "book": "book",
    "preprint": "posted-content",
    "dissertation": "dissertation",
    "report": "report",
}


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the page's only COinS says, if it names what the page shows; several are a list of works."""
    if page.is_plain_text or tags.tells_all(page):
        return
    if NAME not in page.memo:
        page.memo[NAME] = _of_page(page)
    found: list[Candidate] = page.memo[NAME]
    yield from found


def _of_page(page: Page) -> list[Candidate]:
    span = _only_span(page.body)
    found = list(_fields(unescape(span.decode("utf-8", "replace")))) if span is not None else []
    # An article with one reference in this form, as encyclopaedias have them, is not what it refers to.
    shown = [fold(text) for text in (page.title, *page.headings)]
    titles = [fold(each.value) for each in found if each.field == "title"]
    return found if any(title and title in text for title in titles for text in shown) else []


def _only_span(body: bytes) -> bytes | None:
    """Return the title of the only COinS; looking in the bytes costs a tenth of looking in the tree."""
    titles: set[bytes] = set()
    at = body.find(_MARK)
    while at >= 0 and len(titles) < 2:
        start, end = body.rfind(b"<", 0, at), body.find(b">", at)
        title = _TITLE.search(body, start, end) if 0 <= start < end and _CLASS in body[start:end] else None
        if title:
            titles.add(title[1])
        at = body.find(_MARK, at + len(_MARK))
    return titles.pop() if len(titles) == 1 else None


def _fields(context: str) -> Iterator[Candidate]:
    try:
        values = parse_qs(context, max_num_fields=200)
    except ValueError:
        return
    for key, field in _FIELDS.items():
        for value in values.get(key, []):
            # HighWire's servers complete a year to its first day.
            yield Candidate(field, value.removesuffix("-01-01") if field == "published" else value, NAME)
    # A book's or thesis's own title; of an article it would be the container's.
    for value in values.get("rft.btitle", []) + values.get("rft.title", []):
        whole = "rft.atitle" not in values and "rft.jtitle" not in values
        yield Candidate("title" if whole else "container_title", value, NAME)
    for value in values.get("rft_id", []):
        if "doi" in value.lower():
            yield Candidate("doi", value, NAME)
        elif "pmid" in value.lower():
            yield Candidate("pmid", value, NAME)
    numbers = [value for key in ("rft.issn", "rft.eissn") for value in values.get(key, [])]
    if numbers:
        yield Candidate("issn", numbers, NAME)
    if "rft.isbn" in values:
        yield Candidate("isbn", values["rft.isbn"], NAME)
    for value in values.get("rft.genre", []):
        if value in _GENRES:
            yield Candidate("type", _GENRES[value], NAME)
    yield from _authors(values)


def _authors(values: dict[str, list[str]]) -> Iterator[Candidate]:
    names = values.get("rft.au", []) + values.get("rft.aucorp", [])
    if names:
        yield Candidate("authors", [RawAuthor(name=name) for name in dict.fromkeys(names)], NAME)
