"""What holds for every normaliser at once: rubbish does not raise, twice is once, and nothing takes long."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.normalise import (
    characters,
    dates,
    doi,
    fields,
    identifiers,
    language,
    pages,
    person,
    places,
    subjects,
    text,
    types,
)
from tests.normalise.awkward import AWKWARD

Normaliser = Callable[[str], str | None]


def _name(raw: str) -> str | None:
    author = person.person(raw)
    return author.name if author else None


def _natural_name(raw: str) -> str | None:
    author = person.person(raw, natural_order=True)
    return author.name if author else None


def _affiliation(raw: str) -> str | None:
    found = places.affiliation(raw)
    return found.raw if found else None


def _without_marks(raw: str) -> str | None:
    return person.affiliation_marks(raw)[0] or None


STABLE: dict[str, Normaliser] = {
    "doi": doi.doi,
    "find_doi": doi.find_doi,
    "short_doi": doi.short_doi,
    "date": dates.date,
    "page": pages.page,
    "volume": pages.volume,
    "issue": pages.issue,
    "unpadded": lambda raw: pages.unpadded(raw) or None,
    "issn": identifiers.issn,
    "isbn": identifiers.isbn,
    "orcid": identifiers.orcid,
    "pmid": identifiers.pmid,
    "pmcid": identifiers.pmcid,
    "arxiv_id": identifiers.arxiv_id,
    "handle": identifiers.handle,
    "plain": text.plain,
    "title": text.title,
    "abstract": text.abstract,
    "keyword": text.keyword,
    "language": language.language,
    "country": places.country,
    "work_type": types.work_type,
    "line": lambda raw: characters.line(raw) or None,
    "person": _name,
    "person, natural order": _natural_name,
    "affiliation": _affiliation,
    "affiliation_marks": _without_marks,
}
OTHERS: dict[str, Callable[[str], object]] = {
    "parse_doi": doi.parse_doi,
    "parse_doi, free": lambda raw: doi.parse_doi(raw, trusted=False),
    "is_placeholder": doi.is_placeholder,
    "year": dates.year,
    "pages": pages.pages,
    "publisher": fields.publisher,
    "keywords": text.keywords,
    "keyword_list": lambda raw: text.keyword_list([raw, raw]),
    "detect": language.detect,
    "affiliations": places.affiliations,
    "clc": subjects.clc,
    "cn_discipline": subjects.cn_discipline,
    "people": person.people,
    "people of a list": lambda raw: person.people([raw, raw]),
    "people, natural order": lambda raw: person.people(raw, natural_order=True),
    "person, family first": lambda raw: person.person(raw, natural_order=False),
    "person_from_parts": lambda raw: person.person_from_parts(raw, raw),
    "suffix_of": person.suffix_of,
    "cjk_parts": person.cjk_parts,
    "identifier": lambda raw: identifiers.identifier(raw, raw),
    "repaired": text.repaired,
}
PIECES = [
    "10.1038/", "nphys1170", "https://doi.org/", "&lt;", "&amp;", "<i>", "</i>", "<sub>2</sub>", "%2F", "%3C",
    "(", ")", "[1]", ";", ",", ".", " ", "\n", " and ", "et al.", "van ", "Mc", "SMITH", "Jean-Paul", "J.",
    "Jr.", "欧阳", "修", "、", "年", "月", "2014", "12", "3", "-", "–", "/", "Vol. ", "No. ", "pp. ", "Abstract", "©",
    "Ã©", "center dot", "Univ ", "England", "USA", "C93", "TP391", "Keywords: ", "|", "0000-0002-1825-0097",
    "\u200b", "\ud800", "…", "*", "¹", "2", "January ", "e", "E", "'", '"', "http://", "?", "#", "=", "@",
    "None", "Title:",
]  # fmt: skip
ANY_TEXT = st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@pytest.mark.parametrize("normaliser", STABLE.values(), ids=STABLE.keys())
def test_awkward_input_does_not_raise_and_twice_is_once(normaliser: Normaliser) -> None:
    for raw in AWKWARD:
        once = normaliser(raw)
        assert once is None or (once and normaliser(once) == once), f"{raw[:80]!r} gave {once!r}"


@pytest.mark.parametrize("normaliser", STABLE.values(), ids=STABLE.keys())
def test_any_text_does_not_raise_and_twice_is_once(normaliser: Normaliser) -> None:
    @settings(max_examples=150, deadline=None)
    @given(ANY_TEXT)
    def holds(raw: str) -> None:
        once = normaliser(raw)
        assert once is None or (once and normaliser(once) == once)

    holds()


@pytest.mark.parametrize("normaliser", OTHERS.values(), ids=OTHERS.keys())
def test_normalisers_of_many_values_do_not_raise(normaliser: Callable[[str], object]) -> None:
    @settings(max_examples=100, deadline=None)
    @given(ANY_TEXT)
    def holds(raw: str) -> None:
        normaliser(raw)

    for raw in AWKWARD:
        normaliser(raw)
    holds()


@pytest.mark.parametrize("normaliser", [*STABLE.values(), *OTHERS.values()], ids=[*STABLE, *OTHERS])
def test_no_input_takes_long(normaliser: Callable[[str], object]) -> None:
    normaliser("warm up the tables 10.1038/nphys1170")
    language.detect("Ja sam student i volim čitati knjige o prirodi i društvu svaki dan bez prestanka")
    for raw in (*AWKWARD, *(piece * 3000 for piece in PIECES)):
        start = time.process_time()
        normaliser(raw)
        assert time.process_time() - start < 1.0, f"{raw[:40]!r} of {len(raw)} characters"


@pytest.mark.parametrize("normaliser", STABLE.values(), ids=STABLE.keys())
def test_what_comes_out_can_be_stored(normaliser: Normaliser) -> None:
    for raw in AWKWARD:
        once = normaliser(raw)
        if once is not None and normaliser is not STABLE["unpadded"]:
            assert "\x00" not in once
            once.encode("utf-8")
