"""Wanfang (万方): the medical site's record pages, a table of labels in two-character words with a blank inside.

- The general readers get everything but the abstract's place right: it stands between title and table, unlabelled.
- 刊名 holds a whole citation line; 英文期刊名 is another name of the same journal.

Checked 2026-11 against an article of 1999.
"""

from harvester.page import Page
from harvester.sites import Site


def _abstract(page: Page) -> str | None:
    return page.selector.css(".abstracts, .summary, div.abstract").xpath("string()").get()


SITE = Site(
    name="wanfang",
    hosts=("wanfangdata.com.cn", "wanfangmed.com", "med.wanfangdata.com.cn"),
    fields={"abstract": _abstract},
)
