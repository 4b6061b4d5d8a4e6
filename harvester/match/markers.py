"""What a title says about itself besides its words: "Part II", "Erratum to", "Reply to", a section label, a site's name.

Markers that make it another work are parsed out and compared exactly; marks that a source added are dropped
(field-notes, section 4 items 7 and 8, section 5). "Retraction notice to X" is another work than X; "RETRACTED: X" is X.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

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


_Q = r"[\s:;,/.\-\u2013\u2014]*[\"'\u201c\u2018\u201e\u00ab]?\s*"
_PREFIXES: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.I))
    for kind, pattern in (
        (Kind.REPLY, r"(?:(?:the )?authors?['\u2019]?s? )?(?:reply|response|rejoinder)\s*(?:to\b\s*(?:the\s+)?(?:comments?|letter)?\s*(?:on|to|by)?\b|:)" + _Q),
        (Kind.RETRACTION, r"(?:retraction(?: notice| note)?|notice of (?:retraction|withdrawal)|withdrawal notice|(?:editorial )?expression of concern)"
                          r"\s*(?:(?:to|of|for|on)\b|:|\.)" + _Q),
        (Kind.ERRATUM, r"(?:(?:author|publisher|editor)(?:['\u2019]?s)?\s+)?(?:errat(?:um|a)|corrigend(?:um|a)|addend(?:um|a))\s*(?:(?:to|for|on|in)\b|[:.]|[-\u2013\u2014]\s)" + _Q),
        (Kind.ERRATUM, r"(?:(?:author|publisher|editor)(?:['\u2019]?s)?\s+)?corrections?\s*(?:(?:to|for)\b\s*[:\"\u201c\u2018]|:|to\b)" + _Q),
        (Kind.ERRATUM, r"publisher['\u2019]?s?\s+(?:note|correction)\s*(?:to\b|:)" + _Q),
        (Kind.COMMENT, r"(?:comments?|commentary|remarks?|discussion|letter)\s*(?:(?:on|of|to)\b\s*(?=[\"'\u201c\u2018\u201e\u00ab])|on\b|:)" + _Q),
        (Kind.COMMENT, r"re\s*:" + _Q),
        (Kind.DATA, r"(?:data(?:set)?s?|code|software)\s+(?:from|for|of)\s*[:;.,/\-\u2013\u2014]" + _Q),
        (Kind.SUPPLEMENT, r"(?:additional file|suppl(?:ementary|emental|ement(?:ing)?)\s+(?:file|data|table|figure|materials?|information|content|appendix)s?)\b"
                          r"\s*(?:s?\d+)?\s*(?:(?:of|to|for|from)\b|:)" + _Q),
        (Kind.REVIEW, r"(?:book reviews?|review of the book)\s*[:;.,/\-\u2013\u2014]" + _Q),
    )
)  # fmt: skip
_SUFFIXES: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.I))
    for kind, pattern in (
        (Kind.REPLY, r"\s*(?:[:.\-\u2013\u2014(\[/]|\u2014)\s*(?:(?:a|the|authors?['\u2019]?s?)\s+)?(?:reply|response|rejoinder)[)\]]?\.?$"),
        (Kind.COMMENT, r"\s*(?:[:.\-\u2013\u2014(\[/]|\u2014)\s*(?:(?:a|the)\s+)?(?:comments?|discussion)[)\]]?\.?$"),
        (Kind.ERRATUM, r"\s*(?:[:.\-\u2013\u2014(\[/]|\u2014)\s*(?:errat(?:um|a)|corrigend(?:um|a)|corrections?|addendum)[)\]]?\.?$"),
        (Kind.ERRATUM, r"[\"\u201d]?\s*[\[(](?:vol(?:ume)?\.?|v\.)\s*\S+?,?\s*(?:pgs?|pages?|pp?)\.?\s*\S+?(?:,?\s*\d{4})?[)\]]\.?$"),
    )
)  # fmt: skip
_GATE = re.compile(
    r"errat|corrig|correction|addend|retract|withdraw|concern|comment|remark|discussion|letter|\bre\s*:|repl|respon|rejoin"
    r"|data|code|software|additional|suppl|review|publisher|vol|\bv\.",
)

_STATUS = re.compile(r"^\W*(?:retracted|withdrawn|removed)(?:\s+(?:article|paper|chapter))?\W+", re.I)
_LABEL = re.compile(
    r"^(?:(?:special issue|original (?:article|paper|research|contribution|investigation)s?|research (?:article|paper|note|letter)"
    r"|review(?: article)?|invited (?:paper|review|article|talk)|case (?:report|study)|regular (?:article|paper)|full (?:paper|length article)"
    r"|short (?:communication|paper|report)|brief (?:communication|report)|rapid communication|technical (?:note|report)"
    r"|letter|article|paper|perspective|viewpoint|medical progress|research)\s*(?:[:|]|[-\u2013\u2014]\s)\s*"
    r"|(?:RESEARCH ARTICLE|ORIGINAL ARTICLE|REVIEW ARTICLE|CASE REPORT|Original Research|Research Article|Original Article)\s+(?=\S+\s+\S))",
    re.I,
)  # fmt: skip
_SITE = re.compile(
    r"\s+[-\u2013\u2014|]\s+(?:sciencedirect|pubmed(?: central)?|pmc|springerlink|springer|semantic scholar|request pdf|researchgate"
    r"|wiley online library|jstor|ieee xplore|academia\.edu|google scholar|scopus|mendeley|cnki|oxford academic"
    r"|cambridge core|taylor & francis online|mdpi|ncbi|europe pmc|arxiv)\W*$|\s*\((?:pdf|full text|html)\)$",
    re.I,
)  # fmt: skip
_SITE_GATE = re.compile(r"\s[-\u2013\u2014]\s|\)$")
_PIPE = re.compile(r"\s+\|\s+[^|]{2,90}$")
_BRACKET = re.compile(r"[\s.]*\[([^\[\]]*)\]?[\s.]*$")
_NOTE = re.compile(
    r"(?:errat|publish|corrected|correct|comment|see |retract|republish|update of|article in|in \w+$|review$|j$|m$|c$|d$|j/ol$"
    r"|electronic resource|internet|online|abstract|editorial|letter|with |german|french|spanish|portuguese|italian"
    r"|dutch|russian|polish|chinese|japanese|korean|turkish|hungarian|czech|swedish|danish|norwegian|finnish|hebrew|ukrainian"
    r"|english|croatian|serbian|romanian|bulgarian|greek|arabic|persian|pdf|translat)",
    re.I,
)  # fmt: skip
_FOOTNOTE = re.compile(r"(?:\s*[*\u2217\u2020\u2021\u00a7\u00b6]+(?:\s*\d)?|(?<=[a-z?)])\d|\s+\d(?:\s*,\s*\d)+)$")
_PART = re.compile(
    r"\b(?:part|pt|parts|teil|partie|parte|paper|chapter|chap|vol|volume|no|nr|number|section|phase|stage|study|experiment|book|issue)\.?\s*"
    r"(?:no\.?\s*)?([ivxl]{1,6}|\d{1,3}|[a-h])\b(?!['\u2019-])"
)
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
        text = _SITE.sub("", text)
        pipe = _PIPE.search(text)
        if pipe and pipe.start() > 15:
            text = text[: pipe.start()]
    other = ""
    if "[" in text:
        text, other = _brackets(text)
    text = _LABEL.sub("", _STATUS.sub("", text), count=1) or text
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
        if not _NOTE.match(match[1].strip()):
            second = fold(match[1])
            return (text[: match.start()], second) if second.count(" ") >= 3 else (text, "")
        text = text[: match.start()]
    return text, ""


def _notice(text: str) -> tuple[str, Kind]:
    if not _GATE.search(text.lower()):
        return text, Kind.NONE
    for kind, pattern in _PREFIXES:
        match = pattern.match(text)
        if match and match.end() < len(text) - 2:
            return text[match.end() :].rstrip("\"'\u201d\u2019\u00bb "), kind
    for kind, pattern in _SUFFIXES:
        match = pattern.search(text)
        if match and match.start() > 8:
            return text[: match.start()], kind
    return text, Kind.NONE


def _part(text: str) -> str:
    text = text.lower()
    match = _PART.search(text) or _PART_END.search(text, max(0, len(text) - 12)) or _PART_START.match(text)
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
