"""Parquet: every field of a work as a column of its own type, people and other parts as lists of structs.

The columns are the fields of `harvester.items.Work` by their declaration, behind ``id``, the work's key: texts are
UTF-8 strings (dates too, as they may say less than a day), counts integers of 64 bits, ``authors``, ``affiliations``,
``classifications``, ``identifiers`` and ``related`` lists of structs, so nothing is lost that JSON Lines keeps. Rows
are written in groups, each as large as what is held in memory. Needs pyarrow: ``pip install 'harvester[parquet]'``.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from harvester.errors import UsageError
from harvester.export import Entry, Format, Options
from harvester.items import Plain, Work

_GROUP = 2_000
"""Rows in a group."""

_LARGEST = 8_000_000
"""Bytes after which a group ends with fewer rows."""

_PART = 100
"""Works that are turned into Arrow's arrays at once."""


def check() -> None:
    """Raise `UsageError` where pyarrow is not installed."""
    try:
        import pyarrow as pa
    except ImportError as error:
        raise UsageError("parquet needs pyarrow; install it: pip install 'harvester[parquet]'") from error
    del pa


def pieces(entries: Iterable[Entry], _: Options) -> Iterator[bytes]:
    """Yield a file, a group of rows at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema()
    gathered = _Gathered()
    rows = iter(entries)
    # The system's allocator gives memory back between groups; zstd halves what snappy makes of abstracts.
    pool = pa.system_memory_pool()
    with pq.ParquetWriter(pa.PythonFile(gathered, mode="w"), schema, compression="zstd", memory_pool=pool) as writer:
        while batches := _group(rows, schema):
            writer.write_table(pa.Table.from_batches(batches), row_group_size=_GROUP)
            batches.clear()
            yield gathered.taken()
    yield gathered.taken()


def _group(rows: Iterator[Entry], schema: Any) -> list[Any]:
    """Return the rows of the next group in batches, so that few works are there as Python's objects at once."""
    batches: list[Any] = []
    count = size = 0
    while count < _GROUP and size < _LARGEST and (part := list(islice(rows, _PART))):
        batches.append(_batch(part, schema))
        count += len(part)
        size += batches[-1].nbytes
    return batches


def _batch(part: list[Entry], schema: Any) -> Any:
    import pyarrow as pa

    columns = [_array([each.key for each in part], schema.field("id").type)]
    for name, fit in _fits().items():
        columns.append(_array([fit(getattr(each.work, name)) for each in part], schema.field(name).type))
    return pa.record_batch(columns, schema=schema)


class _Gathered:
    """A file that is written to and taken from; it has no end that could be sought."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0
        self.closed = False

    def write(self, part: Any) -> int:
        """Keep a part."""
        self._parts.append(bytes(part))
        self._length += len(self._parts[-1])
        return len(self._parts[-1])

    def tell(self) -> int:
        """Return how much was written, taken or not."""
        return self._length

    def flush(self) -> None:
        """Do nothing: it is taken, not pushed."""

    def close(self) -> None:
        """Note the end."""
        self.closed = True

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _array(values: list[Any], of: Any) -> Any:
    import pyarrow as pa

    return pa.array(values, type=of, memory_pool=pa.system_memory_pool())


@cache
def _schema() -> Any:
    import pyarrow as pa

    hints = get_type_hints(Work)
    fields = [pa.field("id", pa.string(), nullable=False)]
    return pa.schema([*fields, *(pa.field(name, _type(hints[name])) for name in Work.__dataclass_fields__)])


def _type(hint: Any) -> Any:
    """Return the Arrow type of a field's declared type."""
    import pyarrow as pa

    hint = _said(hint)
    if get_origin(hint) is list:
        return pa.list_(_type(get_args(hint)[0]))
    if issubclass(hint, Plain):
        hints = get_type_hints(hint)
        return pa.struct([pa.field(name, _type(hints[name])) for name in _names(hint)])
    return {str: pa.string(), int: pa.int64(), bool: pa.bool_()}[hint]


def _said(hint: Any) -> Any:
    """Return the type of a value that is there."""
    return next(each for each in get_args(hint) if each is not type(None)) if isinstance(hint, UnionType) else hint


def _names(item: type[Plain]) -> list[str]:
    return list(item.__dataclass_fields__)  # type: ignore[attr-defined]  # every Plain is a dataclass


@cache
def _fits() -> dict[str, Callable[[Any], Any]]:
    """Return for each field what brings its value into the form that the column takes."""
    hints = get_type_hints(Work)
    return {name: _fit(hints[name]) for name in Work.__dataclass_fields__}


def _fit(hint: Any) -> Callable[[Any], Any]:
    hint = _said(hint)
    if get_origin(hint) is list:
        inner = _fit(get_args(hint)[0])
        return lambda values: [inner(each) for each in values]
    if issubclass(hint, Plain):
        hints = get_type_hints(hint)
        parts = {name: _fit(hints[name]) for name in _names(hint)}
        return lambda value: {name: part(getattr(value, name)) for name, part in parts.items()}
    return {str: _text, int: _number, bool: _flag}[hint]


def _text(value: Any) -> str | None:
    """Return a text that UTF-8 can hold."""
    if value is None:
        return None
    text = str(value)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


FORMAT = Format("parquet", (".parquet",), pieces, check, text=False)
