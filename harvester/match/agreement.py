"""How far two records agree, field by field, and what that weighs.

The weights are log-odds in the manner of Fellegi and Sunter, set by hand from what each field can tell; a value that
one record lacks weighs nothing.
"""

from dataclasses import dataclass

from rapidfuzz import fuzz

from harvester.match import titles
from harvester.match.containers import DIFFERENT, EQUAL, LIKE, UNSURE, compare_containers
from harvester.match.locators import container_class
from harvester.match.names import shared
from harvester.match.record import Prepared

PRIOR = -6.0
"""Log-odds that two records which share a blocking key are one work, before any field is read."""


@dataclass(slots=True)  # not frozen: that takes three times as long to make, and a load makes millions
class Agreement:
    """What each field says; None where one of the records does not say."""

    title: titles.TitleAgreement
    length: int
    """Letters of the shorter title."""
    one_part: bool
    """Only one of the titles names a part."""
    one_meeting: bool
    """One of the two is in a meeting's proceedings, the other elsewhere."""
    one_preprint: bool
    """One of the two is on a preprint server, the other does not say where it is."""
    overlap: float
    """Share of words in common between the titles, 0 to 1, the shorter one counting."""
    authors: float | None
    """Share of the shorter list's people whom the longer one names."""
    people: int
    """How many people the lists have in common."""
    years: int | None
    """Smallest distance between the years of the two."""
    container: str
    volume: bool | None
    issue: bool | None
    page: bool | None
    last_page: bool | None
    abstract: float | None
    """Similarity of the abstracts' beginnings, 0 to 1."""

    def agrees_a_little(self) -> bool:
        """Tell whether records that share an identifier look like one work at all."""
        if self.title.verdict == titles.UNKNOWN or self.overlap >= 0.6:
            return True
        return bool(self.volume and self.page) or bool(self.people and self.page)

    def same_place(self) -> bool:
        """Tell whether both stand at one place of one container: what a generic title needs."""
        if self.container == DIFFERENT or not self.volume or self.issue is False or self.authors == 0:
            return False
        if self.page is None:
            return bool(self.issue) and self.years in (0, None) and self.container in (EQUAL, LIKE)
        return self.page

    def looks_like_a_sibling(self) -> bool:
        """Tell whether a word or two were exchanged in the titles of one year: "in rats", "in mice"."""
        exchanged = self.title.verdict == titles.EXCHANGED and self.title.words <= 2 and not self.title.alike
        # Without authors the title may be holding them, and two words may be a name.
        return exchanged and self.years == 0 and (self.authors is not None or self.title.words == 1)

    def looks_like_another(self) -> bool:
        """Tell whether two thin records differ in what two works differ in: people, or year and meeting."""
        # Words at the end that the other title lacks may be a container or a name that was put into the title.
        exchanged = self.title.verdict == titles.EXCHANGED and self.title.words <= 2
        other_people = self.authors == 0 and (exchanged or self.title.verdict in (titles.HEAD, titles.CUT))
        return other_people or (self.one_meeting and self.container == DIFFERENT and bool(self.years))

    def weight(self) -> float:
        """Return the log-odds that the two are one work."""
        return (
            PRIOR + self._title() + self._authors() + self._year() + self._place()
            + {EQUAL: 1.5, LIKE: 1.0, UNSURE: 0.0, DIFFERENT: -3.0}[self.container]
            + (-1.5 if self.one_preprint else 0.0)
            + (0.0 if self.abstract is None else 3.0 if self.abstract > 0.8 else -3.0 if self.abstract < 0.4 else 0.0)
        )  # fmt: skip

    def _title(self) -> float:
        verdict, words = self.title.verdict, self.title.words
        if verdict in (titles.EQUAL, titles.NEAR):
            full = 6.0 if verdict == titles.EQUAL else 5.0
            return full * min(1.0, self.length / 24) + (1.0 if self.length > 60 else 0.0)
        if verdict == titles.HEAD:
            return 4.0 * min(1.0, self.length / 24)
        if verdict in (titles.TAIL, titles.PREFIX):
            return -1.0 if self.one_part else 2.5 if verdict == titles.TAIL else 2.0
        if verdict == titles.CUT:
            return 2.0 if self.one_part or self.page is False else 5.0
        if verdict == titles.ADDED:
            return (1.0 if words == 1 else -0.5 if words == 2 else -1.0) - (2.0 if self.title.numbers else 0.0)
        if verdict == titles.EXCHANGED:
            if self.page and self.title.alike:
                return -0.5  # many slips in one title, rather than two works on one page
            return -3.0 - words - (2.0 if self.title.numbers else 0.0)
        return -8.0

    def _authors(self) -> float:
        if self.authors is None:
            return 0.0
        if self.authors == 0:
            return -6.0
        if self.authors < 0.5:
            return -1.0
        return (1.5 if self.authors < 0.8 else 2.5) + min(1.0, 0.25 * (self.people - 1))

    def _year(self) -> float:
        return 0.0 if self.years is None else (1.0, 0.0, -2.0, -4.0)[min(self.years, 3)]

    def _place(self) -> float:
        weight = 0.0
        if self.volume is not None:
            weight += 2.0 if self.volume else -3.0
        if self.issue is not None:
            weight += 1.0 if self.issue else -1.0
        if self.page is not None:
            weight += 3.5 if self.page else -3.5
        if self.last_page is not None:
            weight += 0.5 if self.last_page else -0.5
        return weight

    def words(self) -> dict[str, str]:
        """Return the evidence in words, field by field, without the fields that say nothing."""
        found = {"title": self.title.verdict + (f" ({self.title.words})" if self.title.words else "")}
        if self.authors is not None:
            found["authors"] = f"{self.people} in common ({self.authors:.0%})"
        if self.years is not None:
            found["year"] = "equal" if self.years == 0 else f"{self.years} apart"
        if self.container != UNSURE:
            found["container"] = self.container
        for name in ("volume", "issue", "page", "last_page"):
            value = getattr(self, name)
            if value is not None:
                found[name] = "equal" if value else "different"
        if self.abstract is not None:
            found["abstract"] = f"{self.abstract:.0%} alike"
        return found


