"""Where a work stands: volume, issue, pages, year, container; each as a short key that compares exactly."""

import re
from functools import lru_cache
from typing import Final

from harvester.match.folding import fold, plain
from harvester.match.words import words as known

_LABEL = re.compile(r"^(?:volume|vol|v|band|bd|tome|issue|iss|number|num|no|nr|heft|h)\b\.?\s*", re.I)
_VOLUME_ISSUE = re.compile(r"^([0-9a-z]+)\s*\(([^()]+)\)$", re.I)
_PAGE_LABEL = re.compile(r"^(?:pages?|pp?|s|art(?:icle)?)?\b[\s.]*(?:no|number|id)?[\s.:]*", re.I)
_PAGE = re.compile(r"[a-z]{0,5}\d+[a-z]?|[ivxlcdm]+", re.I)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_CONTAINER_TAIL = re.compile(
    r",?\s+\d+\s*\([^)]*\)$|,\s*\d+$|\s*[(\[](?:online|print|electronic resource)[)\]]|\s*:\s*official journal.*$", re.I
)

_PREPRINT_PHRASES: Final = ("research square", "social science research network", "peerj preprints", "cogprints")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def roman(text: str) -> int | None:
    """Return the value of a Roman number below 400, None for anything else.

    >>> roman("iv"), roman("ic"), roman("")
    (4, None, None)
    """
    if not re.fullmatch(r"c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", text) or not text:
        return None
    values = [_ROMAN[char] for char in text]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))


def year(raw: object) -> int | None:
    """Return the first year (1500 to 2099) that the value names.

    >>> year("2018-03-01"), year(2018.0), year("n.d."), year(None)
    (2018, 2018, None, None)
    """
    if isinstance(raw, int):
        return raw if 1500 <= raw <= 2099 else None
    if raw is None:
        return None
    match = _YEAR.search(str(raw))
    return int(match[1]) if match else None


def number(raw: object) -> str:
    """Return a volume or issue as a key, empty if there is none.

    >>> number("Vol. 012"), number("3–4"), number(" Suppl. 1 "), number("12(3)")
    ('12', '3 4', 'suppl 1', '12')
    """
    if raw is None:
        return ""
    text = str(raw).strip()
    if text.isdigit() and text.isascii():
        return text.lstrip("0")
    text = _LABEL.sub("", text)
    match = _VOLUME_ISSUE.match(text)
    return fold(match[1] if match else text).lstrip("0")


def pages(first: object, last: object, article_number: object = None) -> tuple[str, str]:
    """Return first and last page as keys, empty where not given; an article number stands in for a first page.

    A range written into one field is taken apart, abbreviated ends are expanded (`field-notes`, 1.10).

    >>> pages("pp. 123–9", None), pages("S1", "S9"), pages(None, None, "e0123456")
    (('123', '129'), ('s1', 's9'), ('0123456', ''))
    """
    text = str(first if first not in (None, "") else article_number if article_number not in (None, "") else "").strip()
    found = [text]
    if not (text.isdigit() and text.isascii()):
        found = _PAGE.findall(_PAGE_LABEL.sub("", text.lower()))[:2]
    if not found:
        return "", ""
    if len(found) == 1 and last not in (None, ""):
        found += _PAGE.findall(_PAGE_LABEL.sub("", str(last).lower()))[:1]
    start = _page(found[0])
    end = _page(found[1]) if len(found) > 1 else ""
    if end.isdigit() and start.isdigit() and len(end) < len(start):
        longer = start[: len(start) - len(end)] + end
        end = longer if int(longer) > int(start) else end
    return start, end


def _page(text: str) -> str:
    # The "e" of an electronic article number comes and goes between sources; an "S" of a supplement does not.
    if text.startswith("e") and text[1:].isdigit():
        return text[1:]
    return text.lstrip("0") if text.isdigit() and len(text) < 7 else text


def container(raw: object) -> str:
    """Return the words of a container title without small words and without a volume glued to it.

    >>> container("The Journal of Testing & Proofs, 12(3)"), container("Proofs (Online)")
    ('journal testing proofs', 'proofs')
    """
    return _container(str(raw)) if raw else ""


@lru_cache(maxsize=8192)
def _container(raw: str) -> str:
    text = plain(raw).replace("&", " and ")
    if not text[-1:].isalpha() or ":" in text:
        text = _CONTAINER_TAIL.sub("", text)
    words = fold(text).split()
    return " ".join(word for word in words if word not in known("small")) or " ".join(words)


@lru_cache(maxsize=8192)
def container_class(key: str) -> str:
    """Return ``preprint``, ``data``, ``conference`` or ``journal`` for a container key that says so, else nothing.

    >>> container_class("biorxiv"), container_class("proc intl conf data bases"), container_class("nature")
    ('preprint', 'conference', '')
    """
    words = key.split()
    if not words:
        return ""
    if words[0] in known("preprint") or key.startswith(_PREPRINT_PHRASES) or "working paper" in key:
        return "preprint"
    if words[0] in known("data"):
        return "data"
    if not known("meeting").isdisjoint(words):
        return "conference"
    return "journal" if not known("periodical").isdisjoint(words) else ""
