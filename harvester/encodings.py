"""Bytes of a page to text: the WHATWG rules, and a second look where the label contradicts the bytes."""

import re
from collections.abc import Callable
from typing import NamedTuple

from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
    to_unicode,
)

_SAMPLE = 200_000
"""How many bytes the detector looks at; counting more changes no verdict."""
_PART = 8_192
_CERTAIN = 40
"""Bytes of multi-byte characters, beyond one each, from which on no other encoding is valid UTF-8 by chance."""


class _Guess(NamedTuple):
    """An encoding without label, and how much of which characters its text shows when the guess is right."""

    encoding: str
    typical: Callable[[str], bool]
    share: float


def _between(low: str, high: str) -> Callable[[str], bool]:
    return lambda char: low <= char <= high


_JAPANESE = (_Guess("euc_jp", _between("ぁ", "ヿ"), 0.2), _Guess("cp932", _between("ぁ", "ヿ"), 0.2))
"""Kana are the sign of Japanese, and no other text is full of their bytes."""

_OTHERS = (
    # Hangul's bytes are a part of the frequent hanzi's: Korean is the guess as long as it explains as much.
    _Guess("cp949", _between("가", "힣"), 0.6),
    _Guess("gb18030", lambda char: _lead(char, "gb2312", 0xB0, 0xD7), 0.5),
    _Guess("big5hkscs", lambda char: _lead(char, "big5", 0xA4, 0xC6), 0.5),
    _Guess("windows-1251", _between("а", "я"), 0.75),
    _Guess("koi8-r", _between("а", "я"), 0.75),
)
_WESTERN = frozenset({"cp1252", "windows-1252", "latin-1", "iso8859-1", "ascii"})
_ESCAPED = b"\x1b$B"
"""How ISO-2022-JP goes over to kanji; no other encoding of pages has it."""
_RUN = re.compile(rb"[\x80-\xff]+")


def _lead(char: str, encoding: str, low: int, high: int) -> bool:
    """Return True where the character is one of the frequent ones, which the old standards put first."""
    coded = char.encode(encoding, "ignore")
    return len(coded) == 2 and low <= coded[0] <= high


def encoding_of(body: bytes, content_type: str | None) -> str:
    """Return the name of the encoding in which the body reads best.

    Byte order mark, then the header, then the declaration in the page, as the WHATWG encoding standard has it;
    where none of them stands or the bytes contradict it, what the bytes look like.
    """
    mark = read_bom(body)[0]
    if mark:
        return mark
    # One byte is found many times faster than three.
    if body.find(_ESCAPED[0], 0, _SAMPLE) >= 0 and body.find(_ESCAPED, 0, _SAMPLE) >= 0:
        return "iso2022_jp"
    if _is_utf8(body):
        # Bytes above 127 that form valid UTF-8 are UTF-8, whatever an old header says.
        return "utf-8"
    header = http_content_type_encoding(content_type)
    labels = [resolve_encoding(header) if header else None, html_body_declared_encoding(body[:4096])]
    for label in labels:
        if label and label not in _WESTERN and _reads(body, label):
            return label
    return _detect(body) or next((label for label in labels if label in _WESTERN), None) or "cp1252"


def decode(body: bytes, content_type: str | None = None) -> str:
    """Return the body as text.

    >>> decode("题名与作者".encode("gbk"), "text/html; charset=iso-8859-1")
    '题名与作者'
    """
    return to_unicode(body, encoding_of(body, content_type)).removeprefix("\ufeff")


def _is_utf8(body: bytes) -> bool:
    """Return True for valid UTF-8: so many characters beyond ASCII, or all of the sample, speak for the whole."""
    at = next((at for at in range(0, len(body), _PART) if not body[at : at + _PART].isascii()), None)
    if at is None:
        return True
    end = at + _SAMPLE
    beyond = 0
    while at < len(body) and at < end and beyond < _CERTAIN:
        part = body[at : at + _PART]
        try:
            beyond += len(part) - len(part.decode("utf-8"))
        except UnicodeDecodeError as error:
            # A part, or a page, cut off in the middle of a character is still UTF-8.
            if error.start < len(part) - 3:
                return False
            at += error.start if at + len(part) < len(body) else len(part)
        else:
            at += len(part)
    return True


def _reads(body: bytes, encoding: str) -> bool:
    """Return True unless more than one in fifty of the characters beyond ASCII is damaged."""
    sample = body[:_SAMPLE]
    beyond = sum(1 for char in sample.decode("latin-1") if char > "\x7f")
    return sample.decode(encoding, "replace").count("\ufffd") * 50 <= beyond


def _detect(body: bytes) -> str | None:
    """Return the encoding whose typical characters fill the text, or None where no guess is good enough."""
    sample = b"\n".join(line for line in body[:_SAMPLE].splitlines() if not line.isascii())
    runs = _RUN.findall(sample)
    # Western letters with accents stand alone; in the other scripts nearly every letter is beyond ASCII.
    if sum(map(len, runs)) < 2 * len(runs):
        return None
    for guess in _JAPANESE:
        if _share(sample, guess) >= guess.share:
            return guess.encoding
    shares = [_share(sample, guess) for guess in _OTHERS]
    for guess, share in zip(_OTHERS, shares, strict=True):
        if share >= guess.share and share >= max(shares) - 0.05:
            return guess.encoding
    return None


def _share(sample: bytes, guess: _Guess) -> float:
    """Return how much of the text beyond ASCII is typical; 0 where the bytes are not of that encoding."""
    text = sample.decode(guess.encoding, "replace")
    beyond = [char for char in text if char > "\x7f"]
    if len(beyond) < 4 or text.count("\ufffd") * 50 > len(beyond):
        return 0.0
    return sum(map(guess.typical, beyond)) / len(beyond)
