from typing import Any

import pytest
from sqlalchemy import Engine

from harvester.database.tables import record, relation, review
from harvester.errors import UsageError
from harvester.explain import reviews, reviews_open, why
from pipelines.decisions import Choice, decide, split
from tests.pipelines.test_books import ONE, rows, store, told

CHAPTER = {"doi": "10.5555/book.1", "title": "A chapter about keys and locks in libraries", "authors": ["Okafor"]}
BOOK = {"doi": "10.5555/book.1", "title": "Doors, walls and the people between them", "authors": ["Lindgren"]}


def works(engine: Engine) -> list[set[int]]:
    held: dict[int, set[int]] = {}
    for row in rows(engine, record.c.id, record.c.work_id):
        held.setdefault(row.work_id, set()).add(row.id)
    return sorted(held.values(), key=min)


def ids(engine: Engine) -> dict[str, int]:
    return {row.page_key: row.id for row in rows(engine, record.c.page_key, record.c.id)}


@pytest.fixture
def two(engine: Engine) -> Engine:
    """A database with two records of one work, with DOI and without."""
    store(engine, told("https://a.example/1", doi="10.5555/x.1", published="2019", **ONE))
    store(engine, told("https://b.example/1", published="2019", **ONE))
    assert works(engine) == [{1, 2}]
    return engine


def test_one_doi_with_clearly_different_titles_waits_for_a_person(engine: Engine) -> None:
    store(engine, told("https://a.example/1", **CHAPTER), told("https://b.example/1", **BOOK))
    assert len(works(engine)) == 2
    (pair,) = reviews(engine)
    assert {pair.a.page, pair.b.page} == {"https://a.example/1", "https://b.example/1"}
    assert pair.evidence
    assert reviews_open(engine) == 1


def test_what_a_person_merges_stays_merged_and_leaves_the_queue(engine: Engine) -> None:
    store(engine, told("https://a.example/1", **CHAPTER), told("https://b.example/1", **BOOK))
    (pair,) = reviews(engine)
    decide(engine, [(pair.a.record_id, pair.b.record_id, Choice.MERGE)])
    assert works(engine) == [{1, 2}]
    assert reviews(engine) == []
    store(engine, told("https://a.example/1", volume="3", **CHAPTER))
    assert works(engine) == [{1, 2}]
    assert rows(engine, review.c.a_id) == []


def test_what_a_person_keeps_apart_no_rule_merges(two: Engine) -> None:
    decide(two, [(2, 1, Choice.APART)])
    assert works(two) == [{1}, {2}]
    store(two, told("https://b.example/1", published="2019", volume="14", **ONE))
    store(two, told("https://c.example/1", published="2019", **ONE))  # would bridge the two
    assert {1, 2} not in works(two)
    assert not any({1, 2} <= each for each in works(two))


def test_later_puts_a_pair_at_the_end_of_the_queue(engine: Engine) -> None:
    other = {"doi": "10.5555/book.2", "authors": ["Moreau"]}
    store(engine, told("https://a.example/1", **CHAPTER), told("https://b.example/1", **BOOK))
    store(engine, told("https://c.example/1", title="Ferries, and who pays for them", **other))
    store(engine, told("https://d.example/1", title="A dictionary of northern cheese", **other))
    first, second = reviews(engine)
    decide(engine, [(first.a.record_id, first.b.record_id, Choice.LATER)])
    assert [(each.a.record_id, each.b.record_id) for each in reviews(engine)] == [
        (second.a.record_id, second.b.record_id),
        (first.a.record_id, first.b.record_id),
    ]


def test_split_undoes_a_merge_for_good(two: Engine) -> None:
    (work_id,) = {row.work_id for row in rows(two, record.c.work_id)}
    assert len(split(two, work_id)) == 2
    assert works(two) == [{1}, {2}]
    store(two, told("https://b.example/1", published="2019", issue="2", **ONE))
    assert works(two) == [{1}, {2}]
    decide(two, [(1, 2, Choice.MERGE)])  # a person may think better of it
    assert works(two) == [{1, 2}]


def test_one_record_can_leave_a_work(engine: Engine) -> None:
    for host in "abc":
        store(engine, told(f"https://{host}.example/1", doi="10.5555/x.1", **ONE))
    (work_id,) = {row.work_id for row in rows(engine, record.c.work_id)}
    assert len(split(engine, work_id, [2])) == 2
    assert works(engine) == [{1, 3}, {2}]


@pytest.mark.parametrize(
    ("leaving", "message"), [((), "has 1 records; there is nothing to split"), ((9,), "nothing to split")]
)
def test_split_says_what_cannot_be_split(engine: Engine, leaving: Any, message: str) -> None:
    store(engine, told("https://a.example/1", doi="10.5555/x.1", **ONE))
    with pytest.raises(UsageError, match=message):
        split(engine, 1, leaving)


def test_decisions_about_records_that_are_not_there_change_nothing(two: Engine) -> None:
    with pytest.raises(UsageError, match="there is no record 99"):
        decide(two, [(1, 2, Choice.APART), (1, 99, Choice.APART)])
    assert works(two) == [{1, 2}]


@pytest.mark.parametrize("name", ["10.5555/x.1", "https://doi.org/10.5555/X.1", "1"])
def test_why_tells_of_every_value_who_said_it(two: Engine, name: str) -> None:
    told_by = why(two, name)
    doi = told_by.fields["doi"]
    assert [(each.value, each.page, each.reader, each.won) for each in doi] == [
        ("10.5555/x.1", "https://a.example/1", "highwire", True)
    ]
    assert [each.won for each in told_by.fields["title"]] == [True, False]
    assert {each["record_id"] for each in told_by.matches} == {1, 2}
    assert all(each["rule"] for each in told_by.matches)
    assert list(why(two, name, "title").fields) == ["title"]


def test_why_says_what_it_does_not_know(two: Engine) -> None:
    with pytest.raises(UsageError, match=r"no work is known as '10\.5555/other'"):
        why(two, "10.5555/other")
    with pytest.raises(UsageError, match="there is no field 'colour'"):
        why(two, "1", "colour")


def test_works_that_are_kept_apart_but_related_say_how(engine: Engine) -> None:
    store(
        engine,
        told("https://a.example/1", doi="10.5555/x.1", published="2019", **ONE),
        told(
            "https://a.example/2", doi="10.5555/x.2", published="2020",
            title=f"Erratum: {ONE['title']}", authors=["Peroni", "Shotton"],
        ),
    )  # fmt: skip
    assert len(works(engine)) == 2
    assert [row.kind for row in rows(engine, relation.c.kind)] == ["erratum_of"]
    assert why(engine, "10.5555/x.1").relations == [{"kind": "erratum_of", "work": 2, "of": 1}]
