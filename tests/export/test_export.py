"""Exports out of a database: which works, what keys, round trips, files that are whole or not there."""

import gzip
import itertools
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, insert, update

from harvester.cli import main
from harvester.database.schema import upgrade
from harvester.database.session import open_engine, writing
from harvester.database.tables import work as work_table
from harvester.errors import ExportError, UsageError
from harvester.export import Entry, Format, Options, export, format_of, formats
from harvester.items import Author, Identifier, PageKind, Visit, Work
from harvester.load import load
from harvester.works import Chosen, works
from pipelines._books import write
from pipelines.dedupe import Dedupe
from tests.formats.test_jsonl import FULL

MORE = [
    Work(doi="10.5555/x.2", title="How librarians count", authors=[Author("Peroni", "S.")], type="journal-article"),
    Work(
        title="图书馆学", authors=[Author("王", "芳", "王芳")], container_title="学报", published="2020", type="dataset"
    ),
    Work(title="Names } and { @braces", pmid="31415926", authors=[Author(name="CMS Collaboration")]),
    Work(title="Alone", container_title="Only a container", identifiers=[Identifier("mendeley", "1-2")]),
]


def store(engine: Engine, *several: Work, host: str = "a.example") -> None:
    for each in several:  # one by one, so that they are numbered in their order
        visit = Visit(url=f"https://{host}/{each.title}", kind=PageKind.ARTICLE, reason="test", work=each)
        write(engine, [Dedupe().process_item(visit)], 0)


def stored(engine: Engine, **chosen: object) -> list[str]:
    return [each.work.title or "" for each in works(engine, Chosen(**chosen))]  # type: ignore[arg-type]


def keys(engine: Engine) -> list[str]:
    return [json.loads(line)["id"] for line in exported(engine).splitlines()]


def exported(engine: Engine, name: str = "jsonl") -> str:
    from io import BytesIO

    from harvester.export import write as write_stream

    stream = BytesIO()
    write_stream(engine, formats()[name], stream, Chosen())
    return stream.getvalue().decode()


def test_json_lines_lose_nothing_on_the_way_through_another_database(engine: Engine, tmp_path: Path) -> None:
    store(engine, FULL, *MORE)
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    assert export(engine, "jsonl", first) == 5
    url = f"sqlite:///{tmp_path / 'second.db'}"
    assert load([first], url).outcomes == {"new": 5}
    other = open_engine(url)
    assert export(other, "jsonl", second) == 5
    assert sorted(first.read_text().splitlines()) == sorted(second.read_text().splitlines())
    lines = [json.loads(line) for line in first.read_text().splitlines()]
    assert [Work.from_dict({n: v for n, v in line.items() if n != "id"}) for line in lines] == [FULL, *MORE]
    # Once more into the same place: nothing is new.
    assert load([first], url).outcomes == {"unchanged": 5}
    other.dispose()


def test_filters_narrow_down_together(engine: Engine) -> None:
    store(engine, FULL, *MORE[:2])
    store(engine, *MORE[2:], host="b_b.example:8080")
    assert stored(engine, query="count*") == [FULL.title, "How librarians count"]
    assert stored(engine, query="图书馆") == ["图书馆学"]
    assert stored(engine, query="") == []
    assert stored(engine, type="journal-article") == [FULL.title, "How librarians count"]
    assert stored(engine, type="journal-article", query="librarians") == ["How librarians count"]
    assert stored(engine, host="b_b.example:8080") == [each.title for each in MORE[2:]]
    assert stored(engine, host="A.Example", type="dataset") == ["图书馆学"]
    assert stored(engine, host="bxb.example:8080") == []
    with writing(engine) as connection:
        long_ago = datetime.now(UTC) - timedelta(days=30)
        connection.execute(update(work_table).where(work_table.c.title != "Alone").values(updated_at=long_ago))
    assert stored(engine, since=datetime.now(UTC) - timedelta(days=7)) == ["Alone"]
    assert len(stored(engine, since=long_ago)) == 5


def test_an_export_sees_one_state_and_nobody_waits_for_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.works._PAGE", 2)
    store(engine, FULL, *MORE)
    several = works(engine, Chosen())
    seen = [next(several).work.title]
    store(engine, Work(title="Written meanwhile", doi="10.5555/new"))  # would wait for a minute, and then fail
    with writing(engine) as connection:
        connection.execute(update(work_table).values(title="Changed meanwhile"))
    seen += [each.work.title for each in several]
    assert seen == [FULL.title, *(each.title for each in MORE)]
    assert len(stored(engine)) == 6


