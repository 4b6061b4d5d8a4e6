"""`compare` as a cataloguer would judge: what is one work, what is not, what a person should see."""

import pytest

from harvester.items import Author, Work
from harvester.match import Decision, Relation, compare, prepare

BASE = {
    "title": "Magnetic ordering of thin films in strong fields",
    "authors": ["Lovelace, Ada B.", "van der Waals, Johannes", "Noether, Emmy"],
    "container_title": "Journal of Applied Tests",
    "year": 2018,
    "volume": "12",
    "issue": "3",
    "first_page": "345",
    "last_page": "359",
}


def record(**changes):
    return {**BASE, **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "MAGNETIC ORDERING OF THIN FILMS IN STRONG FIELDS."},
        {"title": "Magnetic ordering of thin films in strong &amp;fields&amp;"},
        {"title": "Magnetic <i>ordering</i> of thin films in strong fields [J]"},
        {"title": "RETRACTED: Magnetic ordering of thin films in strong fields"},
        {"title": "Original Article: Magnetic ordering of thin films in strong fields | Journal of Applied Tests"},
        {"title": "Magnetic odrering of thin films in strong fields"},
        {"title": "Magnetic ordering of thin films in strong fields.[Erratum appears in J Appl Tests. 2019;4(1):3]"},
        {"authors": ["A. Lovelace", "J. van der Waals", "E. Noether"]},
        {"authors": ["Noether E", "Lovelace AB", "van der Waals J"]},
        {"authors": "Lovelace, Ada B.; van der Waals, Johannes; Noether, Emmy"},
        {"authors": ["Ada B. Lovelace", "et al."]},
        {"authors": []},
        {"container_title": "J. Appl. Tests"},
        {"container_title": "JAT"},
        {"container_title": None, "volume": None, "issue": None},
        {"year": 2019},
        {"year": None, "published": "2018-03"},
        {"first_page": "345-59", "last_page": None},
        {"first_page": "pp. 345–359", "last_page": None},
        {"volume": "Vol. 12"},
        {"volume": None, "issue": None, "first_page": None, "last_page": None},
        {"doi": "10.5555/jat.2018.345"},
    ],
)
def test_one_work_in_another_dress_merges(changes):
    assert compare(BASE, record(**changes)).decision is Decision.MERGE
    assert compare(record(**changes), BASE).decision is Decision.MERGE


@pytest.mark.parametrize(
    ("changes", "relation"),
    [
        ({"title": "Erratum to: Magnetic ordering of thin films in strong fields"}, Relation.ERRATUM_OF),
        ({"title": "Corrigendum to “Magnetic ordering of thin films in strong fields”"}, Relation.ERRATUM_OF),
        ({"title": "Magnetic ordering of thin films in strong fields (vol 12, pg 345, 2018)"}, Relation.ERRATUM_OF),
        ({"title": "Retraction notice to “Magnetic ordering of thin films in strong fields”"}, Relation.RETRACTION_OF),
        ({"title": "Comment on “Magnetic ordering of thin films in strong fields”"}, Relation.COMMENT_ON),
        ({"title": "Reply to “Comment on Magnetic ordering of thin films in strong fields”"}, Relation.REPLY_TO),
        ({"title": "Magnetic ordering of thin films in strong fields: reply"}, Relation.REPLY_TO),
        ({"title": "Data from：Magnetic ordering of thin films in strong fields"}, Relation.SUPPLEMENT_TO),
        ({"title": "Additional file 1 of Magnetic ordering of thin films in strong fields"}, Relation.SUPPLEMENT_TO),
    ],
)
def test_a_notice_is_another_work_and_says_of_what(changes, relation):
    match = compare(record(**changes), BASE)
    assert (match.decision, match.relation, match.forward) == (Decision.KEEP_APART, relation, True)
    assert match.vetoed
    back = compare(BASE, record(**changes))
    assert (back.decision, back.relation, back.forward) == (Decision.KEEP_APART, relation, False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (": Part I", ": Part II"),
        (" - 1", " - 2"),
        (" (Part A)", " (Part B)"),
        (". III", ". IV"),
        (" part one", " part two"),
    ],
)
def test_parts_of_a_series_stay_apart(one, other):
    title = "Magnetic ordering of thin films in strong fields"
    match = compare(record(title=title + one), record(title=title + other, first_page=None, last_page=None))
    assert (match.decision, match.relation) == (Decision.KEEP_APART, Relation.PART_OF)


def test_another_year_in_the_title_is_another_work():
    assert compare(
        record(title="Cancer statistics in the north, 2019"), record(title="Cancer statistics in the north, 2020")
    ).vetoed


@pytest.mark.parametrize(
    ("one", "other"), [("rats", "mice"), ("brand", "nanoparticle"), ("hypertension", "hypotension")]
)
def test_an_exchanged_word_is_no_typo(one, other):
    thin = {"authors": BASE["authors"], "year": 2018}
    for rest in (thin, {**thin, "container_title": "Journal of Applied Tests", "volume": "12"}):
        a = {"title": f"Late effects of early training in {one} under controlled stress", **rest}
        b = {"title": f"Late effects of early training in {other} under controlled stress", **rest}
        assert compare(a, b).decision is not Decision.MERGE


def test_two_valid_dois_never_merge_however_alike():
    match = compare(record(doi="10.5555/jat.2018.345"), record(doi="10.5555/jat.2018.346"))
    assert (match.decision, match.rule, match.vetoed) == (Decision.KEEP_APART, "veto:doi", True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10.21203/rs.3.rs-1949227/v1", "10.21203/rs.3.rs-1949227/v2"),
        ("10.6084/m9.figshare.1234567", "10.6084/m9.figshare.1234567.v1"),
    ],
)
def test_versions_of_one_doi_merge(one, other):
    assert compare(record(doi=one), record(doi=other)).rule == "doi version"


