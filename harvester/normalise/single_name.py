"""One name: family and given name where the name itself says which is which."""

import re

from harvester.items import Author
from harvester.normalise import name_words as words_of
from harvester.normalise.characters import squeeze
from harvester.normalise.cjk_name import cjk_person
from harvester.normalise.name_marks import affiliation_marks, bare_name
from harvester.normalise.name_words import CJK, capitals, initials, mixed, particle
from harvester.normalise.plain_name import plain_person

_TWICE = re.compile(r"([^(),]+?),?\s*([^(),]*)\(([^(),]+,[^()]+)\)$")
_NAME_AND_TWO_INITIALS = 3
_LETTER_AND_DOT = re.compile(r"[^\W\d_]\.")
_TWO_INITIALS = frozenset({"JR", "SR"})
_SUFFIXED = re.compile(r"(.*?),\s*([^,]+)$")

_Split = tuple[str, str | None]


def person(raw: str, *, natural_order: bool | None = None, undo_capitals: bool = True) -> Author | None:
    """Return the person or organisation of one name; None where the text names none (``et al.``, ``See more``).

    ``name`` is the name as printed, without footnote marks, degrees and forms of address. ``family`` and ``given``
    are there only on a clear signal: a comma, a surname in capitals, initials on one side, a particle inside. A plain
    ``Ivan Heibi`` gives no signal, for ``Xi Jinping`` looks the same; so it stays whole unless ``natural_order`` says
    how the source writes names: True for given name first (an English byline, ``citation_author`` without commas),
    False for family name first. Clear signals go before the source's habit. A generational suffix ends the given
    name, ``Martin Luther, Jr.``, so that the parts lose nothing; `suffix_of` takes it off. Names in Chinese, Japanese
    and Korean characters stay whole as well, as they are written everywhere; `cjk_parts` splits them.

    >>> author = person("van der Waals, Johannes")
    >>> author.family, author.given, author.name
    ('van der Waals', 'Johannes', 'van der Waals, Johannes')
    >>> [person(name).label for name in ("XIONG Yi-qun", "Ivan Heibi", "A. Wallner", "CMS Collaboration", "欧阳修")]
    ['Xiong, Yi-qun', 'Ivan Heibi', 'Wallner, A.', 'CMS Collaboration', '欧阳修']
    >>> person("Ivan Heibi", natural_order=True).label, person("et al.")
    ('Heibi, Ivan', None)
    """
    if natural_order is None and (plain := plain_person(raw)):
        return plain
    text = _bare(raw)
    if not text:
        return None
    if CJK.search(text):
        return cjk_person(text)
    if words_of.group(text):
        return Author(name=text)
    name, last = _without_honours(text)
    if not name:
        return None
    split = _split(name, last, natural_order)
    if split is None:
        return Author(name=_joined(name, last))
    family, given = split
    if undo_capitals and family.isupper() and len(family) > 1:
        family = words_of.title_case(family)
        given = words_of.title_case(given, family=False) if given and _shouted(given) else given
    if last:
        given = f"{given}, {last}" if given else last
    return Author(family=family, given=given, name=_joined(name, last))


def _bare(raw: str) -> str | None:
    """Return the name alone: under a mark there may be a role, and under that another mark."""
    # A name that had nothing to lose has nothing to lose the second time, unless it holds another form of itself.
    text, before = bare_name(affiliation_marks(raw)[0]), "" if "(" in raw else raw
    while text and text != before:
        before = text
        text = bare_name(affiliation_marks(_full_form(text))[0])
    return text


def person_from_parts(family: str, given: str | None) -> Author | None:
    """Return the person of two fields; with one of them only, that is the name.

    >>> person_from_parts("LAZARUS", "DAVID").label, person_from_parts("et al.", "")
    ('Lazarus, David', None)
    """
    if given and (plain := plain_person(f"{family}, {given}")) and plain.family == family:
        return plain
    last = bare_name(affiliation_marks(family)[0])
    first = bare_initials(affiliation_marks(given)[0]) if given else None
    if not last:
        return person(first) if first else None
    if not first:
        return person(last)
    if words_of.group(last) and not words_of.mixed(first):
        return Author(name=last)
    name = f"{last}, {first}"
    if last.isupper() and len(last) > 1:
        last, first = words_of.title_case(last), words_of.title_case(first, family=False) if _shouted(first) else first
    return Author(family=last, given=first, name=name)


def bare_initials(text: str) -> str | None:
    """Return given names without what is no part of them; one letter is enough for a given name."""
    text = text.strip(" ,;")
    return text if any(map(str.isalpha, text)) else None


