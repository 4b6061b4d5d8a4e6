"""Keywords: one each, split by the separators that the text really uses."""

import re
from collections.abc import Iterable

from harvester.normalise.markup import lines, plain

_LONGEST = 150
_MOST_LISTS = 4
_LABEL = re.compile(
    r"[\s\[【〔*]*(?:author\s+)?(?:key\s?-?words?(?:\s+and\s+phrases)?|index terms|subject terms"
    r"|mots[\s-]cl[ée]s|palabras\s+claves?|palavras[\s-]chaves?"
    r"|parole\s+chiave|schlüsselwörter|schlagwörter|stichwörter|ключевые\s+слова|关\s?键\s?[词字]|關\s?鍵\s?[詞字]"
    r"|キーワード|主题词|키워드|주제어)"
    r"\s*[\]】〕*]*\s*[:：.—–-]+\s*",
    re.IGNORECASE,
)
_LEVELS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\s*>{3,}\s*",
        r"\s*[;；؛\n]\s*",
        r"\s*(?:\||\s[•·‧・]\s|•|\s/\s|//)\s*",
        r"\s*[、，،]\s*|\s*,\s*(?=[^\x00-\x7f])",
    )
)
# In chemistry a comma between figures or inside of brackets parts nothing: 1,2-dichloroethane.
_AND = re.compile(r"^(?:and|und|et|&)\s+")
_COMMA = re.compile(r"\s*,(?![0-9](?![0-9]{3}(?![0-9])))\s*|\s*(?<![0-9]),\s*")
_OPENING = frozenset("([{")
_DASHES = re.compile(r"\s+[–—-]\s+")
_CJK_TERM = "(?=\\S{0,12}[\u3400-\u9fff])\\S{2,14}"
_CJK_SPACES = re.compile(f"({_CJK_TERM}(?:\\s+{_CJK_TERM})+)((?:\\s+[A-Za-z-]+)*)")
_LEADING = re.compile(
    r"(?:and|und|et|y|e|и|和|及)\s+|[0-9]{1,2}[.)]\s+|[-–•·*#]+\s*|(?:\([0-9]{1,2}\)|[①-⑳])\s*", re.IGNORECASE
)
_NO_WORDS = frozenset(
    {"null", "none", "undefined", "n/a", "not available", "keyword", "keywords", "more", "show more", "see more",
     "read more", "et al", "etc"}
)  # fmt: skip
_NOT_KEYWORD = re.compile(
    rf"@\w|https?:|www\.|[\W\d_]+$|(?:{'|'.join(sorted(_NO_WORDS))})\W*$",
    re.IGNORECASE,
)
_OFFER = re.compile(r"\s*\((?:search|browse|find|see|view)\b[^()]*\)$", re.IGNORECASE)
"""``(search for similar items)``"""
# As most keywords are: nothing that could be a mark, a number or a label.
_WORDS = re.compile("[A-Za-z]+(?: [A-Za-z]+)*")


def keyword(raw: str) -> str | None:
    """Return one keyword as printed, without a mark or a number around it; None for what is none.

    >>> keyword(" <i>Betula</i> sp.; "), keyword("@citable"), keyword("42")
    ('Betula sp.', None, None)
    """
    if len(raw) <= _LONGEST and _WORDS.fullmatch(raw):
        return None if raw.lower() in _NO_WORDS else raw
    text = plain(raw)
    for _ in range(5):
        before = text
        if not text or len(text) > _LONGEST:
            return None
        text = _LABEL.sub("", text, count=1) if _LABEL.match(text) else text
        text = text.strip(" ,;:；，、：|。•·*†‡").rstrip("-–—").strip()
        if _LEADING.match(text) and not text[:1].isalpha():
            text = _LEADING.sub("", text, count=1)
        if text.endswith(".") and text.count(".") == 1 and len(text.rpartition(" ")[2]) > 5:
            text = text[:-1]
        if text == before:
            break
    return None if text is None or _NOT_KEYWORD.match(text) else text


def keywords(raw: str) -> list[str]:
    """Split a list of keywords by the strongest separator in it; commas count only where nothing stronger does.

    >>> keywords("Leguminosae, México>>>Legumes, Mexico"), keywords("a, b; c"), keywords("电子商务；物流")
    (['Leguminosae', 'México', 'Legumes', 'Mexico'], ['a, b', 'c'], ['电子商务', '物流'])
    >>> keywords("Medicine, Health and Life Sciences"), keywords("1,2-dichloroethane, water, salt")
    (['Medicine, Health and Life Sciences'], ['1,2-dichloroethane', 'water', 'salt'])
    """
    text = lines(raw)
    text = _LABEL.sub("", text, count=1) if _LABEL.match(text) else text
    text = _OFFER.sub("", text) if text.endswith(")") else text
    return _distinct(part for section in _LEVELS[0].split(text) for part in _split(section))


def keyword_list(raws: Iterable[str]) -> list[str]:
    """Return the keywords of several values, each of which is a keyword already unless only one is given.

    Where a page writes a tag for each keyword, a comma is part of a keyword.

    >>> keyword_list(["Medicine, Health", "Law"]), keyword_list(["a, b, c"]), keyword_list(["a, b, c", "d, e, f"])
    (['Medicine, Health', 'Law'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd', 'e', 'f'])
    """
    given = [raw for raw in raws if raw.strip()]
    # Several lists, each in a language of its own, are few and long.
    if len(given) == 1 or (len(given) <= _MOST_LISTS and all(raw.count(",") > 1 for raw in given)):
        return _distinct(part for raw in given for part in keywords(raw))
    return _distinct(
        part for raw in given for part in ([raw] if _WORDS.fullmatch(raw) else _LEVELS[1].split(lines(raw)))
    )


def _split(text: str) -> list[str]:
    for level in _LEVELS[1:]:
        parts = level.split(text)
        if len([part for part in parts if part.strip()]) > 1:
            # Behind the commas in front of other letters come those in front of Latin ones.
            return parts if level is not _LEVELS[-1] else [each for part in parts for each in _by_commas(part)]
        text = "".join(parts) if len(parts) > 1 else text
    if spaced := _CJK_SPACES.fullmatch(text.strip()):
        # As many Latin words as terms, or more, are their translation.
        terms, latin = spaced[1].split(), spaced[2].split()
        return terms if len(latin) >= len(terms) else [*terms, *latin[:1]] if len(latin) < 2 else [text]
    parts = _by_commas(text)
    if len(parts) == 1 and len(dashed := _DASHES.split(text)) > 2:
        return dashed
    return parts


def _by_commas(text: str) -> list[str]:
    """Split at commas outside of brackets; one comma before an enumeration's end is part of a name."""
    parts = _COMMA.split(text) if _OPENING.isdisjoint(text) else _outside_brackets(text)
    if len(parts) == 2 and re.search(r"\s(?:and|und|et|y|e|&)\s", parts[1]):
        return [text]
    return [_AND.sub("", part.strip()) for part in parts] if len(parts) > 2 else parts


def _outside_brackets(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    commas = {match.start(): match.end() for match in _COMMA.finditer(text)}
    at = 0
    while at < len(text):
        char = text[at]
        depth += (char in "([{") - (char in ")]}" and depth > 0)
        if at in commas and not depth:
            parts.append(text[start:at])
            start = at = commas[at]
        else:
            at += 1
    parts.append(text[start:])
    return parts


def _distinct(parts: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for part in parts:
        clean = keyword(part)
        if clean:
            found.setdefault(clean.casefold(), clean)
    return list(found.values())
