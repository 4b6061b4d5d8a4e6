"""Author lists: which reader's list wins, and what lists of the same people add to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from harvester.extraction.candidates import Candidate, RawAuthor
from harvester.extraction.compare import fold
from harvester.items import Affiliation, Author
from harvester.normalise import identifiers, person, places
from harvester.normalise.characters import ideographs


@dataclass(slots=True)
class Credited:
    """An author as normalised, with the affiliations as printed."""

    author: Author
    places: list[str] = field(default_factory=list)


def credited(candidate: Candidate, junk: frozenset[str]) -> list[Credited]:
    """Return the people of a candidate list that survive; site names (``junk``, folded) are not people."""
    found: dict[str, Credited] = {}
    raws: Sequence[RawAuthor] = candidate.value
    for raw in raws:
        for author in _names(raw, alone=len(raws) == 1):
            if fold(author.label) in junk or (author.family and fold(author.name or "") in junk):
                continue
            author.orcid = author.orcid or (identifiers.orcid(raw.orcid) if raw.orcid else None)
            author.role = raw.role or author.role
            author.corresponding = raw.corresponding or author.corresponding
            _add(found, Credited(author, [place for place in raw.affiliations if place.strip()]))
    return list(found.values())


def _names(raw: RawAuthor, *, alone: bool) -> list[Author]:
    if raw.family:
        author = person.person_from_parts(raw.family, raw.given)
        return [author] if author else []
    if alone:
        # A list in one tag: "Smith, J.; Jones, K."
        return person.people(raw.name)
    author = person.person(raw.name)
    return [author] if author else []


def _add(found: dict[str, Credited], new: Credited) -> None:
    """Append a person, or join one that the list has already: the same name twice is one person."""
    key = fold(new.author.label)
    known = found.get(key)
    if known and known.author.orcid and new.author.orcid and known.author.orcid != new.author.orcid:
        # Namesakes: their ORCID iDs tell them apart.
        key, known = f"{key} {new.author.orcid}", None
    if known:
        known.places += [place for place in new.places if place not in known.places]
        known.author.orcid = known.author.orcid or new.author.orcid
    else:
        found[key] = new


def in_one_script(people: list[Credited], title: str, *, least: int) -> list[Credited]:
    """Return the half that is written as the title is, where a list names everyone in ideographs and in Latin letters.

    ``least``: how many of each it takes. One of each may as well be two people.
    """
    half = len(people) // 2
    if half < least or 2 * half != len(people):
        return people
    written = [ideographs(each.author.label) > 0 for each in people]
    turns = all(one != other for one, other in pairwise(written))
    if sum(written) != half or not (turns or len(set(written[:half])) == 1):
        return people
    own = ideographs(title) > 0
    return [each for each, other in zip(people, written, strict=True) if other == own]


def adds(candidate: Candidate, winner: list[Credited]) -> bool:
    """Return True where a rival list has something that the winning list lacks."""
    lacks_orcid = not all(each.author.orcid for each in winner)
    lacks_places = not any(each.places for each in winner)
    if not (lacks_orcid or lacks_places):
        return False
    return any((lacks_orcid and raw.orcid) or (lacks_places and raw.affiliations) for raw in candidate.value or ())


def enrich(winner: list[Credited], rival: list[Credited]) -> None:
    """Add ORCID iDs and affiliations from another list of the same people."""
    open_places = not any(each.places for each in winner)
    for mine, theirs in _pairs(winner, rival):
        mine.author.orcid = mine.author.orcid or theirs.author.orcid
        mine.author.corresponding = mine.author.corresponding or theirs.author.corresponding
        if open_places:
            mine.places = list(theirs.places)


def _pairs(winner: list[Credited], rival: list[Credited]) -> list[tuple[Credited, Credited]]:
    """Return the same people of two lists; nobody is guessed from the place in the list alone."""
    theirs: dict[str, list[Credited]] = {}
    for each in rival:
        theirs.setdefault(person_key(each.author), []).append(each)
    mine: dict[str, int] = {}
    for each in winner:
        mine[person_key(each.author)] = mine.get(person_key(each.author), 0) + 1
    pairs = []
    for each in winner:
        key = person_key(each.author)
        if key and mine[key] == 1 and len(theirs.get(key, [])) == 1:
            pairs.append((each, theirs[key][0]))
    return pairs


def person_key(author: Author) -> str:
    """Return what two spellings of one name share: family name and first initial, in either order."""
    family, given = author.family, author.given
    if not family:
        words = (author.name or "").split()
        if not words:
            return ""
        family, given = words[-1], words[0] if len(words) > 1 else ""
    return f"{fold(family)} {fold(given or '')[:1]}"


def assemble(people: list[Credited]) -> tuple[list[Author], list[Affiliation]]:
    """Return the authors, pointing into the list of the affiliations, each of which stands there once."""
    affiliations: list[Affiliation] = []
    index: dict[str, int] = {}
    for each in people:
        for raw in each.places:
            made = affiliation(raw)
            if made is None:
                continue
            key = fold(made.raw)
            if key not in index:
                index[key] = len(affiliations)
                affiliations.append(made)
            if index[key] not in each.author.affiliations:
                each.author.affiliations.append(index[key])
    return [each.author for each in people], affiliations


@lru_cache(maxsize=512)
def _place(raw: str) -> Affiliation | None:
    return places.affiliation(raw)


def affiliation(raw: str) -> Affiliation | None:
    """Return an affiliation as normalised, a copy of its own."""
    made = _place(raw)
    return None if made is None else Affiliation(made.raw, made.organization, made.country, made.ror)