def agreement(a: Prepared, b: Prepared, about: titles.TitleAgreement | None = None) -> Agreement:
    """Compare two prepared records field by field; ``about`` is their titles' agreement where it is known already."""
    people = shared(a.authors, b.authors) if a.authors and b.authors else 0
    return Agreement(
        title=about or compare_prepared_titles(a, b),
        length=min(len(a.title), len(b.title)),
        one_part=bool(a.part) != bool(b.part),
        one_meeting=(container_class(a.container) == "conference") != (container_class(b.container) == "conference"),
        one_preprint=(not a.container and container_class(b.container) == "preprint")
        or (not b.container and container_class(a.container) == "preprint"),
        overlap=fuzz.token_set_ratio(a.title, b.title) / 100 if a.title and b.title else 0.0,
        authors=people / min(len(a.authors), len(b.authors)) if a.authors and b.authors else None,
        people=people,
        years=_years(a, b),
        container=EQUAL if set(a.issn).intersection(b.issn) else compare_containers(a.container, b.container),
        volume=_equal(a.volume, b.volume),
        issue=_equal(a.issue, b.issue),
        page=_equal(a.first_page, b.first_page),
        last_page=_equal(a.last_page, b.last_page),
        abstract=fuzz.token_set_ratio(a.abstract, b.abstract) / 100 if a.abstract and b.abstract else None,
    )


def _equal(a: str, b: str) -> bool | None:
    return a == b if a and b else None


def _years(a: Prepared, b: Prepared) -> int | None:
    left = [year for year in (a.year, a.year_online) if year]
    right = [year for year in (b.year, b.year_online) if year]
    return min((abs(x - y) for x in left for y in right), default=None)


def compare_prepared_titles(a: Prepared, b: Prepared) -> titles.TitleAgreement:
    """Compare the titles of two records, their heads and second titles included."""
    cut = a.cut or b.cut
    best = titles.compare_titles(a.title, b.title, a.head, b.head, cut=cut)
    if best.verdict not in (titles.EQUAL, titles.NEAR) and (a.other or b.other):
        for left, right in ((a.other, b.title), (a.title, b.other)):
            if left and right and (again := titles.compare_titles(left, right)).verdict in (titles.EQUAL, titles.NEAR):
                return again
    return best
