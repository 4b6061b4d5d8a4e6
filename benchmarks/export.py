"""Time and memory of ``harvester export`` in each format, and whether a parser that is not ours reads the works back.

    .venv/bin/python benchmarks/export.py [--works 100000] [--formats csv,ris] [--db URL] [--no-reading]

Works are made and written to the tables of an empty SQLite file, unless ``--db`` names a database that has some. Each
format is exported by a process of its own; printed are its processor and wall time, the most memory that it held, and
the size of the file. Then the file is read by bibtexparser, rispy, pyarrow, or Python's json and csv, and each work
that comes back is compared with the one in the database: title, authors, year, container, volume, issue, pages, DOI,
abstract and keywords; JSON Lines and Parquet in every field.
"""

import argparse
import csv
import json
import multiprocessing
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from store import WORDS

from harvester.database.schema import prepare
from harvester.database.session import database, writing
from harvester.database.tables import work
from harvester.export._key import citation_key
from harvester.formats._own_csv import parted, unguarded
from harvester.items import Affiliation, Author, Citation, Classification, Identifier, Work
from harvester.works import Chosen, works

SUFFIX = {"csl-json": ".json", "bibtex": ".bib", "ris": ".ris", "csv": ".csv", "jsonl": ".jsonl", "parquet": ".parquet"}
_BATCH = 2_000
_NASTY = (
    "50% of {x} & y_1",
    "=SUM(A1)",
    "} @article{x,",
    "ER  - ",
    "C:\\new \\} #1",
    "图书馆学 ~ ^2",
    "a--b ``c''",
    "$x$; <i>y</i>",
)


def made(count: int) -> Iterator[Work]:
    """Yield works as pages give them, every tenth with a title that could break out of a field."""
    chance = random.Random(1)

    def words(many: int) -> str:
        return " ".join(chance.choices(WORDS, k=many))

    for number in range(count):
        people = chance.randint(1, 6)
        nasty = f"{chance.choice(_NASTY)} " if number % 10 == 0 else ""
        yield Work(
            doi=f"10.5555/export.{number}" if number % 4 else None,
            title=nasty + words(9).capitalize(),
            authors=[
                Author(chance.choice(WORDS).title(), f"{chance.choice('ABCDEFG')}.", affiliations=[each % 2])
                for each in range(people)
            ],
            affiliations=[Affiliation(f"University of {words(1).title()}, {words(2)}", country="GB") for _ in range(2)],
            container_title=f"Journal of {words(1).title()}",
            publisher="Example Press",
            published=f"{chance.randint(1990, 2025)}-0{chance.randint(1, 9)}",
            volume=str(chance.randint(1, 60)),
            issue=str(chance.randint(1, 12)),
            first_page=str(number),
            last_page=str(number + 9),
            issn=["0378-4371"],
            abstract=f"{words(60).capitalize()}.\n{nasty}{words(60).capitalize()}.",
            keywords=[words(1) for _ in range(4)],
            classifications=[Classification("clc", "TP391.41")],
            language="en",
            type="journal-article",
            identifiers=[Identifier("mendeley", f"id-{number}")],
            cited_by_count=number % 50,
            related=[Citation(title=words(8), authors=[words(2)], year=2001, doi=f"10.5555/r.{n}") for n in range(3)],
            url=f"https://example.org/{number}",
        )


def fill(url: str, count: int) -> None:
    """Write made works to the table of works; exports read no other, but for words and hosts."""
    now = datetime.now(UTC)
    with database(url) as engine:
        prepare(engine)
        several = made(count)
        while batch := list(islice(several, _BATCH)):
            with writing(engine) as connection:
                connection.execute(insert(work), [_row(each, now) for each in batch])


def _row(this: Work, now: datetime) -> dict[str, Any]:
    data = this.to_dict()
    columns = {name: data[name] for name in work.columns.keys() if name in data}  # noqa: SIM118  # no dictionary
    year = int((this.published or "")[:4])
    return {**columns, "year": year, "data": data, "origins": {}, "created_at": now, "updated_at": now}


def exported(url: str, name: str, file: Path) -> tuple[float, float, float]:
    """Export in another process; return its processor and wall time in seconds, and its most memory in megabytes."""
    command = [sys.executable, "-m", "harvester", "export", "--format", name, "--db", url, "-o", str(file)]
    started = time.perf_counter()
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert running.stderr is not None
    said = running.stderr.read()
    _, status, usage = os.wait4(running.pid, 0)
    wall = time.perf_counter() - started
    if status:
        raise SystemExit(f"{name}: {said}")
    unit = 1024 if sys.platform == "linux" else 1
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit / 1e6


def line(value: Any) -> str:
    return "" if value is None else " ".join(str(value).split())


def told(this: Work) -> dict[str, Any]:
    """Return what every format has a place for."""
    return {
        "title": line(this.title),
        "authors": [line(each.label) for each in this.authors],
        "year": (this.published or "")[:4],
        "container": line(this.container_title),
        "volume": line(this.volume),
        "issue": line(this.issue),
        "pages": [line(this.first_page), line(this.last_page)],
        "doi": line(this.doi),
        "abstract": line(this.abstract),
        "keywords": [line(each) for each in this.keywords],
    }


