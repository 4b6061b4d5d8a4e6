"""CSV: every cell comes back, and no cell is a formula."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.export._name import label
from harvester.formats import Loaded, read
from harvester.formats._own_csv import COLUMNS, LISTS, guarded, joined, parted, unguarded
from harvester.items import Author, Work
from tests.export.strange import STRANGE, text, works, written
from tests.formats.test_jsonl import FULL

FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r\n]")


def parsed(content: bytes) -> list[dict[str, str]]:
    rows = csv.reader(io.StringIO(content.decode(), newline=""), strict=True)
    head = next(rows)
    assert tuple(head) == COLUMNS
    return [dict(zip(head, row, strict=True)) for row in rows]


@STRANGE
@given(st.lists(works, max_size=2), st.booleans())
def test_what_was_written_is_read_back(several: list[Work], formula_guard: bool) -> None:
    found = parsed(written("csv", several, formula_guard=formula_guard))
    assert len(found) == len(several)
    for cells, work in zip(found, several, strict=True):
        if formula_guard:
            assert [name for name, cell in cells.items() if FORMULA.match(cell)] == []
            cells = {name: unguarded(cell) for name, cell in cells.items()}  # noqa: PLW2901
        for name in set(COLUMNS) & set(Work.__dataclass_fields__) - {
            "authors",
            "affiliations",
            "classifications",
            "identifiers",
        }:
            value = getattr(work, name)
            if name in LISTS:
                assert parted(cells[name]) == value
            else:
                assert cells[name] == ("" if value is None else str(value))
        for column, role in (("authors", None), ("editors", "editor")):
            assert parted(cells[column]) == [label(each) for each in work.authors if each.role == role and label(each)]
        assert parted(cells["affiliations"]) == [each.raw for each in work.affiliations]
        assert parted(cells["identifiers"]) == [f"{each.scheme}:{each.value}" for each in work.identifiers]


@given(text)
def test_the_guard_is_undone_by_its_opposite(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert not FORMULA.match(guarded(cell))


@given(st.lists(text | st.just(""), min_size=2, max_size=4))
def test_a_list_in_a_cell_comes_back(items: list[str]) -> None:
    assert parted(joined(items)) == items


def rows_of(tmp_path: Path, *several: Work, **options: Any) -> list[Loaded]:
    file = tmp_path / "a.csv"
    file.write_bytes(written("csv", list(several), **options))
    found = list(read(file))
    assert all(isinstance(each, Loaded) for each in found), found
    return found


@pytest.mark.parametrize("formula_guard", [True, False])
def test_load_understands_the_guard_and_the_lists(tmp_path: Path, formula_guard: bool) -> None:
    work = Work(
        title="+1 and -1: =SUM(A1) in classrooms", doi="10.5555/x", volume="-", keywords=["a; b"],
        authors=[Author("Byron", "George"), Author("Lovelace", "Ada", orcid="0000-0002-1825-0097"),
                 Author("Babbage", "Charles", role="illustrator")],
    )  # fmt: skip
    (loaded,) = rows_of(tmp_path, work, formula_guard=formula_guard)
    assert loaded.key == "key0"
    assert (loaded.work.title, loaded.work.keywords) == (work.title, work.keywords)
    said = [(author.label, author.orcid, author.role) for author in loaded.work.authors]
    assert said == [
        ("Byron, George", None, None), ("Lovelace, Ada", "0000-0002-1825-0097", None),
        ("Babbage, Charles", None, "illustrator"),
    ]  # fmt: skip


def test_the_whole_example(tmp_path: Path) -> None:
    (loaded,) = rows_of(tmp_path, FULL)
    same = [
        "doi", "title", "subtitle", "container_title", "container_title_short", "publisher", "published",
        "published_online", "volume", "issue", "first_page", "last_page", "page_count", "article_number", "issn",
        "isbn", "keywords", "keywords_plus", "language", "type", "pmid", "pmcid", "arxiv_id",
        "identifiers", "pdf_url", "license", "cited_by_count", "references_count", "url",
    ]  # fmt: skip
    assert {name: getattr(loaded.work, name) for name in same} == {name: getattr(FULL, name) for name in same}
    assert [(each.scheme, each.code) for each in loaded.work.classifications] == [("clc", "TP391.41")]
    assert [(author.label, author.orcid) for author in loaded.work.authors] == [
        (author.label, author.orcid) for author in FULL.authors
    ]


def test_a_row_that_lost_its_end_is_still_a_row(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    whole = next(csv.reader(io.StringIO(written("csv", [FULL]).decode().partition("\n")[2], newline="")))
    file.write_text(",".join(COLUMNS) + "\n" + ",".join(f'"{cell}"' for cell in whole[:5]) + "\n")
    (loaded,) = read(file)
    assert (loaded.work.title, loaded.work.keywords) == (FULL.title, [])


def test_apostrophes_in_tables_of_others_are_theirs(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("title,doi\n\"'-omics' in practice\",10.5555/1\n")
    (loaded,) = read(file)
    assert loaded.work.title == "'-omics' in practice"
