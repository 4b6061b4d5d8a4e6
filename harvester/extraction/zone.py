"""Where on the page the work is: the line of its title, and the line at which its references or comments begin.

Between the two stand byline, citation line, abstract and keywords. Outside of them stand menus, lists of other
works and references, whose DOIs, years and journals are not the work's.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import compress, count, islice, pairwise, repeat
from operator import contains, itemgetter
from typing import NamedTuple

from harvester.extraction import bylines, citation_line, labels
from harvester.extraction.abstract_text import is_boilerplate, is_paragraph, weight
from harvester.extraction.compare import fold
from harvester.extraction.lines import Rendered, rendered
from harvester.normalise.titles import is_junk_title
from harvester.page import Page

_TITLE_TAGS = ("citation_title", "dc.title", "dcterms.title", "bepress_citation_title", "eprints.title", "og.title")
_TITLES = f"{__name__}.titles"
_FIRST_LINES = 150
"""Lines among which a title that is no heading is looked for."""
_FIRST_SOURCES = 60
"""Lines among which the source of a work without a heading is looked for."""
_FIRST_HEADINGS = 12
_LEAST = 12
"""Least weight of a title, and least number of lines before the end."""
_SHARE = 0.3
"""Least share of the page's ``<title>`` that a line must repeat: a site's name stands there too."""
_NUMBER_OF_SITE = re.compile(r"(?=\S*[0-9])[!-~]+")
"""One word with figures is the number under which a site keeps the work: ``1998ApJ...500..525S``."""
_SEGMENT = re.compile(r"\s*[-–—|_]")
_PARTS = re.compile(r" [-–—|:] | -- ")
_MOST_SEGMENTS = 20
_LONGEST_BUTTON = 8
_BADGE = re.compile("[^>»›|]{1,30}")
_COUNT = re.compile(r"\s*[\[(（][0-9]{1,4} ?[件条條篇건편]?[\])）]$")
_BRACKETS = tuple("])）")
_DATED = re.compile(r"(.+?)\s*[\[(]((?:1[5-9]|20)[0-9]{2})[\])]")
"""``On Hens (2003)``: catalogues put the year behind the title."""
_PROSE = 240
_WEIGHT = 3
_SOURCE = "Published in "
CITE = re.compile(r"\bcit(?:e|ation)|引用|zitier|citer|citar|цитир")
"""What stands in front of a reference to the work itself, in small letters."""
_COLONS = (":", "：")
_LONGEST_SUBTITLE = 200
_BESIDE = 3
_ABOVE_ABSTRACT = 6
_MOST_ABSTRACTS = 4
_ROWS = 4
"""Lines below an empty row of a table in which its next row stands."""
_LEAST_BEGUN = 20
_QUOTED = re.compile('["“«„]([^"“”»]{20,400})["”»“]')
_TAG = re.compile("</?[a-z]{1,6}>", re.IGNORECASE)
_END_LINES = frozenset(
    {
        "references", "bibliography", "literature cited", "works cited", "参考文献", "參考文獻", "引用文献", "참고문헌",
        "literatur", "références", "referencias", "referências", "список литературы",
    }
)  # fmt: skip
"""Words that end the zone without being marked up as a heading, once there was an abstract or some text."""


_END_OPENINGS = frozenset(case(word[0]) for word in _END_LINES for case in (str.lower, str.upper)) | frozenset(" :：.")
_LONGEST_END = 40


class Zone(NamedTuple):
    """The part of the page that tells of the work; ``title`` is None where no line is recognisably the title."""

    title: int | None
    end: int
    sure: bool
    """Whether the title also stands in the page's ``<title>`` or metadata."""


@cache
def ends() -> frozenset[str]:
    """Return the headings, folded, that end the part of a page that tells of the work."""
    data = tomllib.loads(files(__package__).joinpath("endings.toml").read_text(encoding="utf-8"))
    return frozenset(data["end_headings"])


def zone(page: Page) -> Zone:
    """Return the zone of the page's work."""
    known: Zone | None = page.memo.get(__name__)
    if known is None:
        known = page.memo[__name__] = _find(page, rendered(page))
    return known


def title_text(page: Page, where: Zone) -> str:
    """Return the title of the zone, with the subtitle that the line below it gives where the metadata has both."""
    if where.title is None:
        return ""
    title, *below = rendered(page).lines[where.title : where.title + 2]
    if title.endswith(_BRACKETS) and (dated := _dated(title, _told(page))):
        return dated[1]
    # "In the 1920-ies" is no button behind "In the 1920".
    title = title if page.title.startswith(title) else _between_buttons(title, _segments(page)) or title
    if below and title.endswith(_COLONS) and len(below[0]) <= _LONGEST_SUBTITLE and not labels.read(below[0]):
        # A break in the heading.
        return f"{title} {below[0]}"
    whole = f"{title}: {below[0]}" if below else title
    return whole if any(whole.casefold() in each for each in _told(page)) else title


