import io
from pathlib import Path

import pytest

from harvester.errors import UsageError
from harvester.sources import Bad, Note, Wanted, read

RECORD = """On reading lists of other people

作者
Lovelace, Ada [1]
机构
[1] Univ Example, London, England
D O I
10.5555/other.7
摘要
A text that was saved from a page about one work and that holds one line which is a DOI and nothing else.
页码:1 / 9
"""


def entries(*sources: str, stdin: str = "") -> list[str]:
    """The entries in short: a URL as it is, a bad one with its place and reason."""
    found = read(sources, io.StringIO(stdin))
    return [each.url if isinstance(each, Wanted) else str(each) for each in found if not isinstance(each, Note)]


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("https://example.org/a?b=1", "https://example.org/a?b=1"),
        ("10.1038/nphys1170", "https://doi.org/10.1038/nphys1170"),
        ("doi:10.1038/NPHYS1170", "https://doi.org/10.1038/nphys1170"),
        ("info:doi/10.1038/nphys1170", "https://doi.org/10.1038/nphys1170"),
        ("10.1002/(SICI)1096-9861(19960129)365:1<113::AID-CNE9>3.0.CO;2-6",
         "https://doi.org/10.1002/(sici)1096-9861(19960129)365:1%3C113::aid-cne9%3E3.0.co;2-6"),
    ],
)  # fmt: skip
def test_an_argument_is_an_address(source: str, url: str) -> None:
    assert entries(source) == [url]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("ftp://example.org/x", "scheme 'ftp' is not fetched; only http and https are"),
        ("file:///etc/passwd", "scheme 'file' is not fetched; only http and https are"),
        ("www.example.org/article/7", "no scheme; write https://www.example.org/article/7"),
        ("https://example.org/a https://example.org/b", "more than an address; write one address a line"),
        ("https://[::1/x", "not a valid URL"),
        ("https:///nothing", "not a valid URL"),
        ("nonsense", "neither a URL, a DOI nor a file"),
    ],
)
def test_a_bad_line_says_where_what_and_why(tmp_path: Path, value: str, reason: str) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"https://example.org/good\n\n# comment\n{value}\nhttps://example.org/last\n")
    first, bad, last = entries(str(path))
    assert bad == f"{path}:4: {value!r}: {reason}"
    assert (first, last) == ("https://example.org/good", "https://example.org/last")


def test_byte_order_mark_and_crlf_do_not_spoil_a_list(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes("\ufeffhttps://example.org/a\r\n\r\n# x\r\n10.5555/b\r\n".encode())
    assert entries(str(path)) == ["https://example.org/a", "https://doi.org/10.5555/b"]


@pytest.mark.parametrize(
    ("name", "text", "urls"),
    [
        ("named.csv", "title,URL\nx,https://example.org/1\n", ["https://example.org/1"]),
        ("doi.csv", "doi;year\n10.5555/a;2020\n", ["https://doi.org/10.5555/a"]),
        ("both.csv", "doi,url\n10.5555/a,\n10.5555/b,https://example.org/b\n",
         ["https://doi.org/10.5555/a", "https://example.org/b"]),
        ("unnamed.csv", "who,where\nAda,https://example.org/2\n", ["https://example.org/2"]),
        ("headless.csv", "1,https://example.org/3\n2,https://example.org/4\n",
         ["https://example.org/3", "https://example.org/4"]),
        ("quoted.csv", '\ufefflink,note\r\n"https://example.org/a,b","two\r\nlines"\r\n', ["https://example.org/a,b"]),
        ("tabs.tsv", "n\tlink\n1\thttps://example.org/5\n", ["https://example.org/5"]),
        ("lines.jsonl", '{"url": "https://example.org/6"}\n\n{"DOI": "10.5555/c"}\n"10.5555/d"\n',
         ["https://example.org/6", "https://doi.org/10.5555/c", "https://doi.org/10.5555/d"]),
    ],
)  # fmt: skip
def test_tables_and_json_lines(tmp_path: Path, name: str, text: str, urls: list[str]) -> None:
    (tmp_path / name).write_text(text, newline="")
    assert entries(str(tmp_path / name)) == urls


def test_bad_rows_and_json_are_reported_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("url\nhttps://example.org/1\n,\nnope\n")
    (tmp_path / "b.jsonl").write_text('{"url": "https://example.org/2"}\n{broken\n{"title": "x"}\n')
    found = entries(str(tmp_path / "a.csv"), str(tmp_path / "b.jsonl"))
    assert [each for each in found if each.startswith("http")] == ["https://example.org/1", "https://example.org/2"]
    assert f"{tmp_path / 'a.csv'}:4: 'nope': neither a URL, a DOI nor a file" in found
    assert any(each.startswith(f"{tmp_path / 'b.jsonl'}:2: ") and "not JSON" in each for each in found)
    assert any("no member url, doi or link" in each for each in found)


def test_standard_input_holds_lines_or_json() -> None:
    assert entries("-", stdin="\ufeffhttps://example.org/a\n10.5555/b\n") == [
        "https://example.org/a",
        "https://doi.org/10.5555/b",
    ]
    assert entries("-", stdin='{"doi": "10.5555/c"}\n') == ["https://doi.org/10.5555/c"]


def test_content_decides_whether_a_text_is_a_list_or_a_record_and_says_which(tmp_path: Path) -> None:
    record, listed = tmp_path / "record.txt", tmp_path / "list.txt"
    record.write_text(RECORD)
    listed.write_text("https://example.org/a\n10.5555/b\nnonsense\n")
    found = list(read([str(record), str(listed)]))
    notes = [each.text for each in found if isinstance(each, Note)]
    assert "read as a saved record" in notes[0]
    assert "read as a list" in notes[1]
    assert Wanted(record.resolve().as_uri()) in found
    assert sum(isinstance(each, Bad) for each in found) == 1


def test_a_folder_gives_its_saved_pages(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.html", "a.htm", "deep/c.xhtml", "picture.png"):
        (tmp_path / name).write_text("x")
    (tmp_path / "record.txt").write_text(RECORD)
    (tmp_path / "notes.txt").write_text("https://example.org/\n")
    urls = entries(str(tmp_path))
    assert [Path(url).name for url in urls if url.startswith("file:")] == ["a.htm", "b.html", "c.xhtml", "record.txt"]
    assert any("this text is no record" in each for each in urls)


def test_a_list_names_saved_pages_of_its_own_folder_only(tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    (tmp_path / "private.html").write_text("x")
    (folder / "page.html").write_text("x")
    (folder / "link.html").symlink_to(tmp_path / "private.html")
    (folder / "urls.txt").write_text("page.html\n../private.html\nlink.html\nmissing.html\n/etc/hosts.txt\n")
    page, *bad = entries(str(folder / "urls.txt"))
    assert page == (folder / "page.html").as_uri()
    assert [each.split(": ", 2)[2].partition(";")[0] for each in bad] == [
        "a list may name saved pages in its own folder only",
        "a list may name saved pages in its own folder only",
        f"no such file in {folder}",
        "a list may name saved pages in its own folder only",
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("latin.txt", "https://example.org/é".encode("latin-1"), "not UTF-8 at byte"),
        ("odd.xyz", b"x", "a list ends in"),
        ("none.csv", b"a,b\n1,2\n", "no column is named url, doi or link"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=message):
        list(read([str(tmp_path / name)]))
