"""What holds for every format: told by ending or content, never ended by rubbish, flat in memory."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from harvester.errors import UsageError
from harvester.formats import BadRecord, Loaded, Meter, format_of, formats, read, split

NAMES = ["bibtex", "csv", "endnote", "jsonl", "pubmed", "ris", "wos", "wos-tab"]


def test_formats_are_found_by_being_there() -> None:
    assert sorted(formats()) == NAMES


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.RIS", "", "ris"), ("a.bib", "", "bibtex"), ("a.enw", "", "endnote"), ("a.nbib", "", "pubmed"),
        ("a.jsonl", "", "jsonl"), ("a.csv", "", "csv"), ("a.ciw", "", "wos"),
        ("a.txt", "FN Clarivate Analytics Web of Science\nVR 1.0\n", "wos"),
        ("a.txt", "PT\tAU\tTI\tUT\nJ\tx\ty\tz\n", "wos-tab"), ("a.tsv", "PT\tAU\tTI\tUT\n", "wos-tab"),
        ("a.tsv", "title\tdoi\n", "csv"), ("a.txt", "title\tdoi\n", "csv"), ("a.txt", "PMID- 1\n", "pubmed"),
        ("a.txt", "\ufeff\nTY  - JOUR\n", "ris"), ("a", "@article{x,\n", "bibtex"), ("a.txt", "%0 Book\n", "endnote"),
        ("a", '{"title": "x"}\n', "jsonl"),
    ],
)  # fmt: skip
def test_a_format_is_told_by_ending_and_content(tmp_path: Path, name: str, content: str, expected: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert format_of(tmp_path / name).name == expected


def test_what_cannot_be_told_is_the_users_to_say(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("some words\n")
    with pytest.raises(
        UsageError, match="neither the ending nor the first lines tell its format; name it: bibtex, csv"
    ):
        format_of(tmp_path / "a.txt")
    with pytest.raises(UsageError, match="no format is called 'marc'; there are bibtex"):
        format_of(tmp_path / "a.txt", "marc")
    with pytest.raises(UsageError, match="No such file"):
        list(read(tmp_path / "b.ris"))


WORDS = st.sampled_from(
    [b"TY  - JOUR", b"ER  - ", b"PT J", b"ER", b"AU ", b"@a{", b"@string{x = ", b"}", b"{", b'"', b"\\", b"$",
     b"%0 Book",
     b"%T ", b"PMID- 1", b"TI  - x", b"\n", b"\r", b"\t", b",", b"title", b"TI\tAU", b" ", b"   ", b"\xff\xfe", b"\x00",
     b"#",     b"author = ", b" and ", b"\xe9", b"'", b";", b"[", b"]", b"C1 [", b"TI x", b"AF ", b"RP x",
     b"\\'{e}", b"SP  - 1"]
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    content=st.binary(max_size=300)
    | st.lists(WORDS, max_size=40).map(b"".join)
    | st.lists(WORDS, max_size=40).map(b"\n".join)
)
@example(b"\xff\xfe\x00")
@example(b"@a{,title={\\")
def test_rubbish_is_reported_and_never_raises(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / "rubbish"
    file.write_bytes(content)
    for each in read(file, name):
        assert isinstance(each, Loaded | BadRecord)
        str(each).encode()


def test_a_line_without_end_is_cut_and_the_next_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"title": "' + "x" * 9_000_000 + '"}\n{"title": "Short", "year": 2014}\n')
    bad, good = read(file)
    assert isinstance(bad, BadRecord)
    assert isinstance(good, Loaded)
    assert (bad.where, good.where) == ("a.jsonl:1", "a.jsonl:2")


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("a.ris", "TY  - JOUR\nTI  - Title {0}\nER  - \n"), ("a.bib", "@misc{{k{0}, title = {{Title {0}}}}}\n"),
        ("a.jsonl", '{{"title": "Title {0}", "year": 2014}}\n'), ("a.nbib", "PMID- {0}1\nTI  - Title {0}.\n\n"),
        ("a.ciw", "PT J\nTI Title {0}\nER\n"), ("a.enw", "%0 Book\n%T Title {0}\n\n"),
    ],
)  # fmt: skip
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str, record: str) -> None:
    file = tmp_path / name
    file.write_text("".join(record.format(number) for number in range(20_000)))
    meter = Meter()
    tracemalloc.start()
    count = sum(1 for _ in split(file, format_of(file), meter))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 8_000_000
    assert meter.bytes == file.stat().st_size