def year_behind(page: Page, where: Zone) -> str | None:
    """Return the year that stands in brackets behind the title, where the metadata has the title without it."""
    dated = None if where.title is None else _dated(rendered(page).lines[where.title], _told(page))
    return dated[2] if dated else None


def _dated(line: str, told: list[str]) -> re.Match[str] | None:
    dated = _DATED.fullmatch(line)
    if dated is None or any(line.casefold() in each for each in told):
        return None
    title = dated[1].casefold()
    return dated if weight(title) >= _LEAST and any(title in each for each in told) else None


def _segments(page: Page) -> tuple[str, ...]:
    """Return what the page's ``<title>`` begins with, up to each sign that parts it, and all of it; no citations."""
    begun = (page.title[: end.start()] for end in islice(_SEGMENT.finditer(page.title), _MOST_SEGMENTS))
    return tuple(each for each in (*begun, page.title) if weight(each) >= _LEAST and not _is_citation(each))


def _between_buttons(line: str, segments: tuple[str, ...]) -> str | None:
    """Return the part of a line that begins the page's ``<title>``, where only a button or a badge is glued to it."""
    begun = (each for each in segments if line.startswith(each) and line != each)
    found = next((each for each in begun if _is_button(line[len(each) :])), None)
    if found:
        return found
    # The kind of article, its date.
    ended = (each for each in segments if line.endswith(each) and line != each and weight(each) >= _LEAST_BEGUN)
    return next((each for each in ended if _BADGE.fullmatch(line[: -len(each)])), None)


def _is_button(text: str) -> bool:
    """Return True for a few letters, or for nothing but words of the site."""
    return len(text) <= _LONGEST_BUTTON or (text[0] == " " and all(map(is_boilerplate, text.split())))


def _told(page: Page) -> list[str]:
    """Return the titles that the page's metadata gives, folded."""
    known: list[str] | None = page.memo.get(_TITLES)
    if known is None:
        known = page.memo[_TITLES] = _folded_titles(page)
    return known


def _folded_titles(page: Page) -> list[str]:
    # A page that is called by its source shows the journal in its heading.
    tagged = "citation_title" in page.meta
    title = page.title if tagged or not citation_line.may_be(page.title) else _without_source(page.title)
    named = [title, *(each for tag in _TITLE_TAGS for each in page.meta.all(tag))]
    folded = (" ".join(_TAG.sub("", each).split()).casefold() for each in dict.fromkeys(named) if each)
    return list(dict.fromkeys(folded))


def _without_source(title: str) -> str:
    """Return a page's ``<title>``, or "" where it names the journal and the volume, as ``Acta - 12(3):385``."""
    parts = (title, *map(" ".join, pairwise(_PARTS.split(title))))
    found = (citation_line.parse(part) for part in parts)
    return "" if any(each and each.container_title and each.volume for each in found) else title


def _find(page: Page, page_lines: Rendered) -> Zone:
    if page.is_plain_text:
        return Zone(None, len(page_lines.lines), sure=False)
    title, sure = _title(page, page_lines)
    return Zone(title, _end(page_lines, title), sure)


def _title(page: Page, page_lines: Rendered) -> tuple[int | None, bool]:
    told = _told(page)
    at = _with_subtitle(page_lines, told)
    if at is None:
        at = _longest(page_lines, list(page_lines.headings), told)
    if at is None:
        heads = [at for at in page_lines.heads[:_FIRST_HEADINGS] if page_lines.lines[at].endswith(_BRACKETS)]
        at = next((at for at in heads if _dated(page_lines.lines[at], told)), None)
    if at is None:
        at = _longest(page_lines, list(range(min(_FIRST_LINES, len(page_lines.lines)))), told)
    if at is None:
        at = _otherwise_spelt(page_lines, told)
    segments = _segments(page) if at is None else ()
    if at is None:
        # A menu may have more lines than the work.
        long = frozenset(each for each in segments if weight(each) >= _LEAST_BEGUN)
        at = next(compress(count(), map(long.__contains__, page_lines.lines)), None)
    if at is None:
        first = page_lines.lines[:_FIRST_LINES]
        holding = {at for each in segments for at in compress(count(), map(contains, first, repeat(each)))}
        glued = (at for at in sorted(holding) if _between_buttons(first[at], segments) and first[at] not in page.title)
        at = next(glued, None)
    if at is None:
        at = _continued(page_lines, page.title)
    if at is None:
        at = _cited(page_lines.lines)
    if at is not None:
        return at, True
    head = _only_heading(page_lines)
    if head is not None and _is_beside_source(page_lines, head):
        return head, True
    at = _between_source_and_names(page_lines) if head is None else None
    if at is not None:
        return at, True
    at = _above_abstract(page_lines)
    # A logo is a heading as well.
    if at is not None and (head is None or at in page_lines.headings):
        return at, True
    return head, False


