"""Tables: the names that exports give their columns."""

import pytest

from harvester.formats import BadRecord

SCOPUS = (
    '"Authors","Author full names","Author(s) ID","Title","Year","Source title","Volume","Issue","Art. No.",'
    '"Page start",'
    '"Page end","Page count","Cited by","DOI","Link","Affiliations","Authors with affiliations","Abstract",'
    '"Author Keywords","Index Keywords","ISSN","Document Type","Source","EID"\n'
    '"Hartley, J.; Rashman, L.","Hartley, Jean (7005000001); Rashman, Lyndsay (7005000002)","1; 2",'
    '"Counting, twice","2014",'
    '"Journal of Examples","12","3","","123","145","23","17","10.5555/JOE.7","https://example.org/7",'
    '"Open University, Leeds, United Kingdom; University of Oslo, Oslo, Norway",'
    '"Hartley J., Open University, Leeds, United Kingdom; Rashman L., University of Oslo, Oslo, Norway",'
    '"We count the things here,\nand then again.","counting; things, other","Index; Terms","03784371","Article",'
    '"Scopus",'
    '"2-s2.0-1"\n'
)
ZOTERO = (
    '"Key","Item Type","Publication Year","Author","Title","Publication Title","ISSN","DOI","Url",'
    '"Abstract Note","Date",'
    '"Pages","Issue","Volume","Journal Abbreviation","Language","Editor"\n'
    '"ABCD1234","journalArticle","2014","Hartley, Jean; Rashman, Lyndsay","Counting, twice","Journal of Examples",'
    '"0378-4371","10.5555/joe.7","https://example.org/7","","2014-01-30","123–145","3","12","J. Ex.","en","Ed, Ward"\n'
)
PUBMED = (
    "PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI\n"
    '25108162,"Counting, twice","Hartley J, Rashman L.",'
    "cite,Hartley J,Journal of Examples,2014,2014/02/01,PMC4234567,,10.5555/joe.7\n"
)
PLAIN = (
    "title;authors;journal;year;doi\n"
    "Counting, twice;Jean Hartley and Lyndsay Rashman;Journal of Examples;2014;10.5555/joe.7\n"
)


@pytest.mark.parametrize(
    ("content", "key", "authors"),
    [
        (SCOPUS, "2-s2.0-1", ["Hartley, Jean", "Rashman, Lyndsay"]),
        (ZOTERO, "ABCD1234", ["Hartley, Jean", "Rashman, Lyndsay", "Ed, Ward"]),
        (PUBMED, "25108162", ["Hartley, J", "Rashman, L."]),
        (PLAIN, None, ["Jean Hartley", "Lyndsay Rashman"]),
    ],
    ids=["scopus", "zotero", "pubmed", "plain"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_columns_of_an_export_are_known(reading, content, key, authors, encoding) -> None:
    [loaded] = reading("export.csv", content.replace("\n", "\r\n").encode(encoding))
    work = loaded.work
    assert (loaded.key, work.title, work.doi) == (key, "Counting, twice", "10.5555/joe.7")
    assert [author.label for author in work.authors] == authors
    assert (work.container_title, work.published[:4]) == ("Journal of Examples", "2014")


def test_scopus_places_its_authors(reading) -> None:
    work = reading("a.csv", SCOPUS)[0].work
    assert [author.affiliations for author in work.authors] == [[0], [1]]
    assert [place.organization for place in work.affiliations] == ["Open University", "University of Oslo"]
    assert (work.keywords, work.cited_by_count, work.page_count) == (["counting", "things, other"], 17, 23)
    assert work.identifiers[0].scheme == "scopus"
    assert work.abstract == "We count the things here, and then again."


def test_zotero_tells_type_date_and_editor(reading) -> None:
    work = reading("a.csv", ZOTERO)[0].work
    assert (work.type, work.published, work.first_page, work.last_page) == (
        "journal-article",
        "2014-01-30",
        "123",
        "145",
    )
    assert work.authors[2].role == "editor"


def test_a_row_with_too_many_cells_is_reported_with_its_line(reading) -> None:
    found = reading("a.csv", 'title,year\n"Two\nlines",2014\nOne, comma too many,2015,x\nLast,2016\n')
    assert [each.where for each in found] == ["a.csv:2", "a.csv:4", "a.csv:5"]
    assert found[1].reason == "4 cells, and the line of column names has 2"


def test_lines_before_the_column_names_are_passed_over(reading) -> None:
    [loaded] = reading("a.csv", '"About the data: exported in 2024"\nTitle,DOI\nCounting,10.5555/a\n')
    assert loaded.work.doi == "10.5555/a"


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "words\n", "\x00\x01\x02\n"])
def test_a_table_without_known_columns_is_one_bad_record(reading, content) -> None:
    [bad] = reading("a.csv", content)
    assert isinstance(bad, BadRecord)
    assert bad.reason == "no column is named title, doi or pmid"


def test_short_and_empty_rows_are_no_mistake(reading) -> None:
    found = reading("a.tsv", "title\tdoi\tyear\nOne\n\n\t\t\nTwo\t10.5555/b\n")
    assert [each.work.title for each in found] == ["One", "Two"]
    assert reading("a.csv", "") == []
