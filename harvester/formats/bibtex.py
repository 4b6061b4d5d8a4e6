"""BibTeX and BibLaTeX, read by bibtexparser entry by entry.

Fields: "BibTeXing" (Patashnik, 1988) and the BibLaTeX manual, section 2.2. An entry ends at the latest where a line
begins the next one, which is also where bibtexparser takes up its thread after a mistake.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from harvester.formats import Bad, Format, Piece, Read
from harvester.formats._draft import Draft, Person
from harvester.formats._latex import decoded, unescaped
from harvester.formats._text import LONGEST, Lines, as_text
from harvester.normalise.characters import ideographs

_START = re.compile(r"\s*@([A-Za-z]\w*)\s*[{(]")
_INNER = re.compile(r"(?<=[})])\s*(?=@[A-Za-z]+\s*[{(])")  # several entries on one line
_TITLE = re.compile(r"\btitle\s*=\s*[{\"]*([^=\n]{1,400})", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][\w:.+-]*")
_FIELDS = {
    "title": ("title",),
    "subtitle": ("subtitle",),
    "container_title": ("journal", "journaltitle", "booktitle", "maintitle"),
    "container_title_short": ("shortjournal",),
    "publisher": ("publisher", "institution", "school", "organization"),
    "volume": ("volume",),
    "issue": ("number", "issue"),
    "pages": ("pages",),
    "page_count": ("numpages", "pagetotal"),
    "article_number": ("eid", "articleno", "article-number"),
    "issn": ("issn",),
    "isbn": ("isbn",),
    "abstract": ("abstract",),
    "keywords": ("author_keywords", "keywords", "keyword"),
    "keywords_plus": ("keywords-plus",),
    "language": ("language", "langid"),
    "pmid": ("pmid",),
    "pmcid": ("pmcid", "pmc"),
    "references_count": ("number-of-cited-references",),
    "cited_by_count": ("times-cited",),
    "license": ("copyright", "license"),
}
_PLAIN = {"doi": ("doi",), "url": ("url", "howpublished"), "pdf_url": ("pdf",)}
"""Fields whose values are no LaTeX, though programs escape them as if they were."""
_TYPES = {
    "conference": "inproceedings",
    "collection": "edited book",
    "mvbook": "book",
    "booklet": "book",
    "periodical": "",
}
"""Types of entries whose names mean something else in other vocabularies."""
_OTHERS = re.compile(r"others\s*$", re.IGNORECASE)
_WRAPPED = re.compile(r"\{([^{}]|\{[^{}]*\})*\}$")


def split(lines: Lines) -> Iterator[Piece]:
    """Cut a file into entries; ``@string`` goes to the entries that use it, text between entries is a comment."""
    strings: dict[str, str] = {}
    only = ""  # the text of a file that has no entry at all
    seen = False
    for line, text in _blocks(lines):
        start = _START.match(text)
        kind = start[1].lower() if start else ""
        seen = seen or bool(kind)
        if not kind:
            only = only or text.strip()[:1000]
        elif kind == "string":
            strings.update(_definitions(text))
        elif kind not in ("comment", "preamble"):
            yield Piece(
                line, Bad(text[:1000], "longer than any record") if len(text) >= LONGEST else _entry(text, strings)
            )
    if only and not seen:
        yield Piece(1, Bad(only, "no entry; one begins with @ at the beginning of a line"))


def _entry(text: str, strings: dict[str, str]) -> tuple[str, dict[str, str]]:
    used = {word.lower() for word in _WORD.findall(text)} & strings.keys() if strings else set()
    return text, {name: strings[name] for name in sorted(used)}


def work(value: tuple[str, dict[str, str]]) -> Read | Bad:
    """Return the work of an entry."""
    entry = _parsed(value[0])
    return entry if isinstance(entry, Bad) else Read(_draft(entry, value[1]).work(), entry[1] or None)


def draft(text: str) -> Draft | Bad:
    """Return what one entry says, before anything is normalised."""
    entry = _parsed(text)
    return entry if isinstance(entry, Bad) else _draft(entry, {})


def _draft(entry: tuple[str, str, dict[str, str]], strings: dict[str, str]) -> Draft:
    kind, _, raw = entry
    fields = {name: _value(each, strings) for name, each in raw.items()}
    draft = Draft()
    for field, names in _FIELDS.items():
        draft.add(field, *(decoded(fields[name]) for name in names if name in fields))
    for field, names in _PLAIN.items():
        draft.add(field, *(unescaped(fields[name]) for name in names if name in fields))
    draft.add("published", *_dates(fields))
    draft.add("type", decoded(fields.get("type", "")), _TYPES.get(kind, kind))
    if fields.get("eprint") and fields.get("archiveprefix", fields.get("eprinttype", "")).casefold() == "arxiv":
        draft.add("arxiv_id", f"arXiv:{fields['eprint']}")
    for role, name in ((None, "author"), ("editor", "editor"), ("translator", "translator")):
        draft.people += _people(fields.get(name, ""), role)
    return draft


def _blocks(lines: Lines) -> Iterator[tuple[int, str]]:
    """Yield the text from one line that begins an entry to the next, and the number of its first line."""
    begun, length = 1, 0
    parts: list[str] = []
    for number, raw in lines:
        line = as_text(raw).replace("\r\n", "\n").replace("\r", "\n")
        for part in _INNER.split(line) if line.count("@") > 1 or "}" in line[: line.find("@")] else [line]:
            if _START.match(part) and parts:
                yield begun, "".join(parts)
                begun, parts, length = number, [], 0
            length += len(part)
            if length < LONGEST:
                parts.append(part)
            elif len(part) < LONGEST:
                parts.append("x" * (LONGEST - length + len(part)))  # keeps the length that the caller looks at
                length = -(1 << 62)
    yield begun, "".join(parts)


def _parsed(text: str) -> tuple[str, str, dict[str, str]] | Bad:
    """Return the type, the key and the fields of an entry; the first of two fields with one name counts."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.exceptions import ParsingException
    from bibtexparser.model import DuplicateFieldKeyBlock, Entry, ParsingFailedBlock

    _silence()
    try:
        blocks = parse_string(text, parse_stack=[]).blocks
    except ParsingException as error:
        return Bad(text[:1000], str(error))
    for block in blocks:
        entry: Any = block.ignore_error_block if isinstance(block, DuplicateFieldKeyBlock) else block
        if isinstance(entry, Entry):
            fields: dict[str, str] = {}
            for each in entry.fields:
                fields.setdefault(each.key.lower(), str(each.value))
            return entry.entry_type.lower(), entry.key, fields
        if isinstance(entry, ParsingFailedBlock):
            return Bad(text[:1000], getattr(entry.error, "abort_reason", None) or str(entry.error))
    return Bad(text[:1000], "not an entry")


