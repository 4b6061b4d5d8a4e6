"""Many rows at once, as fast as the drivers take them: what the store writes for every record goes through here.

SQLAlchemy handles each value of each row in Python, which costs more than the database does. Here the values are in the
driver's form already: JSON as text (`encode`), times as `moment` returns them.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Connection, Table, text
from sqlalchemy.exc import DBAPIError

encode: Callable[[Any], str] = json.JSONEncoder(separators=(",", ":")).encode
"""Return JSON in ASCII, as the JSON columns hold it."""


def moment(connection: Connection, when: datetime) -> Any:
    """Return a time in the form that the driver takes."""
    return when if connection.dialect.name == "postgresql" else when.strftime("%Y-%m-%d %H:%M:%S.%f")


def insert_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows, values in the order of ``columns``. Raises SQLAlchemy's errors, whichever way the rows take."""
    write_rows(connection, table.name, columns, rows)


def write_rows(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows into a table that SQLAlchemy need not know."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, f'COPY "{table}" ({names}) FROM STDIN', rows)
    else:
        marks = ", ".join("?" * len(columns))
        statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608  # names are ours
        connection.exec_driver_sql(statement, [tuple(row) for row in rows])


def reserve(connection: Connection, table: Table, count: int) -> list[int]:
    """Return ids for new rows of a table. SQLite: the caller holds the write lock, and inserts them all."""
    if count == 0:
        return []
    if connection.dialect.name == "postgresql":
        sequence = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return sorted(connection.scalars(sequence, {"name": table.name, "count": count}))
    last = connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name}) or 0
    return list(range(last + 1, last + 1 + count))


def _copy(connection: Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        # SQLAlchemy does not know that this was said, so its error is made here; callers know no driver.
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, connection_invalidated=driver.closed, dialect=connection.dialect
        ) from error
