"""The visible page as lines: what a browser would show, top to bottom, without parsing anything twice.

A stylesheet does the walk inside libxslt, because a walk over the tree in Python costs as much as parsing the
page did. Rules from the HTML standard's "rendering" chapter, as far as text needs them: block elements, table
cells and ``<br>`` end a line, inline elements do not, and what is not rendered is not there.
"""

import re
from bisect import bisect_left
from functools import cache
from itertools import compress, count, repeat
from operator import contains, not_
from typing import NamedTuple

from lxml import etree

from harvester.page import Page

_BREAK = "\x7f"
"""An ASCII character that XML allows and no page shows: text without any other stays one byte a character."""
_MARKED = "~"
_LEVELS = {f"{_MARKED}h{level}{_MARKED}": level for level in range(1, 7)}
"""What a heading's line begins with."""
_RAISED, _LOWERED = "~^", "^~"
"""What stands around a superscript until the lines are made."""
_SUPERSCRIPT = re.compile(rf" ?{re.escape(_RAISED)}(.{{0,200}}?){re.escape(_LOWERED)}")
# What a name or an institution is marked with: 1,2 or a,b* or a sign alone.
# Nothing is given back: a row of stars takes exponential time else.
_MARKS = re.compile(r"[\s,;，]*+(?:(?:[0-9]{1,2}|[a-z](?![a-z])|[*†‡§¶#‖✉]+)[\s,;，]*+)++")
_MARK = re.compile(r"[0-9]{1,2}|[a-z]|[*†‡§¶#‖✉]+")
_CORRESPONDING = re.compile(
    r"corresponding author(?: contact information)?|e-?mail(?: the corresponding author)?", re.IGNORECASE
)
"""What some pages write above the line, beside the marks."""
_BETWEEN_MARKS = re.compile(r"\][\s,;，]*\[")
_SIGN_BEHIND = re.compile(r"\]\s*,\s*([*†‡§¶#‖✉]+)")
_BRACKETED_MARK = re.compile(r"[(\[]\s*(\[[^\[\]]{1,12}\])\s*[)\]]")
_BLANKED = bytes.maketrans(b"\n\t\r\f\v\x1c\x1d\x1e\x1f", b" " * 9)
"""White space of one byte becomes a blank; in UTF-8 such a byte is never part of another character."""

_UNSEEN = "script style noscript template head svg math select textarea button object iframe video audio canvas nav map"
_BLOCKS = (
    "address article aside blockquote body center details dialog dir dl fieldset figcaption figure footer "
    "form header hgroup legend main menu ol p summary table ul frameset"
)
_EMPTY = "br hr"
# What follows one of these is another one, or the end of the block that it is a part of.
_PARTS = "li dt dd tr td th thead tbody tfoot caption option"

_BROKEN = f"<xsl:text>{_BREAK}</xsl:text>"
_BREAKING = f"{_BROKEN}<xsl:apply-templates/>{_BROKEN}"
# Only containers are asked how they are shown: each question costs as much as the text. Most of them have no such
# attribute, so that is asked first.
_CONTAINER = f"""<xsl:choose>
<xsl:when test="not(@style or @hidden)">{_BREAKING}</xsl:when>
<xsl:when test="@hidden or contains(@style, 'display:none') or contains(@style, 'display: none')"/>
<xsl:when test="contains(@style, 'display:inline') or contains(@style, 'display: inline')">
<xsl:apply-templates/></xsl:when>
<xsl:otherwise>{_BREAKING}</xsl:otherwise>
</xsl:choose>"""
_HEADINGS = "".join(
    f'<xsl:template match="h{level}">{_BREAKING.replace(_BREAK, _BREAK + mark, 1)}</xsl:template>'
    for mark, level in _LEVELS.items()
)
_STYLESHEET = f"""
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="text" encoding="UTF-8"/>
<xsl:template match="{_UNSEEN.replace(" ", "|")}"/>
<xsl:template match="{_BLOCKS.replace(" ", "|")}">{_BREAKING}</xsl:template>
<xsl:template match="{_EMPTY.replace(" ", "|")}">{_BROKEN}</xsl:template>
<xsl:template match="{_PARTS.replace(" ", "|")}">{_BROKEN}<xsl:apply-templates/></xsl:template>
<xsl:template match="div|section">{_CONTAINER}</xsl:template>
{_HEADINGS}
<xsl:template match="sup">
<xsl:text>{_RAISED}</xsl:text><xsl:apply-templates/><xsl:text>{_LOWERED}</xsl:text>
</xsl:template>
<xsl:template match="pre">
<xsl:text>{_BREAK}</xsl:text><xsl:apply-templates mode="pre"/><xsl:text>{_BREAK}</xsl:text>
</xsl:template>
<xsl:template match="text()" mode="pre"><xsl:value-of select="translate(., '&#10;', '{_BREAK}')"/></xsl:template>
</xsl:stylesheet>
"""
_SHOWN_TEXT = f"{__name__}.shown"


