"""Candidates to one work: for each field the best-ranked value that survives its normaliser."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from harvester.extraction import authors as people
from harvester.extraction.candidates import Candidate
from harvester.extraction.doubts import Doubts
from harvester.extraction.finish import finish
from harvester.extraction.ranking import rank
from harvester.items import Work
from harvester.loaders import WorkLoader
from harvester.normalise import pages
from harvester.page import Page

_TOGETHER = frozenset({"authors", "affiliations", "pages"})
"""Fields that are not offered one by one."""


@dataclass(slots=True)
class Chosen:
    """A work and, for each of its fields, the reader that its value came from."""

    work: Work
    sources: dict[str, str] = field(default_factory=dict)


Ranked = dict[str, list[Candidate]]


def ranked(found: Iterable[Candidate]) -> Ranked:
    """Return the candidates of each field, the most trusted first; those of readers that are not asked left out.

    Empty ones are left out as well, but those that are late may still turn out to be empty.
    """
    rows: dict[str, list[tuple[int, int, Candidate]]] = {}
    for at, candidate in enumerate(found):
        place = rank(candidate.field, candidate.reader)
        if place is not None and (candidate.late or candidate.value):
            # The second number decides before two candidates could be compared.
            rows.setdefault(candidate.field, []).append((place, at, candidate))
    return {name: [candidate for _, _, candidate in sorted(row)] for name, row in rows.items()}


def choose(page: Page, found: Iterable[Candidate]) -> Chosen:
    """Return the work that the candidates make."""
    by_field = ranked(found)
    # A page that gives the online date alone means it as the date.
    by_field["published"] = by_field.get("published", []) + by_field.get("published_online", [])
    doubts = Doubts(page, by_field)
    loader = WorkLoader(site_names=doubts.site_names)
    for name, row in by_field.items():
        if name not in _TOGETHER:
            for candidate in row:
                if not candidate.value or doubts.against(candidate):
                    continue
                if loader.offer(name, _raw(page, candidate), source=candidate.reader):
                    break
    _pages(by_field, doubts, loader)
    _date(by_field, doubts, loader)
    _authors(by_field, doubts, loader)
    work: Work = loader.load_item()
    finish(page, work, by_field, loader.sources)
    return Chosen(work, loader.sources)


def _raw(page: Page, candidate: Candidate) -> Any:
    if candidate.field in {"pdf_url", "url"}:
        return page.absolute(candidate.value)
    return candidate.value


def _date(by_field: Ranked, doubts: Doubts, loader: WorkLoader) -> None:
    """Let a finer date that agrees complete a coarse one; the first of January often stands for the year alone."""
    chosen = loader.get_collected_values("published")
    if not chosen:
        return
    stated = chosen[0].removesuffix("-01-01")
    if len(stated) == len("2018-03-09"):
        return
    best, source = stated, loader.sources["published"]
    for candidate in by_field["published"]:
        for other in loader.usable("published", candidate.value or ""):
            finer = len(other) > len(best) and other.startswith(best) and not other.endswith("-01-01")
            if finer and not doubts.against(candidate):
                best, source = other, candidate.reader
    if best != stated:
        loader.replace_value("published", best)
        loader.sources["published"] = source


def _pages(by_field: Ranked, doubts: Doubts, loader: WorkLoader) -> None:
    """Fill what is open of first and last page from a range; a range that contradicts the first page is left out."""
    # Some pages write the whole range where the first page belongs.
    for candidate in (*by_field.get("pages", []), *by_field.get("first_page", [])):
        first = loader.get_collected_values("first_page")
        if first and candidate.late:
            # It comes out of a line that gives first and last page each by itself.
            continue
        if candidate.value and doubts.against(candidate):
            continue
        found = pages.pages(candidate.value or "")
        if first and found.first != first[0]:
            continue
        stated = {"first_page": found.first, "last_page": found.last, "article_number": found.article_number}
        for name, value in stated.items():
            if value:
                loader.offer(name, value, source=candidate.reader)
        if found.count:
            loader.offer("page_count", str(found.count), source=candidate.reader)


def _authors(by_field: Ranked, doubts: Doubts, loader: WorkLoader) -> None:
    row = by_field.get("authors", [])
    lists = ((each, people.credited(each, doubts.folded_names)) for each in row if each.value)
    winner, named = next(((each, named) for each, named in lists if named), (None, []))
    if winner is None:
        return
    places_from = winner.reader
    for rival in row:
        if rival is not winner and people.adds(rival, named):
            had_places = any(each.places for each in named)
            people.enrich(named, people.credited(rival, doubts.folded_names))
            if not had_places and any(each.places for each in named):
                places_from = rival.reader
    title = next(iter(loader.get_collected_values("title")), "")
    # A thesis has one author.
    least = 1 if "dissertation" in loader.get_collected_values("type") else 2
    authors, affiliations = people.assemble(people.in_one_script(named, title, least=least))
    loader.offer("authors", authors, source=winner.reader)
    if affiliations:
        loader.offer("affiliations", affiliations, source=places_from)
    for candidate in by_field.get("affiliations", []):
        made = [each for raw in candidate.value if (each := people.affiliation(raw))]
        if made:
            loader.offer("affiliations", made, source=candidate.reader)
