"""Loading: every record ends in one visit, twice changes nothing, a kill loses nothing."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from harvester.database.frontier import Frontier, Run
from harvester.database.session import database, reading
from harvester.database.tables import record, run, visit, work
from harvester.errors import UsageError
from harvester.load import Progress, load
from harvester.load_order import Ordered
from harvester.load_report import _Shown, command, told

GOOD = {"title": "On counting {0}", "authors": ["Lovelace, Ada"], "year": 2014, "doi": "10.5555/load.{0}"}


def line(number: int, **change: object) -> str:
    values = {name: value.format(number) if isinstance(value, str) else value for name, value in GOOD.items()}
    return json.dumps({"record_id": f"r{number}", **values, **change}) + "\n"


def write_lines(file: Path, count: int) -> Path:
    file.write_text("".join(line(number) for number in range(count)))
    return file


def counted(engine: Engine) -> tuple[int, int, int]:
    with reading(engine) as connection:
        visits, records, works = (connection.scalar(select(func.count()).select_from(t)) for t in (visit, record, work))
    return int(visits or 0), int(records or 0), int(works or 0)


def test_records_become_works_through_the_pipelines(tmp_path: Path, engine: Engine, database_url: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(
        line(1)
        + line(2, doi="https://doi.org/10.5555/LOAD.1", title="On counting 1")
        + "?\n"
        + line(3, title="Home", doi=None)
    )
    report = load([file], database_url)
    assert report.outcomes == {"new": 1, "merged": 1, "failed": 1, "non_record": 1}
    assert report.rejected == {"rejected: no title": 1}
    assert [str(bad) for bad in report.bad] == ["a.jsonl:3: '?': not JSON: Expecting value: line 1 column 1 (char 0)"]
    assert (report.records, report.bad_count, report.resumed_at) == (4, 1, 0)
    assert counted(engine) == (4, 2, 1)


def test_a_second_load_changes_nothing_and_a_changed_record_is_updated(
    tmp_path: Path, engine: Engine, database_url: str
) -> None:
    file = write_lines(tmp_path / "a.jsonl", 3)
    load([file], database_url)
    assert load([file], database_url).outcomes == {"unchanged": 3}
    file.write_text(line(0) + line(1, volume="12") + line(2))
    assert load([file], database_url).outcomes == {"unchanged": 2, "updated": 1}
    assert counted(engine)[1:] == (3, 3)


def test_two_records_with_one_key_both_stay(tmp_path: Path, engine: Engine, database_url: str) -> None:
    file = tmp_path / "a.bib"
    entry = "@misc{{same, title = {{On the subject of {0}}}, doi = {{10.5555/{0}}}, author = {{Ada Lovelace}}}}\n"
    file.write_text("".join(map(entry.format, ("ants", "bees", "ants", "cows"))))
    for _ in range(2):
        load([file], database_url, batch_size=2)
        with reading(engine) as connection:
            assert sorted(connection.scalars(select(work.c.doi))) == ["10.5555/ants", "10.5555/bees", "10.5555/cows"]
    assert counted(engine)[1] == 4


def test_records_without_a_key_stay_whatever_is_put_before_them(
    tmp_path: Path, engine: Engine, database_url: str
) -> None:
    file = tmp_path / "a.ris"
    records = [
        f"TY  - JOUR\nTI  - On {word} in the wild\nDO  - 10.5555/{word}\nER  - \n" for word in ("ants", "bees", "cows")
    ]
    file.write_text(records[0] + records[1])
    load([file], database_url)
    file.write_text(records[2] + records[0] + records[1])
    assert load([file], database_url).outcomes == {"new": 1, "unchanged": 2}


def test_files_of_one_name_in_two_folders_are_two(tmp_path: Path, engine: Engine, database_url: str) -> None:
    files = []
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        files.append(tmp_path / str(number) / "export.jsonl")
        files[-1].write_text(line(number, record_id="same"))
    assert load([*files, files[0]], database_url).outcomes == {"new": 2}


def test_an_interrupted_load_goes_on_after_its_last_batch(tmp_path: Path, engine: Engine, database_url: str) -> None:
    files = [write_lines(tmp_path / "a.jsonl", 7), tmp_path / "b.jsonl"]
    files[1].write_text("".join(line(number) for number in range(100, 105)))

    def stop(at: Progress) -> None:
        if at.records >= 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(files, database_url, stop, batch_size=4)
    assert counted(engine) == (8, 8, 8)
    report = load(files, database_url, batch_size=4)
    assert (report.resumed_at, report.records, report.outcomes) == (8, 12, {"new": 12})
    assert counted(engine) == (12, 12, 12)
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(run)) == 1


def test_a_file_that_changed_begins_anew(tmp_path: Path, engine: Engine, database_url: str) -> None:
    file = write_lines(tmp_path / "a.jsonl", 4)
    load([file], database_url)
    with engine.begin() as connection:
        connection.execute(update(run).values(finished_at=None))
    file.write_text(line(9) + file.read_text())
    report = load([file], database_url)
    assert (report.resumed_at, report.outcomes) == (0, {"new": 1, "unchanged": 4})


def test_records_come_by_title_over_all_files_what_cannot_be_read_first(
    tmp_path: Path, engine: Engine, database_url: str
) -> None:
    files = [tmp_path / "b.jsonl", tmp_path / "a.ris"]
    files[0].write_text(line(3, title="Wool") + "?\n" + line(4, title="Ants"))
    files[1].write_text("TY  - JOUR\nTI  - ANTS\nDO  - 10.5555/ants\nID  - r5\nER  - \n")
    load(files, database_url)
    with reading(engine) as connection:
        visited = list(connection.scalars(select(visit.c.url).order_by(visit.c.id)))
    assert [url.rpartition("#")[2] for url in visited] == ["line 2", "r4", "r5", "r3"]


def test_a_load_that_was_begun_in_another_order_begins_anew(
    tmp_path: Path, engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_lines(tmp_path / "a.jsonl", 4)
    opened = Frontier.open_run

    def as_before(self: Frontier, spider: str, sources: list[str], version: str, asked: dict[str, Any]) -> Run:
        return opened(self, spider, sources, version, {"files": asked["files"]})

    def stop(at: Progress) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Frontier, "open_run", as_before)
        with pytest.raises(KeyboardInterrupt):
            load([file], database_url, stop, batch_size=2)
    assert counted(engine)[1] == 2
    report = load([file], database_url)
    assert (report.resumed_at, report.outcomes) == (0, {"unchanged": 2, "new": 2})


def test_a_load_that_is_put_in_order_in_a_file_ends_the_same_also_after_a_stop(
    tmp_path: Path, engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    temporary = tempfile.TemporaryFile

    def made() -> Any:
        opened.append(temporary())
        return opened[-1]

    def stop(at: Progress) -> None:
        if at.records >= 200:
            raise KeyboardInterrupt

    monkeypatch.setattr(tempfile, "TemporaryFile", made)
    monkeypatch.setattr("harvester.load.Ordered", partial(Ordered, 8_192))
    file = tmp_path / "a.jsonl"
    file.write_text("".join(line(number) for number in random.Random(1).sample(range(400), 400)))
    with pytest.raises(KeyboardInterrupt):
        load([file], database_url, stop, batch_size=100)
    report = load([file], database_url, batch_size=100)
    assert (report.resumed_at, report.outcomes) == (200, {"new": 400})
    with reading(engine) as connection:
        titles = list(connection.scalars(select(work.c.title).order_by(work.c.id)))
    assert titles == [f"On counting {number}" for number in sorted(range(400), key=str)]
    assert [each.closed for each in opened] == [True, True]


def test_progress_tells_of_the_reading_and_then_of_the_records(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvester.load._OFTEN", 2)
    told_of: list[Progress] = []
    file = write_lines(tmp_path / "a.jsonl", 5)
    load([file], database_url, told_of.append, batch_size=3)
    assert [(at.known, at.records) for at in told_of] == [(0, 0), (0, 0), (5, 3), (5, 5)]
    assert told_of[-1].read == told_of[-1].total == file.stat().st_size
    shown = _Shown()
    lines = [shown.line(at) for at in told_of]
    assert lines[0].startswith("reading the files")
    assert lines[2].startswith("3 records  0 bad")
    assert lines[2].endswith("60 % of 5")


SCRIPT = """
import sys
from pathlib import Path
from harvester.load import load

