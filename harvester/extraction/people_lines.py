"""Lines of authors and of institutions, tied by the numbers behind the names: ``Hartley, Jean [1 ]``."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, takewhile

from harvester.extraction.candidates import RawAuthor
from harvester.normalise import name_words
from harvester.normalise.characters import IDEOGRAPHS, ideographs

_SIGNS = "*†‡§¶#‖✉"
_MARKS = re.compile(
    rf"\s*(?:[\[(（［]\s*([0-9]{{1,2}}(?:\s*[+,，]\s*[0-9]{{1,2}})*)\s*[\])）］]"
    rf"|\[((?:[0-9]{{1,2}}|[a-z]|[{_SIGNS}]+)(?:\+(?:[0-9]{{1,2}}|[a-z]|[{_SIGNS}]+))*)\]"
    rf"|(?<=[^\W_]|\.)\s?([0-9]{{1,2}}(?:\+[0-9]{{1,2}})*)\+?)\s*[{_SIGNS}]*\s*$"
)
"""Numbers behind a name; letters and signs only in the brackets of `Rendered.raised`."""
_BEHIND_NUMBERS = f" \t\n\u00a0{_SIGNS}+)）］"
_MARK_COMMA = re.compile(rf"(?<=[0-9])\s*[,，]\s*(?=[0-9{_SIGNS}])")
_MARK_BEHIND_COMMA = re.compile(
    rf"\s*[,，]\s*(\[(?:[0-9]{{1,2}}|[a-z]|[{_SIGNS}]+)(?:\+(?:[0-9]{{1,2}}|[a-z]|[{_SIGNS}]+))*\])[\s,，]*"
)
_NUMBERED = re.compile(
    r"(?:^|(?<=[;；。\s]))[\[(（［]\s*([0-9]{1,2})\s*[\])）］]\s*|(?:^|(?<=[;；]))\s*([0-9]{1,2})\s*[.．、:：]\s*"
)
_WITH_PLACE = re.compile(r"(.{2,40}?)\s*[(（]([^()（）]*)[)）]")
_PLACE_WORDS = re.compile(
    r"univ(?!ersity press)|instit|d[eé]part|college|school|h[oô]pital|laborat|c(?<!\w\w)ent(?:er|re|ro)\b|academ|facult"
    r"|divisi|d(?<!\w\w)iv of|museum|foundation|i(?<!\w\w)nc\b|l(?<!\w\w)td\b|gmbh|clinic|ministry"
    r"|a(?<!\w\w)gency|observator|polytech|polite[ck]|uniw|üniv|u(?<!\w\w)niverz|akadem|hochschule|универс|институт|академ|c(?<!\w\w)nrs|inserm|大学|大學|学院|學院|学部|研究"
    r"|医院|醫院|中心|公司|植物园|植物園|博物|실험|대학"
)
"""Words, in small letters, by which a line is known as an institution.

Each alternative begins with its letter and looks back for the edge of a word: so `re` steps over all other letters.
"""
_CJK_NAME = re.compile(rf"[{IDEOGRAPHS}]{{2,4}}(?:·[{IDEOGRAPHS}]+)?")
_TURNED = re.compile(rf"[{IDEOGRAPHS}]{{1,4}}[,，] ?[{IDEOGRAPHS}]{{1,4}}")
"""``鈴木, 一郎``: how Japanese repositories write a name."""
_TRANSLATED = re.compile(
    rf"((?:[{IDEOGRAPHS}]{{2,4}}[\s,，;；]+)*[{IDEOGRAPHS}]{{2,4}}\s+)([A-Z][A-Za-z]+[^()\d]*?)(?:[(（]|$)"
)
"""Names, and behind them the same in Latin letters."""
_INITIALS = re.compile(r"(?:[^\W\d_]\.[ -]?){0,3}[^\W\d_]\.?")
_BETWEEN_NAMES = (re.compile("[;；]"), re.compile("[、|]"))
"""What parts names, the surest first."""
_CJK_COMMA = re.compile("[,，、]")
_COMMA = re.compile(r",(?:\s*and\b)?|，")
_AND = re.compile(r"\s+(?:and|und|et|y|e|и)\s+|\s*&\s*")
_BUTTON = re.compile(
    r"view profile|search for|authors? info|show more|see more|contact|orcid|correspond|@|^and$|^&$", re.IGNORECASE
)
_EMAIL = re.compile(r"(?:^|\s)[^\s@]{1,64}+@[^\s@.]{1,63}+\.\S+")
_LIFE = re.compile(r", (?:b\. ?|ca?\. ?)?1[0-9]{3} ?[-–] ?(?:[12][0-9]{3})?\.?$")
_LETTER = re.compile(r"[^\W\d_]")
_NOT_A_NAME = re.compile(r"[0-9@!?<>=|]|https?:|\b(?:the|of|for|more|all|show|view|search|login)\b")
"""What no name has, in small letters."""


def _marks(text: str) -> re.Match[str] | None:
    """Return the numbers of institutions that a name ends with."""
    # Most names end with none, which is told in a fraction of the time.
    end = text.rstrip(_BEHIND_NUMBERS)[-1:]
    return _MARKS.search(text) if end.isdigit() or end == "]" else None


def _unmarked(text: str) -> str:
    """Return a name without the numbers behind it."""
    found = _marks(text)
    return text[: found.start()] if found else text


def names_place(text: str) -> bool:
    """Return True for text that has a word of institutions: ``univ``, ``大学``."""
    return _PLACE_WORDS.search(text.lower()) is not None


def looks_like_name(text: str) -> bool:
    """Return True for text that can be a name: few words, no digits, none of a sentence's small words."""
    bare = _unmarked(text)
    if len(bare) > 70 or len(bare.split()) > 8 or not _LETTER.search(bare):
        return False
    return _NOT_A_NAME.search(bare.lower()) is None