def test_a_slash_v_that_is_no_version_counts():
    assert compare(record(doi="10.3390/v9100295"), record(doi="10.3390/v9100296")).vetoed


def test_one_doi_in_two_spellings_merges_though_little_else_agrees():
    match = compare(
        record(doi="https://doi.org/10.5555/JAT.2018.345"),
        {"doi": "doi:10.5555/jat.2018.345", "title": "Magnetic order"},
    )
    assert (match.decision, match.score, match.rule) == (Decision.MERGE, 1.0, "doi")


def test_a_chapter_with_the_doi_of_its_book_goes_to_review():
    match = compare(
        {"doi": "10.1007/978-3-16-148410-0", "title": "Handbook of Surface Physics"},
        {"doi": "10.1007/978-3-16-148410-0", "title": "Beam lines and their alignment", "first_page": "77"},
    )
    assert match.decision is Decision.REVIEW
    assert match.vetoed


def test_an_erratum_with_the_doi_of_its_article_goes_to_review():
    match = compare(
        record(doi="10.5555/jat.1"), record(doi="10.5555/jat.1", title=f"Erratum to: {BASE['title']}", first_page="999")
    )
    assert match.decision is Decision.REVIEW


@pytest.mark.parametrize(
    "title", ["Editorial", "Introduction", "Book reviews", "Preface", "Letters to the Editor", "In this issue"]
)
def test_generic_titles_need_container_volume_and_page(title):
    one = record(title=title)
    assert compare(one, record(title=title)).decision is Decision.MERGE
    for changes in (
        {"volume": "13"},
        {"first_page": "1", "last_page": "2"},
        {"container_title": "Annals of Pottery"},
        {"volume": None, "issue": None},
        {"first_page": None, "last_page": None, "issue": "4"},
    ):
        assert compare(one, record(title=title, **changes)).decision is not Decision.MERGE, changes


@pytest.mark.parametrize("empty", [{"title": ""}, {"title": None}, {"title": "-"}])
def test_nothing_without_a_title_links_but_by_identifier(empty):
    assert compare(record(**empty), record(**empty)).decision is Decision.KEEP_APART
    assert compare(record(**empty), BASE).decision is Decision.KEEP_APART
    assert compare(record(**empty, doi="10.5555/jat.1"), record(doi="10.5555/jat.1")).decision is Decision.MERGE


def test_empty_never_equals_empty():
    assert compare({}, {}).decision is Decision.KEEP_APART
    assert compare({"doi": "", "title": "", "authors": []}, {"doi": "", "title": "", "authors": []}).score == 0
    assert (
        compare({"title": "Cosmic rays", "doi": "n/a"}, {"title": "Polar bears", "doi": "n/a"}).decision
        is Decision.KEEP_APART
    )


def test_same_title_by_other_people_elsewhere_stays_apart():
    other = record(
        authors=["Smith, John"],
        container_title="Annals of Pottery",
        volume="3",
        first_page="1",
        last_page="9",
        year=2011,
    )
    assert compare(BASE, other).decision is Decision.KEEP_APART


def test_a_preprint_is_not_its_article():
    match = compare(record(container_title="bioRxiv", volume=None, issue=None, first_page=None, last_page=None), BASE)
    assert (match.decision, match.relation, match.forward) == (Decision.KEEP_APART, Relation.PREPRINT_OF, True)


def test_a_title_without_its_subtitle_merges_where_the_place_agrees():
    long = record(title="Magnetic ordering of thin films: a study in strong fields")
    assert compare(long, record(title="Magnetic ordering of thin films")).decision is Decision.MERGE


def test_other_strong_identifiers_merge_and_keep_apart():
    assert compare(record(pmid="12345"), {"title": BASE["title"], "pmid": "12345"}).rule == "pmid"
    assert compare(record(pmid="12345"), record(pmid="12346")).vetoed
    assert compare(record(arxiv_id="1902.02534v2"), {"title": BASE["title"], "arxiv_id": "1902.02534"}).rule == "arxiv"


def test_an_isbn_counts_for_whole_books_only():
    assert prepare({"title": "Beam lines", "type": "book-chapter", "isbn": ["9783161484100"]}).ids == ()
    assert prepare({"title": "Handbook", "type": "book", "isbn": ["9783161484100"]}).ids == ("isbn:9783161484100",)


def test_works_and_mappings_compare_alike():
    work = Work(
        title=BASE["title"], authors=[Author(family="Lovelace", given="Ada B."), Author(name="Emmy Noether")],
        container_title="Journal of Applied Tests", published="2018-03-02", volume="12", first_page="345",
    )  # fmt: skip
    assert compare(work, BASE).decision is Decision.MERGE
    assert compare(work, BASE) == compare(prepare(work), prepare(BASE))


def test_evidence_names_each_field_that_was_weighed():
    evidence = compare(BASE, record(year=2019, issue=None)).evidence
    assert evidence["title"] == "equal"
    assert evidence["year"] == "1 apart"
    assert "issue" not in evidence


@pytest.mark.parametrize("value", [7, "７", "\x00", "()", [], "x" * 10_000, "…", "[[[", "10."])
def test_odd_values_never_raise(value):
    names = (
        "doi",
        "title",
        "authors",
        "container_title",
        "year",
        "volume",
        "issue",
        "first_page",
        "last_page",
        "abstract",
    )
    for name in names:
        compare(record(**{name: value}), BASE)
