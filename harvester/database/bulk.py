"""Many rows at once, as fast as the drivers take them: what the store reads and writes for every record goes here.

SQLAlchemy handles each value of each row in Python, and builds a statement anew for each number of values, which costs
more than the database does. Here the values are in the driver's form: JSON as text (`harvester.json_text`), times as
`moment` has them, and a list of values is one parameter.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Connection, Table, text
from sqlalchemy.exc import DBAPIError

from harvester.json_text import encode


def moment(connection: Connection, when: datetime) -> Any:
    """Return a time in the form that the driver takes."""
    return when if connection.dialect.name == "postgresql" else when.strftime("%Y-%m-%d %H:%M:%S.%f")


def when(moment: Any) -> datetime:
    """Return a time that a driver gave, aware."""
    told: datetime = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return told if told.tzinfo is not None else told.replace(tzinfo=UTC)


def ask(connection: Connection, statement: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Return the rows that a statement in the driver's own language finds, in the driver's form."""
    result = connection.exec_driver_sql(statement, parameters)
    assert result.cursor is not None
    rows = result.cursor.fetchall()
    result.close()
    return list(rows)


def among(connection: Connection, column: str) -> str:
    """Return the condition that a column has one of the values that `listed` makes a parameter of."""
    if connection.dialect.name == "postgresql":
        return f"{column} = ANY(%s)"
    return f"{column} IN (SELECT value FROM json_each(?))"  # noqa: S608  # our names


def listed(connection: Connection, values: Iterable[Any]) -> Any:
    """Return numbers or texts as one parameter, sorted."""
    ordered = sorted(values)
    return ordered if connection.dialect.name == "postgresql" else encode(ordered)


def select_rows(
    connection: Connection, table: Table, columns: Sequence[str], where: str, values: Collection[Any]
) -> list[tuple[Any, ...]]:
    """Return the rows that have one of the values in the column ``where``; JSON stays text."""
    if not values:
        return []
    statement = _select(table, tuple(columns), among(connection, f'"{where}"'), connection.dialect.name)
    return ask(connection, statement, (listed(connection, values),))


@lru_cache(maxsize=256)
def _select(table: Table, columns: tuple[str, ...], condition: str, dialect: str) -> str:
    # psycopg would parse JSON, most of which is never looked into.
    as_text = {each.name for each in table.columns if isinstance(each.type, JSON) and dialect == "postgresql"}
    names = ", ".join(f'"{name}"::text' if name in as_text else f'"{name}"' for name in columns)
    return f'SELECT {names} FROM "{table.name}" WHERE {condition}'  # noqa: S608  # our names


def update_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write the values of rows, in the order of ``columns``, each followed by the row's id."""
    if rows:
        mark = "%s" if connection.dialect.name == "postgresql" else "?"
        values = ", ".join(f'"{name}" = {mark}' for name in columns)
        statement = f'UPDATE "{table.name}" SET {values} WHERE id = {mark}'  # noqa: S608  # our names
        connection.exec_driver_sql(statement, [tuple(row) for row in rows])


def delete_rows(connection: Connection, table: str, where: str, values: Iterable[Any]) -> None:
    """Remove the rows that have one of the values in the column ``where``."""
    found = list(values)
    if found:
        condition = among(connection, f'"{where}"')
        parameters = (listed(connection, found),)
        connection.exec_driver_sql(f'DELETE FROM "{table}" WHERE {condition}', parameters)  # noqa: S608  # our names


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
        # Tuples as they come are not copied: there are twenty for a record.
        given = rows if isinstance(rows, list) and isinstance(rows[0], tuple) else [tuple(row) for row in rows]
        connection.exec_driver_sql(statement, given)


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
    import psycopg  # who writes SQLite has no use for it

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
