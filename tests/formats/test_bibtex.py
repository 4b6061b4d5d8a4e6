r"""BibTeX: entries, names, ``@string`` and LaTeX, good and bad."""

import pytest

from harvester.formats import BadRecord, Loaded
from harvester.items import Author

ENTRY = r"""
% a comment before
@string{joe = "Journal of Examples"}
@STRING(pub = {Example Press})

@Article{erdos14,
  author    = {Erd{\H o}s, P{\'a}l and van der Waals, Johannes D. and {European Organization for Nuclear Research}
               and Ada Lovelace and others},
  title     = {On {CO}$_2$ and 10$^{6}$ \emph{things} \& 50% more},
  journal   = joe # { (Online)},
  publisher = pub,
  year      = 2014, month = jan,
  volume    = {12}, number = "3",
  pages     = {123--9},
  doi       = {10.1007/978-3-540\_12},
  url       = {\url{https://example.org/a\_b}},
  keywords  = {counting, things, more things},
  issn      = {0378-4371},
}
"""


def test_an_entry_gives_each_field_normalised(reading) -> None:
    [loaded] = reading("a.bib", ENTRY)
    assert isinstance(loaded, Loaded)
    work = loaded.work
    assert (loaded.where, loaded.key) == ("a.bib:6", "erdos14")
    assert work.title == "On CO2 and 10⁶ things & 50% more"
    assert [author.label for author in work.authors] == [
        "Erdős, Pál", "van der Waals, Johannes D.", "European Organization for Nuclear Research", "Lovelace, Ada",
    ]  # fmt: skip
    assert work.container_title == "Journal of Examples (Online)"
    assert (work.publisher, work.published, work.volume, work.issue) == ("Example Press", "2014-01", "12", "3")
    assert (work.first_page, work.last_page) == ("123", "129")
    assert (work.doi, work.url) == ("10.1007/978-3-540_12", "https://example.org/a_b")
    assert (work.keywords, work.type) == (["counting", "things", "more things"], "journal-article")


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ("author = {King, Jr., Martin Luther}", "authors", [
            Author("King", "Martin Luther, Jr.", "King, Martin Luther, Jr."),
        ]),
        ('author = "Jos{\\\'e} Mart{\\\'\\i}"', "authors", [Author("Martí", "José", "Martí, José")]),
        ("title = {{Double Braces Kept Whole}}", "title", "Double Braces Kept Whole"),
        ("title = {A price of $5 and then $6 more}", "title", "A price of $5 and then $6 more"),
        (r"title = {The {$\alpha$}-helix at \textsuperscript{3}H}", "title", "The α-helix at ³H"),
        ("date = {2014-05-03}", "published", "2014-05-03"),
        ("year = 2014, month = 11", "published", "2014-11"),
        ("year = {in press}", "published", None),
        ("eprint = {1902.02534v2}, archivePrefix = {arXiv}", "arxiv_id", "1902.02534"),
        ("type = {PhD thesis}", "type", "dissertation"),
        ("title = {First}, title = {Second}", "title", "First"),
        ("pages = {e12345}", "article_number", "e12345"),
    ],
)  # fmt: skip
def test_fields_are_read_as_bibtex_means_them(reading, fields, name, value) -> None:
    [loaded] = reading("a.bib", "@misc{k, note = {n}, " + fields + "}")
    assert isinstance(loaded, Loaded), loaded
    assert getattr(loaded.work, name) == value


def test_names_in_characters_are_not_split_by_their_spaces(reading) -> None:
    [loaded] = reading("a.bib", "@misc{k, title = {题名}, author = {欧阳修 and 李 明}}")
    assert [(author.family, author.name) for author in loaded.work.authors] == [(None, "欧阳修"), (None, "李明")]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("inproceedings", "proceedings-article"), ("conference", "proceedings-article"), ("phdthesis", "dissertation"),
        ("book", "book"), ("incollection", "book-chapter"), ("techreport", "report"), ("misc", None),
    ],
)  # fmt: skip
def test_types_become_crossrefs(reading, kind, expected) -> None:
    assert reading("a.bib", f"@{kind}{{k, title = {{T of it}}}}")[0].work.type == expected


def test_a_broken_entry_is_reported_and_its_neighbours_are_read(reading) -> None:
    content = "@article{a, title = {One}}\n@article{b, title = {Two,\n year = 2014\n@article{c, title = {Three}}\n"
    first, bad, last = reading("a.bib", content)
    assert (first.work.title, last.work.title) == ("One", "Three")
    assert isinstance(bad, BadRecord)
    assert bad.where == "a.bib:2"


def test_entries_on_one_line_and_in_parentheses_count(reading) -> None:
    found = reading("a.bib", "@article{a, title={One}} @book{b, title={Two}}@comment{x}\n@article(c, title = {Three})")
    assert [each.work.title for each in found] == ["One", "Two", "Three"]


def test_a_text_without_entries_is_one_bad_record(reading) -> None:
    [bad] = reading("a.bib", "just some words\nin lines\n")
    assert str(bad) == "a.bib:1: 'just some words in lines': no entry; one begins with @ at the beginning of a line"
    assert reading("a.bib", "") == []


def test_deep_braces_and_broken_latex_end_nothing(reading) -> None:
    deep = "{" * 500 + "deep words" + "}" * 500
    broken = "@misc{b, title = {x \\verb and \\begin{y}}"
    found = reading("a.bib", "@misc{a, title = " + deep + "}\n" + broken + "\n@misc{c, title={Third}}")
    assert found[0].work.title == "deep words"
    assert found[2].work.title == "Third"
