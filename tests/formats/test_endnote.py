"""EndNote's tagged format."""

from harvester.formats import BadRecord

RECORD = """%0 Journal Article
%A Lovelace, Ada B.
%A Hartley, Jean
%T Counting of things
%J Journal of Examples
%D 2014
%8 January 30
%V 12
%N 3
%P 123-9
%@ 0378-4371
%R 10.5555/JOE.2014.7
%X We count all of the things here.

A second paragraph says that there were many.
%K counting
things, other
%U https://example.org/7
%F lovelace2014
"""


def test_a_record_gives_each_field_normalised(reading) -> None:
    [loaded] = reading("a.enw", RECORD)
    work = loaded.work
    assert (loaded.key, loaded.where) == ("lovelace2014", "a.enw:1")
    assert [author.label for author in work.authors] == ["Lovelace, Ada B.", "Hartley, Jean"]
    assert (work.title, work.container_title, work.type) == (
        "Counting of things",
        "Journal of Examples",
        "journal-article",
    )
    assert (work.published, work.doi) == ("2014-01-30", "10.5555/joe.2014.7")
    assert (work.first_page, work.last_page, work.issn) == ("123", "129", ["0378-4371"])
    assert work.keywords == ["counting", "things, other"]
    assert work.abstract == "We count all of the things here. A second paragraph says that there were many."


def test_records_part_at_types_and_at_empty_lines(reading) -> None:
    found = reading("a.enw", "%0 Book\n%T One\n%I Press\n\n%T Two\n%A Hartley, Jean\n%0 Thesis\n%T Three\n")
    assert [(each.work.title, each.work.type) for each in found] == [
        ("One", "book"), ("Two", None), ("Three", "dissertation"),
    ]  # fmt: skip


def test_what_is_no_record_is_reported(reading) -> None:
    bad, good = reading("a.enw", "nonsense\n\n%0 Book\n%T One\n")
    assert isinstance(bad, BadRecord)
    assert good.where == "a.enw:3"
