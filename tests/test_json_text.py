"""What the database's JSON holds comes back as it was, also what most writers of JSON refuse."""

import pytest

from harvester.json_text import alike, decode, encode


@pytest.mark.parametrize("value", ["图书馆", "half of \ud83d a pair", 2**70, [1, None, {"a": "\x00\n"}], {"b": 1.5}])
def test_what_was_written_is_read_back(value: object) -> None:
    assert decode(encode(value)) == value


def test_text_is_written_as_it_is() -> None:
    assert encode(["图书馆"]) == '["图书馆"]'


@pytest.mark.parametrize("odd", ["plain", "half of \ud83d a pair"])
def test_objects_are_alike_whatever_their_order(odd: str) -> None:
    assert alike({"a": odd, "b": 2}) == alike({"b": 2, "a": odd}) != alike({"a": 2, "b": odd})
