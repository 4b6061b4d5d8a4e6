"""Comparing what two sources say, whatever their punctuation, case and accents."""

import re
import unicodedata
from functools import lru_cache

from harvester.normalise.characters import ideographs

_LONGEST_SMALL_WORD = 3
_NOT_ALNUM = re.compile("[^A-Za-z0-9]+")
_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=2048)
def fold(text: str) -> str:
    """Return only the letters and digits of a text, without case and accents.

    >>> fold("Étude – of  X & Y"), fold("Æther")
    ('etudeofxy', 'æther')
    """
    if text.isascii():
        return _NOT_ALNUM.sub("", text).lower()
    return _NOT_WORD.sub("", unicodedata.normalize("NFKD", text).casefold())


def may_be_one_journal(one: str, other: str) -> bool:
    """Return False for names of which none is, contains or abbreviates the other; a name in another script may do all.

    >>> may_be_one_journal("Dtsch. Arztebl.", "Deutsches Ärzteblatt"), may_be_one_journal("PNAS", "物理学报")
    (True, True)
    >>> may_be_one_journal("Journal of Hazardous Materials", "Journal of Hydrometallic Processing")
    False
    """
    short, long = sorted((one, other), key=len)
    if fold(short) in fold(long) or (ideographs(one) > 0) != (ideographs(other) > 0):
        return True
    words = [word for word in map(fold, long.split()) if word]
    if fold(short) == "".join(word[0] for word in words if len(word) > _LONGEST_SMALL_WORD):
        return True
    rest = iter(words)
    return all(any(_abbreviates(word, each) for each in rest) for word in map(fold, short.split()) if word)


def _abbreviates(short: str, long: str) -> bool:
    letters = iter(long)
    return short[0] == long[0] and all(letter in letters for letter in short)
