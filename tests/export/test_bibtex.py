"""BibTeX as bibtexparser reads it: every field comes back, and no text breaks out of its field."""

import re
from typing import Any

import pytest
from bibtexparser import parse_string
from bibtexparser.middlewares import SeparateCoAuthors, SplitNameParts
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from harvester.export._text import one_line
from harvester.formats import Loaded, read
from harvester.items import Author, Work
from tests.export.strange import STRANGE, works, written
from tests.formats.test_jsonl import FULL

PLAIN = {
    "subtitle": "subtitle", "shortjournal": "container_title_short", "volume": "volume", "number": "issue",
    "eid": "article_number", "pagetotal": "page_count", "language": "language", "pmid": "pmid", "pmcid": "pmcid",
    "copyright": "license", "abstract": "abstract", "eprint": "arxiv_id", "title": "title",
}  # fmt: skip


def text(raw: Any) -> str:
    """What LaTeX prints."""
    return " ".join(LatexNodes2Text(keep_comments=True, strict_latex_spaces=False).latex_to_text(str(raw)).split())


def parsed(content: bytes) -> list[Any]:
    library = parse_string(content.decode(), append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    assert library.failed_blocks == []
    assert library.comments == []
    assert library.strings == []
    assert library.preambles == []
    return library.entries


def one(work: Work) -> dict[str, Any]:
    (entry,) = parsed(written("bibtex", [work]))
    return {"@": entry.entry_type, **{name: field.value for name, field in entry.fields_dict.items()}}


def names(parts: list[Any]) -> list[tuple[str, str]]:
    return [
        (text(" ".join(each.von + each.last)), text(" ".join(each.first + each.jr)).replace(",", " ").split())
        for each in parts or []
    ]


def named(work: Work, role: str | None) -> list[tuple[str, list[str]]]:
    said = []
    for each in work.authors:
        family, given_names = one_line(each.family or ""), one_line(each.given or "")
        whole = family or one_line(each.name or "") or given_names
        if each.role == role and whole:
            # The comma before a suffix is BibTeX's.
            said.append((whole, given_names.replace(",", " ").split() if family else []))
    return said


@STRANGE
@given(st.lists(works, min_size=1, max_size=3))
def test_what_was_written_is_read_back(several: list[Work]) -> None:
    found = parsed(written("bibtex", several))
    assert [entry.key for entry in found] == [f"key{number}" for number in range(len(several))]
    for entry, work in zip(found, several, strict=True):
        fields = {name: field.value for name, field in entry.fields_dict.items()}
        for name, of in PLAIN.items():
            assert text(fields.get(name, "")) == one_line("" if getattr(work, of) is None else getattr(work, of))
        for name, role in (("author", None), ("editor", "editor"), ("translator", "translator")):
            assert names(fields.get(name, [])) == named(work, role)
        assert fields.get("year", "") == (work.published or work.published_online or "")[:4]
        container = next(
            (fields[name] for name in ("journal", "booktitle", "howpublished", "series") if name in fields), ""
        )
        assert text(container) == one_line(work.container_title or "")
        assert text(fields.get("keywords", "")) == one_line(", ".join(map(one_line, work.keywords)))


def test_our_own_reader_sees_as_many_records(tmp_path) -> None:
    work = Work(
        title="x} @article(y, title={z",
        authors=[Author(name="} @book{b")],
        doi="10.5555/a)@b(c",
        url="https://e.org/)@x{",
    )
    file = tmp_path / "a.bib"
    file.write_bytes(written("bibtex", [work, FULL, work]))
    assert [type(each) for each in read(file)] == [Loaded] * 3


def test_the_whole_example(tmp_path) -> None:
    fields = one(FULL)
    assert (fields["@"], fields["pages"], fields["month"]) == ("article", "S1--S9", "jan")
    assert (fields["doi"], fields["archiveprefix"]) == ("10.5555/joe.2014.7", "arXiv")
    assert fields["keywords"] == "{a, b}, c"
    file = tmp_path / "a.bib"
    file.write_bytes(written("bibtex", [FULL]))
    (loaded,) = read(file)
    same = [
        "doi", "title", "subtitle", "container_title", "container_title_short", "publisher", "published", "volume",
        "issue", "page_count", "issn", "isbn", "language", "type", "pmid", "pmcid", "arxiv_id", "license", "url",
        "first_page", "last_page",
    ]  # fmt: skip
    assert loaded.key == "key0"
    assert {name: getattr(loaded.work, name) for name in same} == {name: getattr(FULL, name) for name in same}
    assert [author.label for author in loaded.work.authors] == [author.label for author in FULL.authors]


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (Work(type="posted-content", container_title="bioRxiv"), {"@": "misc", "howpublished": "bioRxiv"}),
        (Work(type="dissertation", publisher="Open Univ"), {"@": "phdthesis", "school": "Open Univ"}),
        (Work(type="report", publisher="Office"), {"@": "techreport", "institution": "Office"}),
        (Work(type="book-chapter", container_title="B"), {"@": "incollection", "booktitle": "B"}),
        (Work(type="book", container_title="Series"), {"@": "book", "series": "Series"}),
        (Work(container_title="J", volume="3"), {"@": "article", "journal": "J"}),
        (Work(title="T (DNA) McX O\'Neil"), {"title": "T {(DNA)} {McX} {O\'Neil}"}),
        (Work(published="2014-03-09"), {"year": "2014", "month": "mar", "day": "9"}),
        (Work(first_page="7"), {"pages": "7"}),
        (Work(first_page="7", last_page="7"), {"pages": "7"}),
        (Work(doi="10.1002/(sici)1<1::aid>3.0.co;2-#"), {"doi": "10.1002/(sici)1<1::aid>3.0.co;2-#"}),
        (Work(doi="10.5555/a{b"), {"doi": "https://doi.org/10.5555/a%7Bb"}),
        (Work(url="https://e.org/~a_b?c=%20#d"), {"url": "https://e.org/~a_b?c=%20#d"}),
        (Work(url="https://e.org/a}b c"), {"url": "https://e.org/a%7Db%20c"}),
        (Work(title="The pH of mRNA", language="en"), {"title": "The {pH} of {mRNA}"}),
        (Work(title="Über DNA", language="de"), {"title": "{Über DNA}"}),
    ],
)  # fmt: skip
def test_fields(work: Work, said: dict[str, str]) -> None:
    found = one(work)
    assert {name: found.get(name) for name in said} == said


