"""Do two container titles name one container? Abbreviations, acronyms and added words are the usual noise."""

from functools import lru_cache

from rapidfuzz import fuzz

from harvester.match.locators import container_class
from harvester.match.words import words

EQUAL, LIKE, UNSURE, DIFFERENT = "equal", "like", "unsure", "different"


@lru_cache(maxsize=65536)
def compare_containers(a: str, b: str) -> str:
    """Return ``equal``, ``like`` (one abbreviates the other), ``unsure`` or ``different``; ``unsure`` if one is empty.

    >>> compare_containers("j am chem soc", "journal american chemical society")
    'like'
    >>> compare_containers("vldb", "very large data bases"), compare_containers("lancet", "nature")
    ('like', 'different')
    """
    if not a or not b:
        return UNSURE
    if a == b or a.replace(" ", "") == b.replace(" ", ""):
        return EQUAL
    short, long = sorted((a.split(), b.split()), key=len)
    if _abbreviates(short, long) and len(short) > 1 and len(long) - len(short) <= 1:
        return LIKE
    if len(short) == 1 and len(short[0]) > 1 and _acronym(short[0], long):
        return LIKE
    classes = {container_class(a), container_class(b)} - {""}
    if len(classes) > 1:
        return DIFFERENT
    own_short, own_long = set(short) - words("common_in_containers"), set(long) - words("common_in_containers")
    common = own_short & own_long
    if common and (common in (own_short, own_long)) and len(common) > 1:
        return LIKE
    if (
        2 * len(common) > min(len(own_short), len(own_long))
        or _abbreviates(short, long)
        or any(_acronym(word, long) for word in short if len(word) > 2)
    ):
        return UNSURE
    return LIKE if fuzz.ratio(a, b) > 90 else DIFFERENT


def _abbreviates(short: list[str], long: list[str]) -> bool:
    """Tell whether each word of the shorter list stands, maybe abbreviated, in the longer one, in order."""
    position = 0
    for word in short:
        while position < len(long) and not _word(word, long[position]):
            position += 1
        if position == len(long):
            return False
        position += 1
    return True


def _word(a: str, b: str) -> bool:
    if a == b:
        return True
    if a[0] != b[0]:
        return False
    short, long = (a, b) if len(a) < len(b) else (b, a)
    letters = iter(long)
    return long.startswith(short) or (len(short) > 2 and all(char in letters for char in short))


def _acronym(word: str, long: list[str]) -> bool:
    initials = "".join(each[0] for each in long)
    return word == initials or (len(word) > 2 and word in initials)