@cache
def _silence() -> None:
    """Keep bibtexparser from logging what becomes a bad record here."""
    import logging

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)


def _definitions(text: str) -> dict[str, str]:
    name, _, value = text.partition("=")
    key = re.split(r"[{(]", name, maxsplit=1)[-1].strip().lower()
    return {key: _value(value.strip().rstrip(")}" if value.strip()[-2:-1] in '"}' else "").rstrip(), {})} if key else {}


def _value(raw: str, strings: dict[str, str]) -> str:
    """Return a value without its braces or quotes; ``#`` joins values, a bare word stands for a ``@string``."""
    return "".join(_part(part.strip(), strings) for part in _concatenated(raw.strip()))


def _part(part: str, strings: dict[str, str]) -> str:
    if len(part) > 1 and (part[0], part[-1]) in (("{", "}"), ('"', '"')):
        return part[1:-1]
    return strings.get(part.lower(), part)


def _concatenated(raw: str) -> list[str]:
    """Split at ``#`` outside of braces and quotes."""
    if "#" not in raw:
        return [raw]
    parts, depth, quoted, start = [], 0, False, 0
    for at, char in enumerate(raw):
        depth += (char == "{") - (char == "}")
        quoted ^= char == '"' and depth == 0
        if char == "#" and depth == 0 and not quoted:
            parts.append(raw[start:at])
            start = at + 1
    return [*parts, raw[start:]]


def _dates(fields: dict[str, str]) -> list[str]:
    year, month, day = (decoded(fields.get(name, "")).strip() for name in ("year", "month", "day"))
    stated = [decoded(fields.get("date", ""))]
    if year and month:
        stated.append(f"{year}-{int(month):02}" if month.isdecimal() and len(month) < 3 else f"{day} {month} {year}")
    return [*stated, year]


def _people(raw: str, role: str | None) -> list[Person]:
    """Return the names of a field; ``and`` parts them, braces hold together what is one name."""
    if not raw.strip():
        return []
    from bibtexparser.middlewares.names import split_multiple_persons_names

    return [_person(name, role) for name in split_multiple_persons_names(raw) if not _OTHERS.match(name)]


def _person(raw: str, role: str | None) -> Person:
    """Return a name split as BibTeX does: ``First von Last``, ``von Last, First`` or ``von Last, Jr, First``."""
    from bibtexparser.middlewares.names import InvalidNameError, parse_single_name_into_parts

    text = raw.strip()
    if _WRAPPED.fullmatch(text) and " " in text:
        return Person(decoded(text), role=role, literal="," not in text)
    if not ideographs(text):
        try:
            parts = parse_single_name_into_parts(text, strict=False)
        except InvalidNameError:
            return Person(decoded(text), role=role)
        family, given, suffix = (
            decoded(" ".join(words)).strip() for words in (parts.von + parts.last, parts.first, parts.jr)
        )
        if family and given:
            return Person(family=family, given=f"{given}, {suffix}" if suffix else given, role=role)
    return Person(decoded(text), role=role)


def title(value: tuple[str, dict[str, str]]) -> str:
    """Return the beginning of an entry's title, with whatever LaTeX is in it."""
    found = _TITLE.search(value[0])
    return found[1] if found else ""


FORMAT = Format(
    "bibtex", (".bib", ".bibtex"), split, work, title, lambda head: any(map(_START.match, head.splitlines()))
)