@pytest.mark.parametrize(
    ("author", "written_as"),
    [
        (Author("van der Waals", "J. D."), "van der Waals, J. D."),
        (Author("King", "Martin Luther, Jr."), "King, Jr., Martin Luther"),
        (Author("Musset", "Alfred de"), "Musset, Alfred de"),
        (Author("Barnes and Noble", "X, Y"), "{Barnes and Noble}, {X, Y}"),
        (Author("O}Neil", "A&B"), r"{O\ensuremath{\rbrace}Neil}, {A\&B}"),
        (Author(name="Research and Development, Inc"), "{Research and Development, Inc}"),
        (Author("Plato"), "{Plato}"),
        (Author("欧阳", "修"), "欧阳, 修"),
    ],
)
def test_names(author: Author, written_as: str) -> None:
    assert f"  author = {{{written_as}}}\n" in written("bibtex", [Work(authors=[author])]).decode()


def test_braces_are_balanced_for_a_reader_that_knows_no_backslash() -> None:
    content = written("bibtex", [Work(title="a \\} b { c \\", abstract="}}}")]).decode()
    for field in re.findall(r"(?m)^  \w+ = (.*?),?$", content):
        depth = 0
        for at, char in enumerate(field):
            depth += (char == "{") - (char == "}")
            assert depth > 0 or at == len(field) - 1
        assert depth == 0
