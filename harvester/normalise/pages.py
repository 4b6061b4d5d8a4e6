"""Pages, article numbers, volumes and issues."""

import re
from typing import NamedTuple

from harvester.normalise.characters import hyphens, line, narrow


class Pages(NamedTuple):
    """What a statement of pages says; an article number is no first page, and a count is never computed."""

    first: str | None = None
    last: str | None = None
    count: int | None = None  # type: ignore[assignment]  # the tuple method of that name is of no use here
    article_number: str | None = None


_NOTHING = Pages()
_NUMBER = r"(?:[A-Za-z]{0,4}\.?[0-9]{1,9}(?:[.:]e?[0-9]{1,6})?[A-Za-z]{0,2}|[ivxlcdmIVXLCDM]{1,9})"
_ABSENT = re.compile(
    r"(?:n/?\.?a\.?|no|null|none|undefined|unknown|n\.?\s?pag\.?|unpaginated|tbd|tba|tbc|x+|\?+|-+|0+"
    r"|in\s?press|ahead[\s-]of[\s-]print"
    r"|(?:articles?\s)?(?:online|e?pub|article|early)[\s-](?:first|ahead|view|only"
    r"|access)(?:[\s-]of[\s-]print)?|forthcoming|待定|无|無)"
    r"(?:\s?-\s?(?:n/?a|no|0+|\?+|-))?$",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"(?:(?:pages?|pages?\s*range|pp?|pgs?|seiten?|p[áa]g(?:ina)?s?|pagine|стр|с|页码|頁碼|起止页码?|页|頁|ページ"
    r"|頁数)(?:\s*[.:：]\s*|\s+|(?=[0-9]))"
    r"|s\.\s+(?=[0-9])|第\s*)+",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\s*(?:页|頁|ページ|쪽|面)\s*$")
_COUNT = re.compile(
    r"(?:\(|\[|,|;|\s|^)\s*(?:共\s*)?([1-9][0-9]{0,4})\s*(?:pp?\.?|pages?|pgs?\.?|页|頁|s\.|seiten"
    r"|p[áa]ginas?|с\.)\s*[)\]]?$",
    re.IGNORECASE,
)
_BARE_COUNT = re.compile(r"\s*[(\[]\s*([1-9][0-9]{0,4})\s*(?:pp?\.?|pages?|页|頁)?\s*[)\]]$", re.IGNORECASE)
_COUNT_LABEL = re.compile(
    r"(?:页数|頁數|總頁數|总页数|number of pages|num(?:ber)? ?pages|page count|umfang"
    r"|extent)\s*[:：]?\s*([1-9][0-9]{0,4})(?![0-9])",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"(?:article(?:\s*(?:id(?:entifier)?|no|number|num|nr))?|art|artikel|artículo|art\.?\s*no"
    r"|paper(?:\s*(?:no|number))?|文章编号|文章號|論文番号|e-?locator)"
    r"\s*[.:：#]*\s*((?:[A-Za-z]{0,6}-?)?[0-9][0-9A-Za-z.:-]{0,20})$",
    re.IGNORECASE,
)
_LOCATOR = re.compile(
    r"(?:e(?:[0-9]{4,}|[A-Za-z]?[0-9]{4,})|[0-9]{6,}|[A-Z]{2,}[0-9]{3,}|[0-9]{2,}-[0-9]{4,}\.?[a-z]?)$", re.IGNORECASE
)
# e2020JB020982 of the American Geophysical Union, CD001234.pub3 of Cochrane.
_CODE = re.compile(r"(e?(?:19|20)[0-9]{2}[A-Z]{1,4}[0-9]{4,6}|[A-Z]{2}[0-9]{6}\.pub[0-9]{1,2})(?:-\1)?$", re.IGNORECASE)
_RANGE = re.compile(rf"({_NUMBER})\s*(?:--?|/|至|bis|to|à|až)\s*({_NUMBER})\+?(?![0-9A-Za-z])", re.IGNORECASE)
_ONE = re.compile(rf"({_NUMBER})\s*(?:\+|ff?\.?|-|/|et\s+seq\.?)?\.?$")
_PARTS = re.compile(r"([A-Za-z.]*)(?:([0-9]+):)?([0-9]+)([A-Za-z]{0,2})$")
_ROMAN = re.compile(r"m{0,4}(?:cm|cd|d?c{0,4})(?:xc|xl|l?x{0,4})(?:ix|iv|v?i{0,4})$", re.IGNORECASE)

_VOLUME_AND_ISSUE = re.compile(
    r"\s*+第?\s*+([0-9]{1,4})\s*+[卷巻권],?\s*+第?\s*+([0-9]{1,4}(?:-[0-9]{1,4})?)\s*+[期号號호]\s*+"
)
_VOLUME_WRAP = re.compile(
    r"(?:volumes?|vols?|bände|band|bd|jahrgang|jg|tomes?|tomos?|tom|t|año|ano|anno|год|том|т"
    r"|v)(?:\s*[.:：]\s*|\s+|(?=[0-9]))|第\s*|卷\s*[:：]?\s*",
    re.IGNORECASE,
)
_ISSUE_WRAP = re.compile(
    r"(?:issues?|iss|numbers?|numéros?|número|numero|num|núm|nos?|nr|heft|h|hft|fasc(?:icule|icolo|ículo)?"
    r"|fas|cahier|выпуск|вып|№|n[°º]|n)"
    r"(?:\s*[.:：]\s*|\s+|(?=[0-9]))|[№#]\s*|第\s*|期\s*[:：]?\s*",
    re.IGNORECASE,
)
_CJK_TAIL = re.compile(r"\s*(?:卷|期|号|號|巻|권|호|辑|輯)$")
_BRACKETS = re.compile(r"^[(\[]\s*([^()\[\]]*?)\s*[)\]]$")
_PLAUSIBLE = re.compile(r"[^\W_](?:[\w\s./&:'()+,-]*[\w)])?\.?$")
_SAYS_NUMBER = re.compile(
    r"[0-9]|^[ivxlcdm]+$|^[a-z]$|suppl|special|spec|sonder|beiheft|增刊|专刊|专辑|補|extra|spéc|número|issue|^c$",
    re.IGNORECASE,
)
_TWO_LABELS = re.compile(r"(?<![a-z])(?:no|nr|issue|iss|vol|volume|pp?)\.?\s*[0-9]", re.IGNORECASE)
_PLAIN = re.compile(r"([1-9][0-9]{0,4})(?:-([1-9][0-9]{0,4}))?")
_NUMBER_ALONE = re.compile(r"[1-9][0-9]{0,4}")
_SPACED_RANGE = re.compile(r"(?<=[0-9])\s*([-/])\s*(?=[0-9])")
_ZEROS = re.compile(r"(?<![0-9A-Za-z.])0+(?=[0-9])")


def pages(raw: str) -> Pages:
    """Read a statement of pages: a range, one page, a count of pages, or an article number in their place.

    >>> pages("231 / 248")
    Pages(first='231', last='248', count=None, article_number=None)
    >>> pages("pp. 52-9")[:2]
    ('52', '59')
    >>> pages("e12345").article_number, pages("S1–S9")[:2], pages("xiv")[:2], pages("18 p.").count
    ('e12345', ('S1', 'S9'), ('xiv', None), 18)
    """
    if (match := _PLAIN.fullmatch(raw)) and (match[2] is None or len(match[1]) <= len(match[2])):
        return Pages(match[1], match[2])  # as most are
    text = _tidy(raw)
    if not text or len(text) > 120 or _ABSENT.match(text):
        return _NOTHING
    if match := _ARTICLE.match(text) or _CODE.match(text):
        return Pages(article_number=match[1].rstrip(".:-"))
    if match := _COUNT_LABEL.match(text):
        return Pages(count=int(match[1]))
    count = None
    if match := _COUNT.search(text) or (_BARE_COUNT.search(text) if "-" in text or "/" in text else None):
        count, text = int(match[1]), text[: match.start()].rstrip(" ,;:")
    text = _SUFFIX.sub("", _PREFIX.sub("", text, count=1)).strip(" ,;.:")
    first, last = _span(text)
    if first and not last and _LOCATOR.match(first) and not first.lower().startswith("s"):
        return Pages(count=count, article_number=first)
    return Pages(first, last, count)


def page(raw: str) -> str | None:
    """Return one page as printed; of a range, the first.

    >>> page("p. S12"), page("444-445"), page("n/a")
    ('S12', '444', None)
    """
    found = pages(raw)
    return found.first or found.article_number


def volume(raw: str) -> str | None:
    """Return a volume as printed, without the word for it.

    >>> volume("Vol. 12"), volume("第08卷"), volume("3/4"), volume("ahead-of-print")
    ('12', '08', '3/4', None)
    >>> volume("8卷2期"), issue("8卷2期")
    ('8', '2')
    """
    if _NUMBER_ALONE.fullmatch(raw):
        return raw  # as most are
    both = _VOLUME_AND_ISSUE.fullmatch(raw)
    return both[1] if both else _numbered(raw, _VOLUME_WRAP)


def issue(raw: str) -> str | None:
    """Return an issue as printed, without the word for it.

    >>> issue("No. 3-4"), issue("(06)"), issue("第6期"), issue("Suppl 1"), issue("0")
    ('3-4', '06', '6', 'Suppl 1', None)
    """
    if _NUMBER_ALONE.fullmatch(raw):
        return raw  # as most are
    both = _VOLUME_AND_ISSUE.fullmatch(raw)
    return both[2] if both else _numbered(raw, _ISSUE_WRAP)


def unpadded(raw: str) -> str:
    """Return a number without leading zeros, each part of a double number for itself.

    >>> unpadded("06"), unpadded("01-02"), unpadded("A012")
    ('6', '1-2', 'A012')
    """
    return _ZEROS.sub("", raw)


def _tidy(raw: str) -> str:
    return hyphens(narrow(line(raw))).replace("~", "-").replace("～", "-").strip(" ,;")


def _span(text: str) -> tuple[str | None, str | None]:
    """Return the first and the last page; parts that stand in no order leave the range among them."""
    parts = [part.strip() for part in re.split(r"[,;，]|\s(?:and|und|et|y|e|u)\s|&", text) if part.strip()]
    spans = [span for span in map(_one_span, parts) if span]
    if not spans or len(spans) != len(parts):
        return None, None
    if len(spans) == 1:
        return spans[0]
    ranges = [span for span in spans if span[1]]
    start, end = spans[0][0], spans[-1][1] or spans[-1][0]
    if start and end and _rises(start, end):
        return start, end
    return ranges[0] if len(ranges) == 1 else (start, None)


def _one_span(text: str) -> tuple[str | None, str | None] | None:
    if match := _RANGE.fullmatch(text):
        first, last = match.groups()
        if not (_is_page(first) and _is_page(last)) or not first.strip("0") or not last.strip("0"):
            return None
        return first, _expanded(first, last)
    if (match := _ONE.match(text)) and _is_page(match[1]) and match[1].strip("0"):
        return match[1], None
    return None


def _is_page(value: str) -> bool:
    return any(char.isdigit() for char in value) or bool(_ROMAN.match(value))


def _expanded(first: str, last: str) -> str:
    """Complete an abbreviated last page: ``123-9`` ends on 129; only if that is later than the first."""
    start, end = _PARTS.match(first), _PARTS.match(last)
    if not start or not end or start[2] != end[2] or start[4] or end[4] or (end[1] and end[1] != start[1]):
        return last
    digits = end[3]
    if len(digits) < len(start[3]):
        full = start[3][: -len(digits)] + digits
        if int(full) > int(start[3]):
            digits = full
    if start[1] and not end[1] and int(digits) < int(start[3]):
        return last
    return (start[1] + (f"{start[2]}:" if start[2] else "")) + digits


def _rises(first: str, last: str) -> bool:
    start, end = _PARTS.match(first), _PARTS.match(last)
    return bool(start and end and start[1].lower() == end[1].lower() and int(start[3]) <= int(end[3]))


def _numbered(raw: str, wrap: re.Pattern[str]) -> str | None:
    text = _tidy(raw)
    for _ in range(3):
        before = text
        if match := _BRACKETS.match(text):
            text = match[1].strip()
        text = _CJK_TAIL.sub("", text).strip(" ,;")
        if (match := wrap.match(text)) and text[match.end() :]:
            text = text[match.end() :].strip(" ,;:")
        if text == before:
            break
    if not text or len(text) > 40 or _ABSENT.match(text) or not _PLAUSIBLE.match(text):
        return None
    if not _SAYS_NUMBER.search(text) or _TWO_LABELS.search(text):
        return None
    text = text.rstrip(".")
    return _SPACED_RANGE.sub(r"\1", text) or None
