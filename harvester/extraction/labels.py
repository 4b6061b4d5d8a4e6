"""Labels in front of values: which field a line announces, in many languages. The words are in ``labels.toml``."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import compress, count
from operator import itemgetter
from typing import NamedTuple

from harvester.normalise.characters import IDEOGRAPHS

FREE_TEXT = frozenset({"abstract", "title", "keywords", "related"})
"""Fields whose value may hold colons of its own, and which may follow their label without one."""

IGNORED = "-"
"""Field of the labels whose value nobody reads."""

_OPENING = itemgetter(slice(3))
_LONGEST = 40
_LONGEST_BEHIND = 24
"""What a label within a line is looked for in."""
_BRACKETS = ("[", "【", "〔", "［", "•", "*", "·", "• ", "* ")
_ENDS = (":", "：", " :", " ：", " ", "]", "】", "〕", "］")
_WIDE = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
_COLON = re.compile("[:：]")
_FIRST_COLON = re.compile("(?<![:：])[:：]")
_CJK = re.compile(f"[{IDEOGRAPHS}]")
_BRACKETED = re.compile(r"[\[【〔［]\s*([^\]】〕］]{1,30})\s*[\]】〕］]\s*[:：]?\s*")
# "Abstract—Text", "Abstract. Text", "摘要 文": a separator that only a few labels may have instead of a colon.
_SEPARATED = re.compile(r"([^\W\d_]+(?:[- ](?![\u3400-\u9fff])[^\W\d_]+)?)(?:\s*[—–]\s*|\s*\.\s+|\s+)(?=\S)")
_TERMS = re.compile(r" [-–·•] |[;；] ")
"""What stands between terms and seldom in a sentence."""
_GLOSSED = re.compile(r"([^()（）A-Za-z]+?)\s*[(（][A-Za-z ]{3,30}[)）]")
_ROUND = ")）"
_CLOSING = f"{_ROUND}]"
_LANGUAGE_BEHIND = re.compile(r"(?i:\s*\[[a-z]{2,3}\]|\s+\((?:en|de|fr|es|pt|it|sv|no|da|fi|nl|pl|cs|tr|ru)\))$")
"""``Abstract [sv]``: the language of what follows."""
_COUNT_BEHIND = re.compile(r"\s*[\[(（]\s*[0-9]{1,4}\s*[件条條篇건편]?\s*[\])）]$")
"""``References (12)``: how many follow."""
_BARE_DOI = re.compile(r"doi[\s:：]*(?=(?:https?://\S+/)?10\.[0-9]{4})", re.IGNORECASE)


class Labelled(NamedTuple):
    """A field that a line announces, and what the line says after the label."""

    field: str
    value: str


@lru_cache(maxsize=4096)
def key(label: str) -> str:
    """Return the form under which labels are compared.

    >>> key("D O I："), key("【关 键 词】"), key("Key words")
    ('doi', '关键词', 'keywords')
    """
    text = label if label.isascii() else unicodedata.normalize("NFKC", label)
    return "".join(text.split()).strip(":：.,;|[]【】〔〕•*·").casefold()


@cache
def _labels() -> list[tuple[str, str]]:
    languages_by_field = tomllib.loads(files(__package__).joinpath("labels.toml").read_text(encoding="utf-8"))
    return [
        (label, field)
        for field, by_language in languages_by_field.items()
        for labels in by_language.values()
        for label in labels
    ]


@cache
def table() -> dict[str, str]:
    """Return the field for the key of each label."""
    return {key(label): field for label, field in _labels()}


@cache
def openings() -> frozenset[str]:
    """Return the first three characters of whatever may be a label: most lines of a page have others."""
    return _openings([label for label, _ in _labels()])


def likely(lines: Sequence[str]) -> Iterator[int]:
    """Return the indexes of the lines that begin as labels do, found without a step of Python's for each line."""
    return compress(count(), map(openings().__contains__, map(_OPENING, lines)))


@cache
def _separable() -> frozenset[str]:
    return _openings([label for label, field in _labels() if field in {"abstract", "keywords"} or _CJK.match(label)])


def _cases(words: Iterable[str]) -> set[str]:
    return {each for word in words for each in (word, word.upper(), word.lower(), word.capitalize())}


def _openings(labels: Sequence[str]) -> frozenset[str]:
    # Cut first: this runs at every start, and only the beginnings count.
    plain = _cases(label[:3] for label in labels if label.isascii())
    wide = _cases(label[:3] for label in labels if not label.isascii()) | {each.translate(_WIDE) for each in plain}
    spelled = plain | wide | {" ".join(each) for each in wide}
    short = [each for each in spelled if len(each) == 1]
    spelled |= {each + colon + digit for each in short for colon in ":：" for digit in " 0123456789第"}
    spelled |= {bracket + each for bracket in _BRACKETS for each in spelled}
    cut = {each[:3] for each in spelled}
    return frozenset(cut | {(each + end)[:3] for each in cut if len(each) < 3 for end in _ENDS})


