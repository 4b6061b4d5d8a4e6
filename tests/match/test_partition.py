"""`partition`: the guards hold for clusters, and neither order nor piecemeal arrival changes the outcome."""

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.match import Decision, compare, partition, prepare
from harvester.match.clusters import LEAST_DISPUTANTS

TITLE = "Magnetic ordering of thin films in strong fields"
PEOPLE = ["Lovelace, Ada", "Noether, Emmy"]


def clusters(records, **decisions):
    return {frozenset(each) for each in partition(records, **decisions).clusters}


def numbered(*records):
    return [prepare(record, number) for number, record in enumerate(records)]


def paper(**changes):
    return {
        "title": TITLE,
        "authors": PEOPLE,
        "container_title": "Journal of Tests",
        "year": 2018,
        "volume": "12",
        **changes,
    }


def test_a_record_without_doi_joins_the_one_with_whichever_comes_first():
    with_doi, without = paper(doi="10.5555/jt.345"), paper(title=TITLE.upper())
    assert clusters(numbered(with_doi, without)) == clusters(numbered(without, with_doi)) == {frozenset({0, 1})}


def test_a_record_without_doi_does_not_bridge_two_dois():
    found = partition(numbered(paper(doi="10.5555/jt.345"), paper(doi="10.5555/jt.346"), paper()))
    assert {frozenset(each) for each in found.clusters} == {frozenset({0}), frozenset({1}), frozenset({2})}
    assert [edge.match.rule for edge in found.reviews] == ["fits two DOIs", "fits two DOIs"]


def test_of_two_dois_the_clearly_better_one_gets_the_record():
    journal = paper(doi="10.5555/jt.345", first_page="345", last_page="359")
    reprint = paper(doi="10.5555/book.9", container_title="Selected Tests", volume=None, year=2021)
    assert clusters(numbered(journal, reprint, paper(first_page="345"))) == {frozenset({0, 2}), frozenset({1})}


def test_a_chain_of_records_without_doi_does_not_bridge_either():
    records = numbered(
        paper(doi="10.5555/jt.345", first_page="345"), paper(first_page="345"), paper(), paper(first_page="12"),
        paper(doi="10.5555/jt.12", first_page="12"),
    )  # fmt: skip
    for each in partition(records).clusters:
        assert not {0, 4} <= set(each)


def test_a_placeholder_that_many_works_show_identifies_none():
    works = [
        "Cosmic rays in the south",
        "Polar bears and their diet",
        "A history of glass making",
        "Noise in long wires",
    ]
    doi = "10.9999/journal.template"
    records = [
        {"title": title, "authors": [f"Author{place}, A."], "year": 2001, "doi": doi}
        for place, title in enumerate(works)
    ]
    again = [{**record, "doi": "10.5555/real.1"} for record in records[:1]]
    assert clusters(numbered(*records, *again)) == {frozenset({0, 4}), frozenset({1}), frozenset({2}), frozenset({3})}


def test_one_record_with_a_wrong_doi_does_not_cost_the_owner_its_doi():
    wrong = {"title": "Polar bears and their diet", "authors": ["Ursa, P."], "year": 1999, "doi": "10.5555/jt.345"}
    records = numbered(paper(doi="10.5555/jt.345"), paper(doi="10.5555/JT.345", year=2019), wrong)
    assert clusters(records) == {frozenset({0, 1}), frozenset({2})}


def test_a_record_without_title_is_no_bridge_between_titles_of_one_doi():
    other = {"title": "Polar bears and their diet", "authors": ["Ursa, P."], "doi": "10.5555/jt.345"}
    records = numbered(paper(doi="10.5555/jt.345"), paper(doi="10.5555/jt.345"), other, {"doi": "10.5555/jt.345"})
    assert clusters(records) == {frozenset({0, 1, 3}), frozenset({2})}


def test_editorials_of_four_issues_stay_four():
    issues = [{"title": "Editorial", "authors": ["Noether, Emmy"], "container_title": "Journal of Tests", "year": 2018,
               "volume": "12", "issue": str(issue)} for issue in (1, 2, 3, 4)]  # fmt: skip
    assert len(clusters(numbered(*issues, *issues))) == 4


