"""What the lines under a label hold, and whether they can be a value of the field at all."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from harvester.extraction import abstract_text, citation_line, labels, people_lines, related
from harvester.items import Classification
from harvester.normalise import keywords, subjects
from harvester.normalise.characters import ideographs

SCHEMES = ("clc", "cn-discipline", "ddc", "msc", "jel", "pacs", "udc")
"""Classification schemes in the order in which a work lists their codes."""

PLAIN = frozenset(
    {
        "doi", "pages", "page_count", "cited_by_count", "publisher", "published", "published_online",
        "volume", "issue", "article_number", "pmid", "pmcid", "arxiv_id", "type", "license", "references_count", "issn",
        "isbn",
    }
)  # fmt: skip
"""Fields whose value goes to the loader as it stands."""

_LETTER = re.compile(r"[^\W\d_]")
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+")
_YEAR = re.compile(r"(?<![0-9])(?:1[5-9]|20)[0-9]{2}(?![0-9])")
_COUNT = re.compile(r"[^0-9]{0,3}([0-9][0-9,]{0,8})(?![0-9.])")
_NUMBER = re.compile(r"(?=.*[0-9IVXLC])[\w./ -]{1,16}")
_RANGE = re.compile(
    r"(?:pp?\.?\s*|pages?\s*)?([A-Za-z]{0,2}[0-9]{1,9}[A-Za-z]?)\s*(?:[-–—~/～]+\s*([A-Za-z]{0,2}[0-9]{1,7}[A-Za-z]?))?",
    re.IGNORECASE,
)
_PAGE_COUNT = re.compile(
    r"[\s,;]*[(（]\s*(?:共|全|총|total)?\s*[0-9]{1,4}\s*(?:页|頁|쪽|ページ|pp?\.?|pages?|S\.|Seiten)\s*[)）]"
)
_ISSN = re.compile(r"(?<![0-9])[0-9]{4}[-–]?[0-9]{3}[0-9Xx](?![0-9])")
_ISBN = re.compile(r"(?:97[89][- ]?)?(?:[0-9][- ]?){9}[0-9Xx]")
_CODE = re.compile(r"[A-Z0-9][\w.:+/()-]{0,20}")
# "a, b, c, d; e, f. g": the commas part the terms, whatever the others do.
_MIXED = re.compile(r"[;.] ")
_SEPARATOR = re.compile("[;；|•·∙,，、]")
_FIRST_ADDRESS = re.compile(r"[\[(（［]\s*1\s*[\])）］]")
_IMPRINT = re.compile(
    r"[^:;]{2,60} ?: (?P<publisher>[^:;]{2,80}?), ?\[?[cp©]?(?P<published>(?:1[5-9]|20)[0-9]{2})\]?\.?"
)
_PUBLISHER_AND_YEAR = re.compile(r"(?P<publisher>[^:;,]{2,80}), ?\[?[cp©]?(?P<published>(?:1[5-9]|20)[0-9]{2})\]?\.?")
_VOLUME_ISSUE = re.compile(
    r"(?:(?P<year>(?:1[6-9]|20)[0-9]{2})\s*年?\s*[,，]?\s*)?(?:第?\s*(?P<volume>[0-9]{1,4})\s*[卷巻권]?)?\s*[,，/(（]?\s*(?:第|no\.?|issue)?\s*"
    r"(?P<issue>[0-9]{1,4}(?:[-/][0-9]{1,4})?)?\s*[期号호)）]*",
    re.IGNORECASE,
)

_SOURCE_BEHIND = re.compile(r" / (?:vol|no|issue|band|tome|t)\b\.? ?[0-9].*", re.IGNORECASE)
"""What stands behind a journal where the line as a whole is no citation: ``Hens Quarterly / Vol. 7 Next Item``."""


def read(field: str, lines: Sequence[str], *, inline: bool) -> Any:
    """Return the value of a field that the lines under its label begin with; None where they hold none.

    ``inline``: the value stood in the label's own line, so it needs less evidence.
    """
    reader = _READERS.get(field)
    if reader is None or not lines:
        return None
    value = reader(lines)
    if value and not inline and field in NEEDS_COLON and (field != "container_title" or not _is_source(value)):
        return None
    return value


def _is_source(value: str) -> bool:
    """Return True for a value that names more than a journal; a word such as "Source" is too common to prove one."""
    return any(char.isdigit() for char in value) or ideographs(value) > 0


def terms(lines: Sequence[str]) -> list[str]:
    """Return the keywords of some lines, split at the separators that they use.

    >>> terms(["Beacon Scheme; innovation;"]), terms(["新种 新变种 云南"]), terms(["one, two"])
    (['Beacon Scheme', 'innovation'], ['新种', '新变种', '云南'], ['one', 'two'])
    """
    text = "\n".join(_own_lines(lines))
    if any(part.count(",") > 3 for part in text.split(";")[:-1]):
        text = _MIXED.sub(", ", text)
    return [part for term in keywords.keywords(text) for part in _parts(term)]


def _parts(term: str) -> list[str]:
    """Split a term that is a list itself: ``a, b, c; d`` mixes its separators."""
    parts = [part for each in term.split(",") if (part := each.strip())]
    return parts if len(parts) > 2 and all(len(part.split()) <= 4 for part in parts) else [term]


def split_keywords_plus(found: Sequence[str], *, marked: bool) -> tuple[list[str], list[str]]:
    """Return the authors' keywords and Web of Science's Keywords Plus of one list.

    Web of Science keeps the authors' spelling, but stores Keywords Plus in capitals, the longest first; a list of
    both has them at its end. So the tail in capitals is Keywords Plus, except for an abbreviation at its head that
    is shorter than what follows: the order by length says that it is still the authors'. ``marked``: other signs
    tell that the record comes from there; without them only a tail that nobody would write so is taken.

    >>> split_keywords_plus(["innovation", "GIS", "ORGANIZATIONAL KNOWLEDGE", "SECTOR"], marked=True)
    (['innovation', 'GIS'], ['ORGANIZATIONAL KNOWLEDGE', 'SECTOR'])
    >>> split_keywords_plus(["machine learning", "GIS"], marked=False)
    (['machine learning', 'GIS'], [])
    """
    start = len(found)
    while start and _in_capitals(found[start - 1]):
        start -= 1
    while start + 1 < len(found) and _is_abbreviation(found[start]) and len(found[start]) < len(found[start + 1]):
        start += 1
    tail = list(found[start:])
    if not any(len(term) > 6 for term in tail) or (not marked and start == 0):
        return list(found), []
    if not marked and (len(tail) < 3 or not any(len(term) > 12 for term in tail)):
        return list(found), []
    return list(found[:start]), tail


def codes(scheme: str, text: str) -> list[Classification]:
    """Return the codes of a classification scheme in a label's value."""
    if scheme == "clc":
        return subjects.clc(text)
    if scheme == "cn-discipline":
        return subjects.cn_discipline(text)
    parts = [part.strip() for part in re.split("[;；,，]", text)]
    found = [match[0] for part in parts if (match := _CODE.match(part)) and any(char.isdigit() for char in match[0])]
    return [Classification(scheme, code) for code in dict.fromkeys(found)]


