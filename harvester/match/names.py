"""Authors as keys that survive the ways in which sources write names.

A key is ``family|rest``: the family name as far as anybody can tell, and the other words or initials. Order, reversal
("family given"), initials, and lists squeezed into one string are for `shared` to get over (field-notes, section 1.7).
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from rapidfuzz.distance import OSA

from harvester.match.folding import fold, plain
from harvester.match.words import words

_ET_AL = re.compile(r"^(?:et\.? al\.?|and others|others|\.{2,}|…|etc\.?)$", re.I)
_TAIL_ET_AL = re.compile(r"[,;]?\s+(?:et\.? al\.?|and others|u\. a\.)$", re.I)
_AND = re.compile(r"\s+(?:and|und|et|y|&)\s+|\s*;\s*", re.I)
_MARKS = re.compile(r"\[[^\]]*\]|\(\s*\d[^)]*\)|[*†‡§¶∗]|\d+$")
_BROKEN_OFF = re.compile(r"(?:\u00e2(?=\s|\u20ac|$)|\s*[?\u00a6\u2026]|&\s*hellip).*$")
_ADDRESS = re.compile(r"\S+\.(?:org|com|net|edu|gov|[a-z]{2})")
_CLEAN = re.compile(r"[\w ,.'-]*[^\W\d]\.?")
_INITIALS = re.compile(r"^(?:[A-Z]\.?[- ]?){1,4}$")
MOST_AUTHORS = 40
"""Names kept of a long list: enough to tell two collaborations apart, and bounded in cost."""


def author_keys(authors: object) -> tuple[tuple[str, ...], bool]:
    """Return the keys in order, and whether the list says that it goes on ("et al.").

    Takes `harvester.items.Author` items, mappings of the same fields, or strings; one string may hold the whole list.

    >>> author_keys(["van der Waals, Johannes D.", "Smith JA", "Ada B. Lovelace", "et al."])
    (('van der waals|johannes d', 'smith|j a', 'lovelace|ada b'), True)
    >>> author_keys("Smith J, Jones K, and Lee P")
    (('smith|j', 'jones|k', 'lee|p'), False)
    """
    keys: list[str] = []
    more = False
    for name in _single(authors):
        if not name[:1].isupper() and (_ET_AL.match(name) or _ADDRESS.fullmatch(name)):
            more = True
            continue
        short = _TAIL_ET_AL.sub("", name) if name.endswith(("al", "al.", "others", "a.")) else name
        more = more or short != name
        key = _key(short)
        if key and key not in keys:
            keys.append(key)
            if len(keys) == MOST_AUTHORS:
                return tuple(keys), True
    return tuple(keys), more


def _single(authors: object) -> Iterable[str]:
    if not authors:
        return
    several = not isinstance(authors, str | Mapping) and isinstance(authors, Iterable)
    listed: list[Any] = list(authors) if several else [authors]  # type: ignore[call-overload]
    for each in listed:
        if isinstance(each, str):
            yield from _people(plain(each), alone=len(listed) == 1)
            continue
        get: Any = each.get if isinstance(each, Mapping) else lambda name, each=each: getattr(each, name, None)
        if get("role") in (None, "author"):
            family, given = get("family"), get("given")
            yield f"{family}, {given or ''}" if family else str(get("name") or given or "")


def _people(text: str, *, alone: bool) -> Iterable[str]:
    """Split a string that holds several names; commas separate people only in a string that stands alone."""
    if ";" in text or _AND.search(text):
        for part in _AND.split(text):
            yield from [part] if ";" in text else _commas(part.strip(" ,"))
    elif alone and "," in text:
        yield from _commas(text)
    else:
        yield text


def _commas(text: str) -> list[str]:
    """Split at commas if each part has two words and the first does not read as a compound family name."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    people = all(" " in part or _ET_AL.match(part) for part in parts)
    if people and (len(parts) > 2 or parts[0].split()[0].lower() not in words("particles")):
        return parts
    return [text]


@lru_cache(maxsize=16384)
def _key(name: str) -> str:
    name = (name if _CLEAN.fullmatch(name) else _MARKS.sub("", _BROKEN_OFF.sub("", name))).strip(" ,.")
    family, comma, given = name.partition(",")
    if not comma:
        family, given = _split(name)
    elif fold(given) in words("suffixes"):
        family, given = _split(family)
    rest = [word for word in fold(given).split() if word not in words("suffixes")]
    parts = fold(family).split()
    if len(parts) > 1 and parts[-1] in words("suffixes"):
        parts.pop()
    return f"{' '.join(parts)}|{' '.join(rest)}" if parts else " ".join(rest)[:40] and f"{' '.join(rest)}|"


def _split(name: str) -> tuple[str, str]:
    """Guess family and given name of one that carries no comma."""
    parts = name.split()
    if len(parts) < 2:
        return name, ""
    last = parts[-1]
    if (
        len(last) <= 4
        and last.replace("-", "").isalpha()
        and last.isupper()
        and not parts[0].isupper()
        and len(parts[0]) > 1
    ):
        return " ".join(parts[:-1]), " ".join(last.replace("-", ""))  # "Smith JA"
    if _INITIALS.match(last) and "." in last and len(parts[0].strip(".")) > 1:
        return " ".join(parts[:-1]), last  # "Smith J.A."
    if parts[0].isupper() and len(parts[0]) > 3 and not name.isupper():
        return parts[0], " ".join(parts[1:])  # "XIONG Yi-qun"
    if parts[0].isupper() and len(parts[0]) <= 4 and "." not in parts[0] and not name.isupper():
        return " ".join(parts[1:]), " ".join(parts[0])  # "JA Smith"
    start = len(parts) - 1
    while start > 1 and parts[start - 1].lower() in words("particles"):
        start -= 1
    return " ".join(parts[start:]), " ".join(parts[:start])


def _same(a: str, b: str) -> bool:
    """Tell whether two keys may be one person."""
    family_a, _, rest_a = a.partition("|")
    family_b, _, rest_b = b.partition("|")
    if family_a == family_b or family_a.replace(" ", "") == family_b.replace(" ", ""):
        return not rest_a or not rest_b or _initials_agree(rest_a, rest_b)
    words_a, words_b = set(a.replace("|", " ").split()), set(b.replace("|", " ").split())
    long = {word for word in words_a & words_b if len(word) > 1}
    if family_a.split()[-1] in long or family_b.split()[-1] in long:
        # Reversed, or a compound name cut at another place: what is left must agree by initials.
        left_a, left_b = sorted(words_a - long), sorted(words_b - long)
        return not left_a or not left_b or any(x[0] == y[0] for x in left_a for y in left_b)
    shortest = min(len(family_a), len(family_b))
    return shortest >= 5 and OSA.distance(family_a, family_b, score_cutoff=2) <= (1 if shortest < 8 else 2)


def _initials_agree(a: str, b: str) -> bool:
    # "jean marc" may be written "j", "jm", "j m" or "m": one initial in common will do. A run of the initials of all
    # authors before the last one's name ("ykn roussopoulos") is met as well.
    return not _initials(a).isdisjoint(_initials(b))


def _initials(rest: str) -> set[str]:
    letters = {word[0] for word in rest.split()}
    return letters.union(*(set(word) for word in rest.split() if len(word) < 5 and word.isalpha() and word.isascii()))


def shared(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    """Return how many people of the shorter list the longer one names, in any order."""
    if len(a) > len(b):
        a, b = b, a
    left = list(b)
    found = 0
    for key in a:
        if key in left:
            left.remove(key)
            found += 1
            continue
        for other in left:
            if _same(key, other):
                left.remove(other)
                found += 1
                break
    return found