def test_what_a_person_decided_overrides_every_rule():
    two = numbered(paper(doi="10.5555/jt.345"), paper(doi="10.5555/jt.346"))
    assert clusters(two, must_link=[(1, 0)]) == {frozenset({0, 1})}
    same = numbered(paper(doi="10.5555/jt.345"), paper(doi="10.5555/jt.345"), paper(doi="10.5555/jt.345"))
    apart = clusters(same, cannot_link=[(2, 0)])
    assert not any({0, 2} <= each for each in apart)
    assert any(1 in each and len(each) == 2 for each in apart)


def test_edges_connect_each_cluster_and_carry_rule_score_and_evidence():
    found = partition(numbered(paper(doi="10.5555/jt.345"), paper(doi="10.5555/jt.345"), paper(first_page="1")))
    assert found.clusters == [[0, 1, 2]] or sorted(found.clusters[0]) == [0, 1, 2]
    assert len(found.edges) == 2
    assert {edge.match.rule for edge in found.edges} == {"doi", "fields"}
    assert all(edge.match.decision is Decision.MERGE and edge.match.evidence for edge in found.edges)


def test_only_the_pairs_that_are_given_can_join():
    records = numbered(paper(), paper(volume=None, title=TITLE.upper()), *[paper(doi="10.5555/jt.345")] * 2)
    assert clusters(records) == {frozenset({0, 1, 2, 3})}
    assert clusters(records, pairs=[(1, 0)]) == {frozenset({0, 1}), frozenset({2, 3})}  # a DOI joins without


DOIS = st.sampled_from(
    [None, None, None, "10.5555/a.1", "10.5555/a.2", "10.5555/b.1", "10.5555/b.1/v2", "10.9999/template", "n/a"]
)
TITLES = st.sampled_from([
    TITLE, TITLE.upper(), f"{TITLE}: Part I", f"{TITLE}: Part II", f"Erratum to: {TITLE}",
    TITLE.replace("strong", "weak"),
    "Magnetic odrering of thin films in strong fields", "Magnetic ordering of thin films in str…",
    f"{TITLE}: a field study",
    "Editorial", "", "Polar bears and their diet in a warming world", "Polar bears and their diet in a warmer world",
])  # fmt: skip
RECORDS = st.lists(
    st.fixed_dictionaries({
        "doi": DOIS,
        "title": TITLES,
        "authors": st.sampled_from([[], PEOPLE, PEOPLE[:1], ["E. Noether", "A. Lovelace"], ["Ursa, Polly"]]),
        "container_title": st.sampled_from([None, "Journal of Tests", "J. Tests", "bioRxiv", "Annals of Pottery"]),
        "year": st.sampled_from([None, 2018, 2018, 2019]),
        "volume": st.sampled_from([None, "12", "13"]),
        "first_page": st.sampled_from([None, "345", "12"]),
        "pmid": st.sampled_from([None, None, None, "777", "778"]),
    }),
    max_size=12,
)  # fmt: skip


@given(RECORDS, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_the_records_does_not_matter(records, dice):
    prepared = numbered(*records)
    shuffled = list(prepared)
    dice.shuffle(shuffled)
    assert clusters(prepared) == clusters(shuffled)


@given(RECORDS)
@settings(max_examples=100, deadline=None)
def test_comparing_is_symmetric(records):
    for one in records:
        for other in records:
            there, back = compare(one, other), compare(other, one)
            assert (there.decision, there.score, there.rule) == (back.decision, back.score, back.rule)


@given(RECORDS)
@settings(max_examples=150, deadline=None)
def test_no_cluster_holds_two_works_dois(records):
    prepared = numbered(*records)
    found = partition(prepared)
    assert sorted(index for each in found.clusters for index in each) == list(range(len(records)))
    titles = defaultdict(set)
    for record in prepared:
        titles[record.stem].add((record.title, record.kind, record.part))
    for each in found.clusters:
        trusted = {prepared[index].stem for index in each} - {""}
        assert len({stem for stem in trusted if len(titles[stem]) < LEAST_DISPUTANTS}) <= 1
