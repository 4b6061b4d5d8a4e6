"""How two titles compare: words first, then letters: one exchanged word makes another work, a typo does not."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Postfix

from harvester.match.words import listed, words

EQUAL, NEAR, HEAD, PREFIX, TAIL, CUT, ADDED, EXCHANGED, DIFFERENT, UNKNOWN = (
    "equal", "near", "head", "prefix", "tail", "cut", "added", "exchanged", "different", "unknown",
)  # fmt: skip


@dataclass(slots=True, frozen=True)
class TitleAgreement:
    """How two titles compare."""

    verdict: str
    """``equal``, ``near`` (typos only), ``head`` (one lacks the subtitle), ``prefix`` (one
    goes on after the other's end), ``tail`` (one has a
    label of a few words in front), ``cut`` (one is cut off), ``added`` (one has
    more words), ``exchanged`` (each has words that the other lacks), ``different``, ``unknown`` (one has none)."""
    words: int = 0
    """How many content words were added or exchanged."""
    numbers: bool = False
    """Each has a number where the other has another one: 2019 and 2020."""
    alike: bool = False
    """The exchanged words resemble each other letter by letter: several slips, perhaps."""

    @property
    def hopeless(self) -> bool:
        """Tell whether nothing short of standing on one page can make one work of the two."""
        return self.verdict == DIFFERENT or (self.verdict == EXCHANGED and self.words > 2 and not self.alike)


_DIGIT = re.compile("[0-9]")
_EQUAL = TitleAgreement(EQUAL)
_DIFFERENT = TitleAgreement(DIFFERENT, 9)
_UNKNOWN = TitleAgreement(UNKNOWN)


def compare_titles(a: str, b: str, head_a: str = "", head_b: str = "", *, cut: bool = False) -> TitleAgreement:
    """Compare folded titles; the heads are the parts before a subtitle, ``cut`` that one of them ends in an ellipsis.

    >>> compare_titles("effects in rats", "effects in mice").verdict
    'exchanged'
    >>> compare_titles("behaviour of electorns in metals", "behavior of electrons in metals").verdict
    'near'
    """
    if not a or not b:
        return _UNKNOWN
    if a == b:
        return _EQUAL
    letters_a, letters_b = a.replace(" ", ""), b.replace(" ", "")
    if letters_a == letters_b:
        return _EQUAL
    if (head_b and letters_a == head_b.replace(" ", "")) or (head_a and letters_b == head_a.replace(" ", "")):
        return TitleAgreement(HEAD)
    short, long = sorted((letters_a, letters_b), key=len)
    if cut and len(short) > 30 and fuzz.ratio(short, long[: len(short)]) > 95:
        return TitleAgreement(CUT)
    if len(short) > 30 and long.startswith(short):
        return TitleAgreement(PREFIX)
    if len(short) > 12 and len(long) > 1.7 * len(short) and long.startswith(short):
        return TitleAgreement(ADDED, 3)
    if len(short) > 19 and long.endswith(short) and len(long) - len(short) < 26:
        return TitleAgreement(TAIL)
    if fuzz.ratio(letters_a, letters_b, score_cutoff=60) == 0 and fuzz.token_sort_ratio(a, b, score_cutoff=75) == 0:
        return _DIFFERENT
    return _align(a.split(), b.split())


def leftover(a: list[str], b: list[str]) -> tuple[list[str], list[str]]:
    """Return the words of each list that have no partner in the other, typos forgiven."""
    left_a, left_b = _without(a, b), _without(b, a)
    for word in list(left_a) if left_b else ():
        size = len(word)
        partner = next((other for other in left_b if -3 < len(other) - size < 3 and is_typo(word, other)), None)
        if partner is not None:
            left_a.remove(word)
            left_b.remove(partner)
    return left_a, left_b


def _align(a: list[str], b: list[str]) -> TitleAgreement:
    left_a, left_b = leftover(a, b)
    joined_a, joined_b = "".join(left_a), "".join(left_b)
    if joined_a == joined_b or (min(len(joined_a), len(joined_b)) > 7 and is_typo(joined_a, joined_b)):
        return TitleAgreement(NEAR)
    numbers = any(map(str.isdigit, left_a)) and any(map(str.isdigit, left_b))
    own_a = [word for word in left_a if word not in words("small")]
    own_b = [word for word in left_b if word not in words("small")]
    if not own_a and not own_b:
        return TitleAgreement(NEAR)
    if own_a and own_b:
        alike = not numbers and fuzz.ratio(joined_a, joined_b) > 65
        if alike and any(_are_opposites(x, y) for x in own_a for y in own_b):
            alike = False
        return TitleAgreement(EXCHANGED, max(len(own_a), len(own_b)), numbers, alike)
    return TitleAgreement(ADDED, len(own_a) + len(own_b), numbers)


def _without(a: list[str], b: list[str]) -> list[str]:
    left = list(b)
    only = []
    for word in a:
        if word in left:
            left.remove(word)
        else:
            only.append(word)
    return only


def is_typo(a: str, b: str) -> bool:
    """Tell whether one word may be a slip for the other: a letter or two in a long word, never a digit.

    >>> is_typo("electorns", "electrons"), is_typo("rats", "mice"), is_typo("2019", "2018"), is_typo("macro", "micro")
    (True, False, False, False)
    >>> is_typo("atornic", "atomic")
    True
    """
    shorter, longer = (len(a), len(b)) if len(a) < len(b) else (len(b), len(a))
    if shorter < 4 or longer - shorter > 2:
        return False
    allowed = 1 if shorter < 7 else 2
    if OSA.distance(a, b, score_cutoff=allowed) > allowed:
        return a[0] == b[0] and a[-1] == b[-1] and _as_scanned(a) == _as_scanned(b)
    if _DIGIT.search(a) and _DIGIT.search(b):
        return False
    return not _are_opposites(a, b)


def _as_scanned(word: str) -> str:
    """Return the word with letters that text recognition confuses made one."""
    for seen, meant in (("rn", "m"), ("cl", "d"), ("vv", "w"), ("0", "o"), ("1", "l"), ("ii", "u")):
        word = word.replace(seen, meant)
    return word


def _are_opposites(a: str, b: str) -> bool:
    """Tell whether two words differ in their first part, and on purpose: macro and micro, hyper and hypo."""
    same = Postfix.similarity(a, b)
    front_a, front_b = len(a) - same, len(b) - same
    pairs = listed("opposites")
    return any(
        (a.startswith(x) and b.startswith(y) and front_a <= len(x) and front_b <= len(y))
        or (a.startswith(y) and b.startswith(x) and front_a <= len(y) and front_b <= len(x))
        for x, y in zip(pairs[::2], pairs[1::2], strict=True)
    )
