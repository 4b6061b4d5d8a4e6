"""Characters before meaning: entities, invisible marks, white space, full-width forms.

Every other normaliser starts here, so what these functions let through is what the database has to take:
no NUL and no lone surrogate (no database stores them), no bidi or zero-width mark (no reader sees them).
"""

import re
import unicodedata
from html import unescape

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff]"
)
# Joiners carry spelling in Arabic and Indic scripts, and nothing anywhere else.
_JOINER = re.compile("(?<![\u0600-\u06ff\u0900-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u06ff\u0900-\u0dff])")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HAS_WIDE = re.compile("[\uff01-\uff5e]")

IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Kana, Han and Hangul syllables, for use inside of a character class."""

_NO_LEAD = bytes(byte for byte in range(256) if not 0xE3 <= byte <= 0xED)
"""All bytes but those with which a character from U+3000 to U+DFFF begins in UTF-8; none goes on with such a byte."""

HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\ufe58\ufe63\uff0d"
"""Characters that stand for a hyphen or a dash; inside of a character class they need no escape."""

_TO_HYPHEN = dict.fromkeys(map(ord, HYPHENS), "-")


def decode_entities(text: str) -> str:
    """Decode HTML entities, twice at most: sites escape what was escaped already.

    A text that still holds an entity after that was written about entities and stays as it is.

    >>> decode_entities("Bachoud-L&amp;#xe9;vi"), decode_entities("&amp;amp;amp;")
    ('Bachoud-Lévi', '&amp;amp;amp;')
    """
    if "&" not in text:
        return text
    decoded = text
    for _ in range(2):
        decoded = _ENTITY.sub(lambda found: unescape(found[0]), decoded)
    return text if _decodable(decoded) else decoded


def _decodable(text: str) -> bool:
    return any(unescape(found[0]) != found[0] for found in _ENTITY.finditer(text))


def visible(text: str) -> str:
    r"""Compose the text (NFC) and drop what nobody sees.

    >>> visible("e\u0301\u200b\x00")
    'é'
    """
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", _JOINER.sub("", _INVISIBLE.sub("", text)))


def has_invisible(text: str) -> bool:
    r"""Tell whether `visible` would change the text, as far as that is quickly told.

    >>> has_invisible("one line\n"), has_invisible("e\u0301"), has_invisible("\x00")
    (False, True, True)
    """
    if text.isascii():
        return not text.isprintable() and _INVISIBLE.search(text) is not None
    if _INVISIBLE.search(text) or not unicodedata.is_normalized("NFC", text):
        return True
    return ("\u200c" in text or "\u200d" in text) and _JOINER.search(text) is not None


def ideographs(text: str) -> int:
    """Count the characters of Chinese, Japanese and Korean in a text, their punctuation included.

    >>> ideographs("第3期 naïve"), ideographs("naïve – “no”")
    (2, 0)
    """
    # The bytes tell it several times faster than any pattern.
    return 0 if text.isascii() else len(text.encode("utf-8", "replace").translate(None, _NO_LEAD))


def squeeze(text: str) -> str:
    r"""Write every run of white space, ideographic included, as one space.

    >>> squeeze(" a\u3000 b\n")
    'a b'
    """
    if "  " not in text and text.isprintable():
        # Of white space only the blank is printable.
        return text.strip()
    return " ".join(text.split())


def lowered(text: str) -> str:
    """Write the text in small letters, as many as there were letters before, so that places in it stay the same.

    >>> lowered("İLK Söz")
    'ilk söz'
    """
    small = text.lower()
    # The dotted capital I is the only one that becomes two characters.
    return small if len(small) == len(text) else text.replace("İ", "i").lower()


def narrow(text: str) -> str:
    """Write full-width ASCII forms as ASCII; other compatibility forms are left alone.

    >>> narrow("１０．１０３８；ｘ")
    '10.1038;x'
    """
    return text.translate(_WIDE) if _HAS_WIDE.search(text) else text


def hyphens(text: str) -> str:
    """Write every dash as an ASCII hyphen.

    >>> hyphens("231–248")
    '231-248'
    """
    return text if text.isascii() else text.translate(_TO_HYPHEN)


def line(text: str) -> str:
    """Return the text as one clean line: entities decoded, invisible marks gone, white space squeezed.

    >>> line(" Vol.&nbsp;12 ")
    'Vol. 12'
    """
    return squeeze(visible(decode_entities(text)))
