"""JSON as pages really write it: comments, trailing commas, line breaks inside strings, several values in a row."""

import json
import re
from collections.abc import Iterable
from typing import Any

from harvester.errors import PageError

LARGEST = 2_000_000
"""Longest block read, in characters; a longer one is an application's state and no bibliographic record."""
DEEPEST = 60
"""Deepest nesting read; a deeper block is broken or hostile."""

_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$")
# Strings are matched first, so that what looks like a comment inside one is left alone.
_COMMENT_OR_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/|//[^\n]*', re.DOTALL)
_COMMA_OR_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')


def loads(text: str) -> Any:
    """Return the value that the text holds; a list where several stand in a row.

    Raises ``PageError`` where the text cannot be read, is too long or nested too deeply.

    >>> loads('{"a": [1, 2,], /* two */ "b": "c // d"} // end')
    {'a': [1, 2], 'b': 'c // d'}
    """
    if len(text) > LARGEST:
        raise PageError(f"JSON of {len(text)} characters is longer than {LARGEST}")
    try:
        value = json.loads(text, strict=False)
    except ValueError:
        value = _repaired(text)
    except RecursionError:
        raise PageError("JSON is nested too deeply") from None
    level = [value]
    for _ in range(DEEPEST):
        level = [child for node in level for child in _children(node)]
        if not level:
            return value
    raise PageError("JSON is nested too deeply")


def _children(node: Any) -> Iterable[Any]:
    return node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()


def _repaired(text: str) -> Any:
    text = _WRAPPING.sub("", text)
    text = _COMMENT_OR_STRING.sub(lambda match: match[0] if match[0][0] == '"' else " ", text)
    text = _COMMA_OR_STRING.sub(lambda match: match[0] if match[0][0] == '"' else "", text)
    text = _BAD_ESCAPE.sub(r"\\\\", text).strip().rstrip(";")
    decoder = json.JSONDecoder(strict=False)
    values, position = [], 0
    try:
        while position < len(text):
            value, position = decoder.raw_decode(text, position)
            values.append(value)
            while position < len(text) and text[position] in " \t\r\n,;":
                position += 1
    except ValueError as error:
        if not values:
            raise PageError(f"JSON cannot be read: {error}") from None
    except RecursionError:
        raise PageError("JSON is nested too deeply") from None
    return values[0] if len(values) == 1 else values