def split(line: str) -> list[str]:
    """Return the names of a line, marks still behind them.

    >>> split("Zhang San1,2, Li Si3"), split("Hartley, Jean [1 ]"), split("税玉民；黄素华")
    (['Zhang San1+2', 'Li Si3'], ['Hartley, Jean [1 ]'], ['税玉民', '黄素华'])
    >>> split("Jane Doe, MD,[1] Rui de Poe, PhD, MPH,[1+2] and John Roe, Jr., MD[2]")
    ['Jane Doe[1]', 'Rui de Poe[1+2]', 'John Roe, Jr.[2]']
    """
    line = _MARK_COMMA.sub("+", line)
    if "[" in line:
        line = _MARK_BEHIND_COMMA.sub(r"\1, ", line)
    line = line.strip(" ;；,，.。")
    for sign in _BETWEEN_NAMES:
        if len(parts := sign.split(line)) > 1:
            return _stripped(parts)
    if not line.isascii() and (names := _cjk_names(line)):
        return names
    parts = _stripped(_COMMA.split(line))
    parts = [name for part in parts for name in _stripped(_AND.split(part))]
    even = len(parts) > 1 and len(parts) % 2 == 0
    # "Jane Doe, M.D." has a degree, "Doe, M. D." initials.
    even = even and not any(" " in name and name_words.degree(_unmarked(last)) for name, last in pairwise(parts))
    if even and all(map(_INITIALS.fullmatch, parts[1::2])) and not any(map(_INITIALS.fullmatch, parts[::2])):
        # Doe, J., Roe, R. R.
        return [", ".join(pair) for pair in zip(parts[::2], parts[1::2], strict=True)]
    whole = _without_degrees(parts)
    if (len(parts) > 1 or len(whole) < len(parts)) and all(len(_unmarked(name).split()) > 1 for name in whole):
        return whole
    whole = _stripped(_AND.split(line))
    return whole if all("," in name or len(name.split()) > 1 for name in whole) else [line]


def _cjk_names(line: str) -> list[str]:
    """Return the names of a line that has no others than Chinese and Japanese ones, which may have a blank inside."""
    between = _stripped(re.split("[,，]", line))
    if len(between) > 1 and all(_CJK_NAME.fullmatch("".join(_unmarked(name).split())) for name in between):
        return between
    names = _stripped(re.split(r"[\s,，]+", line))
    return names if len(names) > 1 and all(_CJK_NAME.fullmatch(_unmarked(name)) for name in names) else []


def _without_degrees(parts: Iterable[str]) -> list[str]:
    """Return names out of parts between commas, some of which are degrees and suffixes of the name before."""
    names: list[str] = []
    for part in parts:
        bare = _unmarked(part).rstrip(_SIGNS)
        if names and name_words.suffix(bare):
            names[-1] += f", {part}"
        elif names and not bare:  # "Jane Doe, *, Rui Roe": a mark stands behind the name it belongs to
            names[-1] += part
        elif names and (name_words.degree(bare) or _is_role(bare, names[-1])):
            names[-1] += part[len(bare) :].strip()
        else:
            names.append(part)
    return names


