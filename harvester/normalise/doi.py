"""DOIs: from any usual wrapping to one lower-case key.

Rules of the DOI Handbook and of Crossref's display guidelines: a DOI is ``10.``, a registrant, ``/`` and an
opaque suffix of printable characters, compared without regard to ASCII case. *Trusted* values come from a field
that is meant for a DOI; *free text* is anything else, where a DOI ends where a reader would end it.

Where a spelling is likely but not certain (a Unicode hyphen, a doubled slash, a final full stop), the key is the
likely one and the others are kept as candidates that a registry can be asked about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

from harvester.normalise.characters import decode_entities, hyphens, narrow, visible


@dataclass(slots=True, frozen=True)
class Doi:
    """A DOI: ``key`` to compare by, ``raw`` as given, ``candidates`` that the raw value may also stand for."""

    key: str
    raw: str
    candidates: tuple[str, ...] = ()


@dataclass(slots=True, frozen=True)
class DoiConflict:
    """More than one DOI where there should be one; ``keys`` in the order of the value."""

    keys: tuple[str, ...]


class _Spot(NamedTuple):
    """Where a DOI begins, and the address that leads up to it."""

    start: int
    end: int
    lead: str


# Longer than any registered DOI; bounds the work on hostile input.
_LONGEST = 500
_SLASH = r"(?:/|%(?:25)?2[fF])"
_START = re.compile(rf"(?<![0-9])10\.[0-9]{{4,9}}(?:\.[0-9]{{1,9}}){{0,4}}{_SLASH}")
_TAG = r"<(?=/?[A-Za-z][A-Za-z0-9]*(?:[\s/>]|$))|<!--"
_STOP_TRUSTED = re.compile(rf"[\s\"“”«»„`\u3001\u3002\u300a-\u3011]|{_TAG}|'(?=[\s>])|\{{\{{|\}}\}}")
# In running Chinese, Japanese or Korean no space parts a DOI from the sentence around it.
_STOP_TEXT = re.compile(
    rf"[\s\"“”‘’«»„`|\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|{_TAG}|'(?=[\s>])|\{{\{{|\}}\}}|\]\("
)
_BROKEN_SLASH = re.compile(r"(10\.[0-9]{4,9})(?:\s+/\s*|/\s+)(?=\S)")
_BROKEN_DOT = re.compile(r"\b10\.\s+(?=[0-9]{4,9}/)")
_PUNCTUATION = ".,;:!?'\"*†‡’‘…·。，；：&\\/"
_CLOSERS = {")": "(", "]": "[", ">": "<", "}": "{"}
_RESOLVER = re.compile(r"(?:www[.-]|dx[.-])*doi[.-]|(?:www\.)?hdl\.handle\.net$|(?:www\.)?identifiers\.org$")
_HOST = re.compile(r"(?:^|/|=)(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*(?::[0-9]+)?/")
_TAIL = re.compile(
    r"(?:/(?:full(?:/html|text)?|fulltext|e?pdf(?:plus|direct|ft)?|html?|epub|xml|abstract|summary|meta|references|citations?"
    r"|figures|tables|suppl(?:_file)?(?:/.*)?|export|download|issuetoc|index|show|reading|toc|media)"
    r"|(?:\.(?:full|abstract|short|long|figures-only|article-info|supplementary-material))?(?:\.(?:pdf|html?|xml|epub))?"
    r"(?:\+html)?)$"
)
_VERSION = re.compile(r"^(10\.(?:1101|64898)/[0-9.]+)v[0-9]{1,2}$")
_SAFE_PERCENT = re.compile(r"%(?:2[1346-9A-Ca-cFf]|3[A-Fa-f]|40|5[BDFbdf]|7[Ee])")
_QUERY = re.compile(r"\?(?=[A-Za-z_][A-Za-z0-9_.-]*=)")

_PLAIN = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s?)?(10\.[0-9]{4,9}/[a-zA-Z0-9]+(?:[.-][a-zA-Z0-9]+){0,12})")

_PLACEHOLDER = re.compile(
    r"10\.0+/"
    r"|10\.1145/(?:1122445\.1122456|1234567\.\d*|1234567890)$"
    r"|10\.1234/(?:1234|5678|12345|56789|123456|1234567|12345678|567890)$"
    r"|10\.1000/xyz123$|10\.3390/1010000$|10\.5281/zenodo\.(?:x+|1234|12345|123456|1234567)$"
    r"|10\.[0-9.]+/(?:[nx.\-_/*?]+|.*(?<![a-z])[nx]{4,}(?:[./-].*)?|.*[./-]doi|doi|.*(?<![0-9])0{5,}|undefined|null|none)$"
    r"|10\.[0-9.]+/\(issn\)[0-9]{4}-[0-9]{3}[0-9x]$|10\.1371/journal\.[a-z]{4}$|10\.1155/[0-9]{4}$"
)
_SHORT = re.compile(r"(?:doi:\s*)?10/([a-z0-9]{3,10})$")
_SHORT_URL = re.compile(r"(?:https?://)?(?:dx\.|www\.)?doi\.org/(?:10/)?([a-z0-9]{3,10})/?$")
# Pages of doi.org itself.
_NOT_SHORT = frozenset({"about", "contact", "faq", "help", "home", "index", "login", "members", "news", "search"})

# The American Psychological Association registered its early DOIs with two slashes and re-registered them with one.
_ONE_SLASH = frozenset({"10.1037"})


def doi(raw: str) -> str | None:
    """Return the one DOI of a field that is meant for it, as its key; None for several, a template, or none.

    Format: lower case, no resolver, no prefix.

    >>> doi("https://doi.org/10.1038/NPHYS1170."), doi("10.1038/nphys1170; 10.1038/nphys1171"), doi("n/a")
    ('10.1038/nphys1170', None, None)
    """
    if plain := _PLAIN.fullmatch(raw):
        # Most values need nothing but small letters.
        return None if is_placeholder(plain[1].lower()) else plain[1].lower()
    found = parse_doi(raw)
    return found.key if isinstance(found, Doi) and not is_placeholder(found.key) else None


def find_doi(text: str) -> str | None:
    """Return the first DOI in running text, as its key.

    >>> find_doi("As shown before (doi:10.1038/nphys1170), light bends.")
    '10.1038/nphys1170'
    """
    for key, _ in _found(text, trusted=False):
        settled = _settled(key)
        if settled and not is_placeholder(settled):
            return settled
    return None


def parse_doi(raw: str, *, trusted: bool = True) -> Doi | DoiConflict | None:
    r"""Return the DOI of a value with its other likely spellings, or the conflict between several.

    >>> parse_doi("10.1038/s41586\u20102649")
    Doi(key='10.1038/s41586-2649', raw='10.1038/s41586‐2649', candidates=('10.1038/s41586‐2649',))
    >>> parse_doi("10.1000/1 and 10.1000/2")
    DoiConflict(keys=('10.1000/1', '10.1000/2'))
    """
    found: dict[str, list[str]] = {}
    for first, others in _found(raw, trusted=trusted):
        key = _settled(first)
        if key:
            found.setdefault(key, []).extend(other for other in (first, *others) if other != key)
    if len(found) > 1:
        return DoiConflict(tuple(found))
    for key, candidates in found.items():
        return Doi(key, raw, tuple(dict.fromkeys(candidates)))
    return None


def short_doi(raw: str) -> str | None:
    """Return a shortDOI, the alias that doi.org gives out, as ``10/abc``; it has to be resolved to be compared.

    >>> short_doi("https://doi.org/bcg3"), short_doi("10.1000/1")
    ('10/bcg3', None)
    """
    text = _lower(narrow(visible(decode_entities(raw))).strip())
    match = _SHORT.match(text) or _SHORT_URL.match(text)
    return f"10/{match[1]}" if match and match[1] not in _NOT_SHORT else None


def is_placeholder(key: str) -> bool:
    """Tell whether a DOI stands for no work: a template that nobody filled in, or a whole journal's DOI.

    Source: the templates of ACM, IEEE, MDPI, Frontiers and PLOS; Wiley's ``(issn)`` and PLOS's journal DOIs.

    >>> is_placeholder("10.1145/nnnnnnn.nnnnnnn"), is_placeholder("10.1145/3366423.3380204")
    (True, False)
    """
    return bool(_PLACEHOLDER.match(key))


def _settled(key: str) -> str | None:
    """Read the key again until it stays: what a wrapping hid may hold a wrapping itself."""
    for _ in range(4):
        again = next((each for each, _ in _found(key, trusted=True)), None)
        if again is None or again == key:
            return again
        key = again
    return None


def _found(raw: str, *, trusted: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each DOI's key and its other spellings."""
    if "10" not in raw and "１０" not in raw:
        return
    text = narrow(visible(decode_entities(raw)).replace("\\_", "_"))
    if trusted:
        text = _BROKEN_DOT.sub("10.", _BROKEN_SLASH.sub(r"\1/", text))
    spots = list(_spots(text))
    for number, spot in enumerate(spots):
        limit = spots[number + 1].start if number + 1 < len(spots) else len(text)
        value = text[spot.start : min(limit, spot.start + 2 * _LONGEST)]
        stop = (_STOP_TRUSTED if trusted else _STOP_TEXT).search(value, spot.end - spot.start)
        if trusted and stop and _goes_on(value[stop.start() :]):
            continue
        given = value[: stop.start()] if stop else value
        if spot.lead:
            given = _unwrap(given, spot.lead)
            stop = _STOP_TRUSTED.search(given)
            given = given[: stop.start()] if stop else given
        given = _SAFE_PERCENT.sub(lambda found: unquote(found[0]), given)
        if query := _QUERY.search(given):
            given = given[: query.start()]
        yield from _spellings(given, trusted=trusted)


