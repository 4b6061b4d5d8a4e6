"""Text as the matcher reads it: lower-case words without accents, markup or punctuation.

Folding is for comparing only; nothing folded is ever stored as a value. It is lossy on purpose and it never fails.
"""

import html
import re
import unicodedata

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,60}>")
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019\u02bc\u00b4`](?=\w)")
# Ideographs stand alone, so that one exchanged character counts as one exchanged word.
_WORD = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u9fff\uf900-\ufaff]+")
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}

_LETTERS = str.maketrans(
    {
        "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae", "Æ": "Ae",
        "œ": "oe", "Œ": "Oe",
        "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "κ": "kappa", "λ": "lambda",
        "μ": "mu", "µ": "mu", "π": "pi", "σ": "sigma", "τ": "tau", "ω": "omega", "Δ": "delta", "Ω": "omega",
    }
)  # fmt: skip
_GREEK_WORD = re.compile(r"[\u0370-\u03ff]{3,}")

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))


def plain(text: str) -> str:
    """Return the text without entities (at most two layers), tags, invisible characters and doubled spaces.

    Full-width punctuation becomes half-width (NFKC), so that one pattern finds a marker in any typography.

    >>> plain("A <i>b</i> &amp;lt; c")
    'A b < c'
    """
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.replace("\u2026", "\ue000").translate(_INVISIBLE)).replace(
            "\ue000", "\u2026"
        )
    return " ".join(text.split())


def fold(text: str) -> str:
    """Return the words of plain text: no case, accents, apostrophes or punctuation; Greek letters are spelt out.

    >>> fold("L’Été – β-Carotène: 2. Teil"), fold("深度学习")
    ('lete beta carotene 2 teil', '深 度 学 习')
    """
    if text.isascii():
        if "'" in text or "`" in text:
            text = _APOSTROPHE.sub("", text)
        return " ".join(text.translate(_ASCII).split())
    text = _APOSTROPHE.sub("", text)
    if not _GREEK_WORD.search(text):  # a Greek letter is a symbol, a Greek word is a word
        text = text.translate(_LETTERS)
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(_WORD.findall(unicodedata.normalize("NFC", text).casefold()))
