"""What a title says besides its words: "Part II", "Erratum to", "Reply to", a section label, a site's name.

Markers that make it another work are parsed out and compared exactly; marks that a source added are dropped
(field-notes, section 4 items 7 and 8, section 5). "Retraction notice to X" is another work than X; "RETRACTED: X" is X.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from tomllib import loads

from harvester.match.folding import fold, plain
from harvester.match.locators import roman


class Kind(StrEnum):
    """What a title announces in place of a work of its own."""

    NONE = ""
    ERRATUM = "erratum"
    RETRACTION = "retraction"
    COMMENT = "comment"
    REPLY = "reply"
    DATA = "data"
    SUPPLEMENT = "supplement"
    REVIEW = "review"


@dataclass(slots=True, frozen=True)
class Marked:
    """A title taken apart."""

    words: str
    """The title's own words, folded."""
    kind: Kind
    """Which notice it is, if it is one."""
    part: str
    """Number or letter of the part, empty if the title names none: ``2`` for "Part II"."""
    head: str
    """The folded words before the subtitle, empty if there is none or if it is too short to be a title."""
    other: str
    """A second title, given in brackets after the first (translations), folded; mostly empty."""
    cut: bool
    """The title ends in an ellipsis."""


@dataclass(slots=True, frozen=True)
class _Patterns:
    """The compiled patterns of ``markers.toml``."""

    starts: tuple[tuple[Kind, re.Pattern[str]], ...]
    ends: tuple[tuple[Kind, re.Pattern[str]], ...]
    signs: tuple[str, ...]
    status: re.Pattern[str]
    label: re.Pattern[str]
    site: re.Pattern[str]
    note: re.Pattern[str]
    part: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    raw = loads(files(__package__).joinpath("markers.toml").read_text(encoding="utf-8"))
    labels, shouted = "|".join(raw["labels"]), "|".join(raw["shouted_labels"])
    label = rf"^(?:(?i:{labels})\s*(?:[:|]|[-\u2013\u2014]\s)\s*|(?:{shouted})\s+(?=\S+\s+\S))"
    site = rf"\s+[-\u2013\u2014|]\s+(?:{'|'.join(raw['sites'])})\W*$|\s*\((?:pdf|full text|html)\)$"
    part = rf"\b(?:{'|'.join(raw['numbered'])})\.?\s*(?:no\.?\s*)?([ivxl]{{1,6}}|\d{{1,3}}|[a-h])\b(?!['\u2019-])"

    def notices(at: str) -> tuple[tuple[Kind, re.Pattern[str]], ...]:
        return tuple(
            (Kind(each["kind"]), re.compile(each["pattern"].replace("{quote}", raw["quote"]), re.I))
            for each in raw["notices"]
            if each["at"] == at
        )

    return _Patterns(
        starts=notices("start"),
        ends=notices("end"),
        signs=tuple(raw["notice_signs"]),
        status=re.compile(raw["status"], re.I),
        label=re.compile(label),
        site=re.compile(site, re.I),
        note=re.compile("|".join(raw["notes"]), re.I),
        part=re.compile(part),
    )


_SITE_GATE = re.compile(r"\s[-\u2013\u2014]\s|\)$")
_PIPE = re.compile(r"\s+\|\s+[^|]{2,90}$")
_BRACKET = re.compile(r"[\s.]*\[([^\[\]]*)\]?[\s.]*$")
_FOOTNOTE = re.compile(r"(?:\s*[*\u2217\u2020\u2021\u00a7\u00b6]+(?:\s*\d)?|(?<=[a-z?)])\d|\s+\d(?:\s*,\s*\d)+)$")
_PART_WORDS = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "first": "1",
    "second": "2",
    "third": "3",
}
_PART_WORD = re.compile(r"\bpart\s+(one|two|three|four|five)\b|\b(first|second|third)\s+part\b")
_PART_END = re.compile(r"(?:[\s.:,;(\-\u2013\u2014]+)([ivx]{1,5}|\d{1,2})[\s.)]*$")
_PART_START = re.compile(r"^([ivx]{1,5}|\d{1,2})\s*[.:)\-\u2013\u2014]\s+(?=\w)")
_SUBTITLE = re.compile(r"\s*(?::|：|\?|;|\.\s|\s[-\u2013\u2014/]\s|[\u2014])\s*")


def read_title(raw: str) -> Marked:
    """Take a title apart.

    >>> read_title("Erratum to: On Counting, Part II").kind
    <Kind.ERRATUM: 'erratum'>
    >>> read_title("RETRACTED: On Counting - Part 2 [J] | Journal of Things").words
    'on counting part 2'
    """
    text = plain(raw)
    if "|" in text or _SITE_GATE.search(text):
        text = _patterns().site.sub("", text)
        pipe = _PIPE.search(text)
        if pipe and pipe.start() > 15:
            text = text[: pipe.start()]
    other = ""
    if "[" in text:
        text, other = _brackets(text)
    text = _patterns().label.sub("", _patterns().status.sub("", text), count=1) or text
    text, kind = _notice(text)
    cut = text.rstrip().endswith(("\u2026", "..."))
    if cut:
        text = text.rstrip().rstrip("\u2026.")
    if text and not text[-1].isalpha():
        text = _FOOTNOTE.sub("", text) or text
    return Marked(fold(text), kind, _part(text), _head(text), other, cut)


def _brackets(text: str) -> tuple[str, str]:
    """Drop notes in square brackets at the end, keep a second title; "[Title]." is a title in brackets."""
    for _ in range(3):
        match = _BRACKET.search(text)
        if not match or match.start() < 4:
            return text, ""
        if not _patterns().note.match(match[1].strip()):
            second = fold(match[1])
            return (text[: match.start()], second) if second.count(" ") >= 3 else (text, "")
        text = text[: match.start()]
    return text, ""


def _notice(text: str) -> tuple[str, Kind]:
    small = text.lower()
    if not any(sign in small for sign in _patterns().signs):
        return text, Kind.NONE
    for kind, pattern in _patterns().starts:
        match = pattern.match(text)
        if match and match.end() < len(text) - 2:
            return text[match.end() :].rstrip("\"'\u201d\u2019\u00bb "), kind
    for kind, pattern in _patterns().ends:
        match = pattern.search(text)
        if match and match.start() > 8:
            return text[: match.start()], kind
    return text, Kind.NONE


def _part(text: str) -> str:
    text = text.lower()
    match = _patterns().part.search(text) or _PART_END.search(text, max(0, len(text) - 12)) or _PART_START.match(text)
    if match:
        value = match[1]
        return str(roman(value) or value.lstrip("0"))
    words = _PART_WORD.search(text) if "part" in text else None
    return _PART_WORDS[words[1] or words[2]] if words else ""


def _head(text: str) -> str:
    match = _SUBTITLE.search(text, 8)
    if not match or match.end() >= len(text) - 1:
        return ""
    head = fold(text[: match.start()])
    return head if len(head) >= 12 and head.count(" ") >= 1 else ""