def read_csl(file: Path) -> Iterator[tuple[str, Any]]:
    for item in json.loads(file.read_text()):
        yield (
            item["id"],
            {
                "title": line(item.get("title")),
                "authors": [
                    ", ".join(filter(None, (each.get("family"), each.get("given")))) for each in item["author"]
                ],
                "year": str(item["issued"]["date-parts"][0][0]),
                "container": item.get("container-title", ""),
                "volume": item.get("volume", ""),
                "issue": item.get("issue", ""),
                "pages": item["page"].split("-"),
                "doi": item.get("DOI", ""),
                "abstract": line(item.get("abstract")),
                "keywords": item["keyword"].split(", "),
            },
        )


def read_bibtex(file: Path) -> Iterator[tuple[str, Any]]:
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors

    middlewares = [SeparateCoAuthors(), LatexDecodingMiddleware()]
    with file.open() as stream:
        parts = iter(lambda: "".join(islice(_blocks(stream), 1000)), "")  # the parser keeps all that it is given
        entries = chain.from_iterable(parse_string(part, append_middleware=middlewares).entries for part in parts)
        for entry in entries:
            said = {name: field.value for name, field in entry.fields_dict.items()}
            yield (
                entry.key,
                {
                    "title": line(said["title"]),
                    "authors": [line(each) for each in said["author"]],
                    "year": said["year"],
                    "container": said.get("journal", ""),
                    "volume": said.get("volume", ""),
                    "issue": said.get("number", ""),
                    "pages": re.split("–|--", said["pages"]),
                    "doi": said.get("doi", ""),
                    "abstract": line(said["abstract"]),
                    "keywords": said["keywords"].split(", "),
                },
            )


def _blocks(stream: Iterable[str]) -> Iterator[str]:
    """Yield what stands between empty lines."""
    lines: list[str] = []
    for each in stream:
        lines.append(each)
        if each == "\n":
            yield "".join(lines)
            lines.clear()


def read_ris(file: Path) -> Iterator[tuple[str, Any]]:
    import rispy

    with file.open() as stream:
        for said in rispy.load(stream):
            yield (
                said["id"],
                {
                    "title": said["title"],
                    "authors": said["authors"],
                    "year": said["year"],
                    "container": said.get("secondary_title", ""),
                    "volume": said.get("volume", ""),
                    "issue": said.get("number", ""),
                    "pages": [said["start_page"], said["end_page"]],
                    "doi": said.get("doi", ""),
                    "abstract": said["abstract"],
                    "keywords": said["keywords"],
                },
            )


def read_csv(file: Path) -> Iterator[tuple[str, Any]]:
    with file.open(newline="") as stream:
        for row in csv.DictReader(stream):
            said = {name: unguarded(cell) for name, cell in row.items()}
            yield (
                said["citation_key"],
                {
                    "title": line(said["title"]),
                    "authors": parted(said["authors"]),
                    "year": said["year"],
                    "container": said["container_title"],
                    "volume": said["volume"],
                    "issue": said["issue"],
                    "pages": [said["first_page"], said["last_page"]],
                    "doi": said["doi"],
                    "abstract": line(said["abstract"]),
                    "keywords": parted(said["keywords"]),
                },
            )


def read_jsonl(file: Path) -> Iterator[tuple[str, Any]]:
    with file.open() as stream:
        for each in map(json.loads, stream):
            yield each.pop("id"), each


def read_parquet(file: Path) -> Iterator[tuple[str, Any]]:
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(file).iter_batches(1000):
        for row in batch.to_pylist():
            yield row.pop("id"), row


READERS: dict[str, tuple[Callable[[Path], Iterator[tuple[str, Any]]], Callable[[Work], Any]]] = {
    "csl-json": (read_csl, told),
    "bibtex": (read_bibtex, told),
    "ris": (read_ris, told),
    "csv": (read_csv, told),
    "jsonl": (read_jsonl, Work.to_dict),
    "parquet": (read_parquet, Work.to_dict),
}


def compared(url: str, name: str, file: Path) -> tuple[int, int, str]:
    """Return how many works are in the database, how many of them came back equal, and the first that did not."""
    read, say = READERS[name]
    total = equal = 0
    odd = ""
    found = read(file)
    with database(url) as engine, closing(works(engine, Chosen())) as stored:
        for each in stored:
            total += 1
            key, said = next(found, ("", None))
            same = key == citation_key(each.work, each.twin) and said == say(each.work)
            equal += same
            odd = odd or ("" if same else f"{key}: {said!r}"[:400])
    return total, equal, odd or next((f"one too many: {key}" for key, _ in found), "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--works", type=int, default=100_000)
    parser.add_argument("--formats", default=",".join(SUFFIX))
    parser.add_argument("--db", help="database URL")
    parser.add_argument("--no-reading", action="store_true", help="only export")
    options = parser.parse_args()
    # Linux counts the memory of the process that starts another one as the other's, so this one stays small.
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(1, context, max_tasks_per_child=1) as elsewhere:
        url = options.db or f"sqlite:///{folder}/works.db"
        if not options.db:
            elsewhere.submit(fill, url, options.works).result()
        for name in options.formats.split(","):
            file = Path(folder, f"works{SUFFIX[name]}")
            processor, wall, memory = exported(url, name, file)
            size = file.stat().st_size / 1e6
            print(
                f"{name:<9} {processor:6.1f} s of processor, {wall:6.1f} s, {memory:4.0f} MB held, file {size:5.0f} MB",
                end="",
            )
            if not options.no_reading:
                total, equal, odd = elsewhere.submit(compared, url, name, file).result()
                print(f"; {equal} of {total} works read back equal{f' ({odd})' if odd else ''}", end="")
            print(flush=True)
            file.unlink()


if __name__ == "__main__":
    main()
