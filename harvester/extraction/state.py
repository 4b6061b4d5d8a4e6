"""JSON that a page keeps for its own scripts (``__NEXT_DATA__`` and the like), where it holds the page's record."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import unquote

from harvester.extraction import tags
from harvester.extraction.candidates import Candidate, RawAuthor
from harvester.extraction.compare import fold
from harvester.extraction.vocabulary import STATE_KEYS
from harvester.loose_json import LARGEST
from harvester.page import Page

NAME = "state"

_FEWEST_KEYS = 4
_MOST_NODES = 30_000
_HINTS = ('"doi"', '"authors"')
# In two steps: a pattern that begins with a name would be tried at every word of a script.
_ASSIGNED = re.compile(r"=\s*(?:JSON\.parse\()?(?=[{\"'])")
_NAME = re.compile(r"(?:^|[\s;])(?:window\.|var\s+|self\.)?[A-Za-z_$][\w.$]{0,60}\s*\Z")
_LONGEST_NAME = 100
_MOST_STARTS = 20
_FIELD_OF = {key: field for field, keys in STATE_KEYS.items() for key in keys}
_NAME_KEYS = ("fullname", "displayname", "preferredname", "name", "creatorname", "authorname")


def read(page: Page) -> list[Candidate]:
    """Return the record in the page's own data, if one of its objects is the work that the page shows."""
    if NAME not in page.memo:
        page.memo[NAME] = list(_read(page))
    found: list[Candidate] = page.memo[NAME]
    return found


def _read(page: Page) -> Iterator[Candidate]:
    if page.is_plain_text or tags.tells_all(page):
        return
    best: dict[str, Any] = {}
    for data in _data(page):
        for node in _objects(data):
            if len(node) >= _FEWEST_KEYS and len(record := _record(node)) > len(best) and _is_here(page, record):
                best = record
    for field, value in best.items():
        yield from _candidates(field, value)


def _data(page: Page) -> Iterator[Any]:
    """Yield the values of scripts that are JSON or begin an assignment of it."""
    for kind, script in page.scripts:
        text = "" if "ld+json" in kind else script.text or ""
        if not 200 < len(text) <= LARGEST or not any(hint in text for hint in _HINTS):
            continue
        for start in [0] if kind.endswith("json") else islice(_starts(text), _MOST_STARTS):
            try:
                value = json.JSONDecoder(strict=False).raw_decode(text.lstrip() if not start else text, start)[0]
                yield json.loads(value, strict=False) if isinstance(value, str) and value[:1] in "{[" else value
            except (ValueError, RecursionError):
                # Most scripts are no JSON; that is no fault of the page.
                continue


def _starts(script: str) -> Iterator[int]:
    """Yield where a value begins that a script assigns to a name."""
    for found in _ASSIGNED.finditer(script):
        if _NAME.search(script, max(0, found.start() - _LONGEST_NAME), found.start()):
            yield found.end()


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    pending = [data]
    # The list grows while it is read, the outer objects before the inner ones.
    for node in islice(pending, _MOST_NODES):
        if type(node) is dict:
            yield node
            # Under "$$" and the like stands the text itself, element by element, as xml2js writes markup.
            pending += [
                value for key, value in node.items() if (type(value) is dict or type(value) is list) and key[:1] != "$"
            ]
        elif type(node) is list:
            pending += [value for value in node if type(value) is dict or type(value) is list]


def _record(node: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that an object's keys name; nothing unless it is a bibliographic record."""
    found: dict[str, Any] = {}
    # A record has a title, and the name of every title says so.
    if not any("itle" in key or "ITLE" in key for key in node):
        return found
    for key, value in node.items():
        field = _field(key)
        if field and value and field not in found:
            found[field] = value
    sure = "doi" in found or ("authors" in found and bool({"abstract", "published", "container_title"} & set(found)))
    return found if sure and isinstance(found.get("title"), str) and len(found) >= _FEWEST_KEYS else {}


@lru_cache(maxsize=2048)
def _field(key: str) -> str | None:
    return _FIELD_OF.get(key.replace("_", "").replace("-", "").lower())


def _is_here(page: Page, record: dict[str, Any]) -> bool:
    """Return True where the record is the page's: its DOI in the address, or its title in the page's."""
    doi = str(record.get("doi", "")).lower()
    if doi.startswith("10.") and doi in unquote(page.url).lower():
        return True
    title = fold(unescape(re.sub(r"<[^<>]{1,80}>", "", record["title"])))
    shown = [page.title, page.meta.first("og.title") or "", page.meta.first("citation_title") or "", *page.headings[:1]]
    return len(title) > 8 and any(title in fold(each) for each in shown if each)


def _candidates(field: str, value: Any) -> Iterator[Candidate]:
    if field == "authors":
        people = [author for each in _many(value) if (author := _author(each))]
        if people:
            yield Candidate("authors", people, NAME)
    elif field in {"issn", "isbn", "keywords"}:
        texts = [text for each in _by_authors(_many(value)) for text in _texts(each)]
        if texts:
            yield Candidate(field, texts, NAME)
    else:
        for text in _texts(value)[:1]:
            yield Candidate(field, text, NAME)


def _by_authors(values: list[Any]) -> list[Any]:
    """Return the groups of keywords that are the authors', where the groups say whose they are."""
    own = [each for each in values if isinstance(each, dict) and "author" in str(each.get("type", "")).lower()]
    return own or values


def _author(value: Any) -> RawAuthor | None:
    if isinstance(value, str):
        return RawAuthor(name=value)
    if not isinstance(value, dict):
        return None
    keys = {key.replace("_", "").lower(): each for key, each in value.items()}
    family = next((keys[key] for key in ("lastname", "familyname", "surname", "family") if keys.get(key)), None)
    given = next((keys[key] for key in ("firstname", "givenname", "given", "forename") if keys.get(key)), None)
    name = next((keys[key] for key in _NAME_KEYS if isinstance(keys.get(key), str)), "")
    if not name and not isinstance(family, str):
        return None
    places = [text for key in ("affiliation", "affiliations") for each in _many(keys.get(key)) for text in _texts(each)]
    orcid = keys.get("orcid") or keys.get("orcidid")
    return RawAuthor(
        name=name or " ".join(filter(None, (given, family))),
        family=family if isinstance(family, str) else None,
        given=given if isinstance(given, str) else None,
        orcid=orcid if isinstance(orcid, str) else None,
        affiliations=tuple(places),
    )


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _texts(value: Any) -> list[str]:
    """Return a value's text: of an object its name, value or list of words."""
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    if isinstance(value, dict):
        return next(
            (_texts(value[key]) for key in ("name", "value", "title", "kwd", "label", "text") if value.get(key)), []
        )
    if isinstance(value, str | int) and not isinstance(value, bool):
        return [str(value)] if str(value).strip() else []
    return []
