import json

import pytest

from harvester.items import Affiliation, Author, Citation, Classification, Identifier, Work

FULL = Work(
    doi="10.5555/x.1",
    title="Weighing shelves",
    authors=[
        Author(family="Okafor", given="Chidi", affiliations=[0], corresponding=True),
        Author(name="The Shelf Group"),
    ],
    affiliations=[Affiliation(raw="Univ Lagos, Lagos, Nigeria", country="NG")],
    keywords=["shelves"],
    classifications=[Classification("clc", "G253")],
    identifiers=[Identifier("handle", "11/2")],
    related=[Citation(title="Another", year=2011)],
    cited_by_count=3,
)


def test_a_work_survives_json() -> None:
    assert Work.from_dict(json.loads(json.dumps(FULL.to_dict()))) == FULL


def test_missing_fields_keep_their_defaults_and_unknown_ones_are_named() -> None:
    assert Work.from_dict({"title": "x"}) == Work(title="x")
    with pytest.raises(TypeError, match="colour"):
        Work.from_dict({"colour": "blue"})


@pytest.mark.parametrize(
    ("author", "label"),
    [
        (Author(family="Okafor", given="Chidi"), "Okafor, Chidi"),
        (Author(family="Okafor"), "Okafor"),
        (Author(name="The Shelf Group"), "The Shelf Group"),
        (Author(), ""),
    ],
)
def test_an_authors_label(author: Author, label: str) -> None:
    assert author.label == label
