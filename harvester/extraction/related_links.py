"""Where the entries of a list of related works lead, and its further pages: what markup alone tells."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lxml import etree

from harvester.extraction import labels
from harvester.items import Citation
from harvester.page import Page, text_of

_MARK = re.compile(r"[•·◦▪●*-]?\s*\[\s*[0-9]{1,3}\s*\]\s*")
_NEXT = re.compile(r"\s*(?:下一页|下页|后页|下一頁|次へ|다음|next(?: page)?|›|»|>)\s*", re.IGNORECASE)
_PAGED = re.compile(r"[?&/](?:page|p|pageno|pageindex|currentpage)[=/][0-9]+", re.IGNORECASE)


def linked(page: Page, works: Sequence[Citation]) -> list[Citation]:
    """Return the works with the addresses behind their titles; of works with one title, each with its own."""
    if page.is_plain_text or not works:
        return list(works)
    titles = {work.title for work in works}
    addresses: dict[str, list[str]] = {}
    for anchor in _anchors(page):
        words = _MARK.sub("", text_of(anchor), count=1)
        address = _address(page, anchor) if words in titles else None
        if address:
            addresses.setdefault(words, []).append(address)
    found = {title: iter(dict.fromkeys(row)) for title, row in addresses.items()}
    return [replace(work, url=next(found.get(work.title or "", iter(())), None)) for work in works]


def further(page: Page) -> Iterator[str]:
    """Yield the addresses of the list's further pages."""
    for anchor in _anchors(page):
        words = text_of(anchor)
        if anchor.get("rel") == "next" or _NEXT.fullmatch(words) or words.isdigit():
            address = (_address(page, anchor) or "").partition("#")[0]
            paged = not words.isdigit() or _PAGED.search(address)
            if address and paged and address != page.url.partition("#")[0]:
                yield address


def _anchors(page: Page) -> Iterator[etree._Element]:
    """Yield the links below the first label of such a list; the ones above lead to other articles of the journal."""
    begun = False
    for element in page.root.iter():
        if begun and element.tag == "a":
            yield element
        begun = begun or _announces(element.text) or _announces(element.tail)


def _announces(text: object) -> bool:
    words = text.strip() if isinstance(text, str) and len(text) < 200 else ""
    return bool(words) and any(each.field == "related" for each in labels.read(words))


def _address(page: Page, anchor: etree._Element) -> str | None:
    address = page.absolute(anchor.get("href"))
    return address if address and address.startswith(("http://", "https://")) else None
