"""Titles of works and of the containers that hold them."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from harvester.normalise.characters import ideographs
from harvester.normalise.markup import plain

_LABEL = re.compile(
    r"(?:title|article title|paper title|题名|题目|標題|标题|論題|タイトル|제목|titre|titel)\s*[:：]\s*(?=\S)",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(r"(?<=[\w.?!)\]”\"'»])\s*(?:\*{1,3}|[†‡※]+|\(\*+\)|\[\*+\])$")
# MEDLINE's sign of a title that it translated.
_TRANSLATED = re.compile(r"\[([^\[\]]+?)\.?\]\.?")
_NOTE_ENDS = tuple("*†‡※)]")
_SITE = re.compile(r"\s+[-–—|»·:•]\s+|\s*\|\s*")
_FOLD = re.compile(r"[\W_]+")


class _Junk(NamedTuple):
    whole: frozenset[str]
    """Folded texts that are no title."""
    patterns: re.Pattern[str]
    """What no title looks like."""


def title(raw: str, *, site_names: Iterable[str] = ()) -> str | None:
    """Return a title as plain text; None for what pages show when they have none (``junk.toml``).

    A trailing footnote mark goes. A site's name goes only where the caller names the site: much else stands after a
    dash or a bar and belongs to the title.

    >>> title("On <i>E. coli</i> *"), title("Just a moment..."), title("paper_final.docx")
    ('On E. coli', None, None)
    >>> title("On Counting | Journal of Examples", site_names=["Journal of Examples"])
    'On Counting'
    """
    text = plain(raw)
    for _ in range(4):
        before = text
        if not text or len(text) > 2000:
            return None
        text = _LABEL.sub("", text, count=1) if _LABEL.match(text) else text
        text = (_FOOTNOTE.sub("", text) if text.endswith(_NOTE_ENDS) else text).strip()
        if text.startswith("[") and (bracketed := _TRANSLATED.fullmatch(text)):
            text = bracketed[1]
        text = _without_parallel(_without_site(text, site_names))
        if text == before:
            break
    return None if text is None or is_junk_title(text) else text


def is_junk_title(text: str) -> bool:
    """Tell whether a text is what a server or a text processor writes in place of a title.

    >>> is_junk_title("404 - Page Not Found"), is_junk_title("404 ways to fail")
    (True, False)
    """
    folded = _fold(text)
    junk = _junk()
    return not folded or folded in junk.whole or bool(junk.patterns.match(text))


def _without_site(text: str, site_names: Iterable[str]) -> str:
    names = {_fold(name) for name in site_names} - {""}
    if not names:
        return text
    for mark in reversed(list(_SITE.finditer(text))):
        if _fold(text[mark.end() :]) in names and text[: mark.start()].strip():
            return text[: mark.start()].rstrip()
    for mark in _SITE.finditer(text):
        if _fold(text[: mark.start()]) in names and text[mark.end() :].strip():
            return text[mark.end() :].lstrip()
    return text


def _without_parallel(text: str) -> str:
    """Cut the title in Latin letters that ISBD puts behind one in ideographs and an equals sign."""
    own, sign, other = text.partition(" = ")
    return own if sign and ideographs(own) and not ideographs(other) and len(other) > len(own) else text


def _fold(text: str) -> str:
    return _FOLD.sub(" ", text.casefold()).strip()


@cache
def _junk() -> _Junk:
    table = tomllib.loads((files("harvester.normalise") / "junk.toml").read_text("utf-8"))["title"]
    return _Junk(frozenset(map(_fold, table["whole"])), re.compile("|".join(table["patterns"]), re.IGNORECASE))