if __name__ == "__main__":
    load([Path(sys.argv[1])], sys.argv[2], lambda at: print(at.records, flush=True), 20)
"""


def test_a_killed_load_ends_where_an_undisturbed_one_would(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "a.jsonl", 400)
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    started = [sys.executable, "-W", "error", str(script), str(file), url]
    for most in (40, 160):
        with subprocess.Popen(started, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            for printed in process.stdout:
                if int(printed) >= most:
                    break
            os.kill(process.pid, signal.SIGKILL)
    report = load([file], url)
    assert report.resumed_at >= 160
    assert (report.records, report.outcomes) == (400, {"new": 400})
    with database(url) as engine:
        assert counted(engine) == (400, 400, 400)


def test_a_file_that_another_process_loads_is_refused(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    file = write_lines(tmp_path / "a.jsonl", 1)
    with file.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="another process is loading this file"):
            load([file], f"sqlite:///{tmp_path / 'a.db'}")


def test_a_missing_file_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        load([tmp_path / "none.ris"], f"sqlite:///{tmp_path / 'a.db'}")


def test_the_report_says_what_came_of_it(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(line(1) + "?\n" * 25)
    lines = list(told(load([file], f"sqlite:///{tmp_path / 'a.db'}")))
    assert lines[:4] == [
        "26 records of 1 files",
        "          1 new works",
        "         25 bad records",
        "         25   bad record: not JSON: Expecting value: line 1 column 1 (char 0)",
    ]
    assert lines[4] == "a.jsonl:2: '?': not JSON: Expecting value: line 1 column 1 (char 0)"
    assert lines[-1] == "and 5 more; the table visit has the place and the reason of each"


@pytest.mark.parametrize("live", [False, True])
def test_the_command_prints_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str], live: bool) -> None:
    file = write_lines(tmp_path / "a.jsonl", 3)
    command([file], f"sqlite:///{tmp_path / 'a.db'}", None, live=live)
    assert capsys.readouterr().out.splitlines()[:2] == ["3 records of 1 files", "          3 new works"]
    file.write_text("?\n")
    with pytest.raises(UsageError, match=r"nothing usable: a\.jsonl:1"):
        command([file], f"sqlite:///{tmp_path / 'b.db'}", "jsonl", live=live)
