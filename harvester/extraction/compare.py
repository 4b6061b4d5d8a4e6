"""Comparing what two sources say, whatever their punctuation, case and accents."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return only the letters and digits of a text, without case and accents.

    >>> fold("Étude – of  X & Y"), fold("Æther")
    ('etudeofxy', 'æther')
    """
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in decomposed if char.isalnum())
