"""Names apart: particles and suffixes where a format has a place of their own for them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harvester.export._text import one_line
from harvester.items import Author, Work

_SUFFIX = re.compile(r"(.*?),?\s+(Jr\.?|Sr\.?|II|III|IV)$")


@dataclass(frozen=True, slots=True)
class Name:
    """A name; either ``family``, perhaps with more, or ``literal``. All values are one line, and not empty if there."""

    family: str = ""
    given: str = ""
    particle: str = ""
    """What stands before the family name and belongs to it: ``van der``."""
    behind: str = ""
    """A particle that was printed behind the given names, so it does not take part in sorting: ``de``."""
    suffix: str = ""
    literal: str = ""
    """A name as printed: an organisation's, or one that nothing splits."""


def people(work: Work, role: str | None) -> Iterator[Author]:
    """Yield the people of a role that have a name, in order; None is the authors."""
    for each in work.authors:
        if each.role == role and label(each):
            yield each


def label(author: Author) -> str:
    """Return a name as one line: ``Family, Given``, or as printed where it is not split."""
    family, given = one_line(author.family or ""), one_line(author.given or "")
    if family and given:
        return f"{family}, {given}"
    return family or one_line(author.name or "") or given


def name_of(author: Author) -> Name:
    """Return a name in its parts.

    Where a particle belongs is read off its place, as citation programs do (the manual of citeproc-js, "Particles"):
    small words before the family name are its own, small words behind the given names are not.

    >>> name_of(Author("van der Waals", "Johannes D.")).particle, name_of(Author("Musset", "Alfred de")).behind
    ('van der', 'de')
    >>> name_of(Author("King", "Martin Luther, Jr.")).suffix, name_of(Author(name="CMS Collaboration")).literal
    ('Jr.', 'CMS Collaboration')
    """
    family, given = one_line(author.family or ""), one_line(author.given or "")
    if not family:
        return Name(literal=one_line(author.name or "") or given)
    before, family = _small_words(family)
    suffix = behind = ""
    if found := _SUFFIX.fullmatch(given):
        given, suffix = found[1], found[2]
    words = given.split(" ")
    small = next((at for at in range(len(words), 0, -1) if not _is_small(words[at - 1])), 0)
    if small:
        given, behind = " ".join(words[:small]), " ".join(words[small:])
    return Name(family, given, before, behind, suffix)


def _small_words(family: str) -> tuple[str, str]:
    words = family.split(" ")
    first = next((at for at, word in enumerate(words) if not _is_small(word)), 0)
    return " ".join(words[:first]), " ".join(words[first:])


def _is_small(word: str) -> bool:
    return word.isalpha() and word[0].islower()
