"""What the page says of people whose names are known already: institutions behind marks or below names, ORCID iDs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from itertools import compress, count, pairwise, repeat
from operator import contains, itemgetter

from lxml import etree

from harvester.extraction.candidates import RawAuthor
from harvester.extraction.compare import fold
from harvester.extraction.people_lines import names_place
from harvester.page import Page, words_of

AUTHOR_TAGS = (
    "citation_author", "citation_authors", "dc.creator", "dcterms.creator", "bepress_citation_author",
    "eprints.creators_name", "prism.author",
)  # fmt: skip
"""Tags that name authors."""

_MARKS = re.compile(
    r"[\s,*†‡§]*(?P<marks>[0-9]{1,2}(?:\s*[,;]\s*[0-9]{1,2})*|[a-k](?:\s*,\s*[a-k])*(?![A-Za-z]))(?![0-9A-Za-z])"
)
_NUMBERED = re.compile(r"[\[(]?(?P<mark>[0-9]{1,2}|[a-k])[\])]?[.:]?\s?(?=[^\W\d_])")
_PREFIX = re.compile(r"(?:author )?affiliations?\s*:?\s*", re.IGNORECASE)
_DEGREES = re.compile(
    r"^(?:[\s,]*(?:Ph\.?D|M\.?D|M\.?Sc|M\.?P\.?H|M\.?S|M\.?A|B\.?Sc|DPhil|Dr|Jr|RN)\b\.?)+", re.IGNORECASE
)
_BUTTON = re.compile(
    r"view profile|search for|show more|author info|contributed equally|roles? |orcid|for correspondence|corresponding"
    r"|^[x⨯×,;&]$|^and$|@"
)
"""What stands beside names, in small letters."""
_REACH = 24
"""Lines below a byline in which its numbered institutions begin."""
_CLIMB = 6
_LARGEST_BLOCK = 4000
_LONGEST_LIST = 4000
_LONGEST = 500


def names(page: Page) -> list[str]:
    """Return the authors that the page's tags name, given names first."""
    raw = [part for tag in AUTHOR_TAGS for each in page.meta.all(tag) for part in unescape(each).split(";")]
    natural = (" ".join(reversed([part.strip() for part in each.split(",", 1)])) for each in raw)
    return [name for name in dict.fromkeys(" ".join(each.split()) for each in natural) if len(name.split()) > 1]


def read(lines: Sequence[str], known: Sequence[str]) -> list[RawAuthor]:
    """Return the known people for whom the lines give institutions."""
    return _by_marks(lines, known) or _by_place(lines, known)


def orcids(anchors: Sequence[etree._Element], known: Sequence[str]) -> Iterator[RawAuthor]:
    """Yield a person for each link to an ORCID iD in the smallest element that names just one of the known people.

    Where the iD is spelt out, it is that of the last one in front of it.
    """
    folded = {fold(name): name for name in known}
    for anchor in anchors:
        match = _ORCID.search(anchor.get("href") or "")
        element: etree._Element | None = anchor
        for _ in range(_CLIMB):
            if match is None or element is None:
                break
            words = words_of(element)
            if len(words) > _LARGEST_BLOCK:
                break
            before, spelt, behind = words.partition(match["id"])
            beside = _named_in(before, folded)
            if spelt and beside:
                yield RawAuthor(name=beside[-1], orcid=match["id"])
                break
            # A link that nobody closed runs on to the next author.
            if not spelt or element is not anchor:
                beside += _named_in(behind, folded)
            if beside:
                if len(beside) == 1:
                    yield RawAuthor(name=beside[0], orcid=match["id"])
                break
            element = element.getparent()


def _named_in(words: str, folded: Mapping[str, str]) -> list[str]:
    """Return the people whom a text names, in its order."""
    text = fold(words)
    return [folded[key] for key in sorted(folded, key=text.rfind) if key in text]


_ORCID = re.compile(r"orcid\.org/(?P<id>[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9Xx])")


def _by_marks(lines: Sequence[str], known: Sequence[str]) -> list[RawAuthor]:
    """Read ``Jane Doe,1,2 John Roe2`` above ``1 Univ of X``: every mark must lead to an institution."""
    # Without a step of Python's for each line: a page has hundreds, and few of them name anybody.
    first = max(known[0].split(), key=len) if known else ""
    for at in compress(count(), map(contains, lines, repeat(first))) if known else ():
        line = lines[at]
        if len(line) > _LONGEST_LIST:
            continue
        marked = {name: _marks_behind(line, name) for name in known}
        if not any(marked.values()):
            continue
        places = dict(_numbered(lines[at + 1 : at + 1 + _REACH]))
        if places and {mark for marks in marked.values() for mark in marks} <= set(places):
            return [
                RawAuthor(name=name, affiliations=tuple(places[mark] for mark in marks))
                for name, marks in marked.items()
            ]
    return []


def _marks_behind(line: str, name: str) -> list[str]:
    start = line.find(name)
    if start < 0:
        # Doe, Jane 1 ; Roe, Rui 2
        given, _, family = name.rpartition(" ")
        name = f"{family}, {given}"
        start = line.find(name)
    match = _MARKS.match(line, start + len(name)) if start >= 0 else None
    return re.split(r"\s*[,;]\s*", match["marks"]) if match else []


def _numbered(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the institutions of the first run of numbered lines."""
    begun = False
    for line in lines:
        match = _NUMBERED.match(line)
        if match and len(line) < _LONGEST and (begun or match["mark"] in "1a"):
            begun = True
            yield match["mark"], line[match.end() :].strip(" ;")
        elif begun:
            return


def _by_place(lines: Sequence[str], known: Sequence[str]) -> list[RawAuthor]:
    """Read lines that begin with a known name, and the institutions behind the name or in the lines below it."""
    found: dict[str, RawAuthor] = {}
    initials = {each[0] for each in known}
    likely = compress(count(), map(initials.__contains__, map(itemgetter(0), lines)))
    begun = [at for at in likely if lines[at].startswith(tuple(known))]
    for at, end in pairwise([*begun, len(lines)]):
        name = next(each for each in known if lines[at].startswith(each))
        person = found.setdefault(name, RawAuthor(name=name))
        rest = _DEGREES.sub("", lines[at][len(name) :]).strip(" ,;*†‡")
        if _is_place(rest):
            _add(person, rest)
        for line in lines[at + 1 : end]:
            bare = _PREFIX.sub("", line, count=1).strip(" ,;")
            if _is_place(bare):
                _add(person, bare)
            elif not _BUTTON.search(bare.lower()) and not _MARKS.fullmatch(bare) and bare not in known:
                break
    told = [each for each in found.values() if each.affiliations]
    return told if 2 * len(told) > len(known) else []


def _is_place(text: str) -> bool:
    if "©" in text or "opyright" in text:
        return False
    return 8 < len(text) < _LONGEST and not text.endswith((".", "?", "!")) and names_place(text)


def _add(person: RawAuthor, place: str) -> None:
    place = re.sub(r"https?://\S+", "", place).strip(" ,;")
    if place not in person.affiliations:
        person.affiliations = (*person.affiliations, place)
