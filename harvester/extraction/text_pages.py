"""Plain text without labels: does it still read as one work?"""

import re

from harvester.extraction.candidates import Candidate
from harvester.extraction.lines import lines
from harvester.items import PageKind, Verdict
from harvester.page import Page

NAME = "text_lines"

_TITLE = range(15, 301)
"""Characters of a line that may be a title."""
_PARAGRAPH = 350
"""Characters from which on a line is a paragraph."""
_SENTENCE = re.compile(r"[.!?。！？]['\"”’)]?(?:\s|$)")
_MARKED = re.compile(r"[{}<>=;\t|]{2,}|^\s*(?:https?://|[#$>*]|\d+[.)]\s)", re.MULTILINE)


def judge(page: Page) -> Verdict:
    """Return `text_snapshot` for a title line above one paragraph of prose, `non_record` for anything else."""
    if title_and_prose(page):
        return Verdict(PageKind.TEXT_SNAPSHOT, "plain text: a title line above a paragraph of prose, no labels")
    return Verdict(PageKind.NON_RECORD, "plain text without labels that does not read as one work")


def title_and_prose(page: Page) -> tuple[str, str] | None:
    """Return the title line and the paragraph below it, where the text is little else."""
    found = lines(page)
    if not 2 <= len(found) <= 60 or len(found[0]) not in _TITLE or _SENTENCE.search(found[0][:-1]):
        return None
    paragraphs = [line for line in found[1:] if len(line) >= _PARAGRAPH and len(_SENTENCE.findall(line)) >= 2]
    if len(paragraphs) != 1 or found.index(paragraphs[0]) > 8 or _MARKED.search(found[0]):
        return None
    return found[0], paragraphs[0]


def read(page: Page) -> list[Candidate]:
    """Return title and abstract of a text snapshot; nothing for any other page."""
    found = title_and_prose(page) if page.is_plain_text else None
    return [Candidate("title", found[0], NAME), Candidate("abstract", found[1], NAME)] if found else []
