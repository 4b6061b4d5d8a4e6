"""JSON as the database's columns hold it: without blanks, and written and read as fast as can be."""

import json
from typing import Any

import orjson

_encode = json.JSONEncoder(separators=(",", ":")).encode


def encode(value: Any) -> str:
    """Return a value as JSON. Raises `TypeError` for what JSON has no form for.

    >>> encode({"title": "Über", "pages": [1, None]})
    '{"title":"Über","pages":[1,null]}'
    """
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # half a surrogate pair, a number of more than 64 bits: in ASCII both can be written
        return _encode(value)


def alike(value: Any) -> str:
    """Return what is the same for values that are the same, whatever the order of an object's members."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:
        return json.dumps(value, sort_keys=True)


def decode(text: str) -> Any:
    """Return the value of a text that `encode` has made."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # as above
        return json.loads(text)