def read(line: str) -> tuple[Labelled, ...]:
    """Return the fields that a line announces, in order; none for a line without a label at its start.

    >>> read("页码：7-10页数：4")
    (Labelled(field='pages', value='7-10'), Labelled(field='page_count', value='4'))
    >>> read("Abstract: Background: none.")
    (Labelled(field='abstract', value='Background: none.'),)
    """
    return announced(line) if line[:3] in openings() else ()


def announced(line: str) -> tuple[Labelled, ...]:
    """Return what `read` does for a line that is known to begin as labels do."""
    return _recurring(line) if len(line) <= _LONGEST else _of_page(line)


def _all(line: str) -> tuple[Labelled, ...]:
    first = _first(line)
    if first is None or first.field in FREE_TEXT or not first.value:
        return () if first is None else (first,)
    return tuple(_further(first))


# Labels and menus are the same on all pages of a site; several readers look at the other lines of one page.
_recurring = lru_cache(maxsize=4096)(_all)
_of_page = lru_cache(maxsize=64)(_all)


def without_gloss(line: str) -> str:
    """Return a heading in other letters without its English in brackets.

    >>> without_gloss("참고문헌 (Reference)"), without_gloss("Notes (all)")
    ('참고문헌', 'Notes (all)')
    """
    found = _GLOSSED.fullmatch(line) if line[-1:] in _ROUND and not line.isascii() else None
    return found[1] if found else line


def _first(line: str) -> Labelled | None:
    known = table()
    if len(line) <= _LONGEST:
        field = known.get(key(line))
        bare = line.rstrip(" :：")
        if field is None and bare[-1:] in _CLOSING:
            field = known.get(key(_LANGUAGE_BEHIND.sub("", _COUNT_BEHIND.sub("", without_gloss(bare)))))
        if field:
            return Labelled(field, "")
    if (colon := _COLON.search(line, 0, _LONGEST)) and (field := known.get(key(line[: colon.start()]))):
        return Labelled(field, line[colon.end() :].strip())
    if line[0] in "[【〔［" and (match := _BRACKETED.match(line)) and (field := known.get(key(match[1]))):
        return Labelled(field, line[match.end() :])
    if line[0] in "dD" and (match := _BARE_DOI.match(line)):
        return Labelled("doi", line[match.end() :])
    return _separated(line) if line[:3] in _separable() else None


def _separated(line: str) -> Labelled | None:
    match = _SEPARATED.match(line, 0, _LONGEST)
    field = table().get(key(match[1])) if match else None
    if match is None or field is None:
        word, _, value = line.partition(" ")
        return Labelled("keywords", value) if table().get(key(word)) == "keywords" and has_terms(value) else None
    value = line[match.end() :]
    if field not in {"abstract", "keywords"}:
        # A blank behind an ideograph is enough, unless one label after the other makes a menu.
        announced = len(match[1]) > 1 and _CJK.match(match[1]) and field != IGNORED
        return Labelled(field, value) if announced and key(value.split()[0]) not in table() else None
    # A word and a blank: in Chinese a label, in English the start of "Abstract ideas are".
    if match[0][len(match[1]) :].isspace() and not _CJK.match(match[1]):
        return Labelled(field, value) if field == "keywords" and has_terms(value) else None
    return Labelled(field, value)


def has_terms(text: str) -> bool:
    """Return True for three terms or more with blanks around what parts them: ``Hens - Roads - Width of graphs``."""
    return text[:1].isalpha() and len(_TERMS.findall(text)) > 1


def _further(first: Labelled) -> list[Labelled]:
    """Split the value where a further label with a colon stands in it."""
    found, field, rest, start = [], first.field, first.value, 0
    for colon in _FIRST_COLON.finditer(rest):
        label = _label_before(rest[max(start, colon.start() - _LONGEST_BEHIND - 1) : colon.start()])
        if label:
            found.append(Labelled(field, rest[start : colon.start() - len(label)].strip(" ;；,，|")))
            field, start = table()[key(label)], colon.end()
    found.append(Labelled(field, rest[start:].strip()))
    return found


def _label_before(text: str) -> str | None:
    """Return the longest label that the text ends with; a Latin one must be a word of its own."""
    for length in range(min(len(text), _LONGEST_BEHIND), 1, -1):
        label = text[-length:]
        before = text[-length - 1 : -length]
        whole = not before or not before.isalnum() or _CJK.match(label) is not None
        if whole and not label[0].isspace() and key(label) in table():
            return label
    return None
