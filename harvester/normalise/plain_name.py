"""The plainest names, which are most: two or three words, none of which could be anything but a name.

A short cut past everything that `single_name` looks for; it must never say anything else than `single_name.person`.
"""

import re
from functools import cache

from harvester.items import Author
from harvester.normalise import name_words as words_of

_WORD = "(?:Mc|Mac|O')?[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+"
_NAME = rf"{_WORD}(?:-{_WORD})?"
_INITIAL = r"[A-Z]\.?"
_PLAIN = re.compile(
    rf"(?P<family>{_NAME}), (?P<given>(?:{_NAME}|{_INITIAL})(?: (?:{_NAME}|{_INITIAL})){{0,2}})"
    rf"|(?P<before>(?:{_NAME} )?{_INITIAL} (?:{_INITIAL} )?)(?P<last>{_NAME})"
    rf"|(?P<first>{_NAME}) (?P<behind>[A-Z]{{1,2}})"
    rf"|{_NAME} (?:{_NAME} )?{_NAME}"
)
_LONGEST = 80
_PART = re.compile(r"[^\W\d_]+")
# Words that say that a name is none, or that more stands beside it.
_TELLING = frozenset({"et", "al", "others", "other", "more", "and", "und", "by", "born", "alii", "autor", "auteur"})


def plain_person(text: str) -> Author | None:
    """Return the person of a plain name as `single_name.person` would; None where that has to look closer.

    >>> plain_person("Lovelace, Ada B.").label, plain_person("Ada B. Lovelace").label, plain_person("Ada Lovelace").name
    ('Lovelace, Ada B.', 'Lovelace, Ada B.', 'Ada Lovelace')
    >>> plain_person("Museum Press"), plain_person("van der Waals, J."), plain_person("Ph D., John")
    (None, None, None)
    """
    match = _PLAIN.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None or not _peculiar().isdisjoint(_PART.findall(text.lower())):
        return None
    family, given, before, last, first, behind = match.groups()
    if family:
        return None if words_of.degree(given) else Author(family=family, given=given, name=text)
    if before:
        return Author(family=last, given=before.rstrip(), name=text)
    if behind:
        return None if words_of.short_pinyin(behind) else Author(family=first, given=behind, name=text)
    return Author(name=text)


@cache
def _peculiar() -> frozenset[str]:
    """Return the words, in small letters, of which none may stand in a plain name."""
    kinds = ("group_words", "suffixes", "degrees", "clear_degrees", "titles", "not_people")
    parts = {part for kind in kinds for phrase in words_of.phrases(kind) for part in _PART.findall(phrase)}
    # A single letter is an initial, but for the fifth of a line.
    return _TELLING | {part for part in parts if len(part) > 1 or part == "v"}