def _only_heading(page_lines: Rendered) -> int | None:
    """Return the first heading of the first level, else the only one of the second."""
    for level in (1, 2):
        headings = [
            at for at, found in page_lines.headings.items() if found == level and _can_be_title(page_lines.lines[at])
        ]
        # Far down it is a menu's.
        if (headings and level == 1) or (len(headings) == 1 and headings[0] < _FIRST_LINES):
            return headings[0]
    return None


def _is_beside_source(page_lines: Rendered, title: int) -> bool:
    """Return True where a line right above or below a title has the volume and the pages of an article.

    Without pages it may be the title of an issue, unless names stand right below.
    """
    lines = page_lines.lines
    beside = (*lines[max(0, title - _BESIDE) : title], *lines[title + 1 : title + 1 + _BESIDE])
    cited = [found for line in beside if citation_line.may_be(line) and (found := citation_line.parse(line))]
    if any(each.volume and each.first_page and each.last_page for each in cited):
        return True
    signed = any(each.volume for each in cited) and bylines.read(page_lines.marked(title + 1, title + 2))
    return bool(signed)


def _between_source_and_names(page_lines: Rendered) -> int | None:
    """Return the line right below the page's only citation line with volume and pages, and right above names."""
    lines = page_lines.lines
    first = (at for at, line in enumerate(lines[:_FIRST_SOURCES]) if _may_be_whole(line))
    cited = (at for at in first if (found := citation_line.of_work(lines[at], "")) and _is_whole(found))
    source = next(cited, None)
    if source is None or next(cited, None) is not None:
        return None
    for at in range(source + 1, min(source + 1 + _BESIDE, len(lines) - 1)):
        other = not _can_be_title(lines[at]) or labels.read(lines[at]) or citation_line.parse(lines[at])
        if not other and bylines.read(page_lines.marked(at + 1, at + 2)):
            return at
    return None


def _may_be_whole(line: str) -> bool:
    return len(line) <= citation_line.LONGEST and ("19" in line or "20" in line) and citation_line.may_be(line)


def _is_whole(source: citation_line.CitationLine) -> bool:
    return bool(source.container_title and source.published and source.volume and source.first_page)


def _above_abstract(page_lines: Rendered) -> int | None:
    """Return the line above the names above the first label of an abstract."""
    lines = page_lines.lines
    abstract = next(_abstracts(lines[:_FIRST_LINES]), 0)
    others = (at for at in range(abstract - 2, -1, -1) if not bylines.is_of_person(lines[at]))
    for at in islice(others, _ABOVE_ABSTRACT):
        if not _can_be_title(lines[at]) or labels.read(lines[at]):
            continue
        if bylines.read(page_lines.marked(at + 1, abstract)):
            # Many are those of a list.
            more = sum(1 for _ in _abstracts(lines[abstract + 1 :]))
            return at if more < _MOST_ABSTRACTS else None
    return None


def _abstracts(lines: Sequence[str]) -> Iterator[int]:
    """Yield the indexes of the lines that announce an abstract."""
    for at in labels.likely(lines):
        if any(each.field == "abstract" for each in labels.announced(lines[at])):
            yield at


def _continued(page_lines: Rendered, title: str) -> int | None:
    """Return the heading that goes on where the page's ``<title>`` stops: ``Th17 cells in ... - PubMed``."""
    begun, dots, _ = title.replace("…", "...").partition("...")
    begun = begun.strip()
    if not dots or weight(begun) < _LEAST_BEGUN:
        return None
    return next((at for at in page_lines.heads if page_lines.lines[at].lstrip("[").startswith(begun)), None)