def cited(field: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield the fields of a source that may name volume and pages: ``云南植物研究 1999年21卷01期 11-24页``."""
    found = citation_line.parse(value)
    if found:
        yield from ((name, part) for name, part in found._asdict().items() if part)
        if doi := _DOI.search(value):
            yield "doi", doi[0]
    elif field == "volume_issue" and (match := _VOLUME_ISSUE.fullmatch(value)):
        for name, part in match.groupdict().items():
            if part:
                yield {"year": "published"}.get(name, name), part
    elif field == "container_title":
        yield field, _SOURCE_BEHIND.sub("", value)


def imprint(value: str) -> dict[str, str]:
    """Return publisher and year of an imprint, which has a place in front of them."""
    match = _IMPRINT.fullmatch(value)
    return match.groupdict() if match else {}


def publisher(value: str) -> dict[str, str]:
    """Return the parts of a publisher, who may stand between place and year: ``Ithaca : Hen Press, 2003``."""
    match = _IMPRINT.fullmatch(value) or _PUBLISHER_AND_YEAR.fullmatch(value)
    return match.groupdict() if match else {"publisher": value}


def _own_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines that can still be keywords: the first always, further ones while they look like it."""
    own = [lines[0]]
    for line in lines[1:]:
        ongoing = own[-1].endswith((";", "；", ",", "，", "、"))
        short = abstract_text.weight(line) <= 60 and not abstract_text.is_boilerplate(line)
        listed = len(own) > 1 or not (_SEPARATOR.search(own[0]) or labels.has_terms(own[0]))
        if not ongoing and not (short and listed and len(lines) < 25 and line[-1] not in ".。!?:："):
            break
        own.append(line)
    return own


def _in_capitals(term: str) -> bool:
    return term == term.upper() and term != term.lower()


def _is_abbreviation(term: str) -> bool:
    return len(term) <= 6 and term.isalnum()


def _keywords(lines: Sequence[str]) -> Any:
    found = terms(lines)
    plausible = found and all(len(term) <= 120 and len(term.split()) <= 12 for term in found)
    return found if plausible and not abstract_text.is_boilerplate(lines[0]) else None


def _authors(lines: Sequence[str]) -> Any:
    return people_lines.authors(lines, {})


def _affiliations(lines: Sequence[str]) -> Any:
    return people_lines.places(lines)


def _addresses(lines: Sequence[str]) -> Any:
    return people_lines.places(lines) if _FIRST_ADDRESS.match(lines[0]) else None


def _imprint(lines: Sequence[str]) -> Any:
    return lines[0] if _IMPRINT.fullmatch(lines[0]) else None


def _searched(pattern: re.Pattern[str]) -> Callable[[Sequence[str]], Any]:
    def read_first(lines: Sequence[str]) -> Any:
        match = pattern.search(lines[0]) if len(lines[0]) <= 200 else None
        return match[0].rstrip(".,;，；。") if match else None

    return read_first


def _issns(lines: Sequence[str]) -> Any:
    return _ISSN.findall(lines[0]) if len(lines[0]) <= 200 else None


def _whole(pattern: re.Pattern[str]) -> Callable[[Sequence[str]], Any]:
    def read_first(lines: Sequence[str]) -> Any:
        return lines[0] if len(lines[0]) <= 60 and pattern.fullmatch(lines[0].strip(" ;.()")) else None

    return read_first


def _dated(lines: Sequence[str]) -> Any:
    return lines[0] if len(lines[0]) <= 40 and _YEAR.search(lines[0]) else None


def _pages(lines: Sequence[str]) -> Any:
    match = _RANGE.fullmatch(_PAGE_COUNT.sub("", lines[0]).strip(" ;.页頁쪽")) if len(lines[0]) <= 40 else None
    if not match:
        return None
    return f"{match[1]}-{match[2]}" if match[2] else match[1]


def _count(lines: Sequence[str]) -> Any:
    match = _COUNT.match(lines[0]) if len(lines[0]) <= 30 else None
    return match[1].replace(",", "") if match else None


def _named(lines: Sequence[str]) -> Any:
    line = lines[0].strip(" ;；")
    return line if 2 <= len(line) <= 250 and _LETTER.search(line) and not abstract_text.is_boilerplate(line) else None


def _classified(lines: Sequence[str]) -> Any:
    return lines[0] if len(lines[0]) <= 600 and any(char.isdigit() for char in lines[0]) else None


def _related(lines: Sequence[str]) -> Any:
    found = related.read(lines)
    return found if found.citations else None


_READERS: dict[str, Callable[[Sequence[str]], Any]] = {
    "title": _named,
    "authors": _authors,
    "affiliations": _affiliations,
    "addresses": _addresses,
    "imprint": _imprint,
    "keywords": _keywords,
    "keywords_plus": _keywords,
    "keywords_translated": _keywords,
    "abstract_translated": abstract_text.gather,
    "article_number": _whole(re.compile(r"[A-Za-z]{0,3}[0-9][\w.-]{0,15}")),
    "abstract": abstract_text.gather,
    "description": abstract_text.gather,
    "doi": _searched(_DOI),
    "pages": _pages,
    "page_count": _count,
    "cited_by_count": _count,
    "references_count": _count,
    "container_title": _named,
    "publisher": _named,
    "published": _dated,
    "dated": _dated,
    "published_online": _dated,
    "volume": _whole(_NUMBER),
    "issue": _whole(_NUMBER),
    "volume_issue": _dated,
    "issn": _issns,
    "isbn": _searched(_ISBN),
    "pmid": _searched(re.compile("[0-9]{4,9}")),
    "pmcid": _searched(re.compile("PMC[0-9]{4,9}")),
    "arxiv_id": _searched(re.compile(r"[0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7}")),
    "type": _named,
    "license": _named,
    "related": _related,
    "language": _named,
    **dict.fromkeys(SCHEMES, _classified),
}

NEEDS_COLON = frozenset({"publisher", "type", "license", "cited_by_count", "references_count", "container_title"})
"""Fields whose label is also a button or a menu: a value in the next line proves nothing, if it is no source."""
