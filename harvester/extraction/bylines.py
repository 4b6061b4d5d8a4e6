"""Bylines: the lines below a title that name its authors and, behind numbers, their institutions."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise, takewhile

from harvester.extraction import citation_line, labels, people_lines
from harvester.extraction.abstract_text import is_prose
from harvester.extraction.candidates import RawAuthor
from harvester.normalise.characters import IDEOGRAPHS

_PREFIX = re.compile(r"(?:written )?(?:by|par|von|por|di|door|af|av)\s*[:：]?\s+(?=[^\W\d_])", re.IGNORECASE)
# Of a review the "by" above it names the author of the book.
_REVIEWED = re.compile(r"(?:reviewed|review) by\s*:?\s+([^,;(]{5,60})", re.IGNORECASE)
_TURNED = re.compile(
    r"(?:, (?:and )?|; | and )?([^,;()\[\]0-9]{2,40}), (?![a-z])([^,;()\[\]0-9]{1,40})\[([0-9+]{1,12})\]"
)
_INLINE_NUMBER = re.compile(r"[,;] \([0-9]{1,2}\) ")
_CJK_NAME = re.compile(
    rf"[{IDEOGRAPHS}]{{2,4}}|[{IDEOGRAPHS}]{{1,4}} [{IDEOGRAPHS}]{{1,4}}|[{IDEOGRAPHS}]+·[{IDEOGRAPHS}]+"
)
_WORD = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:['’.-][^\W\d_]*)*\.?")
_PARTICLES = frozenset(
    {
        "van", "von", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "das", "du", "la", "le", "el", "bin",
        "ibn", "al", "ter", "ten", "het", "vom", "zum",
        "degli", "ap", "ab", "af", "av", "zu", "zur", "y", "e", "dela", "san", "st", "jr", "sr", "ii", "iii",
        "iv",
    }
)  # fmt: skip
_SEPARATED = re.compile(r"[;；、,，&]|\s(?:and|und|et|y|e|и)\s")
_EMAIL = re.compile(r"[^\s@]{1,64}\s?(?:@|\[at\]|\(at\))\s?[^\s@.]{1,63}\.\S+")
# 《家禽科学》 2010年第3期 | 张三 李四 某农业大学
_BEHIND_SOURCE = re.compile(
    rf"《[^《》]{{2,40}}》[^|《》]{{4,40}}\| ?((?:[{IDEOGRAPHS}]{{2,4}} )*[{IDEOGRAPHS}]{{2,4}})(?= |$)"
)
_NUMBER = re.compile(r"[\[(]?([0-9]{1,2}|[a-h])[\])]?[.:]?\s?(?=[^\W\d_])")
_DATE_TAIL = re.compile(
    r"\s*[,|–—-]\s*(?:le\s+|am\s+|on\s+)?(?:[0-9]{1,2}\.?\s+)?[^\W\d_]{3,10}\.?\s+(?:[0-9]{1,2},\s+)?(?:1[5-9]|20)[0-9]{2}$"
)
_YEAR_BEHIND = re.compile(r"\s*\((?:1[5-9]|20)[0-9]{2}[a-z]?\)[.:]?$")
_GOES_ON = re.compile(r"(?:,? (?:and|und|et|y)|\s*&)$")
"""What ends a line below which the next name stands."""
_BETWEEN_NAMES = re.compile(r",\s*(?:and\s+)?|\s+and\s+")
_LONGEST_LINE = 2_000
_REACH = 8
REACH = 40
"""Lines below a title that can be of its byline, unless the last of them are."""
_BEFORE_NAMES = 4
_LONGEST_ADDRESS = 150
_BUTTONS = 2
"""Lines between names and institutions."""
_BETWEEN = frozenset({"by", "and", "&", "von", "und", "par", "et", "por", "y", "e", "x", "×", "⨯"})
_BESIDE = re.compile(r"roles? \S|contributed equally|\* ?e-?mail|https?://orcid\.org/", re.IGNORECASE)
"""What else stands below a name."""
_AFFILIATION = re.compile(r"affiliations?\s*:?\s+(?=[^\W\d_])", re.IGNORECASE)


def read(lines: Sequence[str], title: str = "") -> list[RawAuthor]:
    """Return the authors that the lines below a title begin with; none where a line is not clearly a byline."""
    if found := _blocks(lines):
        return found
    sources = (line for line in lines[:_REACH] if line[0] == "《")
    if listed := next((match[1] for line in sources if (match := _BEHIND_SOURCE.match(line))), None):
        return [RawAuthor(name=name) for name in listed.split() if is_name(name)]
    if reviewer := next((match[1] for line in lines[:_REACH] if (match := _REVIEWED.match(line))), None):
        return _names(reviewer)
    near = [line.removeprefix(title).lstrip(" ,") or line for line in _near(lines)] if title else list(_near(lines))
    for at, line in enumerate(near):
        if turned := _turned(line):
            return turned
        prefix = _PREFIX.match(line)
        if prefix and (names := _names(line[prefix.end() :])):
            return names
        if found := _with_addresses(near[at:]):
            return found
        if found := _by_institution(line):
            return found
        names = _names(line)
        if len(names) > 1 or (names and at == 0 and _is_alone(near) and not _DATE_TAIL.search(line)):
            return _with_institutions(names, line, near[at + 1 :])
        if names and len(more := _column(near[at:])) > 1:
            # Many names go on below what is near.
            return more + (_column(lines[_REACH:]) if at + len(more) == _REACH else [])
    return _marked(lines)


def _marked(lines: Sequence[str]) -> list[RawAuthor]:
    """Return the people of a line further below whose marks begin the lines below it: fields stand between."""
    for at, (line, below) in enumerate(pairwise(lines[:REACH])):
        if "]" in line and (first := _NUMBER.match(below)) and first[1] in "1a" and f"[{first[1]}" in line:
            names = _names(line)
            if names:
                return _with_institutions(names, line, lines[at + 1 :])
    return []


def _turned(line: str) -> list[RawAuthor]:
    """Return the people of ``DOE, Jane[1], and ROE, Rui[1+2], (1) Univ of X, Town, (2) Univ of Y``."""
    if "[1]" not in line and "[1+" not in line:
        return []
    names, _, places = line.partition(" (1) ")
    found = list(_TURNED.finditer(names))
    if len(found) < 2 or "".join(match[0] for match in found) != names.rstrip(" ,"):
        return []
    numbered = {str(at): place.strip(" ,;") for at, place in enumerate(_INLINE_NUMBER.split(places), 1)}
    return [
        RawAuthor(
            name=f"{match[1]}, {match[2].strip()}",
            affiliations=tuple(place for mark in match[3].split("+") if (place := numbered.get(mark))),
        )
        for match in found
    ]


def _by_institution(line: str) -> list[RawAuthor]:
    """Return the people of ``Jane Doe and Rui Roe, Univ of X; Li Wei, Y Labs``: names, then where they work."""
    groups = line.split(";") if ";" in line and "," in line and len(line) <= _LONGEST_LINE else []
    found, places = [], []
    for group in groups:
        parts = [part for each in _BETWEEN_NAMES.split(group) if (part := each.strip())]
        names = list(takewhile(is_name, parts))
        # The name of an institute may look like a person's.
        names = names[:-1] if len(names) == len(parts) else names
        if not names:
            return []
        places.append(", ".join(parts[len(names) :]))
        found += [RawAuthor(name=name, affiliations=(places[-1],)) for name in names]
    return found if len(groups) > 1 and 2 * sum(map(people_lines.names_place, places)) >= len(groups) else []


def is_name(text: str) -> bool:
    """Return True for text that is clearly a person's name.

    >>> is_name("Samantha Blickhan"), is_name("P P Calvert"), is_name("Open Access"), is_name("税玉民")
    (True, True, False, True)
    """
    bare = text.strip(" *†‡,;")
    if _CJK_NAME.fullmatch(bare):
        return not people_lines.names_place(bare)
    words = bare.replace(",", " ").split()
    if not 2 <= len(words) <= 6 or len(bare) > 60 or not all(_WORD.fullmatch(word) for word in words):
        return False
    if any(word.casefold().strip(".") in _no_name() for word in words):
        return False
    capitalised = [word for word in words if word[0].isupper()]
    likely = len(capitalised) >= 2 and all(
        word[0].isupper() or word.casefold().strip(".") in _PARTICLES for word in words
    )
    return likely and not people_lines.names_place(bare)


def is_of_person(line: str) -> bool:
    """Return True for a line of a byline that has one person alone: a name, also with where they work, or an address.

    >>> is_of_person("Jane Doe, Univ of York"), is_of_person("doe [at] x.example"), is_of_person("On hens in X")
    (True, True, False)
    """
    name, _, place = line.partition(",")
    return is_name(line) or (is_name(name) and people_lines.names_place(place)) or bool(_EMAIL.fullmatch(line.strip()))


@cache
def _no_name() -> frozenset[str]:
    """Return words that stand below titles and in no name."""
    data = tomllib.loads(files(__package__).joinpath("endings.toml").read_text(encoding="utf-8"))
    return frozenset(data["no_name"])


def _near(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines up to the first that begins the abstract, a label or a text."""
    for line in lines[:_REACH]:
        if is_prose(line) and not _SEPARATED.search(line[:60]):
            return
        found = labels.read(line)
        if found and found[0].field == "authors" and found[0].value:
            yield found[0].value
        elif found and found[0].field != "authors":
            return
        elif not found:
            yield line


