"""Genders OnLine Journal: static pages of 1998 to 2013, laid out with tables and fonts.

- The page's title is the journal's slogan; the article's title is a paragraph in large letters, its subtitle the
  line below, the byline a paragraph that begins with "By".
- The issue and its season stand above the title.

Checked 2026-11 against issue 58.
"""

from harvester.extraction.candidates import RawAuthor
from harvester.extraction.lines import lines
from harvester.items import PageKind, Verdict
from harvester.page import Page
from harvester.sites import Site


def _head(page: Page) -> tuple[list[str], str | None]:
    """Return the lines of the title and the byline's name."""
    near = lines(page)[:12]
    issue = next((at for at, line in enumerate(near) if line.startswith("Issue ")), None)
    byline = next((at for at, line in enumerate(near) if line.startswith("By ")), None)
    if issue is None or byline is None or not issue < byline:
        return [], None
    return near[issue + 1 : byline], near[byline].removeprefix("By ")


def _title(page: Page) -> str | None:
    return ": ".join(_head(page)[0]) or None


def _authors(page: Page) -> list[RawAuthor]:
    name = _head(page)[1]
    return [RawAuthor(name=each.title()) for each in name.split(" and ")] if name else []


def _verdict(page: Page) -> Verdict | None:
    return (
        Verdict(PageKind.ARTICLE, "issue, title and byline stand at the head of the page") if _head(page)[0] else None
    )


SITE = Site(
    name="genders",
    hosts=("genders.org",),
    verdict=_verdict,
    fields={
        "title": _title,
        "authors": _authors,
        "container_title": lambda page: "Genders OnLine Journal" if _head(page)[0] else None,
    },
)
