"""The visible page as lines: what a browser would show, top to bottom, without parsing anything twice.

A stylesheet does the walk inside libxslt, because a walk over the tree in Python costs as much as parsing the
page did. Rules from the HTML standard's "rendering" chapter, as far as text needs them: block elements, table
cells and ``<br>`` end a line, inline elements do not, and what is not rendered is not there.
"""

from functools import cache
from typing import NamedTuple

from lxml import etree

from harvester.page import Page

_BREAK = "\ue000"
_HEADING = "\ue001"

_UNSEEN = "script style noscript template head svg math select textarea button object iframe video audio canvas nav map"
_BLOCKS = (
    "address article aside blockquote body center dd details dialog dir dl dt fieldset figcaption figure footer "
    "form header hgroup hr legend li main menu ol p summary table caption tbody td tfoot th thead tr ul br "
    "dt option frameset"
)
_HEADINGS = "h1 h2 h3 h4 h5 h6"
_LEVELS = frozenset("123456")

_BREAKING = f"<xsl:text>{_BREAK}</xsl:text><xsl:apply-templates/><xsl:text>{_BREAK}</xsl:text>"
# Only containers are asked whether they are hidden: each question costs as much as the text.
_SHOWN = "not(@hidden or contains(@style, 'display:none') or contains(@style, 'display: none'))"
_STYLESHEET = f"""
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="text" encoding="UTF-8"/>
<xsl:template match="{_UNSEEN.replace(" ", "|")}|comment()|processing-instruction()"/>
<xsl:template match="{_BLOCKS.replace(" ", "|")}">{_BREAKING}</xsl:template>
<xsl:template match="div|section"><xsl:if test="{_SHOWN}">{_BREAKING}</xsl:if></xsl:template>
<xsl:template match="{_HEADINGS.replace(" ", "|")}">
<xsl:value-of select="concat('{_BREAK}{_HEADING}', substring(name(), 2))"/>
<xsl:apply-templates/><xsl:text>{_BREAK}</xsl:text>
</xsl:template>
<xsl:template match="pre">
<xsl:text>{_BREAK}</xsl:text><xsl:apply-templates mode="pre"/><xsl:text>{_BREAK}</xsl:text>
</xsl:template>
<xsl:template match="text()" mode="pre"><xsl:value-of select="translate(., '&#10;', '{_BREAK}')"/></xsl:template>
</xsl:stylesheet>
"""
_SHOWN_TEXT = f"{__name__}.shown"


class Rendered(NamedTuple):
    """The lines of a page, and which of them are headings."""

    lines: list[str]
    headings: dict[int, int]
    """Level of the heading, by index of the line."""

    @property
    def heads(self) -> list[int]:
        """Return the indexes of the headings, in order."""
        return list(self.headings)


def lines(page: Page) -> list[str]:
    """Return the visible lines of the page: never empty ones, white space collapsed."""
    return rendered(page).lines


def shown(page: Page) -> str:
    """Return all visible text of the page as one line."""
    if _SHOWN_TEXT not in page.memo:
        page.memo[_SHOWN_TEXT] = " ".join(lines(page))
    text: str = page.memo[_SHOWN_TEXT]
    return text


def rendered(page: Page) -> Rendered:
    """Return the visible lines of the page with its headings."""
    known: Rendered | None = page.memo.get(__name__)
    if known is None:
        known = _of_text(page.text) if page.is_plain_text else _of_tree(page.root)
        page.memo[__name__] = known
    return known


def render(element: etree._Element) -> list[str]:
    """Return the visible lines of one element."""
    return _of_tree(element).lines


def _of_text(text: str) -> Rendered:
    collapsed = (" ".join(line.split()) for line in text.splitlines())
    return Rendered([line for line in collapsed if line], {})


def _of_tree(root: etree._Element) -> Rendered:
    found: list[str] = []
    headings: dict[int, int] = {}
    # White space is collapsed in the whole text at once: most of the pieces are nothing else.
    for piece in " ".join(_text(root).split()).split(_BREAK):
        line = piece.strip()
        if not line:
            continue
        if line[0] == _HEADING and line[1:2] in _LEVELS:
            level, line = int(line[1]), line[2:].lstrip()
            if not line:
                continue
            headings[len(found)] = level
        found.append(line)
    return Rendered(found, headings)


@cache
def _stylesheet() -> etree.XSLT:
    return etree.XSLT(etree.XML(_STYLESHEET))


def _text(root: etree._Element) -> str:
    try:
        return str(_stylesheet()(root))
    except etree.XSLTApplyError:
        # Nested deeper than libxslt follows (3,000 elements): no page made by a person, so its words will do.
        return _BREAK.join(text for text in root.itertext() if isinstance(text, str))
