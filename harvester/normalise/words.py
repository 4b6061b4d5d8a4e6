"""A text as the words by which it is searched.

Chinese, Japanese and Korean have no spaces between words, so each of their characters is a word here.
"""

import re
import unicodedata

# Han, kana, hangul syllables, and the ideographs beyond the basic plane.
_CJK = re.compile(r"([\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])")
# Combining marks, but not those of kana: が is not か.
_ACCENTS = re.compile(
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_WORD = re.compile(r"[^\W_]+")
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}


def words(raw: str) -> list[str]:
    """Cut a text into words: case, accents and punctuation gone, each CJK character a word.

    >>> words("Électre : 图书馆 (2nd ed.)")
    ['electre', '图', '书', '馆', '2nd', 'ed']
    """
    if raw.isascii():
        return raw.translate(_ASCII).split()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", raw).casefold())
    return _WORD.findall(_CJK.sub(r" \1 ", unicodedata.normalize("NFC", _ACCENTS.sub("", folded))))


def folded(raw: str) -> str:
    """Return the words with one space between them.

    >>> folded("Électre : 图书馆")
    'electre 图 书 馆'
    """
    return " ".join(words(raw))