def _names(line: str) -> list[RawAuthor]:
    """Return the people of a line that holds nothing else."""
    line = _DATE_TAIL.sub("", _YEAR_BEHIND.sub("", _GOES_ON.sub("", line)))
    if len(line) > _LONGEST_LINE:
        return []
    # Most lines below titles are buttons and fields, told by their first word.
    if line.isascii() and (" " not in line or line.split(None, 1)[0].strip(".,").lower() in _no_name()):
        return []
    people = people_lines.authors([line], {})
    return people if all(is_name(person.name) for person in people) else []


def _is_alone(near: Sequence[str]) -> bool:
    """Return True where a single name is not the first of several entries, such as a menu's or a list's."""
    goes_on = near[0].endswith((",", ";")) or _GOES_ON.search(near[0])
    # Right above the source of the work a sign behind the only name is the template's.
    whole = not goes_on or (len(near) > 1 and citation_line.parse(near[1]) is not None)
    return whole and not any(is_name(line) for line in near[1:3])


def _column(lines: Sequence[str]) -> list[RawAuthor]:
    """Return the people of lines that hold one name each."""
    found = []
    for line in lines:
        names = _names(line)
        if len(names) != 1:
            break
        found += names
    return found


def _blocks(lines: Sequence[str]) -> list[RawAuthor]:
    """Return people each of whom has a name, then institution or address, in one line or in lines of their own."""
    found: list[RawAuthor] = []
    reachable = 0
    for at, line in enumerate(lines):
        text = line.strip(" <>,;")
        if text.casefold() in _BETWEEN or (found and _BESIDE.match(text)):
            continue
        label = _AFFILIATION.match(text) if found else None
        if label:
            found[-1].affiliations += (text[label.end() :],)
            reachable = len(found)
            continue
        name, _, place = text.partition(",")
        if at < _BEFORE_NAMES and citation_line.may_be(line) and citation_line.parse(line):
            continue
        if labels.read(line) or (is_prose(line) and not _is_address(line)):
            break
        named = len(found) == reachable and is_name(name)
        if named and people_lines.names_place(place):
            found.append(RawAuthor(name=name.strip(), affiliations=(place.strip(),)))
        elif named and (not place or people_lines.split(text) == [name]):
            # What stands behind the name is a degree.
            found.append(RawAuthor(name=name))
            continue
        elif not found:
            # A subtitle, a date.
            if at < _BEFORE_NAMES:
                continue
            break
        elif people_lines.names_place(text):
            found[-1].affiliations += (text,)
        elif not _EMAIL.fullmatch(text):
            break
        reachable = len(found)
    return found if 1 < len(found) == reachable else []


def _is_address(line: str) -> bool:
    return len(line) <= _LONGEST_ADDRESS and people_lines.names_place(line)


def _with_addresses(lines: Sequence[str]) -> list[RawAuthor]:
    """Return people of two lines each: ``Jane Doe, Univ of X`` and ``jd [at] x.org``."""
    found = []
    for line, below in zip(lines[::2], lines[1::2], strict=False):
        name, _, place = line.partition(",")
        if not (is_name(name) and place.strip() and _EMAIL.fullmatch(below.strip())):
            break
        found.append(RawAuthor(name=name.strip(), affiliations=(place.strip(),)))
    return found


def _with_institutions(names: list[RawAuthor], line: str, below: Sequence[str]) -> list[RawAuthor]:
    """Return the people of a line with the institutions that numbered lines below it give."""
    numbered: dict[str, str] = {}
    for at, each in enumerate(below):
        match = _NUMBER.match(each)
        if not numbered and at < _BUTTONS and not match:
            # Author information, Article notes
            continue
        if not match or len(each) > 400 or not (numbered or match[1] in "1a"):
            break
        numbered[match[1]] = each[match.end() :].strip(" ;")
    return people_lines.authors([_DATE_TAIL.sub("", line)], numbered) if numbered else names