def _cited(lines: Sequence[str]) -> int | None:
    """Return the longest of the first lines that the reference repeats which the page asks to be cited by."""
    asked = [at for at, line in enumerate(lines) if len(line) < _LONGEST_END and CITE.search(line.lower())]
    references = [line for at in asked for line in lines[at + 1 : at + 3] if citation_line.may_be(line)]
    # What stands in quotes is the title, and nothing else in the line.
    references = [quoted[1] if (quoted := _QUOTED.search(line)) else line for line in references]
    cited = [source for each in references if (source := citation_line.parse(each))]
    found = [
        at
        for at, line in enumerate(lines[:_FIRST_LINES])
        if any(len(line) < len(each) - _LEAST and line in each for each in references)
        and weight(line) >= _LEAST_BEGUN
        and not any((source.container_title or "").endswith(line) for source in cited)
    ]
    return max(found, key=lambda at: weight(lines[at]), default=None)


def _with_subtitle(page_lines: Rendered, told: list[str]) -> int | None:
    """Return the heading that the line below it completes to the title which the page's metadata gives."""
    told = [each for each in told if ": " in each]
    for at in page_lines.heads[:_FIRST_HEADINGS] if told else ():
        line, *below = page_lines.lines[at : at + 2]
        begun = line.casefold()
        within = [each for each in told if each.startswith(begun)] if below and weight(line) >= _LEAST else []
        if any(each.startswith(f"{begun}: {below[0].casefold()}") for each in within):
            return at
    return None


def _otherwise_spelt(page_lines: Rendered, told: list[str]) -> int | None:
    """Return the heading that the metadata repeats with other quotes, dashes or blanks."""
    heads = [at for at in page_lines.heads[:_FIRST_HEADINGS] if weight(page_lines.lines[at]) >= _LEAST_BEGUN]
    known = [fold(each) for each in told] if heads else []
    return next((at for at in heads if (own := fold(page_lines.lines[at])) and any(map(own.__eq__, known))), None)


def _longest(page_lines: Rendered, candidates: list[int], told: list[str]) -> int | None:
    """Return the first of the longest lines that the page's metadata repeats, if that is more than a site's name."""
    best, size = None, 0.0
    longest = max(map(len, told), default=0)
    for at in candidates:
        line = page_lines.lines[at]
        if size / 3 < len(line) <= longest and (found := _likeness(line, told)) > size:
            best, size = at, found
    return best


def _likeness(line: str, told: list[str]) -> float:
    """Return the weight of a line that the metadata repeats; 0 for one that it does not, or only as a site's name."""
    folded = line.casefold()
    within = [each for each in told if folded in each]
    if not within or (size := weight(line)) < _LEAST or (" " not in line and _NUMBER_OF_SITE.fullmatch(line)):
        return 0
    if _is_citation(line):
        # The source of the work, which some pages have as their ``<title>``.
        return 0
    if is_junk_title(line):
        # What every page of the site is called: "Document details".
        return 0
    if any(len(folded) >= _SHARE * len(each) for each in within):
        return size
    # A short title before a long list of what the site is.
    return size / 3 if size > 20 and any(each.startswith(folded) for each in within) else 0


def _is_citation(line: str) -> bool:
    return citation_line.may_be(line) and citation_line.parse(line) is not None


def _can_be_title(line: str) -> bool:
    if weight(line) < _LEAST or (line.isascii() and len(line.split()) < 3):
        return False
    return not (is_boilerplate(line) or is_paragraph(line) or is_junk_title(line))


def _long(lines: Sequence[str], start: int) -> Iterator[int]:
    """Return the indexes of the lines that can be prose: no character weighs more than three."""
    return compress(count(start), map(_PROSE.__lt__, map(_WEIGHT.__mul__, map(len, lines[start:]))))


def _end(page_lines: Rendered, title: int | None) -> int:
    lines, headings = page_lines.lines, page_lines.headings
    start = 0 if title is None else title + 1
    # A tab or a menu beside the title has such words too, so something must have come before.
    text = next((at for at in _long(lines, start) if weight(lines[at]) > _PROSE), len(lines))
    named = [at for at in headings if at >= start and (at > text or at > start + _LEAST)]
    begun = compress(count(text), map(_END_OPENINGS.__contains__, map(itemgetter(0), lines[text:])))
    worded = [at for at in begun if len(lines[at]) < _LONGEST_END]
    for at in sorted({*named, *worded}):
        line = lines[at] if len(lines[at]) < _LONGEST_END else ""
        bare = line.strip(" :：.")
        word = (labels.without_gloss(_COUNT.sub("", bare)) if bare.endswith(_BRACKETS) else bare).casefold()
        if (at in headings and word in ends()) or (at > text and word in _END_LINES):
            below = lines[at + 1 : at + 1 + _ROWS]
            # "References:" with another label below it is an empty row of a table, "Comments" above this a field.
            empty = line.endswith(_COLONS) and any(map(labels.read, below))
            if not empty and not any(each.startswith(_SOURCE) for each in below[:1]):
                return at
    return len(lines)
