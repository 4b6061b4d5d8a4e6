"""Dates: as far as they are stated, in ISO 8601, and no further.

A missing day or month stays missing. Where two readings are possible (``12/01/2015``) only what both share is kept,
which is the year. A range counts as its start.
"""

import datetime
import re
import time
import tomllib
from functools import cache
from importlib.resources import files

from harvester.normalise.characters import hyphens, line, narrow

_FIRST_YEAR = 1450
"""Older than any printed book; what lies before is a typing error or a computer's zero."""
_EPOCH, _SECONDS_OF_YEAR = 1970, 31_556_952
"""Where the clock begins, and the mean length of a year: a calendar would be asked anew for each date."""

# The year before the first year of an era.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "民國": 1911, "民国": 1911}

_Y = r"(1[4-9][0-9]{2}|2[0-9]{3})"
_PLAIN = re.compile(rf"{_Y}(?:([-/])([0-9]{{2}})(?:\2([0-9]{{2}}))?)?")
"""As most tags have it: nothing else needs to be looked for."""
_DIGITS8 = re.compile(rf"{_Y}([0-9]{{2}})([0-9]{{2}})(?:[T ]?[0-9]{{4,6}}(?:\.[0-9]+)?Z?)?$")
_ISO = re.compile(rf"(?<![0-9/.]){_Y}([-/.])\s?([0-9]{{1,2}})\2\s?([0-9]{{1,2}})(?![0-9])")
_TWO = re.compile(r"(?<![0-9/.-])([0-9]{1,2})\s?([-/.])\s?([0-9]{1,2})\s?\2\s?" + _Y + r"(?![0-9])")
_YEAR_MONTH = re.compile(rf"(?<![0-9/.-]){_Y}\s?[-/.]\s?([0-9]{{1,2}})(?![0-9]|[-/.][0-9])")
_MONTH_YEAR = re.compile(rf"(?<![0-9/.-])([0-9]{{1,2}})\s?[-/.]\s?{_Y}(?![0-9])")
_CJK = re.compile(
    rf"{_Y}\s*[年년](?:度)?(?:\s*(?:第\s*)?([0-9]{{1,2}})(?:\s*[-/~至～]\s*[0-9]{{1,2}})?\s*[月월](?:\s*([0-9]{{1,2}})\s*[日号號일])?)?"
)
_ERA = re.compile(
    rf"({'|'.join(_ERAS)})\s*([0-9]{{1,3}}|元)\s*年(?:\s*([0-9]{{1,2}})\s*月(?:\s*([0-9]{{1,2}})\s*日)?)?"
)
_YEARS = re.compile(rf"(?<![0-9.,/-]){_Y}(?![0-9])")
_LONE_YEAR = re.compile(
    rf"[\[(<]?\s*(?:c|ca\.?|circa|©|\(c\)|copyright|cop\.)?\s*{_Y}\s*(?:[-/]\s*(?:[0-9]{{4}}|[0-9]{{2}}))?\s*\??[\])>.,;]?$",
    re.IGNORECASE,
)
_WORD = r"([^\W\d_]{3,12})"
_ORD = r"(?:st|nd|rd|th|er|re|º|ª|o)?"
_OF = r"(?:of\s+|de\s+|d['’]\s?|del\s+|di\s+)?"
_DAY_WORD_YEAR = re.compile(
    rf"(?<![0-9/.])([0-9]{{1,2}}){_ORD}\.?(?:\s*[-/]\s*[0-9]{{1,2}}{_ORD}\.?)?[\s.-]*{_OF}{_WORD}\.?"
    rf"(?:\s*-\s*[0-9]{{1,2}}{_ORD}\.?\s*{_OF}[^\W\d_]{{3,12}}\.?)?[\s,.-]*(?:(?:de|del|of)\s+)?{_Y}(?![0-9])",
    re.IGNORECASE,
)
_WORD_DAY_YEAR = re.compile(
    rf"(?<![^\W_]){_WORD}\.?\s*([0-9]{{1,2}}){_ORD}(?:\s*-\s*(?:[^\W\d_]{{3,12}}\.?\s*)?[0-9]{{1,2}}{_ORD})?\s*,?\s+{_Y}(?![0-9])",
    re.IGNORECASE,
)
_WORD_YEAR = re.compile(
    rf"(?<![^\W_]){_WORD}\.?(?:\s*(?:[-/&]|to|and|bis|à|a|y|e|und|et)\s*[^\W\d_]{{3,12}}\.?)?[\s,.'/-]*(?:(?:de|del|of)\s+)?{_Y}(?![0-9])",
    re.IGNORECASE,
)
_YEAR_WORD = re.compile(rf"(?<![0-9]){_Y}[\s,./:;-]*{_WORD}\.?(?:[\s.-]*([0-9]{{1,2}})(?![0-9]))?", re.IGNORECASE)
_TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}|[0-9]T[0-9]")
# What a clock shows that was never set: Unix, Windows and spreadsheets.
_EPOCHS = frozenset({"1970-01-01", "1969-12-31", "1601-01-01", "1899-12-30", "1899-12-31"})


