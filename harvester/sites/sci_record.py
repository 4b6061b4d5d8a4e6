"""Record pages that show Web of Science data under Chinese labels, with a list of related works.

- No metadata; the labelled reader reads the record. This module adds what markup alone tells: the links of the
  related works, and the further pages of their list.
- 关键词 holds the authors' keywords and Keywords Plus in one line; 页码 has ``231 / 248``.
- The list shows ten works of "共 50 条".

Such pages are known to us as text and from rebuilt markup, so the module goes by what the lines say, not by class
names. Checked 2026-11.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from harvester.extraction import labelled
from harvester.items import Citation, Link, LinkKind
from harvester.page import Page
from harvester.sites import Site

_NEXT = re.compile(r"\s*(?:下一页|下页|后页|下一頁|next(?: page)?|›|»|>)\s*", re.IGNORECASE)
_PAGED = re.compile(r"[?&/](?:page|p|pageno|pageindex|currentpage)[=/][0-9]+", re.IGNORECASE)


def _addresses(page: Page) -> dict[str, str]:
    """Return the address behind each text that is a link."""
    found: dict[str, str] = {}
    for anchor in page.root.iter("a"):
        words = " ".join("".join(str(text) for text in anchor.itertext()).split())
        address = page.absolute(anchor.get("href"))
        if len(words) > 10 and address and address.startswith("http"):
            found.setdefault(words, address)
    return found


def _related(page: Page) -> list[Citation] | None:
    """Return the related works with the addresses behind their titles."""
    works = next((each.value for each in labelled.read(page) if each.field == "related"), None)
    if not works or page.is_plain_text:
        return works
    addresses = _addresses(page)
    return [replace(work, url=addresses.get(work.title or "")) for work in works]


def _links(page: Page) -> Iterator[Link]:
    """Yield the further pages of the related list; the works themselves are linked by their records."""
    if page.is_plain_text or not labelled.has(page, "related"):
        return
    for anchor in page.root.iter("a"):
        words = "".join(str(text) for text in anchor.itertext())
        address = page.absolute(anchor.get("href"))
        is_next = (
            anchor.get("rel") == "next"
            or _NEXT.fullmatch(words)
            or (words.strip().isdigit() and _PAGED.search(address or ""))
        )
        if is_next and address and address.startswith("http") and address.partition("#")[0] != page.url:
            yield Link(address, LinkKind.NEXT)


SITE = Site(
    name="sci_record",
    hosts=("sci-record.invalid",),
    marks=("学科分类号".encode(), "學科分類號".encode()),
    fields={"related": _related},
    links=_links,
)
