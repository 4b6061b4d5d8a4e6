"""RIS as rispy reads it: every field comes back, and no text begins a tag or ends a record."""

from typing import Any

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from harvester.export import ris
from harvester.export._text import one_line
from harvester.formats import Loaded, read
from harvester.items import Author, Work
from tests.export.strange import STRANGE, works, written
from tests.formats.test_jsonl import FULL

PLAIN = {
    "secondary_title": "container_title", "alternate_title1": "container_title_short", "volume": "volume",
    "number": "issue", "start_page": "first_page", "end_page": "last_page", "custom7": "article_number",
    "publisher": "publisher", "abstract": "abstract", "language": "language", "doi": "doi", "custom2": "pmcid",
    "file_attachments1": "pdf_url",
}  # fmt: skip


def parsed(content: bytes) -> list[dict[str, Any]]:
    # An address may hold a semicolon, at which rispy would part it.
    found: list[dict[str, Any]] = rispy.loads(content.decode(), delimiter_tags_mapping={}, enforce_list_tags=False)
    return found


def many(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def said(values: list[Any]) -> list[str]:
    return [line for value in values if value is not None and (line := one_line(value))]


def labelled(author: Author) -> str:
    return Author(*(one_line(part or "") for part in (author.family, author.given, author.name))).label


@STRANGE
@given(st.lists(works, min_size=1, max_size=3))
def test_what_was_written_is_read_back(several: list[Work]) -> None:
    found = parsed(written("ris", several))
    assert [record["id"] for record in found] == [f"key{number}" for number in range(len(several))]
    for record, work in zip(found, several, strict=True):
        for name, of in PLAIN.items():
            assert many(record.get(name)) == said([getattr(work, of)])
        assert many(record.get("title")) == said([": ".join(said([work.title, work.subtitle]))])
        assert many(record.get("authors")) == said([labelled(each) for each in work.authors if each.role is None])
        assert many(record.get("subsidiary_authors")) == said(
            [labelled(each) for each in work.authors if each.role == "translator"]
        )
        assert many(record.get("keywords")) == said(work.keywords)
        assert many(record.get("issn")) == said([*work.issn, *work.isbn])
        assert many(record.get("author_address")) == said([each.raw for each in work.affiliations])
        assert many(record.get("urls")) == said([work.url])
        assert record.get("year", "") == (work.published or work.published_online or "")[:4]


def test_every_line_has_a_tag_and_every_record_one_end() -> None:
    work = Work(
        title="a\nER  - \r\nTY  - JOUR\u2028TI  - b",
        abstract="ER  - ",
        keywords=["\n"],
        authors=[Author(name="\x85ER  -")],
    )
    lines = written("ris", [work, work]).decode().split("\r\n")
    assert [line[:6] for line in lines] == ["TY  - ", "ID  - ", "TI  - ", "AU  - ", "AB  - ", "ER  - ", ""] * 2 + [""]
    assert lines[2] == "TI  - a ER - TY - JOUR TI - b"


def test_the_whole_example(tmp_path) -> None:
    file = tmp_path / "a.ris"
    file.write_bytes(written("ris", [FULL, FULL]))
    loaded = list(read(file))
    assert [type(each) for each in loaded] == [Loaded] * 2
    same = [
        "doi", "container_title", "container_title_short", "publisher", "published", "volume", "issue", "first_page",
        "last_page", "issn", "isbn", "language", "type", "url", "pdf_url", "article_number",
    ]  # fmt: skip
    assert {name: getattr(loaded[0].work, name) for name in same} == {name: getattr(FULL, name) for name in same}
    assert [author.label for author in loaded[0].work.authors] == [author.label for author in FULL.authors]
    assert loaded[0].key == "key0"


@pytest.mark.parametrize(
    ("work", "tags"),
    [
        (Work(type="dataset"), {"TY": "DATA"}),
        (Work(type="unheard-of"), {"TY": "GEN"}),
        (Work(published="2014-03"), {"PY": "2014", "DA": "2014/03//"}),
        (Work(published="2014-03-09"), {"DA": "2014/03/09/"}),
        (Work(published_online="2013"), {"PY": "2013", "DA": "2013///"}),
        (Work(type="book", authors=[Author("E", role="editor")]), {"TY": "BOOK", "A2": "E"}),
        (Work(type="journal-article", authors=[Author("E", role="editor")]), {"ED": "E"}),
        (Work(pmid="25108162"), {"AN": "25108162"}),
    ],
)
def test_tags(work: Work, tags: dict[str, str]) -> None:
    lines = dict(line.split("  - ", 1) for line in written("ris", [work]).decode().splitlines() if line)
    assert {tag: lines.get(tag) for tag in tags} == tags


def test_reference_types_are_known() -> None:
    assert set(ris.TYPES.values()) <= set(rispy.TYPE_OF_REFERENCE_MAPPING)
