"""Where an abstract ends: the lines below its heading that are still its text."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from harvester.normalise import language
from harvester.normalise.characters import ideographs

_MOST_UNFINISHED = 4
_SENTENCE_ENDS = tuple(".!?。！？…;:：)]”\"’'》」")
_BULLET = re.compile("[•·▪◦●‣∙]")
_INVITATION = re.compile(
    r"\s*(?:更多还原|更多|收起|展开|더보기|もっと見る|\(?(?:show|read|see|view) (?:more|less)\)?|more »"
    r"|(?:\.\.\.|…) ?(?:more|less|mehr|weniger|plus|moins|más|menos|mais))\s*$",
    re.IGNORECASE,
)
_INVITING = ("more", "less", "更多", "收起", "展开", "더보기", "もっと", "...", "…")
# Web of Science spells out the characters that its own set lacks.
_CENTER_DOT = re.compile(r"\bcenter dot\b")
_TAIL = 40
"""Characters at the end of a line in which an invitation to read more can stand."""
_HISTORY = re.compile(
    r"(?i:received|accepted|revised|submitted|published)(?:[ :]+(?i:first|online|electronically|in|on))*"
    r"[ :]+(?=[0-9]|[A-Z][a-z]{2,8}\.? [0-9]).{0,20}\b(?:19|20)[0-9]{2}\b"
)
_RIGHTS = re.compile("(?:Copyright )?©[^.©]{4,80}$")
_LONGEST_HISTORY = 150
_SHORT = 70
_LEAST = 60
_BUTTON = 25
_PARAGRAPH = 280
_LONGEST_WORDS = 100
"""Characters within which the words stand by which a line is known; to fold all of a paragraph's takes long."""
_TRANSLATED = 150
"""Weight of a paragraph from which on its language is beyond doubt."""


@cache
def _data() -> dict[str, frozenset[str] | tuple[str, ...]]:
    data = tomllib.loads(files(__package__).joinpath("endings.toml").read_text(encoding="utf-8"))
    return {
        "boilerplate": tuple(data["boilerplate"]),
        "inner_headings": frozenset(data["inner_headings"]),
        "first_headings": frozenset(data["first_headings"]),
    }


def weight(text: str) -> int:
    """Return the length of a text in Latin letters: an ideograph or a syllable block says as much as three."""
    return len(text) if text.isascii() else len(text) + 2 * ideographs(text)


def is_cjk(text: str) -> bool:
    """Return True for a text that is mostly ideographs, kana or hangul."""
    return 3 * ideographs(text) > len(text)


def is_inner_heading(line: str) -> bool:
    """Return True for the heading of a part of a structured abstract."""
    return len(line) <= _LONGEST_WORDS and line.strip(" :：.").casefold() in _data()["inner_headings"]


def is_boilerplate(line: str) -> bool:
    """Return True for a line of the site: an invitation, a copyright notice, a button."""
    return line[:_LONGEST_WORDS].lstrip("-–—*• ").casefold().startswith(tuple(_data()["boilerplate"]))


def is_prose(line: str) -> bool:
    """Return True for a line that reads as running text: long, or a whole sentence of some length."""
    size = weight(line)
    return size >= 2 * _SHORT or (size >= _SHORT / 2 and line.rstrip().endswith(_SENTENCE_ENDS))


def paragraphs(lines: Iterable[str]) -> Iterator[int]:
    """Yield the indexes of the lines that are paragraphs."""
    # No character weighs more than three: most lines need no closer look.
    return (at for at, line in enumerate(lines) if 3 * len(line) > _PARAGRAPH and is_paragraph(line))


def is_paragraph(line: str) -> bool:
    """Return True for a paragraph of the work's text: long, made of sentences, none of the site's."""
    if weight(line) <= _PARAGRAPH:
        return False
    text = _RIGHTS.sub("", line) if "©" in line else line
    return text.rstrip().endswith(_SENTENCE_ENDS) and not is_boilerplate(line)


def gather(lines: Iterable[str]) -> str | None:
    """Return the abstract that the lines begin with; None where they begin with something else.

    Lines are taken until the site speaks, or a short line that is no sentence follows a finished one.
    """
    taken: list[str] = []
    for line in _without_button(list(lines)):
        if _names_language(line):
            # Above each of several versions.
            if taken:
                break
            continue
        if is_boilerplate(line) or _is_history(line):
            break
        # With headings of its own, it ends where the article has one of them again.
        structured = bool(taken) and is_inner_heading(taken[0])
        if taken and (line in taken and is_inner_heading(line) if structured else _begins_article(line)):
            break
        end = line[-_TAIL:].lower()
        invited = any(word in end for word in _INVITING)
        text = line[:-_TAIL] + _INVITATION.sub("", line[-_TAIL:]) if invited else line
        finished = bool(taken) and taken[-1].rstrip().endswith(_SENTENCE_ENDS)
        if is_inner_heading(text) or _BULLET.match(text) or is_prose(text) or (taken and not finished):
            taken.append(text)
        else:
            break
    taken = _one_language(taken)
    while taken and is_inner_heading(taken[-1]):
        taken.pop()
    if len(taken) > _MOST_UNFINISHED and not any(line.endswith(_SENTENCE_ENDS) or ". " in line for line in taken):
        # So many lines without a sentence are the headings of the article.
        return None
    abstract = _joined(taken)
    return abstract if weight(abstract) >= _LEAST and any(map(is_prose, taken)) else None


def _is_history(line: str) -> bool:
    return len(line) <= _LONGEST_HISTORY and _HISTORY.match(line) is not None


def _begins_article(line: str) -> bool:
    """Return True for the first heading of the text, alone or in front of it: ``INTRODUCTION: Eyes are``."""
    word = line[:_BUTTON].partition(":")[0].strip(" .0123456789").casefold()
    return word in _data()["first_headings"]


def _names_language(line: str) -> bool:
    return 3 < len(line) < _BUTTON and language.language(line) is not None


def _without_button(lines: list[str]) -> list[str]:
    """Drop the one button that may stand between the heading and the text: ``Read online``, ``Download PDF``."""
    button = len(lines) > 1 and len(lines[0]) < _BUTTON and not is_prose(lines[0]) and is_paragraph(lines[1])
    return lines[1:] if button and not is_inner_heading(lines[0]) else lines


def _one_language(lines: list[str]) -> list[str]:
    """Return the lines before the first paragraph in another language: what follows is the translation."""
    long = [at for at, line in enumerate(lines) if weight(line) >= _TRANSLATED] if len(lines) > 1 else []
    own = language.detect(lines[long[0]]) if len(long) > 1 else None
    for at in long[1:] if own else ():
        if (other := language.detect(lines[at])) and other != own:
            return lines[:at]
    return lines


def _joined(lines: list[str]) -> str:
    parts = [f"{line.rstrip(' :')}:" if is_inner_heading(line) and not ideographs(line) else line for line in lines]
    text = " ".join(filter(None, parts))
    return _CENTER_DOT.sub("•", text) if "center dot" in text else text
