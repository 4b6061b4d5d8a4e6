"""Words that names are made of: which are particles, suffixes, degrees, initials, and how capitals are undone.

The words themselves are in ``names.toml`` beside this module.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

CJK = re.compile("[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""A character of Chinese, Japanese or Korean."""

_INITIALS = re.compile(
    r"(?:[A-ZÀ-ÞĀ-ŽА-Я][-‐]?){1,3}\.?$|(?:[A-ZÀ-ÞĀ-ŽА-Я]\.?[-‐]?){0,3}[A-ZÀ-ÞĀ-ŽА-Я]\.$|(?:[A-ZÀ-ÞА-Я][a-z]?\.-?){1,4}$"
)
_WORD_CHARS = re.compile(r"[\W_]+")
_SEGMENT = re.compile(r"[^\W\d_]+")
_PINYIN = re.compile(
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ian|iao|ing|ong|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|üe|[aeiouü]))",
    re.IGNORECASE,
)


def initials(word: str) -> bool:
    """Tell whether a word is one to four initials: ``J``, ``J.-P.``, ``JKL``, ``Th.``."""
    return bool(_INITIALS.match(word))


def capitals(word: str) -> bool:
    """Tell whether a word is two letters or more, all of them capitals."""
    return sum(map(str.isalpha, word)) > 1 and word.isupper()


def mixed(word: str) -> bool:
    """Tell whether a word begins with a capital and goes on in small letters."""
    return word[:1].isupper() and any(char.islower() for char in word)


def particle(word: str, kinds: str = "particles") -> bool:
    """Tell whether a word stands before a family name and belongs to it: ``van``, ``de la``."""
    return word.lower() in _set(kinds)


def suffix(word: str) -> bool:
    """Tell whether a word is a generational suffix; the list is closed: Jr, Sr, II to V and their like."""
    return word.rstrip(".").lower() in _set("suffixes") and word[:1].isupper()


def degree(phrase: str) -> bool:
    """Tell whether a phrase is an academic degree or an honour: ``Ph.D.``, ``MSc``."""
    folded = phrase.lower().replace(".", "")
    return any(char.isupper() for char in phrase) and (
        folded in _set("degrees") or folded.replace(" ", "") in _set("degrees")
    )


def clear_degree(word: str) -> bool:
    """Tell whether a word is a degree even without a comma before it."""
    return word.lower() in _set("clear_degrees") and (word.isupper() or not word.islower())


def address(word: str) -> bool:
    """Tell whether a word is a form of address: ``Dr.``, ``Prof.``."""
    return word.lower().rstrip(".").replace(".", " ") in _set("titles") and (
        word.endswith(".") or word.lower() in _plain_titles()
    )


def group(text: str) -> bool:
    """Tell whether a name has a word that only organisations have."""
    words = _WORD_CHARS.split(text.lower())
    return not _set("group_words").isdisjoint(words) or (
        not text.isascii() and any(word in text for word in _set("group_cjk"))
    )


def nobody(folded: str) -> bool:
    """Tell whether a text is what sites write where a name should be."""
    return folded in _set("not_people")


def iberian(word: str) -> bool:
    """Tell whether a word is a family name of Spanish or Portuguese."""
    return word.lower() in _set("iberian") or (len(word) > 4 and word.lower().endswith(("ez", "éz")))


def given_name(word: str) -> bool:
    """Tell whether a word is a common given name."""
    return word.lower() in _set("given_names")


def pinyin(word: str) -> int:
    """Return how many syllables of pinyin a word is, 0 if it is none.

    >>> pinyin("Jinping"), pinyin("Yi-qun"), pinyin("Smith")
    (2, 2, 0)
    """
    letters = word.replace("-", "").replace("'", "")
    if not letters or len(letters) > 18:
        return 0
    return _syllables(letters.lower())


def short_pinyin(word: str) -> bool:
    """Tell whether a word of two letters is a Chinese family name."""
    return word.lower() in _set("short_pinyin")


def chinese_compound() -> frozenset[str]:
    """Return the Chinese family names of more than one character."""
    return _set("chinese_compound")


def cjk_surnames(kind: str) -> frozenset[str]:
    """Return one of the lists of East Asian family names."""
    return _set(kind)


def phrases(kind: str) -> frozenset[str]:
    """Return one of the lists of ``names.toml``."""
    return _set(kind)


def title_case(text: str, *, family: bool = True) -> str:
    """Undo capitals: ``Mc`` and ``O'`` keep theirs, particles lose theirs unless they are the whole name.

    >>> title_case("O'NEIL"), title_case("MCDONALD"), title_case("DEL RIO GONZALEZ"), title_case("DU")
    ("O'Neil", 'McDonald', 'del Rio Gonzalez', 'Du')
    >>> title_case("JEAN-PIERRE", family=False), title_case("J.-P.", family=False), title_case("JK", family=False)
    ('Jean-Pierre', 'J.-P.', 'JK')
    """
    words = text.split(" ")
    return " ".join(_cased(word, family=family, last=at == len(words) - 1) for at, word in enumerate(words))


def _cased(word: str, *, family: bool, last: bool) -> str:
    if not word.isupper() or (suffix(word) and len(word.rstrip(".")) > 1 and word.rstrip(".") not in {"JR", "SR"}):
        return word
    if family and not last and word.lower() in _set("lowered"):
        return word.lower()
    if not family and (len(word) < 3 or "." in word or (initials(word) and not re.search("[AEIOUYÀ-Þ]", word))):
        return word
    return _SEGMENT.sub(lambda found: _capitalised(found[0]), word)


def _capitalised(letters: str) -> str:
    if letters.startswith("MC") and len(letters) > 3:
        return "Mc" + letters[2:].capitalize()
    return letters.capitalize()


@cache
def _syllables(letters: str) -> int:
    ends = {0: 0}
    for at in range(len(letters)):
        if at in ends:
            for length in range(1, 7):
                if at + length <= len(letters) and _PINYIN.fullmatch(letters, at, at + length):
                    ends[at + length] = min(ends.get(at + length, 99), ends[at] + 1)
    return ends.get(len(letters), 0)


@cache
def _plain_titles() -> frozenset[str]:
    return frozenset({"dr", "prof", "professor", "mr", "mrs", "sir", "dame"})


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("harvester.normalise") / "names.toml").read_text("utf-8"))


@cache
def _set(kind: str) -> frozenset[str]:
    words = _table()[kind]
    if kind in {"chinese_single"}:
        return frozenset(words)
    return frozenset(words.split() if isinstance(words, str) else words)
