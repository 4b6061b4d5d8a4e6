"""A BibTeX entry on the page speaks of its work, if it is the only one and has the page's title."""

import pytest

from harvester.extraction import examine
from harvester.items import Work
from harvester.page import Page

TITLE = "Counting hens by moonlight"
ENTRY = """@inproceedings{hens2022,
  author = {Jane Doe and Rui {de Poe}},
  title = {{Counting} hens by moonlight},
  booktitle = {3rd Workshop on Hens},
  year = {2022},
  month = apr,
  pages = {7--19},
  isbn = {978-3-16-148410-0},
  publisher = {Hen Association}
}"""


def read(shown: str, head: str = "") -> Work:
    tags = f'<title>{TITLE}</title><meta name="citation_title" content="{TITLE}">{head}'
    work = examine(Page("https://example.org/a/b", f"{tags}<h1>{TITLE}</h1>{shown}".encode())).work
    assert work is not None
    return work


@pytest.mark.parametrize(
    "shown",
    [
        f"<pre>{ENTRY}</pre><p>Download",
        f"<p>{ENTRY}</p>",
        f"<p>BibTeX {ENTRY}</p>",
        "<p>" + ENTRY.replace("\n", "<br>") + "<p>Mail: jane@example.org",
    ],
)
def test_the_entry_of_the_page_tells_what_nothing_else_does(shown):
    work = read(shown)
    assert (work.container_title, work.publisher, work.published) == (
        "3rd Workshop on Hens",
        "Hen Association",
        "2022-04",
    )
    assert (work.first_page, work.last_page, work.isbn) == ("7", "19", ["9783161484100"])
    assert [(author.family, author.given) for author in work.authors] == [("Doe", "Jane"), ("de Poe", "Rui")]
    assert work.type == "proceedings-article"


@pytest.mark.parametrize(
    "shown",
    [
        f"<pre>{ENTRY}\n{ENTRY.replace('2022', '2023')}</pre>",
        f"<pre>{ENTRY.replace('hens by', 'ducks by')}</pre>",
        f"<pre>{ENTRY[:60]}</pre>",
        f"<pre>{ENTRY.replace('title =', 'heading =')}</pre>",
    ],
    ids=["two entries", "another work", "cut off", "without title"],
)
def test_an_entry_that_may_be_anothers_is_not_read(shown):
    assert read(shown).publisher is None


def test_commas_between_names_make_nobody():
    assert read(f"<pre>{ENTRY.replace('Jane Doe and Rui {de Poe}', 'Doe, Poe Rui, Jane')}</pre>").authors == []


def test_tags_are_believed_first():
    tag = '<meta name="citation_conference_title" content="Hens 22">'
    assert read(f"<pre>{ENTRY}</pre>", tag).container_title == "Hens 22"
