"""Abstracts: the text without what pages put around it, or None where it is something else."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import NamedTuple

from harvester.normalise.characters import IDEOGRAPHS, ideographs, lowered
from harvester.normalise.markup import plain

_TAIL_LOOK = 400
_LEAST_TRANSLATED = 40
"""Ideographs that are a text and no name or term."""
# The same in the other script behind a finished sentence, to the end of the text.
_IN_LATIN = re.compile(rf"(?<=[.。．!?！？」）)\]])\s*(?=[A-Z“\"(\[][^{IDEOGRAPHS}]{{120,}}$)")
_IN_IDEOGRAPHS = re.compile(rf"(?<=[.!?)\]])\s*(?=[A-Z0-9“《\[]{{0,9}}[{IDEOGRAPHS}])")
_WORD = re.compile(r"[^\W\d_]{2,}")
_BULLET = re.compile(r"\s*\bcenter dot (?=[A-Z](?:[a-z]+|\s))")
# Between formulas Web of Science writes the multiplication dot out as well: ``CuSO4 center dot 5H(2)O``.
_DOT = re.compile(r"(?<=[A-Za-z0-9)\]]) center dot (?=[0-9(\[]|[A-Z])")
_IMAGE = re.compile(r"\S+\.(?:png|jpe?g|gif|svg|webp|tiff?)(?:\?\S*)?|(?:https?:|//|data:)\S+", re.IGNORECASE)
_CITATION = re.compile(
    r".{0,200}?\(?(?:1[89]|20)[0-9]{2}\)?.{0,150}?(?:vol(?:ume|\.)?\s*)?[0-9]{1,4}\s*(?:\([0-9/-]{1,9}\)|,\s*(?:no|nr|issue)\.?\s*[0-9]{1,4})?"
    r"\s*[:,]\s*(?:pp?\.?\s*)?[eS]?[0-9]{1,6}(?:\s*[-–]\s*[eS]?[0-9]{1,6})?\.?(?:\s*(?:doi\b|https?:).*)?",
    re.IGNORECASE,
)


class _Rules(NamedTuple):
    label: re.Pattern[str]
    junk: re.Pattern[str]
    tail: re.Pattern[str]
    tail_words: tuple[str, ...]


def abstract(raw: str) -> str | None:
    """Return an abstract as plain text on one line, without its label and without what follows it.

    None for what stands in an abstract's place: a notice that there is none, a citation line, an image's address,
    a company's words about itself, a few words, a text cut off with dots. The headings inside stay.

    >>> abstract("<h3>Abstract</h3><p>We count things twice, and once more for luck.</p> © 2014 Example Ltd.")
    'We count things twice, and once more for luck.'
    >>> abstract("No abstract available."), abstract("https://example.org/a.png")
    (None, None)
    """
    text = plain(raw)
    rules = _rules()
    for _ in range(6):
        before = text
        if not text:
            return None
        label = rules.label.match(text)
        text = (text[label.end() :] if label else text).lstrip(" :.-–—|")
        text = _without_tail(text, rules)
        if "center dot" in text:
            text = _DOT.sub("·", _BULLET.sub(" • ", text)).strip()
        if text == before:
            break
    text = _without_translation(text) if text else None
    return None if text is None or _is_no_abstract(text, rules) else text


def _without_tail(text: str, rules: _Rules) -> str:
    """Cut notices off the end; only there do they follow an abstract."""
    head, end = text[:-_TAIL_LOOK], text[-_TAIL_LOOK:]
    small = lowered(end)
    # The words are found ten times faster than the pattern finds nothing.
    found = rules.tail.search(small) if any(word in small for word in rules.tail_words) else None
    if not found or (not head and found.start() < 20):
        return text
    return head + end[: found.start()].rstrip(" ,;|-–")


def _without_translation(text: str) -> str:
    """Return what stands in the script that the abstract begins with, where the same follows in another one."""
    written = ideographs(text)
    if written < _LEAST_TRANSLATED:
        return text
    if ideographs(text[:20]) > 5:
        found = _IN_LATIN.search(text)
    else:
        found = _IN_IDEOGRAPHS.search(text)
        if found and (found.start() < 120 or 2 * ideographs(text[found.end() :]) < len(text) - found.end()):
            found = None
    return text[: found.start()] if found else text


def _is_no_abstract(text: str, rules: _Rules) -> bool:
    if text.endswith(("...", "…", "[…]", "[...]")) or _IMAGE.fullmatch(text):
        return True
    if sum(1 for _ in islice(_WORD.finditer(text), 5)) < 5 and ideographs(text[:2000]) < 12:
        return True
    return bool(rules.junk.match(text[:600].lower())) or (len(text) < 300 and _CITATION.fullmatch(text) is not None)


@cache
def _rules() -> _Rules:
    table = tomllib.loads((files("harvester.normalise") / "junk.toml").read_text("utf-8"))["abstract"]
    spaced = "|".join(
        re.escape(label).replace("\\ ", r"\s*") for label in sorted(table["labels"], key=len, reverse=True)
    )
    tight = "|".join(r"\s?".join(label) for label in sorted(table["labels_cjk"], key=len, reverse=True))
    return _Rules(
        # A word that merely begins a sentence is no label: what follows is a mark or a capital.
        re.compile(
            rf"(?i:[\s\[(【〔<《*#]*(?:(?:{spaced})(?:\s*[\])】〕>》*]+\s*[:：.]?|\s*[:：.|]|\s+[-–—]+)\s*"
            rf"|(?:{tight})\s*[\])】〕>》]*\s*[:：.]?\s*))|(?:(?i:{spaced}))\s+(?=[A-Z0-9À-ÖØ-ÞА-Я\"“'(])"
            # A heading and the text that the markup did not part.
            r"|(?:Abstract|ABSTRACT|Summary|SUMMARY|Résumé)(?=[A-Z][a-z ])"
        ),
        # Asked of small letters: not to regard case makes a pattern two or three times slower.
        re.compile("|".join(table["junk"])),
        re.compile("|".join(table["tails"])),
        tuple(table["tail_words"]),
    )
