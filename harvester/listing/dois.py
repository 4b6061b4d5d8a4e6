"""A registry's list of DOIs: JSON, a part an answer, as the list of all works under a prefix is.

No service is wired in. The user names the address at which a registry lists, such as
``dois:https://api.example.org/prefixes/10.5555/works?rows=1000&cursor=*``, and what registries have in common is read:

- the list: of all arrays in the answer, the one nearest to the top whose members are DOIs, or have one under ``doi``,
  ``id`` or, in JSON:API, ``attributes.doi``; so references within a work are never taken for the list;
- how it goes on: ``Link: rel="next"`` (RFC 8288), ``links.next`` (JSON:API), or a ``next-cursor`` for a list that was
  asked for with ``cursor=``.

Which of the DOIs are wanted is for ``--doi-prefix``, which holds for every source.
"""

import json
from collections import deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from harvester.errors import PageError
from harvester.normalise.doi import doi
from harvester.normalise.url import is_near

_NAMES = ("doi", "id")
_CURSORS = ("next-cursor", "next_cursor", "nextcursor")
_DEPTH = 4  # how deep the list may lie


def read(body: bytes, url: str, linked: str | None = None) -> tuple[list[str], str | None]:
    """Return the DOIs of an answer, each once, and the address at which the list goes on; None at its end.

    ``url``: the address that was asked for; ``linked``: what the header ``Link`` names as the next part. Raises
    `PageError` for what is no JSON.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise PageError(f"no JSON: {error}") from error
    found = list(dict.fromkeys(_list_in(answer)))
    further = _next(answer, url, linked) if found else None
    return found, further if further is not None and is_near(further, url) else None


def under(prefixes: tuple[str, ...], key: str) -> bool:
    """Return whether a DOI is under one of the prefixes, which may go on into the suffix.

    >>> under(("10.1234",), "10.1234/a"), under(("10.1234",), "10.12345/a"), under(("10.1234/jx.",), "10.1234/jx.7")
    (True, False, True)
    """
    return any(key.startswith(each if "/" in each else f"{each}/") for each in prefixes)


def _list_in(answer: Any) -> list[str]:
    """Return the DOIs of the first array that has some, looking level by level."""
    waiting = deque([(answer, 0)])
    while waiting:
        value, depth = waiting.popleft()
        if isinstance(value, list):
            keys = [key for each in value if (key := _doi_of(each))]
            if keys:
                return keys
        inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
        if depth < _DEPTH:
            waiting.extend((each, depth + 1) for each in inner if isinstance(each, (Mapping, list)))
    return []


def _doi_of(value: Any) -> str | None:
    if isinstance(value, str):
        return doi(value)
    if not isinstance(value, Mapping):
        return None
    members = {str(name).lower(): each for name, each in value.items()}
    found = (doi(members[name]) for name in _NAMES if isinstance(members.get(name), str))
    attributes = members.get("attributes")
    return next(filter(None, found), None) or (_doi_of(attributes) if isinstance(attributes, Mapping) else None)


def _next(answer: Any, url: str, linked: str | None) -> str | None:
    if linked:
        return _joined(url, linked)
    if not isinstance(answer, Mapping):
        return None
    links = answer.get("links")
    further = links.get("next") if isinstance(links, Mapping) else None
    further = further.get("href") if isinstance(further, Mapping) else further
    if isinstance(further, str) and further:
        return _joined(url, further)
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    cursor = _cursor(answer)
    if cursor is None or not any(name == "cursor" for name, _ in query):
        return None
    again = [(name, cursor if name == "cursor" else value) for name, value in query]
    return urlunsplit(parts._replace(query=urlencode(again, safe=":/*,")))


def _joined(url: str, further: str) -> str | None:
    try:
        return urljoin(url, further)
    except ValueError:
        return None  # an address that is none ends the list, as no address does


def _cursor(answer: Mapping[str, Any]) -> str | None:
    inner = [answer, *(each for each in answer.values() if isinstance(each, Mapping))]
    for members in inner:
        for name, value in members.items():
            if str(name).lower() in _CURSORS and isinstance(value, str) and value:
                return value
    return None
