"""Comparing what two sources say, whatever their punctuation, case and accents."""

import re
import unicodedata
from functools import lru_cache

_NOT_ALNUM = re.compile("[^A-Za-z0-9]+")
_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=2048)
def fold(text: str) -> str:
    """Return only the letters and digits of a text, without case and accents.

    >>> fold("Étude – of  X & Y"), fold("Æther")
    ('etudeofxy', 'æther')
    """
    if text.isascii():
        return _NOT_ALNUM.sub("", text).lower()
    return _NOT_WORD.sub("", unicodedata.normalize("NFKD", text).casefold())
