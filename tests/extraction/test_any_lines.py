"""Lines of a page in any order and with any signs between their words: nothing raises and no sign is a person."""

import html
import signal
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.extraction import bibtex_entry, examine, people_lines
from harvester.page import Page

SIGNS = [
    "",
    " ",
    ",",
    ", ",
    ";",
    "*",
    "†",
    "1",
    "[1]",
    "[1+2]",
    "(",
    ")",
    ".",
    ":",
    "/",
    "|",
    "、",
    "，",
    "-",
    "–",
    "©",
]
WORDS = [
    *("Jane Doe", "Doe, J.", "M.D.", "editor", "and", "et al.", "王小明", "University of X", "j@example.org", "0002"),
    *("2008", "12", "pp.", "Vol.", "No.", "12(3):45-67", "June", "doi:10.5555/a.1", "Journal of Things", "ISSN"),
    *("0378-5955", "Abstract", "Keywords", "Authors:", "作者", "卷", "By", "Received", "https://doi.org/10.5555/b"),
]
PARTS = st.lists(st.sampled_from(WORDS) | st.sampled_from(SIGNS) | st.text(max_size=3), max_size=12)
LINES = st.builds(str.join, st.sampled_from(["", " ", ", ", "; "]), PARTS)
TITLE = "Umbrellas in the lost property offices of two railways"


@given(LINES)
@settings(max_examples=500)
def test_names_are_split_at_any_sign(line):
    assert all(name.strip() for name in people_lines.split(line)) or not line.strip(" ;；,，.。")


@given(st.lists(LINES, max_size=8))
@settings(max_examples=500)
def test_lines_of_any_signs_are_read(lines):
    shown = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    examined = examine(Page("https://example.org/a", f"<title>{TITLE}</title><h1>{TITLE}</h1>{shown}".encode()))
    authors = examined.work.authors if examined.work else ()
    assert all(any(sign.isalpha() for sign in author.name) for author in authors)


@given(LINES, LINES)
def test_entries_of_any_signs_are_read(title, names):
    entry = f"@article{{key, title = {{{title}}}, author = {{{names}}}, year = 2008}}"
    page = Page("https://example.org/a", f"<h1>{TITLE}</h1><pre>{html.escape(entry)}</pre>".encode())
    assert all(candidate.reader == "bibtex_entry" for candidate in bibtex_entry.read(page))
    examine(page)


@contextmanager
def at_most(seconds):
    """Stop what would go on for hours; what is right ends in a small part of this time."""

    def stop(*_):
        raise AssertionError(f"still at it after {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    "repeated", ["*", "1", "a", "a ", "(", "[1]", ", ", ": ", "- ", "A. ", "2008, ", "a@", "中", "Aa-"]
)
def test_one_sign_over_and_over_is_read_in_time(repeated):
    row = html.escape(repeated * 4000)
    shown = f"<p>Jane Doe<sup>{row[:150]}!</sup></p><p>Jane Doe ({row}</p><p>{row}</p><h2>{row}</h2><p>By {row}!</p>"
    with at_most(60):
        examined = examine(Page("https://example.org/a", f"<title>{TITLE}</title><h1>{TITLE}</h1>{shown}".encode()))
    assert examined.verdict.reason


def test_an_open_bracket_before_a_long_word_is_read_in_time():
    with at_most(20):
        assert not people_lines.authors(["Jane Doe (" + "a" * 4000], {})
