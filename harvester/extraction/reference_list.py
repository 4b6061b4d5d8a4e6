"""How many references a page lists: what it says of the number, else its list, counted only where that is sure."""

import re
from collections.abc import Sequence
from itertools import compress, filterfalse, islice, pairwise

from harvester.extraction.lines import Rendered
from harvester.extraction.zone import Zone

_WORDS = (
    r"references?(?: cited| and notes)?|notes and references|bibliography|literature cited|works cited"
    r"|参考文献|參考文獻|引用文献|참고문헌|(?:список )?литератур[аы]"
    r"|références|referencias|referências|bibliograf[ií]a|bibliographie|literatur(?:verzeichnis)?"
)
_HEADING = re.compile(rf"[\s0-9.]*(?:{_WORDS})\s*(?:[\[(（]\s*([0-9]{{1,4}})\s*[\])）])?\s*[:：]?", re.IGNORECASE)
"""A heading, with the number where it has one: ``References (35)``."""
_OPENINGS = frozenset("rRnNbBlLwW参參引참сСлЛ0123456789. ")
"""What such a heading begins with: a pattern takes longer to find that out."""
_TAB = re.compile(rf"([1-9][0-9]{{0,3}}) (?:{_WORDS})|(?:{_WORDS}) [\[(（]([1-9][0-9]{{0,3}})[\])）]", re.IGNORECASE)
"""``35 References``, as tabs above an article have it."""
_TAB_LENGTHS = range(6, 32)
_NUMBERED = re.compile(r"[\[(]?([0-9]{1,3})(?:[\]).](?:\s|$)|$)")
_YEAR = re.compile(r"(?<![0-9])(?:1[5-9]|20)[0-9]{2}(?![0-9])")
_NO_ITEM = re.compile(
    r"\W*(?:cross ?ref|google(?: scholar)?|scholar|pubmed(?:[ /]+(?:central|ncbi))?|medline|web of science ?.?|isi"
    r"|scopus|cas|ads|math(?:scinet| ?rev)?|zbl?(?:math)?|mr|article|abstract"
    r"|view(?: article| in article| record in scopus)?|full ?text|pdf|html"
    r"|links?|find this resource|open ?url|export|jstor|chemport|open in new tab|worldcat|search"
    r"|preprint|download(?: pdf)?|free|summary|(?:pmid|pmc|pmcid|doi|issn|isbn)\b.*|https?:\S+.*|[\W_]+"
    r"|[0-9.]{1,8} ?(?:kb|mb)?)\W*",
    re.IGNORECASE,
)
"""Buttons behind an item, and what belongs to it in a line of its own."""
_LONGEST_BUTTON = 40
_IDENTIFIERS = frozenset({"doi", "pmi", "pmc", "iss", "isb", "htt"})
"""What longer lines begin with that belong to an item."""
_LINES_OF_A_REFERENCE = 8
_LINES_OF_PARTS = 100
_SHORT_ITEM = 4
_FEWEST = 5
"""Items from which on a list that states no number is counted."""
_SHORTEST = 25
"""Characters of an item, which names at least somebody and something."""
_LEAST_SHARE = 0.9
"""Share of the items with a year: others are in press, or no items."""
_BEHIND = 6
_MOST_BEHIND = 2
"""Of so many lines behind the end so many may have a year: there are other dates on a page."""
_FIRST_LINES = 80


def length(page_lines: Rendered, where: Zone) -> str | None:
    """Return the number of references: stated in a heading or a tab, the last number of their list, or its items."""
    lines = page_lines.lines
    heads = (at for at in (where.end, *page_lines.heads) if where.end <= at < len(lines) and lines[at][0] in _OPENINGS)
    at, stated = next(((at, match[1]) for at in heads if (match := _HEADING.fullmatch(lines[at]))), (None, None))
    if stated:
        return stated
    if at is not None:
        below = lines[at + 1 : at + 3]
        found = _last_number(lines[at + 1 :]) if any(map(_NUMBERED.match, below)) else _items(page_lines, at + 1)
        if found:
            return found
    return _in_tab(lines[:_FIRST_LINES])


def _in_tab(lines: Sequence[str]) -> str | None:
    # Most lines are told to be none by their length or their ends.
    short = compress(lines, map(_TAB_LENGTHS.__contains__, map(len, lines)))
    likely = (line for line in short if line[0].isdigit() or line[-1] in ")]）")
    found = {match[1] or match[2] for line in likely if (match := _TAB.fullmatch(line))}
    return found.pop() if len(found) == 1 else None


def _last_number(lines: Sequence[str]) -> str | None:
    """Return the last number of a numbered list, each number in front of its item or in a line of its own."""
    starts: list[int] = []
    since, most = 0, _LINES_OF_A_REFERENCE
    for at, line in enumerate(lines):
        match = _NUMBERED.match(line)
        since = 0 if match and int(match[1]) == len(starts) + 1 else since + 1
        if match and since == 0:
            starts.append(at)
            # A site that puts the number in a line of its own does the same with each author.
            most = _LINES_OF_PARTS if match.end() == len(line) else _LINES_OF_A_REFERENCE
        elif match and starts and int(match[1]) > len(starts):
            alone = match.end() == len(line)
            if (alone and most == _LINES_OF_PARTS) or (not alone and _is_dated(line)):
                # Items are left out.
                return None
        elif since > most:
            # A list that numbers some of its items only has been seen in part.
            if sum(map(_is_dated, lines[at - 4 : at])) > 2:
                return None
            break
    if len(starts) >= _FEWEST:
        return str(len(starts))
    # So few may be notes or steps, which have no years.
    items = [" ".join(lines[one:other]) for one, other in pairwise([*starts, (starts or [0])[-1] + _SHORT_ITEM])]
    return str(len(items)) if items and all(map(_is_dated, items)) else None


def _items(page_lines: Rendered, start: int) -> str | None:
    """Return how many lines from one on are items of a list without numbers, up to a heading or a line that is none."""
    lines = page_lines.lines
    dated = plain = 0
    for at in range(start, len(lines)):
        line = lines[at]
        if at in page_lines.headings:
            break
        if _is_no_item(line):
            continue
        if len(line) >= _SHORTEST and _is_dated(line):
            dated += 1
        elif len(line) >= _SHORTEST and at + 1 < len(lines) and dated and _is_dated(lines[at + 1]):
            plain += 1
        elif sum(map(_is_dated, islice(filterfalse(_is_no_item, lines[at:]), _BEHIND))) > _MOST_BEHIND:
            # The list goes on, so this line is something that we do not know.
            return None
        else:
            break
    return _count(dated + plain) if dated >= _LEAST_SHARE * (dated + plain) else None


def _is_no_item(line: str) -> bool:
    return (len(line) < _LONGEST_BUTTON or line[:3].lower() in _IDENTIFIERS) and _NO_ITEM.fullmatch(line) is not None


def _is_dated(line: str) -> bool:
    return _YEAR.search(line) is not None


def _count(items: int) -> str | None:
    return str(items) if items >= _FEWEST else None
