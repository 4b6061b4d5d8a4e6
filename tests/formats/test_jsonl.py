"""JSON Lines: a complete round trip, flat objects, and lines that are neither."""

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.formats import BadRecord, Loaded, Raw, format_of, parse
from harvester.items import Affiliation, Author, Citation, Classification, Identifier, Work

FULL = Work(
    doi="10.5555/joe.2014.7",
    title="On <counting> & things – twice",
    subtitle="A subtitle",
    authors=[
        Author("Lovelace", "Ada B.", "Lovelace, Ada B.", "0000-0002-1825-0097", [1, 0], None, True),
        Author(name="欧阳修"),
    ],
    affiliations=[Affiliation("Open Univ, Leeds, England", "Open Univ", "GB"), Affiliation("Elsewhere")],
    container_title="Journal of Examples",
    container_title_short="J. Ex.",
    publisher="Example Press",
    published="2014-01",
    published_online="2013-12-20",
    volume="12",
    issue="3-4",
    first_page="S1",
    last_page="S9",
    page_count=9,
    article_number="e12345",
    issn=["0378-4371"],
    isbn=["9781939133274"],
    abstract="One line\nand another.",
    keywords=["a, b", "c"],
    keywords_plus=["D"],
    classifications=[Classification("clc", "TP391.41", "label")],
    language="en",
    type="journal-article",
    pmid="25108162",
    pmcid="PMC4234567",
    arxiv_id="1902.02534",
    identifiers=[Identifier("wos", "WOS:1")],
    pdf_url="https://example.org/7.pdf",
    license="CC BY",
    cited_by_count=3,
    references_count=40,
    related_total=2,
    related=[Citation(title="Another", authors=["Hartley, Jean"], year=2001)],
    url="https://example.org/7",
)


def test_the_example_has_every_field() -> None:
    assert [each.name for each in fields(Work) if getattr(FULL, each.name) in (None, [])] == []


@pytest.mark.parametrize("drop_empty", [False, True])
@pytest.mark.parametrize("work", [FULL, Work(title="T", published="2014"), Work(title="T", authors=[Author(name="X")])])
def test_a_work_of_our_own_comes_back_whole(reading, work, drop_empty) -> None:
    values = {name: value for name, value in work.to_dict().items() if not drop_empty or value not in (None, [])}
    [loaded] = reading("a.jsonl", json.dumps(values) + "\n")
    assert loaded.work == work


FLAT = {
    "record_id": "r1", "doi": "https://doi.org/10.5555/JOE", "title": "On <i>counting</i>",
    "authors": ["Lovelace, Ada B.", "Jean Hartley"], "container_title": "J", "year": 2014, "volume": "12",
    "issue": None,
    "first_page": "123", "last_page": "9", "abstract": "We count all of the things that are here.",
}  # fmt: skip


def test_a_flat_object_is_normalised(reading) -> None:
    [loaded] = reading("a.jsonl", json.dumps(FLAT))
    work = loaded.work
    assert (loaded.key, work.doi, work.title, work.published) == ("r1", "10.5555/joe", "On counting", "2014")
    assert [author.label for author in work.authors] == ["Lovelace, Ada B.", "Jean Hartley"]
    assert (work.first_page, work.last_page, work.issue) == ("123", "129", None)


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"year": "2014"}, "published", "2014"),
        ({"year": None}, "published", None),
        ({"authors": "Lovelace, Ada; Hartley, Jean"}, "authors", 2),
        ({"keywords": ["a, b", "c"]}, "keywords", ["a, b", "c"]),
        ({"pages": "12-19", "first_page": None, "last_page": None}, "last_page", "19"),
        ({"unknown": "x"}, "title", "On counting"),
        ({"pmid": 25108162}, "pmid", "25108162"),
        ({"first_page": "e252968", "last_page": "e252968"}, "article_number", "e252968"),
    ],
)
def test_flat_objects_may_differ(reading, change, field, value) -> None:
    [loaded] = reading("a.jsonl", json.dumps({**FLAT, **change}))
    got = getattr(loaded.work, field)
    assert (len(got) if isinstance(value, int) else got) == value


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ("[" * 100_000, "not JSON"),
        ('{"title": "T", "affiliations": "x"}', "affiliations is not a list"),
        ('{"title": 7, "published": "2014"}', "title is not a text"),
        ('{"title": "T", "authors": [{"family": 7}]}', "authors[0].family is not a text"),
        ('{"title": "T", "authors": [{"surname": "x"}]}', "authors[0].surname is no field"),
        ('{"title": "T", "authors": [{"family": "x"}, "y"]}', "authors[1] is not an object"),
        ('{"title": "T", "cited_by_count": true}', "cited_by_count is not a whole number"),
        ('{"title": {"en": "T"}}', "title is an object"),
        ('{"title": "T", "keywords": [["x"]]}', "keywords is not a list of texts"),
        ('{"x": "y"}', "no known member"),
        ("{}", "no known member"),
    ],
)
def test_a_bad_line_is_reported_and_its_neighbours_are_read(reading, line, reason) -> None:
    good = json.dumps(FLAT)
    first, bad, last = reading("a.jsonl", f"{good}\n{line}\n\n{good}")
    assert first.work == last.work
    assert isinstance(bad, BadRecord)
    assert bad.where == "a.jsonl:2"
    assert bad.reason.startswith(reason)
    assert len(bad.value) <= 200


def test_a_file_in_an_old_encoding_is_read(reading) -> None:
    [loaded] = reading("a.jsonl", '{"title": "Spät gezählt", "year": 2014}'.encode("cp1252"))
    assert loaded.work.title == "Spät gezählt"


def test_bytes_that_are_not_utf_8_are_reported(reading) -> None:
    good = json.dumps({**FLAT, "title": "Über Zählen"}, ensure_ascii=False).encode()
    found = reading("a.jsonl", good + b'\n{"title": "L\xe9vy"}\n' + good)
    assert [str(each) if isinstance(each, BadRecord) else "" for each in found] == [
        "", "a.jsonl:2: '{\"title\": \"L?vy\"}': not UTF-8", "",
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_byte_order_marks_and_utf_16_are_no_obstacle(reading, encoding) -> None:
    assert reading("a.jsonl", (json.dumps(FLAT) + "\r\n").encode(encoding))[0].work.title == "On counting"


def test_what_no_database_stores_is_dropped(reading) -> None:
    [loaded] = reading("a.jsonl", json.dumps({**FULL.to_dict(), "title": "a\x00b\ud800c"}))
    assert loaded.work.title == "abc"


def test_indexes_beyond_the_affiliations_point_to_nobody(reading) -> None:
    [loaded] = reading("a.jsonl", json.dumps({"title": "T", "authors": [{"name": "X", "affiliations": [5, -1]}]}))
    assert isinstance(loaded, Loaded)
    assert loaded.work.authors[0].affiliations == []


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from([each.name for each in fields(Work)] + ["id", "year", "x"]), ANYTHING, max_size=5)
)
def test_no_value_of_json_raises(values: dict[str, Any]) -> None:
    kind = format_of(None, "jsonl")  # type: ignore[arg-type]
    assert isinstance(parse(Raw("a:1", json.dumps(values)), kind), Loaded | BadRecord)
