"""Countries and affiliations.

Country names are in ``countries.toml`` beside this module, in the spellings of Web of Science and of pages in
several languages; what is not there is asked from pycountry.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from harvester.items import Affiliation
from harvester.normalise.characters import ideographs
from harvester.normalise.markup import plain

_EDGES = " \t,;.:，；。、"
_US_ZIP = re.compile(r"(?:^|\s|,)([A-Z]{2})[\s,]+[0-9]{5}(?:-[0-9]{4})?(?:[\s,]+(?:USA|U\.S\.A\.?|US))?$")
_STATE_ZIP = re.compile(r"([A-Z][A-Za-z ]{3,20}?)[\s,]+[0-9]{5}(?:-[0-9]{4})?$")
_IN_GEORGIA = re.compile(r"tbilisi|batumi|kutaisi|tiflis|ilia state", re.IGNORECASE)
_WORDS_END = re.compile(r"[0-9-]+\s+|\s+[0-9-]+$|^[A-Z]{1,2}-?[0-9]{4,6}\s+")
_MARKS = re.compile(
    r"\s*(?:[\[(【]\s*[0-9]{1,2}[a-z]?\s*[\])】]|[0-9]{1,2}\s*[.．、):：]\s*(?![0-9])|[0-9]{1,2}\s+(?=[^\W\d_])"
    r"|[0-9]{1,2}(?=[A-ZÀ-Þ][a-zà-ÿ]|[\u3400-\u9fff])|[a-z]\s*[)]\s*|[¹²³⁴⁵⁶⁷⁸⁹⁰]+|[*†‡§¶#]+)\s*"
)
_SPLIT_NUMBERED = re.compile(r"[;；\n]\s*(?=[\[(（]?\s*[0-9]{1,2}\s*[.．、\])）])")
_SPLIT = re.compile(r"\s*[;；\n|]\s*")
_ROR = re.compile(r"(?:https?://)?(?:www\.)?ror\.org/(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})(?![0-9A-Za-z])", re.IGNORECASE)
_EMAIL = re.compile(
    r"[\s(;,]*(?:e-?mail\s*(?:address)?\s*[:：]?\s*)?[^\s@;,()<>]{1,64}@[^\s@;,()<>]{1,255}\)?", re.IGNORECASE
)
_CONTACT = re.compile(r"(?<=[^\W\d_])(?:Correspondence|Contact|CONTACT|E-?mail).{0,80}@.*")
"""Who is to be written to, right behind an address that the markup did not part from it."""
_LETTER = re.compile(r"[a-h] (?=[A-Z])")
_ADDRESS_LABEL = re.compile(
    r"(?:affiliations?|author affiliations?|present address|current address|address|from the|from|机构|单位"
    r"|作者单位|所属|소속)\s*[:：]\s*|from the\s+(?=[A-Z])",
    re.IGNORECASE,
)
_PART_OF = re.compile(
    r"(?:the\s+)?(?:dep(?:artmen|arte?men|t|artement|artamento)[a-z]*\.?|division|div\.?|school|faculty"
    r"|fac\.?|facult[eé]|facultad|facoltà|faculdade|fakultät|fachbereich|section|unit|laborator\w*|labor"
    r"|lab\.?|group|program(?:me)?"
    r"|cent(?:er|re|ro) (?:for|of)|chair|lehrstuhl|abteilung|institut[eo]?(?:\s+(?:of|for|für|de|di|du))"
    r"|college of|graduate school|escuela|sch\b|dipartimento|service|unité|umr|équipe|key lab)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\b(?:universit\w*|univ\.?|uniwersytet|université|college|hospital|hôpital|akademie|academ\w*"
    r"|polytechnic\w*|politecnico|eth|epfl|mit|csic|cnrs|cern|inserm|nasa|national (?:laboratory"
    r"|institutes?)|research council|museum|foundation|corporation|inc|ltd|gmbh|observator\w*)\b",
    re.IGNORECASE,
)
_CJK_UNIVERSITY = re.compile("[^\\s]{2,30}?(?:大学|大學|대학교)(?![院城])")
_CJK_INSTITUTION = re.compile(
    "[^\\s]{2,40}(?:学院|學院|研究院|研究所|医院|醫院|公司|科学院|中心|博物馆|出版社|植物园|学校|學校|实验室|图书馆|연구원|연구소|병원|학교)$"
)


def country(raw: str) -> str | None:
    """Return a country as ISO 3166-1 alpha-2.

    >>> country("England"), country("Peoples R China"), country("NY 10027 USA"), country("日本"), country("Leeds")
    ('GB', 'CN', 'US', 'JP', None)
    """
    text = (plain(raw) or "").strip(_EDGES)
    if not text or len(text) > 80:
        return None
    names = _names()
    if found := names.get(_fold(text)):
        return found
    if (match := _US_ZIP.search(text)) and match[1] in _states():
        return "US"
    if (match := _STATE_ZIP.match(text)) and match[1].casefold() in _state_names():
        return "US"
    if found := names.get(_fold(_WORDS_END.sub("", text))):
        return found
    if re.fullmatch(r"[A-Z]{2} [0-9]{5} .*", text):
        return names.get(_fold(text[9:]))
    if text.isascii() and text.isupper() and len(text) in {2, 3}:
        return _by_code(text)
    return _by_name(text) if len(text) > 3 else None


def affiliation(raw: str) -> Affiliation | None:
    """Return one affiliation: as printed without its number, and its institution and country where they are plain.

    >>> affiliation("[1] Open Univ, Milton Keynes, England")
    Affiliation(raw='Open Univ, Milton Keynes, England', organization='Open Univ', country='GB', ror=None)
    >>> affiliation("Department of Physics, University of Oslo, Oslo").organization
    'University of Oslo'
    """
    text = plain(raw)
    if not text:
        return None
    found_ror = _ROR.search(text)
    if found_ror:
        text = _ROR.sub("", text)
    for _ in range(4):
        before = text
        text = _EMAIL.sub("", _CONTACT.sub("", text)) if "@" in text else text
        text = _ADDRESS_LABEL.sub("", text, count=1) if _ADDRESS_LABEL.match(text) else text
        marks = _MARKS.match(text) or _LETTER.match(text)
        text = (text[marks.end() :] if marks else text).strip(" ,;，；")
        text = _unwrapped(text)
        if text == before:
            break
    if not any(char.isalpha() for char in text) or len(text) < 2 or len(text) > 1000:
        return None
    parts = [part.strip() for part in re.split(r"[,，]", text) if part.strip(_EDGES)]
    where = _last_country(parts)
    ror = f"https://ror.org/{found_ror[1].lower()}" if found_ror else None
    return Affiliation(text, _organization(parts, where), where, ror)


def affiliations(raw: str) -> list[Affiliation]:
    """Return the affiliations of a list, in their order, each once.

    >>> [each.raw for each in affiliations("(1. 北京大学, 北京 100871; 2. 清华大学, 北京 100084)")]
    ['北京大学, 北京 100871', '清华大学, 北京 100084']
    """
    from harvester.normalise.markup import lines

    text = _unwrapped(lines(raw))
    numbered = _SPLIT_NUMBERED.split(text)
    parts = numbered if len(numbered) > 1 else _SPLIT.split(text)
    found: dict[str, Affiliation] = {}
    for part in parts:
        if each := affiliation(part):
            found.setdefault(each.raw, each)
    return list(found.values())


def _last_country(parts: list[str]) -> str | None:
    """Return the country that an affiliation ends on; CA, DE, IN and Georgia are states as often as countries."""
    last = parts[-1].strip(_EDGES)
    if len(parts) < 2 or (len(last) == 2 and _fold(last) not in _names()):
        return None
    if last == "Georgia" and not _IN_GEORGIA.search(" ".join(parts)):
        return None
    return country(last)


def _unwrapped(text: str) -> str:
    """Drop brackets that hold the whole."""
    if text[:1] in "(（" and text[-1:] in ")）" and not any(char in "()（）" for char in text[1:-1]):
        return text[1:-1].strip()
    return text


def _organization(parts: list[str], where: str | None) -> str | None:
    """Return the institution: the first part, unless that is a part of an institution that is named after it."""
    if ideographs(parts[0]):
        first = parts[0].split()[0]
        match = _CJK_UNIVERSITY.match(first) or _CJK_INSTITUTION.match(first)
        return match[0] if match else None
    named = parts[: len(parts) - 1] if where else parts
    if not named:
        return None
    if not _PART_OF.match(named[0]) or _WHOLE.search(named[0]):
        return named[0].rstrip(".") if len(parts) > 1 or _WHOLE.search(named[0]) or len(named[0]) < 80 else None
    whole = [part for part in named[1:] if _WHOLE.search(part) and not _PART_OF.match(part)]
    return whole[0].rstrip(".") if len(whole) == 1 else None


def _fold(text: str) -> str:
    return " ".join(re.sub(r"[.'’]", "", text.casefold()).replace("&", "and").split())


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("harvester.normalise") / "countries.toml").read_text("utf-8"))


@cache
def _names() -> dict[str, str]:
    return {_fold(name): code for code, names in _table()["names"].items() for name in names}


@cache
def _states() -> frozenset[str]:
    return frozenset(_table()["us_states"].split())


@cache
def _state_names() -> frozenset[str]:
    return frozenset(map(str.casefold, _table()["us_state_names"]))


@cache
def _by_code(code: str) -> str | None:
    from pycountry import countries

    entry = countries.get(alpha_2=code) if len(code) == 2 else countries.get(alpha_3=code)
    return str(entry.alpha_2) if entry else None


@cache
def _by_name(name: str) -> str | None:
    from pycountry import countries

    folded = _fold(name)
    for entry in countries:
        given = (entry.name, getattr(entry, "official_name", ""), getattr(entry, "common_name", ""))
        if folded in map(_fold, given):
            return str(entry.alpha_2)
    return None
