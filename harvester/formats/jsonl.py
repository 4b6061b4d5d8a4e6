"""JSON Lines: an object a line, either `Work.to_dict` as this program writes it, or flat with plain values.

What `Work.to_dict` wrote comes back unchanged; only identifiers, by which works are merged, are normalised again, in
case somebody else wrote them. The names of flat objects are those of `harvester.formats._columns`.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from harvester.formats import Bad, Format, Piece, Read
from harvester.formats._columns import draft_of, fold
from harvester.formats._text import Lines, is_damaged
from harvester.items import Plain, Work
from harvester.normalise import characters, doi, identifiers

_KEYS = ("record_id", "id")
_TITLE = re.compile(r'"title"\s*:\s*"((?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*)"')
_FLAT = frozenset({
    "doi", "title", "subtitle", "authors", "container_title", "publisher", "volume", "issue", "first_page", "last_page",
    "abstract", "keywords", "language", "type", "url", "issn", "isbn", "pmid", "pmcid", "license",
})  # fmt: skip
"""Fields of a work that flat objects have as well; any other says that the object is a work's own."""
_CHECKED = {
    "doi": doi.doi,
    "pmid": identifiers.pmid,
    "pmcid": identifiers.pmcid,
    "arxiv_id": identifiers.arxiv_id,
}


def split(lines: Lines) -> Iterator[Piece]:
    """Cut a file into its lines."""
    for number, line in lines:
        if not line or line.isspace():
            continue
        yield Piece(
            number, Bad(line[:1000].encode("utf-8", "replace").decode(), "not UTF-8") if is_damaged(line) else line
        )


def work(line: str) -> Read | Bad:
    """Return the work of a line."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Bad(line, f"not JSON: {error}")
    if not isinstance(entry, dict):
        return Bad(line, "not a JSON object")
    key = next((_text(entry[name]) for name in _KEYS if _text(entry.get(name))), None)
    if _is_own(entry):
        problem = _misfit({name: value for name, value in entry.items() if name not in _KEYS}, Work, "")
        return Bad(line, problem) if problem else Read(_own(entry), key)
    return _flat(entry, line, key)


def _is_own(entry: dict[str, Any]) -> bool:
    names = entry.keys() - set(_KEYS)
    fields = Work.__dataclass_fields__.keys()
    if not names <= fields or not names:
        return False
    authors = entry.get("authors")
    people = isinstance(authors, list) and any(isinstance(each, dict) for each in authors)
    return people or (not authors and not names <= _FLAT)


def _own(entry: dict[str, Any]) -> Work:
    made = Work.from_dict(
        {name: _clean(value) for name, value in entry.items() if name not in _KEYS and value is not None}
    )
    for name, normalise in _CHECKED.items():
        if raw := getattr(made, name):
            setattr(made, name, normalise(raw))
    made.issn = [each for raw in made.issn if (each := identifiers.issn(raw))]
    made.isbn = [each for raw in made.isbn if (each := identifiers.isbn(raw))]
    for author in made.authors:
        author.orcid = identifiers.orcid(author.orcid) if author.orcid else None
        author.affiliations = [at for at in author.affiliations if 0 <= at < len(made.affiliations)]
    return made


def _clean(value: Any) -> Any:
    """Drop what no database stores: NUL and lone surrogates, which JSON can escape."""
    if isinstance(value, str):
        return value if value.isprintable() else characters.visible(value)
    if isinstance(value, list):
        return [_clean(each) for each in value]
    if isinstance(value, dict):
        return {name: _clean(each) for name, each in value.items()}
    return value


def _misfit(value: Any, hint: Any, path: str) -> str | None:
    """Return where a value is not of its declared type; None where all is well."""
    if isinstance(hint, UnionType):
        if value is None:
            return None
        hint = next(each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is list:
        if not isinstance(value, list):
            return f"{path} is not a list"
        inner = get_args(hint)[0]
        return next(filter(None, (_misfit(each, inner, f"{path}[{at}]") for at, each in enumerate(value))), None)
    if isinstance(hint, type) and issubclass(hint, Plain):
        return _misfit_item(value, hint, path)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        return f"{path} is not {'a text' if hint is str else 'true or false' if hint is bool else 'a whole number'}"
    return None


def _misfit_item(value: Any, item: type[Plain], path: str) -> str | None:
    if not isinstance(value, dict):
        return f"{path or 'the line'} is not an object"
    hints = _hints(item)  # type: ignore[arg-type]  # mypy takes the __hash__ of the instances for that of the class
    for name, each in value.items():
        here = f"{path}.{name}" if path else name
        if name not in hints:
            return f"{here} is no field"
        # A missing value may be written as null, whatever the type.
        if each is not None and (problem := _misfit(each, hints[name], here)):
            return problem
    return None


@cache
def _hints(item: type[Plain]) -> dict[str, Any]:
    return {name: hint for name, hint in get_type_hints(item).items() if name in item.__dataclass_fields__}  # type: ignore[attr-defined]


def _flat(entry: dict[str, Any], line: str, key: str | None) -> Read | Bad:
    values: dict[str, str | list[str]] = {}
    for name, value in entry.items():
        if isinstance(value, list):
            if not all(isinstance(each, str | int) for each in value):
                return Bad(line, f"{name} is not a list of texts")
            values[name] = [_text(each) or "" for each in value]
        elif isinstance(value, dict):
            return Bad(line, f"{name} is an object, a text was expected")
        elif text := _text(value):
            values[name] = text
    draft, own = draft_of(values)
    if not draft.values:
        return Bad(line, f"no known member; there are {', '.join(map(fold, list(entry)[:5])) or 'none'}")
    return Read(draft.work(), key or own)


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def title(line: str) -> str:
    """Return the first title in a line."""
    found = _TITLE.search(line)
    if found is None:
        return ""
    return found[1] if "\\" not in found[1] else str(json.loads(f'"{found[1]}"', strict=False))


FORMAT = Format("jsonl", (".jsonl", ".ndjson"), split, work, title, lambda head: head.lstrip().startswith("{"))