def _spots(text: str) -> Iterator[_Spot]:
    """Yield where DOIs begin; a DOI inside of another one's suffix is no beginning."""
    past = 0
    for match in _START.finditer(text):
        start = match.start()
        between = text[max(past, start - 500) : start]
        lead = between[max((between.rfind(mark) for mark in " \t\n\r\"'<"), default=-1) + 1 :]
        address = _address(lead)
        if past and not address and (not between or between[-1] not in " \t\n\r;,|\"'<>()[]{}=:\u3001"):
            continue
        past = match.end()
        yield _Spot(start, match.end(), address)


def _address(lead: str) -> str:
    """Return the URL that leads up to a DOI, decoded, or nothing where none does."""
    if "/" not in lead and "%" not in lead:
        return ""
    decoded = _lower(unquote(unquote(lead)))
    at = decoded.rfind("://")
    if at >= 0:
        # An address inside of another one's query ends where that query goes on.
        return decoded[at + 3 :] + ("?" if "?" in lead[:at] else "")
    hosts = list(_HOST.finditer(decoded))
    return decoded[hosts[-1].start() :].lstrip("/=") if hosts else ""


def _unwrap(given: str, address: str) -> str:
    """Take what a URL adds to a DOI away: query, fragment, percent signs, the page's own tail."""
    host, _, path = address.partition("/")
    if "?" in path or "#" in path:
        given = re.split(r"#(?=.)|&(?=[A-Za-z_][A-Za-z0-9_.-]*=)", given, maxsplit=1)[0]
    else:
        given = re.split(r"\?|#(?=.)|(?<!-)#$", given, maxsplit=1)[0]
    given = re.split(r";jsessionid=", given, maxsplit=1)[0]
    once = unquote(given)
    decoded = unquote(once)
    if "\ufffd" not in decoded and unquote(decoded) == decoded:
        given = visible(decoded)
    if _RESOLVER.match(host):
        return given
    given = given.rstrip("/")
    prefix, slash, suffix = given.partition("/")
    bare = _TAIL.sub("", _lower(suffix))
    given = prefix + slash + suffix[: len(bare)] if bare else given
    version = _VERSION.match(given)
    return version[1] if version else given


