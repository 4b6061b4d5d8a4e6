"""RIS: the tags of two specifications, and files that keep neither."""

import pytest

from harvester.formats import BadRecord, Loaded
from harvester.items import Author

RECORD = """TY  - JOUR
AU  - Lovelace, Ada B.
AU  - The Example Collaboration
TI  - On counting
  things twice
T2  - Journal of Examples
J2  - J. Ex.
PY  - 2014
DA  - 2014/01/30/
VL  - 12
IS  - 3-4
SP  - 123
EP  - 9
SN  - 0378-4371
DO  - https://doi.org/10.5555/JOE.2014.7
KW  - counting
KW  - things, other
AB  - We count all of the things twice and compare.
UR  - https://example.org/7
LA  - English
ID  - lovelace2014
ER  -
"""


def one(found: list[Loaded | BadRecord]) -> Loaded:
    assert len(found) == 1, found
    assert isinstance(found[0], Loaded), found
    return found[0]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_record_gives_each_field_normalised(reading, ending) -> None:
    loaded = one(reading("a.ris", RECORD.replace("\n", ending)))
    work = loaded.work
    assert (loaded.where, loaded.key) == ("a.ris:1", "lovelace2014")
    assert work.doi == "10.5555/joe.2014.7"
    assert work.title == "On counting things twice"
    assert [author.label for author in work.authors] == ["Lovelace, Ada B.", "The Example Collaboration"]
    assert (work.container_title, work.container_title_short) == ("Journal of Examples", "J. Ex.")
    assert (work.published, work.volume, work.issue) == ("2014-01-30", "12", "3-4")
    assert (work.first_page, work.last_page, work.issn) == ("123", "129", ["0378-4371"])
    assert work.keywords == ["counting", "things, other"]
    assert (work.type, work.language, work.url) == ("journal-article", "en", "https://example.org/7")
    assert work.abstract == "We count all of the things twice and compare."


@pytest.mark.parametrize(
    ("lines", "field", "value"),
    [
        ("T1  - Older tag\nA1  - Hartley, J.", "title", "Older tag"),
        ("TI  - T\nY1  - 2001///", "published", "2001"),
        ("TI  - T\nUR  - http://dx.doi.org/10.5555/ABC", "doi", "10.5555/abc"),
        ("TI  - T\nM3  - 10.5555/m3", "doi", "10.5555/m3"),
        ("TI  - T\nM3  - Article", "doi", None),
        ("TI  - T\nSP  - 12-19", "last_page", "19"),
        ("TI  - T\nSP  - e12345", "article_number", "e12345"),
        ("TI  - T\nJF  - Long Name\nJO  - L. N.", "container_title", "Long Name"),
        ("TI  - T\nSN  - 978-1-939133-27-4", "isbn", ["9781939133274"]),
        ("TI  - T\nDO  - n/a", "doi", None),
        ("TI  - T\nAU  - Jones, K.\nED  - Ed, E.", "authors", [
            Author("Jones", "K.", "Jones, K."), Author("Ed", "E.", "Ed, E.", role="editor"),
        ]),
    ],
)  # fmt: skip
def test_tags_of_either_specification_count(reading, lines, field, value) -> None:
    assert getattr(one(reading("a.ris", f"TY  - JOUR\n{lines}\nER  - \n")).work, field) == value


def test_the_second_title_of_a_book_is_a_series_and_no_container(reading) -> None:
    assert (
        one(reading("a.ris", "TY  - BOOK\nTI  - Whole\nT2  - Series of Examples\nER  - \n")).work.container_title
        is None
    )


def test_a_missing_end_mark_costs_no_neighbour(reading) -> None:
    found = reading("a.ris", "TY  - JOUR\nTI  - One\nTY  - JOUR\nTI  - Two\nER  - \n\nTY  - JOUR\nTI  - Three\n")
    assert [each.work.title for each in found] == ["One", "Two", "Three"]
    assert [each.where for each in found] == ["a.ris:1", "a.ris:3", "a.ris:7"]


def test_what_stands_between_records_is_reported_with_its_line(reading) -> None:
    found = reading("a.ris", "TY  - JOUR\nTI  - One\nER  - \n\nsome words\nand more\n\nTY  - JOUR\nTI  - Two\nER  - \n")
    assert [isinstance(each, Loaded) for each in found] == [True, False, True]
    assert str(found[1]) == "a.ris:5: 'some words and more': outside of any record"


@pytest.mark.parametrize(
    "content",
    [
        RECORD.encode("utf-8-sig"),
        RECORD.encode("utf-16"),
        b"\xfe\xff" + RECORD.encode("utf-16-be"),
        RECORD.encode("utf-16-le"),
        RECORD.replace("Lovelace", "Léveque").encode("cp1252"),
        RECORD.encode() + "TY  - JOUR\nTI  - Spät\nER  - ".encode("cp1252"),
    ],
)
def test_encodings_are_told_by_the_bytes(reading, content) -> None:
    found = reading("a.ris", content)
    assert found[0].work.title == "On counting things twice"
    assert found[0].work.authors[0].family in ("Lovelace", "Léveque")
    assert [each.work.title for each in found[1:]] in ([], ["Spät"])


def test_an_empty_file_holds_no_records(reading) -> None:
    assert reading("a.ris", "") == []
    assert reading("a.ris", "\n \n") == []
