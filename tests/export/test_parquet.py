"""Parquet as pyarrow reads it: every field of every work, nested parts included."""

import io
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from harvester.errors import UsageError
from harvester.export import export
from harvester.items import Author, Work
from tests.export.strange import STRANGE, works, written
from tests.formats.test_jsonl import FULL


@STRANGE
@given(st.lists(works, max_size=3))
def test_what_was_written_is_read_back(several: list[Work]) -> None:
    rows = pq.read_table(io.BytesIO(written("parquet", several))).to_pylist()
    assert [row.pop("id") for row in rows] == [f"key{number}" for number in range(len(several))]
    assert [Work.from_dict(row) for row in rows] == several


def test_columns_are_the_declared_fields() -> None:
    schema = pq.read_schema(io.BytesIO(written("parquet", [])))
    assert schema.names == ["id", *Work.__dataclass_fields__]
    assert str(schema.field("published").type) == "string"
    assert str(schema.field("page_count").type) == "int64"
    assert [field.name for field in schema.field("authors").type.value_type] == list(Author.__dataclass_fields__)


def test_rows_come_in_groups() -> None:
    file = pq.ParquetFile(io.BytesIO(written("parquet", [FULL] * 4100)))
    assert (file.metadata.num_rows, file.metadata.num_row_groups) == (4100, 3)


def test_without_pyarrow_the_message_says_what_to_install(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"parquet needs pyarrow; install it: pip install 'harvester\[parquet\]'"):
        export(engine, "parquet", tmp_path / "w.parquet")
    assert list(tmp_path.glob("*parquet*")) == []
