"""CSL-JSON: every item keeps to the schema, and says what the work says."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from harvester.export import csl_json
from harvester.export._text import one_line
from harvester.items import Author, Work
from harvester.normalise.types import _terms
from tests.export.csl_schema import NAMES, SCHEMA, TYPES
from tests.export.strange import STRANGE, works, written
from tests.formats.test_jsonl import FULL

VALIDATOR = Draft7Validator(SCHEMA)


def parsed(several: list[Work]) -> list[dict[str, Any]]:
    found = json.loads(written("csl-json", several))
    assert [each.message for each in VALIDATOR.iter_errors(found)] == []
    return found


def whole(name: dict[str, str]) -> tuple[str, str]:
    family = f"{name.get('non-dropping-particle', '')} {name.get('family', '')}".strip()
    rest = " ".join(filter(None, (name.get("given"), name.get("dropping-particle"), name.get("suffix"))))
    return name.get("literal") or family, rest


@STRANGE
@given(st.lists(works, max_size=2))
def test_what_was_written_is_read_back(several: list[Work]) -> None:
    found = parsed(several)
    assert [item["id"] for item in found] == [f"key{number}" for number in range(len(several))]
    for item, work in zip(found, several, strict=True):
        for name, value in (
            ("DOI", work.doi), ("URL", work.url), ("PMID", work.pmid), ("PMCID", work.pmcid), ("volume", work.volume),
            ("issue", work.issue), ("container-title", work.container_title), ("publisher", work.publisher),
            ("container-title-short", work.container_title_short), ("number-of-pages", work.page_count),
            ("page-first", work.first_page or work.last_page),
        ):  # fmt: skip
            assert item.get(name, "") == one_line("" if value is None else value)
        assert item.get("abstract") == work.abstract
        assert item.get("title", "").startswith(one_line(work.title))
        assert item.get("title", "").endswith(one_line(work.subtitle or ""))
        assert item.get("keyword", "") == ", ".join(map(one_line, work.keywords))
        stated = work.published or work.published_online
        parts = item.get("issued", {}).get("date-parts", [[]])[0]
        assert parts == [int(part) for part in (stated or "").split("-") if part]
        people = [whole(name) for name in item.get("author", [])]
        said = [author for author in work.authors if author.role is None and one_line(author.label)]
        assert len(people) == len(said)
        for (family, rest), author in zip(people, said, strict=True):
            if one_line(author.family or ""):
                given_names = one_line(author.given or "")
                assert family == one_line(author.family)
                # The comma before a suffix is CSL's to set.
                assert rest.replace(",", " ").split() == given_names.replace(",", " ").split()


def test_the_whole_example() -> None:
    (item,) = parsed([FULL])
    assert (item["type"], item["page"], item["number"], item["ISSN"]) == (
        "article-journal",
        "S1-S9",
        "e12345",
        "0378-4371",
    )
    assert item["issued"] == {"date-parts": [[2014, 1]]}
    assert item["available-date"] == {"date-parts": [[2013, 12, 20]]}
    assert item["title"] == "On <counting> & things – twice: A subtitle"


@pytest.mark.parametrize(
    ("author", "said"),
    [
        (Author("van der Waals", "J. D."), {"non-dropping-particle": "van der", "family": "Waals", "given": "J. D."}),
        (Author("Musset", "Alfred de"), {"family": "Musset", "given": "Alfred", "dropping-particle": "de"}),
        (Author("King", "Martin Luther, Jr."), {"family": "King", "given": "Martin Luther", "suffix": "Jr."}),
        (Author("bell", "hooks"), {"family": "bell", "given": "hooks"}),
        (Author("d'Alembert", "Jean"), {"family": "d'Alembert", "given": "Jean"}),
        (Author(name="CMS Collaboration"), {"literal": "CMS Collaboration"}),
        (Author("欧阳", "修", "欧阳修"), {"family": "欧阳", "given": "修"}),
        (Author(given="Plato"), {"literal": "Plato"}),
    ],
)  # fmt: skip
def test_names(author: Author, said: dict[str, str]) -> None:
    assert parsed([Work(title="T", authors=[author])])[0]["author"] == [said]


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (Work(title="T"), {"type": "document"}),
        (Work(title="T", container_title="J", issue="2"), {"type": "article-journal"}),
        (Work(title="T", published="c. 1900"), {"issued": {"literal": "c. 1900"}}),
        (Work(title="T", article_number="e7"), {"page": "e7", "number": "e7"}),
        (Work(title="T", first_page="7", last_page="7"), {"page": "7"}),
        (Work(title="T", type="posted-content", arxiv_id="1902.02"), {"number": "arXiv:1902.02"}),
        (Work(title="T", authors=[Author("A", role="odd"), Author("B", role="editor")]),
         {"contributor": [{"family": "A"}], "editor": [{"family": "B"}]}),
    ],
)  # fmt: skip
def test_fields(work: Work, said: dict[str, Any]) -> None:
    (item,) = parsed([work])
    assert {name: item.get(name) for name in said} == said


def test_types_and_roles_are_those_of_the_specification() -> None:
    assert set(csl_json.TYPES.values()) <= set(TYPES)
    assert set(NAMES) - {"author"} == csl_json._ROLES
    known = set(_terms().values())  # whatever a reader can find out
    assert known - {"peer-review"} <= set(csl_json.TYPES)


def test_an_export_of_nothing_is_an_empty_array() -> None:
    assert parsed([]) == []