class Rendered(NamedTuple):
    """The lines of a page, which of them are headings, and which have marks above the line."""

    lines: list[str]
    headings: dict[int, int]
    """Level of the heading, by index of the line."""
    raised: dict[int, str]
    """Lines with superscripts and the signs around these, by index of the line."""

    @property
    def heads(self) -> list[int]:
        """Return the indexes of the headings, in order."""
        return list(self.headings)

    def marked(self, start: int, end: int) -> list[str]:
        """Return the lines from one up to another, superscripts that can be marks in brackets: ``Jane Doe[a+*]``."""
        found = self.lines[start:end]
        for at in self.raised:
            if start <= at < end:
                found[at - start] = _in_brackets(self.raised[at])
        return found


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
    return Rendered([line for line in collapsed if line], {}, {})


def _of_tree(root: etree._Element) -> Rendered:
    found = list(filter(None, map(str.strip, _text(root).translate(_BLANKED).decode().split(_BREAK))))
    headings: dict[int, int] = {}
    raised: dict[int, str] = {}
    # Most lines are ready. Which are not is asked without a step of Python's for each.
    for at in compress(count(), map(contains, found, repeat("~"))):
        line = found[at]
        if level := _LEVELS.get(line[:4]):
            headings[at] = level
            found[at] = line = line[4:].lstrip()
        if _RAISED in line or _LOWERED in line:
            raised[at] = line
            found[at] = line.replace(_RAISED, "").replace(_LOWERED, "").strip()
    for at in compress(count(), map(contains, found, repeat("  "))):
        found[at] = " ".join(found[at].split())
    beyond = list(compress(count(), map(not_, map(str.isascii, found))))
    # Every white space but the blank counts as not printable, which is found out faster than by any pattern.
    for at in compress(beyond, map(not_, map(str.isprintable, map(found.__getitem__, beyond)))):
        found[at] = " ".join(found[at].split())
    return Rendered(found, headings, raised) if all(found) else _without_empty(found, headings, raised)


def _in_brackets(line: str) -> str:
    marked = _SUPERSCRIPT.sub(_as_mark, " ".join(line.split())).replace(_RAISED, "").replace(_LOWERED, "")
    marked = _BRACKETED_MARK.sub(r"\1", _SIGN_BEHIND.sub(r"+\1]", _BETWEEN_MARKS.sub("+", marked)))
    return " ".join(marked.split())


def _as_mark(found: re.Match[str]) -> str:
    marks = _CORRESPONDING.sub("", found[1])
    if not _MARKS.fullmatch(marks):
        return "" if not marks.strip(" ,") else found[0].replace(_RAISED, "").replace(_LOWERED, "")
    return f"[{'+'.join(_MARK.findall(marks))}]"


def _without_empty(found: list[str], headings: dict[int, int], raised: dict[int, str]) -> Rendered:
    """Drop the lines that turned out to hold nothing."""
    empty = list(compress(count(), map(not_, found)))
    moved = {at: at - bisect_left(empty, at) for at in {*headings, *raised}.difference(empty)}
    return Rendered(
        list(filter(None, found)),
        {moved[at]: level for at, level in headings.items() if at in moved},
        {moved[at]: line for at, line in raised.items() if at in moved},
    )


@cache
def _stylesheet() -> etree.XSLT:
    return etree.XSLT(etree.XML(_STYLESHEET), regexp=False)


def _text(root: etree._Element) -> bytes:
    """Return the visible text with its breaks, in UTF-8."""
    try:
        return bytes(_stylesheet()(root))
    except etree.XSLTApplyError:
        # Nested deeper than libxslt follows (3,000 elements): no page made by a person, so its words will do.
        return _BREAK.join(text for text in root.itertext() if isinstance(text, str)).encode()
