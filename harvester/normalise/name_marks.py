"""What stands around a name and is not part of it: footnote marks, roles, life dates, forms of address."""

import re

from harvester.normalise.characters import decode_entities, narrow, squeeze, visible
from harvester.normalise.markup import plain, repaired
from harvester.normalise.name_words import nobody

# No name is longer; a longer text is none, and is not worth the work.
_LONGEST = 300

_SUP = re.compile(r"<sup\b[^<>]*>([^<>]*)</sup\s*>", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*[\[(（［【]\s*([0-9]{1,3}(?:\s*[,，、;+–-]\s*[0-9]{1,3}){0,30})\s*[\])）］】]")
_RAISED = re.compile(r"[\s,]*([¹²³⁴⁵⁶⁷⁸⁹⁰](?:[,\s⁻⁺¹²³⁴⁵⁶⁷⁸⁹⁰*]*[¹²³⁴⁵⁶⁷⁸⁹⁰])?)")
_TRAILING = re.compile(r"(?<=[^\W_])[\s.]*?(?<![0-9])([0-9]{1,3}(?:\s*[,，、–-]\s*[0-9]{1,3}){0,30})$")
_LEADING = re.compile(r"^([0-9]{1,3})(?:\s*[.)、]\s*|\s+|(?=[^\W\d_]))(?=[^\W\d_])")
_SIGNS = re.compile(r"[\s,;，]*[*†‡§¶#∗✉‖⁎☆★⊥∥△◇○●✝@+^~|&]+[\s,;，]*$|^[\s*†‡§¶#∗✉‖⁎☆★•·,;+^~|]+")
_LETTERS = re.compile(r"(?:\s+|(?<=\]))(?:[a-d](?:\s*[,，]\s*[a-d*†‡§]){1,5}|(?<=[a-z.]\s)[a-dfi])$")
# Nothing but words, as most names are: no mark can be there, and only these words may say that it is no name.
_L = r"[^\W\d_\u00b2\u00b3\u00b9\u2070-\u209f]"
_SIMPLE = re.compile(rf"{_L}(?:{_L}|[.'’-])*(?:,?\s(?:{_L}|[.'’-])*{_L}{{2}}\.?|,?\s[A-ZÀ-Þ]\.?){{1,6}}$")
_TELLING = re.compile(
    r"\b(?:et|al|others?|more|and|und|by|authors?|und|see|show|view|search|read|click|find|load|expand"
    r"|hide|display|information"
    r"|correspondence|rights|copyright|contributed|born|alii|др|autor|auteur)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[0-9]{1,3}")
_TO_FIGURES = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹⁰⁻", "1234567890-")
_RANGE = re.compile(r"([0-9]{1,3})\s*[–-]\s*([0-9]{1,3})")

_LIFE = re.compile(
    r",?\s*\(?(?:b\.|born|ca\.?|fl\.)?\s*1[0-9]{3}\s*[-–]\s*(?:[12][0-9]{3})?\)?\.?$|,\s*(?:b\.|born)\s*1[0-9]{3}$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\s*[(\[（]\s*(?:eds?|editors?|hrsg|author|autor|auteur|trans|translator|corresponding(?: author)?"
    r"|verfasser(?:in)?|herausgeber(?:in)?"
    r"|contributor|advisor|supervisor|co-?author|creator|illustrator|deceased|著|编|編|译|訳|通讯作者|作者)"
    r"\.?\s*[)\]）]",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"^(?:(?:written |edited |posted )?by\s*[:：]?\s+|et\.? al\.?,?\s+(?=\S)|(?:corresponding\s+)?authors?\s*[:：]\s*"
    r"|(?:and|und|&)\s+(?=\S)|作者\s*[:：]\s*|著者\s*[:：]\s*)",
    re.IGNORECASE,
)
_ET_AL = re.compile(
    r"[\s,;，]*(?:(?:\band\b|&)\s*)?(?:\bet\.?\s*al\b\.?|\bet\s+alii\b|\bu\.\s?a\.|\bи\s+др\b\.?|等(?:人)?|ほか|외)[\s.,;]*$",
    re.IGNORECASE,
)
_ET_AL_CJK = re.compile("^[^\u3400-\u9fff]*$")
# No longer than RFC 5321, 4.5.3.1.1 and RFC 1035, 2.3.4 have its parts: time grows with the text alone.
_EMAIL = re.compile(r"(?<![\s<(\[])[\s<(\[]*+[^\s@<(\[]{1,64}+@[^\s@.]{1,63}+\.\S+")
_ORCID = re.compile(
    r"\s*(?:\(?(?:https?://)?orcid(?:\.org)?[:/\s]*)?[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]\)?", re.IGNORECASE
)
# Initials without dots between them, or a word, end a sentence with their dot; ``J.`` and ``Jr.`` own theirs.
_FULL_STOP = re.compile(r"(?:(?<=[^\W\d_][A-ZÀ-Þ])|(?<=[^\W\d_]{3}[a-zß-ÿ]))\.$")
_AND_AFTER = re.compile(r"[\s,;]+(?:and|und|&)$", re.IGNORECASE)
# dblp numbers people of the same name: Jane Doe 0002.
_HOMONYM = re.compile(r"(?<=[^\W\d_]) 0[0-9]{3}$")
_COUNTED = re.compile(
    r"^@\w|^(?:and\s+|&\s*|plus\s+|[+(\[\]…. ])*[0-9]+\s*(?:more|other|others|additional|author|authors"
    r"|co-?authors?|weitere|autres|otros|位作者|名)\b"
    r"|^(?:see|show|view|search|read|click|find|load|expand|hide|display)\b.*\b(?:authors?|more|all"
    r"|profiles?|articles?|papers?|less|details|list)\b|\b(?:https?:|www\.)|://"
    r"|\b(?:author information|correspondence|rights reserved|copyright|contributed equally)\b",
    re.IGNORECASE,
)


def affiliation_marks(raw: str) -> tuple[str, tuple[int, ...]]:
    """Split a name from the numbers of its affiliations, however they are set; other footnote marks are dropped.

    >>> affiliation_marks("Hartley, Jean [ 1,2 ]"), affiliation_marks("熊易群1"), affiliation_marks("Doe J²*")
    (('Hartley, Jean', (1, 2)), ('熊易群', (1,)), ('Doe J', (2,)))
    """
    if _SIMPLE.match(raw) and len(raw) <= _LONGEST:
        return squeeze(visible(raw)), ()
    marks: list[int] = []
    text = raw if "<" not in raw and "&" not in raw else decode_entities(raw)
    for sup in _SUP.findall(text):
        marks.extend(_numbers(sup))
    text = narrow(plain(_SUP.sub("", text)) or "")
    before = ""
    while text != before and len(text) <= _LONGEST:
        before = text
        text = narrow(repaired(text))  # a mark between two characters may have hidden what they are together
        for pattern in (_BRACKETED, _RAISED, _TRAILING, _LEADING):
            # A cheap look first: most names have no figure at all.
            if not _has_figure(text):
                break
            for found in pattern.findall(text):
                marks.extend(_numbers(found))
            text = pattern.sub("", text)
        text = _LETTERS.sub("", _SIGNS.sub("", text)).strip(" ,;，、；")
    return text, tuple(dict.fromkeys(marks))


def bare_name(text: str) -> str | None:
    """Return a name without what is said about it; None where no person or organisation is named.

    >>> bare_name("King, Martin Luther, 1929-1968"), bare_name("and 3 others"), bare_name("Powell DJ , et al.")
    ('King, Martin Luther', None, 'Powell DJ')
    """
    if _SIMPLE.match(text) and not _TELLING.search(text):
        text = _FULL_STOP.sub("", text) if text.endswith(".") else text
        return None if nobody(text.casefold().strip(" .")) else text
    before = ""
    while text != before:
        before = text
        if len(text) > _LONGEST or _COUNTED.search(text):
            return None
        if "@" in text:
            text = _EMAIL.sub("", text)
        if text[-4:].isdigit():
            text = _HOMONYM.sub("", text)
        text = _ORCID.sub("", _ROLE.sub("", _LIFE.sub("", text)))
        text = _AND_AFTER.sub("", _BEFORE.sub("", text, count=1))
        if len(text) > 4 or _ET_AL_CJK.match(text):
            text = _ET_AL.sub("", text)
        text = _FULL_STOP.sub("", text.strip(" ,;，、；：:|/\\_=-–—"))
    if sum(map(str.isalpha, text)) < 2 and not (text and text[0] >= "\u3400"):
        return None
    folded = text.casefold().strip(" .,:;!?()[]…")
    return None if nobody(folded) or not any(map(str.isalpha, text)) else text


def _has_figure(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _numbers(text: str) -> list[int]:
    figures = text.translate(_TO_FIGURES)
    if (span := _RANGE.fullmatch(figures.strip())) and 0 < int(span[2]) - int(span[1]) < 50:
        return list(range(int(span[1]), int(span[2]) + 1))
    return [int(number) for number in _NUMBER.findall(figures) if int(number)]