@pytest.mark.parametrize("query", [None, "written"])
def test_pages_leave_out_nothing_and_bring_nothing_twice(
    engine: Engine, query: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvester.works._PAGE", 3)
    titles = [f"Written {word}" for word in ("one", "two", "three", "four", "five", "six", "seven")]
    store(engine, *(Work(title=title, doi=f"10.5555/{title[-3:]}") for title in titles))
    assert stored(engine, query=query) == titles


def test_keys_depend_on_no_other_work(engine: Engine, tmp_path: Path) -> None:
    store(engine, FULL, *MORE)
    url = f"sqlite:///{tmp_path / 'other.db'}"
    other = open_engine(url)
    upgrade(other)
    store(other, *reversed(MORE[1:]), Work(title="Another work", doi="10.5555/another"))
    assert keys(engine)[0] == "lovelace2014counting-ejljmwawis"
    assert set(keys(engine)[2:]) == set(keys(other)[:-1])
    in_bibtex = [line.rstrip(",").split("{")[1] for line in exported(engine, "bibtex").splitlines() if line[:1] == "@"]
    in_csl = [item["id"] for item in json.loads(exported(engine, "csl-json"))]
    assert in_bibtex == in_csl == keys(engine)
    other.dispose()


def test_works_that_say_the_same_have_keys_of_their_own(engine: Engine) -> None:
    same = Work(title="Editorial", container_title="Journal", published="2014", volume="3")
    fields = {"title": "Editorial", "container_title": "Journal", "year": 2014, "volume": "3", "data": same.to_dict()}
    now = datetime.now(UTC)
    with writing(engine) as connection:
        for _ in range(3):
            connection.execute(insert(work_table).values(**fields, origins={}, created_at=now, updated_at=now))
    first = keys(engine)
    assert len(set(first)) == 3
    with writing(engine) as connection:
        other = fields | {"volume": None, "data": same.to_dict() | {"volume": None}}
        connection.execute(insert(work_table).values(**other, origins={}, created_at=now, updated_at=now))
        connection.execute(insert(work_table).values(**fields, origins={}, created_at=now, updated_at=now))
    assert keys(engine)[:3] == first
    assert len(set(keys(engine))) == 5


@pytest.mark.parametrize("name", sorted(formats()))
def test_every_format_begins_before_the_works_end(name: str) -> None:
    taken = 0

    def endless() -> Iterator[Entry]:
        nonlocal taken
        for taken in itertools.count(1):
            yield Entry(f"key{taken}", FULL)

    pieces = formats()[name].pieces(endless(), Options())
    for _ in range(3):
        next(pieces)
    assert taken <= 3 * 2_000
    pieces.close()  # type: ignore[attr-defined]


def test_a_format_is_found_by_name_or_by_ending() -> None:
    assert sorted(formats()) == ["bibtex", "csl-json", "csv", "jsonl", "parquet", "ris"]
    for path, name in (("a.bib", "bibtex"), ("a.RIS", "ris"), ("b/a.jsonl.gz", "jsonl"), ("a.parquet", "parquet")):
        assert format_of(None, Path(path)).name == name
    with pytest.raises(UsageError, match="no format is called 'nope'; there are bibtex, csl-json, csv"):
        format_of("nope", None)
    with pytest.raises(UsageError, match=r"a\.txt: its ending tells no format; name one with --format: bibtex"):
        format_of(None, Path("a.txt"))
    with pytest.raises(UsageError, match="standard output has no ending"):
        format_of(None, None)


def _broken(entries: object, _: Options) -> Iterator[bytes]:
    yield b"half a file"
    raise ZeroDivisionError


def test_a_file_is_whole_or_what_it_was(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(engine, FULL)
    file, link = tmp_path / "w.jsonl", tmp_path / "link.jsonl"
    file.write_text("before")
    file.chmod(0o640)
    link.symlink_to(file)
    monkeypatch.setattr("harvester.export.format_of", lambda *_: Format("broken", (), _broken))
    with pytest.raises(ZeroDivisionError):
        export(engine, "broken", file)
    assert file.read_text() == "before"
    monkeypatch.undo()
    assert export(engine, "jsonl", link) == 1
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert json.loads(file.read_text())["doi"] == FULL.doi
    assert sorted(each.name for each in tmp_path.iterdir() if each.name[:4] != "test") == ["link.jsonl", "w.jsonl"]
    with pytest.raises(ExportError, match=r"no/w\.bib: No such file or directory"):
        export(engine, "bibtex", tmp_path / "no" / "w.bib")


def test_a_pipe_is_written_to_and_not_replaced(engine: Engine, tmp_path: Path) -> None:
    store(engine, FULL)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        assert export(engine, "jsonl", pipe) == 1
        assert reader.stdout is not None
        assert json.loads(reader.stdout.read())["doi"] == FULL.doi
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_gz_compresses_to_the_same_bytes_each_time(engine: Engine, tmp_path: Path) -> None:
    store(engine, FULL)
    for name in ("a.csv.gz", "b.csv.gz"):
        export(engine, "csv", tmp_path / name)
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.csv.gz").read_bytes()).startswith(b'"citation_key","doi",')


@pytest.fixture
def db(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'cli.db'}"
    engine = open_engine(url)
    upgrade(engine)
    store(engine, FULL, *MORE)
    engine.dispose()
    return url


def test_the_command_writes_files_and_standard_output(db: str, tmp_path: Path) -> None:
    def run(*arguments: str, status: int = 0) -> tuple[str, str]:
        ended = CliRunner().invoke(main, ["export", *arguments, "--db", db])
        assert ended.exit_code == status, ended.output
        return ended.stdout, ended.stderr

    file = tmp_path / "w.bib"
    assert run("-o", str(file), "--query", "counting") == ("", f"1 work in {file}\n")
    assert file.read_text().startswith("@article{lovelace2014counting-")
    printed, said = run("--format", "ris", "--since", "1h")
    assert (printed.count("\nER  - \n"), said) == (5, "5 works in standard output\n")
    assert "'Names" not in run("--format", "csv")[0]
    assert "nothing for a terminal" not in run("--format", "parquet", "-o", "-")[1]
    assert "no format is called 'x'" in run("--format", "x", status=2)[1]
    assert "'yesterday' is no moment" in run("--format", "ris", "--since", "yesterday", status=2)[1]
    assert "its ending tells no format" in run("-o", str(tmp_path / "w.doc"), status=2)[1]


def test_a_reader_that_has_seen_enough_ends_the_export_quietly(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'many.db'}"
    engine = open_engine(url)
    upgrade(engine)
    many = [Work(title=f"Title {number}", doi=f"10.5555/{number}", abstract="long " * 2000) for number in range(60)]
    store(engine, *many)
    engine.dispose()
    command = [sys.executable, "-m", "harvester", "export", "--format", "ris", "--db", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == b"TY  - GEN\r\n"
        running.stdout.close()
        assert (running.stderr.read(), running.wait(30)) == (b"", 0)
