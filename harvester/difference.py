"""What differs between two values, in words for people: long texts shortened to the part that differs."""

from collections.abc import Mapping
from typing import Any

_AROUND = 20  # characters that are shown before and after what differs
_MOST = 100  # characters of one side
_LISTED = 5  # entries of a list that are named

NOTHING = "nothing"


def difference(before: Any, after: Any) -> str:
    """Return what became of a value; None stands for a page that did not say.

    >>> difference("3", None), difference(None, ["shelves"])
    ('3 -> nothing', 'nothing -> shelves')
    >>> difference("A long text that counts shelves in every room", "A long text that counts walls in every room")
    '…text that counts shelves in every room -> …text that counts walls in every room'
    >>> difference(["noise", "rooms"], ["rooms", "shelves"])
    '- noise, + shelves'
    """
    if isinstance(before, list) and isinstance(after, list):
        return _of_lists(before, after)
    if isinstance(before, str) and isinstance(after, str):
        return " -> ".join(_of_texts(before, after))
    return f"{_one(before)} -> {_one(after)}"


def label(value: Any) -> str:
    """Return a value in words: of a person the name, of an institution or a work what it is called.

    >>> label({"family": "Lovelace", "given": "Ada", "affiliations": [0]}), label({"scheme": "clc", "code": "G25"})
    ('Lovelace, Ada', 'clc G25')
    """
    if not isinstance(value, Mapping):
        return str(value)
    if value.get("family"):
        return ", ".join(filter(None, (value["family"], value.get("given"))))
    name = value.get("name") or value.get("raw") or value.get("title")
    return str(name) if name else " ".join(str(part) for part in value.values() if part)


def _one(value: Any) -> str:
    if value is None:
        return NOTHING
    if not isinstance(value, list):
        return cut(label(value))
    return _named([label(each) for each in value], "; ")


def _of_lists(before: list[Any], after: list[Any]) -> str:
    went = [label(each) for each in before if each not in after]
    came = [label(each) for each in after if each not in before]
    if not went and not came:
        return "in another order"
    if went == came:  # the same names, with something else about them
        return f"details of {_named(went, '; ')}"
    return _named([f"- {each}" for each in went] + [f"+ {each}" for each in came], ", ")


def _named(labels: list[str], between: str) -> str:
    more = f"{between}and {len(labels) - _LISTED} more" if len(labels) > _LISTED else ""
    return between.join(cut(each) for each in labels[:_LISTED]) + more


def _of_texts(before: str, after: str) -> tuple[str, str]:
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    first, last = _context(before, start, end)
    return _part(before, first, last), _part(after, first, last)


def _part(text: str, first: int, last: int) -> str:
    return cut(("…" if first else "") + text[first : len(text) - last] + ("…" if last else ""))


def _context(text: str, start: int, end: int) -> tuple[int, int]:
    """Return how much of the common beginning and end to leave out, to whole words where there are any near."""
    first = max(0, start - _AROUND)
    if first and (space := text.find(" ", first, start)) >= 0:
        first = space + 1
    last = max(0, end - _AROUND)
    if last and (space := text.rfind(" ", len(text) - end, len(text) - last)) >= 0:
        last = len(text) - space
    return first, last


def cut(text: str) -> str:
    """Return a text in one line of bounded length, without what a terminal would take for an order."""
    text = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return text if len(text) <= _MOST else text[: _MOST - 1] + "…"
