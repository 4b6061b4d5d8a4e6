"""WorkLoader: the first usable value wins, and where it came from is kept."""

from dataclasses import fields

import pytest

from harvester.items import Work
from harvester.loaders import WorkLoader

ITEMS = {"authors", "affiliations", "classifications", "identifiers", "related"}
"""Fields whose values are items, normalised before they are offered."""


def test_the_first_usable_value_wins_and_its_source_is_kept():
    loader = WorkLoader()
    assert not loader.offer("doi", "ade/1391109", source="highwire")
    assert loader.offer("doi", "https://doi.org/10.57262/ADE/1391109", source="dublin_core")
    assert not loader.offer("doi", "10.5555/other", source="json_ld")
    assert loader.load_item().doi == "10.57262/ade/1391109"
    assert loader.sources == {"doi": "dublin_core"}


def test_lists_are_never_joined_across_sources():
    loader = WorkLoader()
    assert not loader.offer("issn", ["1234-5678"], source="prism")
    assert loader.offer("issn", ["0378-5955", "03785955", "2049-3630"], source="highwire")
    assert not loader.offer("issn", ["0046-225X"], source="json_ld")
    assert loader.load_item().issn == ["0378-5955", "2049-3630"]


def test_an_empty_loader_gives_an_empty_work():
    assert WorkLoader().load_item() == Work()


def test_the_name_of_the_site_is_no_part_of_a_title():
    loader = WorkLoader(site_names=["Journal of Examples"])
    assert loader.offer("title", "On Counting | Journal of Examples", source="plain_meta")
    assert loader.load_item().title == "On Counting"


@pytest.mark.parametrize("name", [field.name for field in fields(Work) if field.name not in ITEMS])
@pytest.mark.parametrize("junk", ["", " ", "\x00", "n/a", 7, None, {}, [], ["", None], "x" * 60_000], ids=repr)
def test_junk_is_passed_over_in_every_field(name, junk):
    loader = WorkLoader()
    loader.offer(name, junk, source="x")
    value = getattr(loader.load_item(), name)
    assert value is None or value == [] or isinstance(value, str | list | int)
    assert value not in ("", " ", "\x00", 7)