def suffix_of(given: str | None) -> tuple[str | None, str | None]:
    """Take the generational suffix off a given name.

    >>> suffix_of("Martin Luther, Jr."), suffix_of("Jean"), suffix_of("III")
    (('Martin Luther', 'Jr.'), ('Jean', None), (None, 'III'))
    """
    if given and words_of.suffix(given):
        return None, given
    match = _SUFFIXED.match(given or "")
    return (match[1], match[2]) if match and words_of.suffix(match[2]) else (given, None)


def _full_form(text: str) -> str:
    """Of ``Hartley, J (Hartley, Jean)`` return the bracketed full form."""
    match = _TWICE.match(text)
    if match and match[3].partition(",")[0].strip().casefold() == match[1].strip().casefold():
        return match[3].strip()
    return text


def _without_honours(text: str) -> tuple[str, str | None]:
    """Drop forms of address and degrees, and take the suffix off."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    kept, last = parts[:1], None
    for part in parts[1:]:
        alone = len(kept) == 1 and (_is_letter(part) or _are_initials(part, kept[0].split()))
        if words_of.suffix(part) and last is None and not alone:
            last = part
        elif words_of.degree(part) and (len(kept) > 1 or len(kept[0].split()) > 1 or not initials(part)):
            continue
        else:
            kept.append(part)
    words = kept[0].split() if kept else []
    while len(words) > 1 and words_of.address(words[0]):
        words = words[1:]
    if len(kept) == 1:
        while len(words) > 2 and words_of.clear_degree(words[-1]) and not particle(words[-2]):
            words = words[:-1]
    final = kept[-1].split() if len(kept) > 1 else words
    alone = len(kept) == 1 and _are_initials(final[-1], final[:-1])
    if last is None and len(final) > 1 and words_of.suffix(final[-1]) and not _is_letter(final[-1]) and not alone:
        last = final[-1]
        final.pop()
    first = " ".join(words)
    return ", ".join([first, *kept[1:-1], " ".join(final)] if len(kept) > 1 else [first]), last


def _is_letter(word: str) -> bool:
    """Return True for ``V`` and ``V.``: an initial, unless it stands behind a whole name and a comma."""
    return len(word.rstrip(".")) == 1


def _are_initials(word: str, family: list[str]) -> bool:
    """Return True for ``JR`` and ``SR`` besides a family name alone: somebody has a given name in any case."""
    return word in _TWO_INITIALS and len(family) > 0 and all(map(particle, family[:-1]))


def _joined(name: str, last: str | None) -> str:
    return name if not last else f"{name}, {last}" if "," in name else f"{name} {last}"


def _shouted(given: str) -> bool:
    return given.isupper()


def _split(name: str, last: str | None, natural_order: bool | None) -> _Split | None:
    if "," in name:
        parts = [part.strip() for part in name.split(",")]
        if len(parts) != 2 or len(parts[0].split()) > 6 or len(parts[1].split()) > 6 or not all(parts):
            return None
        return parts[0], parts[1]
    words = name.split()
    if not 2 <= len(words) <= 8:
        return None
    found = (
        _by_capitals(words)
        or _by_last_initials(words)
        or _by_first_initials(words, natural_order)
        or _by_particle(words)
    )
    if found or natural_order is None or len(words) > 5:
        return found
    return _by_habit(words, natural_order)


def _by_capitals(words: list[str]) -> _Split | None:
    """Split where the family name, and it alone, is in capitals."""
    lead = _run(words)
    if lead and lead < len(words) and all(mixed(word) or initials(word) for word in words[lead:]):
        family, given = words[:lead], words[lead:]
        sure = max(sum(map(str.isalpha, word)) for word in family) > 2 and (any(map(mixed, given)) or len(given) == 1)
        if (sure and not (initials(family[0]) and len(family) == 1 and not _vowel(family[0]))) or _chinese(
            family, given
        ):
            return squeeze(" ".join(family)), " ".join(given)
    tail = _run(words[::-1])
    if tail and tail < len(words) and all(mixed(word) or initials(word) for word in words[:-tail]):
        start = len(words) - tail
        while start > 1 and particle(words[start - 1]) and words[start - 1].islower():
            start -= 1
        if sum(map(str.isalpha, "".join(words[-tail:]))) > 3 and any(map(mixed, words[:start])):
            return " ".join(words[start:]), " ".join(words[:start])
    return None


def _run(words: list[str]) -> int:
    """Count the words in capitals that a name begins with; a particle between two of them goes along."""
    count = 0
    for at, word in enumerate(words):
        if capitals(word) and not (initials(word) and "." in word):
            count = at + 1
        elif not (particle(word) and at and at + 1 < len(words)):
            break
    return count


def _vowel(word: str) -> bool:
    return bool(re.search("[AEIOUYÀ-Þ]", word))


def _chinese(family: list[str], given: list[str]) -> bool:
    return len(family) == 1 and words_of.short_pinyin(family[0]) and all(words_of.pinyin(word) for word in given)


def _by_last_initials(words: list[str]) -> _Split | None:
    """Split ``Smith JK`` and ``Smith J. K.``: initials at the end come after the family name."""
    last, before = words[-1], words[:-1]
    if len(words) == _NAME_AND_TWO_INITIALS and mixed(words[0]) and all(map(_LETTER_AND_DOT.fullmatch, words[1:])):
        return words[0], " ".join(words[1:])
    if not initials(last) or any(initials(word) and not particle(word) for word in before):
        return None
    letters = last.replace(".", "").replace("-", "")
    plain_words = [word for word in before if not (particle(word) and word.islower())]
    if len(letters) > 3 or not plain_words or not all(mixed(word) or capitals(word) for word in plain_words):
        return None
    if len(letters) > 1 and "." not in last:
        # Wei LI and Jean LEE would have their family name in capitals.
        if words_of.short_pinyin(last) and words_of.pinyin(before[-1]):
            return None
        if len(letters) == 3 and _vowel(letters[1]) and not _vowel(letters[0]):
            return None
    # Mario Sousa S. shortens a second family name, unlike Smith J.
    if len(plain_words) > 1 and (len(letters) == 1 or "." in last):
        return None
    return " ".join(before), last


def _by_first_initials(words: list[str], natural_order: bool | None) -> _Split | None:
    """Split ``A. B. Smith`` and ``John F. Kennedy``: what follows the initials is the family name."""
    at = max((index for index, word in enumerate(words[:-1]) if initials(word)), default=-1)
    if at < 0 or initials(words[-1]):
        return None
    # In BOB SMITH, written in capitals, nothing tells a short name from initials.
    if words[at].isalpha() and len(words[at]) > 1 and all(map(capitals, words)):
        return None
    given, family = words[: at + 1], words[at + 1 :]
    if at > 0 and not all(mixed(word) or initials(word) or capitals(word) for word in given):
        return None
    start = next((index for index, word in enumerate(family) if particle(word) and word.islower()), 0)
    plain_words = [word for word in family if not (particle(word) and word.islower())]
    if len(family) == 2 and particle(family[0], "capital_particles"):
        return " ".join(family), " ".join(given)
    if len(plain_words) == 1 or (start == 0 and particle(family[0]) and family[0].islower()):
        return " ".join(family), " ".join(given)
    if start or natural_order is not True:
        return None
    size = 2 if words_of.iberian(family[-2]) and words_of.iberian(family[-1]) else 1
    return " ".join(family[-size:]), " ".join(given + family[:-size])


def _by_particle(words: list[str]) -> _Split | None:
    """Split ``Ludwig van Beethoven``; a Romance particle may be a given name's, as in María de los Ángeles Pérez."""
    at = next((index for index, word in enumerate(words) if word.islower() and particle(word)), 0)
    if at < 1 or at > len(words) - 2 or not all(mixed(word) or initials(word) for word in words[:at]):
        return None
    rest = [word for word in words[at:] if not (word.islower() and particle(word))]
    if words[at] in {"y", "e"} and at > 1 and len(rest) == 1:
        return " ".join(words[at - 1 :]), " ".join(words[: at - 1])
    germanic = particle(words[at], "germanic")
    if germanic or (len(rest) == 1 and (particle(words[at], "romance") or words[at] in {"al", "el"})):
        return " ".join(words[at:]), " ".join(words[:at])
    return None


def _by_habit(words: list[str], natural_order: bool) -> _Split | None:
    """Split by what the source is known to do, unless the name looks like an exception to it."""
    if not all(word[:1].isupper() or particle(word) for word in words):
        return None
    if not natural_order:
        start = next((index for index, word in enumerate(words) if not (particle(word) and word.islower())), 0)
        return (" ".join(words[: start + 1]), " ".join(words[start + 1 :])) if start + 1 < len(words) else None
    if initials(words[-1]) or particle(words[0], "vietnamese"):
        return None
    if len(words) > 2 and particle(words[-2], "capital_particles"):
        return " ".join(words[-2:]), " ".join(words[:-2])
    if words_of.pinyin(words[0]) == 1 and all(map(words_of.pinyin, words)) and words_of.pinyin(words[-1]) > 1:
        return None
    size = 2 if len(words) > 2 and words_of.iberian(words[-2]) and words_of.iberian(words[-1]) else 1
    if size == 1 and len(words) > 2 and words_of.iberian(words[-2]) and not words_of.given_name(words[-2]):
        return None
    return " ".join(words[-size:]), " ".join(words[:-size])