def date(raw: str) -> str | None:
    """Return a date as far as it is stated; a season counts as its year, a range as its start.

    Format: ISO 8601, partial: ``2014``, ``2014-01`` or ``2014-01-30``.

    >>> date("2014/01/30"), date("2014-00-00"), date("30. Januar 2014"), date("2014年1月"), date("12/2000")
    ('2014-01-30', '2014', '2014-01-30', '2014-01', '2000-12')
    >>> date("12/01/2015"), date("25/01/2015"), date("Spring 2010"), date("1970-01-01T00:00:00Z"), date("in press")
    ('2015', '2015-01-25', '2010', None, None)
    """
    if len(raw) > 300:
        return None
    if plain := _PLAIN.fullmatch(raw):
        return _iso(int(plain[1]), int(plain[3] or 0), int(plain[4] or 0))
    text = hyphens(narrow(line(raw))).replace("~", "-")
    for rule in _RULES:
        stated = rule(text)
        if stated:
            return _iso(*stated)
    return None


def year(raw: str) -> int | None:
    """Return the year of a date.

    >>> year("Jan. 2014"), year("99")
    (2014, None)
    """
    stated = date(raw)
    return int(stated[:4]) if stated else None


_Stated = tuple[int, int, int]


def _iso(year: int, month: int, day: int) -> str | None:
    """Write what is there; a month or day that cannot be is as good as none."""
    if not _FIRST_YEAR <= year <= _EPOCH + int(time.time() / _SECONDS_OF_YEAR) + 2:
        return None
    if not 1 <= month <= 12:
        return f"{year}"
    try:
        full = datetime.date(year, month, day).isoformat()
    except ValueError:
        return f"{year}-{month:02}"
    return None if full in _EPOCHS else full


def _compact(text: str) -> _Stated | None:
    match = _DIGITS8.match(text)
    if not match or not 0 <= int(match[2]) <= 12 or int(match[3]) > 31:
        return None
    return int(match[1]), int(match[2]), int(match[3])


def _year_first(text: str) -> _Stated | None:
    match = _ISO.search(text)
    return (int(match[1]), int(match[3]), int(match[4])) if match else None


def _year_last(text: str) -> _Stated | None:
    """Read ``30.01.2014``; the order of day and month shows itself, or dots say that the day comes first."""
    match = _TWO.search(text)
    if not match:
        return None
    one, two, year = int(match[1]), int(match[3]), int(match[4])
    if match[2] == "." or one > 12 or one == two:
        return year, two, one
    if two > 12:
        return year, one, two
    if not one or not two:
        return year, one or two, 0
    return year, 0, 0


def _cjk(text: str) -> _Stated | None:
    if match := _ERA.search(text):
        count = 1 if match[2] == "元" else int(match[2])
        return _ERAS[match[1]] + count, int(match[3] or 0), int(match[4] or 0)
    if match := _CJK.search(text):
        return int(match[1]), int(match[2] or 0), int(match[3] or 0)
    return None


def _named(text: str) -> _Stated | None:
    """Read a date whose month or season is a word."""
    for match in _DAY_WORD_YEAR.finditer(text):
        if month := _month(match[2]):
            return int(match[3]), month, int(match[1])
    for match in _WORD_DAY_YEAR.finditer(text):
        if month := _month(match[1]):
            return int(match[3]), month, int(match[2])
    for match in _WORD_YEAR.finditer(text):
        if month := _month(match[1]):
            return int(match[2]), month, 0
        if _is_season(match[1]):
            return int(match[2]), 0, 0
    for match in _YEAR_WORD.finditer(text):
        if month := _month(match[2]):
            return int(match[1]), month, int(match[3] or 0)
        if _is_season(match[2]):
            return int(match[1]), 0, 0
    return None


def _figures(text: str) -> _Stated | None:
    if match := _YEAR_MONTH.search(text):
        month = int(match[2])
        # ``2014-15`` is a range of years, and its start is what counts.
        return int(match[1]), month if month <= 12 else 0, 0
    if match := _MONTH_YEAR.search(text):
        return int(match[2]), int(match[1]), 0
    return None


def _lone_year(text: str) -> _Stated | None:
    match = _LONE_YEAR.match(text)
    if match:
        return int(match[1]), 0, 0
    found = set(_YEARS.findall(text)) if len(text) < 60 and not _TIME.search(text) else set()
    return (int(found.pop()), 0, 0) if len(found) == 1 else None


def _month(word: str) -> int | None:
    return _words()[0].get(word.lower())


def _is_season(word: str) -> bool:
    return word.lower() in _words()[1]


@cache
def _words() -> tuple[dict[str, int], frozenset[str]]:
    table = tomllib.loads((files("harvester.normalise") / "months.toml").read_text("utf-8"))
    months = {word: int(number) for number, words in table["months"].items() for word in words}
    return months, frozenset(table["seasons"])


_RULES = (_compact, _year_first, _cjk, _named, _year_last, _figures, _lone_year)
"""In this order: the fuller and the less ambiguous reading comes first."""
