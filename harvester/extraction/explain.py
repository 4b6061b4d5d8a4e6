"""Why a value won or lost: every candidate of a page with what became of it."""

from dataclasses import dataclass
from typing import Any

from harvester.extraction import authors as people
from harvester.extraction.candidates import Candidate
from harvester.extraction.choose import Chosen, choose, ranked
from harvester.extraction.doubts import Doubts
from harvester.extraction.ranking import rank
from harvester.loaders import WorkLoader
from harvester.normalise import pages
from harvester.page import Page


@dataclass(slots=True)
class Judged:
    """A candidate and what became of it, in words."""

    candidate: Candidate
    outcome: str
    """``won``, ``lost`` or ``unusable``."""
    why: str


def judge(page: Page, found: list[Candidate]) -> list[Judged]:
    """Return the verdict on each candidate, by field, the most trusted reader first."""
    chosen = choose(page, found)
    by_field = ranked(found)
    doubts = Doubts(page, by_field)
    loader = WorkLoader(site_names=doubts.site_names)
    judged = [_verdict(each, chosen, doubts, loader) for row in by_field.values() for each in row if each.value]
    asked = {id(each.candidate) for each in judged}
    for candidate in found:
        if id(candidate) not in asked and (candidate.value or not candidate.late):
            empty = "it is empty" if rank(candidate.field, candidate.reader) is not None else "its reader is not asked"
            judged.append(Judged(candidate, "unusable", empty))
    return sorted(judged, key=lambda each: each.candidate.field)


def _verdict(candidate: Candidate, chosen: Chosen, doubts: Doubts, loader: WorkLoader) -> Judged:
    doubt = doubts.against(candidate)
    if doubt:
        return Judged(candidate, "unusable", doubt)
    usable = _usable(candidate, doubts, loader)
    if not usable:
        return Judged(candidate, "unusable", "it does not survive normalising")
    winner = chosen.sources.get(candidate.field)
    value = getattr(chosen.work, candidate.field, None)
    if candidate.reader == winner and (value in usable or value == usable):
        return Judged(candidate, "won", "the most trusted usable value")
    if value in usable or value == usable:
        return Judged(candidate, "lost", f"{winner} says the same")
    if winner is None:
        return Judged(candidate, "lost", "the whole record speaks against it")
    if candidate.reader == winner and candidate.field in _LISTS:
        return Judged(candidate, "won", "the most trusted usable list")
    more = f"another value of {winner}" if candidate.reader == winner else winner
    return Judged(candidate, "lost", f"{more} is more trusted")


_LISTS = frozenset({"authors", "affiliations"})


def _usable(candidate: Candidate, doubts: Doubts, loader: WorkLoader) -> list[Any]:
    if candidate.field == "authors":
        return [each.author for each in people.credited(candidate, doubts.folded_names)]
    if candidate.field == "affiliations":
        return [made for raw in candidate.value if (made := people.affiliation(raw))]
    if candidate.field == "pages":
        found = pages.pages(candidate.value)
        return [each for each in (found.first, found.last, found.article_number) if each]
    return loader.usable(candidate.field, candidate.value)