def _is_role(part: str, name: str) -> bool:
    """Return True for words without a capital behind a name with some: ``Jane Doe, professor of hens``."""
    return part == part.lower() and part[0].isalpha() and part.isascii() and name != name.lower()


def places(lines: Sequence[str]) -> list[str]:
    """Return the lines that name institutions: the first, numbered ones, and those with a word for such a place."""
    if not lines or len(lines[0]) < 3 or not _LETTER.search(lines[0]):
        return []
    found = [lines[0]]
    for line in lines[1:]:
        if not (_NUMBERED.match(line) or names_place(line)) or len(line) > 1000:
            break
        found.append(line)
    return found


def walk(lines: Sequence[str]) -> list[RawAuthor]:
    """Return people out of lines that hold a name, its institutions, the next name, and so on, among buttons."""
    found: dict[str, RawAuthor] = {}
    current: RawAuthor | None = None
    for line in lines:
        bare = line.strip(" ,;*†‡")
        if names_place(bare) and current and len(bare) < 400:
            if bare not in current.affiliations:
                current.affiliations = (*current.affiliations, bare)
        elif _BUTTON.search(bare) or len(bare) < 3:
            continue
        elif looks_like_name(bare) and 1 < len(_unmarked(bare).split()) < 6:
            current = found.setdefault(bare, RawAuthor(name=_unmarked(bare)))
        else:
            break
    return list(found.values())


def affiliations(lines: Iterable[str]) -> dict[str, str]:
    """Return the institutions by number; those without a number get none, but keep their order.

    >>> affiliations(["[1] Open Univ, England", "[2] Univ Manchester, England"])
    {'1': 'Open Univ, England', '2': 'Univ Manchester, England'}
    """
    found: dict[str, str] = {}
    for line in lines:
        marks = list(_NUMBERED.finditer(line))
        if not marks:
            found[f"-{len(found)}"] = line.strip(" ;；")
        for at, mark in enumerate(marks):
            end = marks[at + 1].start() if at + 1 < len(marks) else len(line)
            text = line[mark.end() : end].strip(" ;；")
            if text:
                found[mark[1] or mark[2]] = text
    return found


def authors(lines: Sequence[str], institutions: dict[str, str]) -> list[RawAuthor]:
    """Return the authors of the lines, up to the first line that holds anything else."""
    found: list[RawAuthor] = []
    turned = list(takewhile(_TURNED.fullmatch, lines))
    if len(turned) > 1:
        # One line alone may be two people.
        return [RawAuthor(name=line) for line in turned]
    for line in lines:
        bare = _EMAIL.sub("", line) if "@" in line else line
        if _is_header(bare):
            continue
        if ", 1" in bare:
            bare = _LIFE.sub("", bare)
        if grouped := _grouped(bare):
            found.extend(grouped)
            continue
        people = [_author(name, institutions) for name in split(_without_translation(bare))]
        if not all(looks_like_name(person.name) for person in people):
            break
        if found and bare.isalpha() and not ideographs(bare):
            # A single word below names is another field's label.
            break
        found.extend(people)
    return found


def _grouped(line: str) -> list[RawAuthor]:
    """Return the people of ``张三, 李四：某大学，北京；王五：某研究所``: names, a colon, and where they work."""
    groups = _BETWEEN_NAMES[0].split(line) if "：" in line else []
    found = []
    for group in groups:
        names, colon, place = group.partition("：")
        people = [" ".join(name.split()) for name in _stripped(_CJK_COMMA.split(names))]
        if not (
            colon and people and place.strip() and all(_CJK_NAME.fullmatch(name.replace(" ", "")) for name in people)
        ):
            return []
        found += [RawAuthor(name=name, affiliations=(place.strip(),)) for name in people]
    return found


def _without_translation(line: str) -> str:
    found = _TRANSLATED.match(line)
    return found[1] if found and len(split(found[1])) == len(split(found[2])) else line


def _author(text: str, institutions: dict[str, str]) -> RawAuthor:
    if (match := _WITH_PLACE.fullmatch(text)) and names_place(match[2]):
        return RawAuthor(name=match[1], affiliations=(match[2],))
    match = _marks(text)
    marks = re.split(r"\s*[+,，]\s*", match[1] or match[2] or match[3]) if match else []
    return RawAuthor(
        name=text[: match.start()] if match else text,
        affiliations=tuple(institutions[mark] for mark in marks if mark in institutions),
    )


def _is_header(line: str) -> bool:
    return not _LETTER.search(line)


def _stripped(parts: Iterable[str | None]) -> list[str]:
    return [name for part in parts if part and (name := part.strip(" ,，;；"))]
