"""Codes of classification schemes: 中图分类号 (CLC) and 学科分类号 (disciplines of Chinese records)."""

import re
from unicodedata import normalize

from harvester.items import Classification
from harvester.normalise.characters import line, squeeze

_LABEL = r"(?:\s*[\[(（【]\s*([^\[\]()（）【】]{1,60}?)\s*[\])）】]|\s*[:：]?\s*([\u3400-\u9fff]{2,20}))?"
# GB/T style numbers of the Chinese Library Classification: a letter of the main classes (T takes a second one),
# figures with a dot after the third, then auxiliary signs for form, place, language and time.
_CLC = re.compile(
    r"(?<![0-9A-Za-z.])((?:T[BDEFGHJKLMNPQSUV]|[A-KN-VXZ])[0-9]{0,3}(?:\.[0-9]{1,6})?(?:[-=:/][0-9A-Z][0-9A-Z.]{0,11}|\([0-9]{1,4}\)|\"[0-9]{1,4}\")*)"
    r"(?![0-9A-Za-z])" + _LABEL
)
_CLC_JUNK = re.compile(r"[\s;,；，、:：。.|/+·]*")
_CLC_WORD = re.compile(
    r"^\s*(?:中图分类号?|中圖分類號?|中图法分类号?|分类号|分類號|CLC(?:\s*(?:number|no\.?|code))?)\s*[:：]?\s*",
    re.IGNORECASE,
)
_DISCIPLINE = re.compile(r"(?<![0-9.])([0-9]{3}\.[0-9]{2}(?:[0-9]{2})?|[0-9]{2,7})(?![0-9.])" + _LABEL)
_DISCIPLINE_WORD = re.compile(r"^\s*学科(?:分类)?(?:号|代码)?\s*[:：]?\s*|^\s*學科(?:分類)?(?:號|代碼)?\s*[:：]?\s*")


def clc(raw: str) -> list[Classification]:
    """Return the numbers of the Chinese Library Classification in a value, with their labels where it gives them.

    Full-width forms count as their ASCII twins. A value that holds anything else gives nothing.

    >>> [(each.code, each.label) for each in clc("C93 [管理学]; ＴＰ391.41；")]
    [('C93', '管理学'), ('TP391.41', None)]
    >>> clc("1000-1234(2020)01-0001-05")
    []
    """
    found = _read(raw, "clc", _CLC_WORD, _CLC)
    # 文献标识码, which stands beside it, is one letter from A to E.
    return [] if len(found) == 1 and found[0].code in "ABCDE" and not found[0].label else found


def cn_discipline(raw: str) -> list[Classification]:
    """Return discipline codes: GB/T 13745 in both editions, or the ministry's catalogue of two, four or six figures.

    The dot of the edition of 1992 (``510.1010``) is dropped, as the edition of 2009 did.

    >>> [each.code for each in cn_discipline("12 ; 1201 ; 120202 ;")], [each.code for each in cn_discipline("510.1010")]
    (['12', '1201', '120202'], ['5101010'])
    """
    found = _read(raw, "cn-discipline", _DISCIPLINE_WORD, _DISCIPLINE)
    for each in found:
        each.code = each.code.replace(".", "")
    return found


def _read(raw: str, scheme: str, word: re.Pattern[str], pattern: re.Pattern[str]) -> list[Classification]:
    text = word.sub("", normalize("NFKC", line(raw)))
    if len(text) > 2000 or _CLC_JUNK.fullmatch(pattern.sub("", text)) is None:
        return []
    found = {
        match[1]: Classification(scheme, match[1], squeeze(match[2] or match[3] or "") or None)
        for match in pattern.finditer(text)
    }
    return list(found.values())