def _goes_on(rest: str) -> bool:
    """Tell whether a DOI was broken by a space: what follows are figures, not words."""
    words = rest.split()
    return len(words) == 1 and rest[:1].isspace() and bool(re.fullmatch(r"[0-9][0-9./()-]*", words[0]))


def _spellings(given: str, *, trusted: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    given = _lower(given)
    prefix, _, suffix = given.partition("/")
    ascii_suffix = hyphens(suffix)
    trimmed = _trim(ascii_suffix if trusted else _balanced(ascii_suffix))
    if not trimmed or len(trimmed) > _LONGEST or not any(char.isalnum() for char in trimmed):
        return
    single = trimmed.lstrip("/")
    likely = single if prefix in _ONE_SLASH else trimmed
    others = (f"{prefix}/{other}" for other in (trimmed, single, _trim(suffix), suffix))
    key = f"{prefix}/{likely}"
    yield key, tuple(other for other in dict.fromkeys(others) if other != key)


def _trim(suffix: str) -> str:
    """Drop what follows a DOI in a sentence: punctuation, and brackets without a partner."""
    while suffix:
        last = suffix[-1]
        if last in _CLOSERS:
            if suffix.count(last) <= suffix.count(_CLOSERS[last]):
                break
        elif (last not in _PUNCTUATION and last not in "([{<") or (last == ";" and suffix.endswith(".co;")):
            break
        suffix = suffix[:-1]
    return suffix


def _balanced(suffix: str) -> str:
    """Cut running text at the first closing bracket that nothing opened."""
    depth = dict.fromkeys(_CLOSERS.values(), 0)
    for at, char in enumerate(suffix):
        if char in depth:
            depth[char] += 1
        elif char in _CLOSERS:
            depth[_CLOSERS[char]] -= 1
            if depth[_CLOSERS[char]] < 0:
                return suffix[:at]
    return suffix


def _lower(text: str) -> str:
    """Lower ASCII letters only: beyond ASCII two DOIs may differ by case alone."""
    return text.lower() if text.isascii() else "".join(char.lower() if char.isascii() else char for char in text)
