import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console
from sqlalchemy import Engine, update

from harvester.cli import main
from harvester.database import hosts
from harvester.database.frontier import Frontier
from harvester.database.hosts import Parked
from harvester.database.session import writing
from harvester.database.tables import target
from harvester.jobs import Jobs
from harvester.status import Status, lines, status
from harvester.watch.books import settle
from pipelines._books import write
from tests.pipelines.test_books import ONE, told
from tests.schedule.test_daemon import NIGHTLY, OFTEN

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def shown(told: Status) -> list[str]:
    console = Console(width=80, record=True, file=StringIO())
    for part in lines(told):
        console.print(part)
    return console.export_text().splitlines()


@pytest.fixture
def filled(engine: Engine) -> Engine:
    frontier = Frontier(engine)
    run = frontier.open_run("urls", ["x"], "0", {}).id
    frontier.add(run, [f"https://{'abc'[number % 3]}.example/{number}" for number in range(9)])
    pages = [told(f"https://a.example/{number}", doi=f"10.5555/{number}", **ONE) for number in (0, 3)]
    for page in pages:
        page.run_id = run
    write(engine, pages, 0)
    settle(engine, run)
    with writing(engine) as connection:
        for number, state in enumerate(("done", "dead", "leased", "retry")):
            connection.execute(update(target).where(target.c.id == number + 1).values(state=state))
        hosts.park(connection, Parked("b.example", NOW + timedelta(hours=5), "Retry-After: 18000"))
        hosts.park(connection, Parked("c.example", NOW - timedelta(hours=5), "over"))
    return engine


def test_everything_is_told_in_80_columns(filled: Engine, tmp_path: Path) -> None:
    long = f"job with quite a name, {'long ' * 12}"
    jobs = Jobs(tmp_path / "harvester.toml", {"nightly": NIGHTLY, "often": OFTEN, long: NIGHTLY})
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "one.warc.gz").write_bytes(b"x" * 1500)
    told = status(filled, jobs, str(tmp_path / "pages"), NOW)
    text = shown(told)
    assert max(map(len, text)) <= 80
    said = [" ".join(line.split()) for line in text]
    assert "often every 6 h idle 0 0 now" in said
    assert {"a.example 1 1 1", "b.example 2 1", "c.example 3"} <= set(said)
    assert any(line.startswith("b.example 14:30 Retry-After: 18000") for line in said)
    assert not any("over" in line.split() for line in said)
    assert "a.example 1 2 100 100 0 0 100 0" in said
    assert "Works 2 from 2 pages" in said
    assert any(line.startswith("Archive 1.5 kB,") for line in said)
    assert told.database_bytes > 10_000


def test_hosts_that_do_not_fit_are_added_up(filled: Engine) -> None:
    frontier = Frontier(filled)
    run = frontier.open_run("urls", ["y"], "0", {}).id
    frontier.add(run, [f"https://{number}.many.example/1" for number in range(30)])
    told = status(filled, None, "no", NOW)
    assert len(told.targets) == 33
    assert "23 other hosts 23" in [" ".join(line.split()) for line in shown(told)]


def test_json_has_it_all_and_the_file_of_jobs_names_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HARVESTER_DB", raising=False)
    (tmp_path / "harvester.toml").write_text(
        'database = "sqlite:///other.db"\n[jobs.often]\nsources = ["x.txt"]\nevery = "6 h"\n'
    )
    missing = CliRunner().invoke(main, ["status", "--json"])
    assert missing.exit_code == 2
    assert "other.db: no such database" in missing.output
    assert CliRunner().invoke(main, ["schedule", "list"]).exit_code == 0
    ended = CliRunner().invoke(main, ["status", "--json"])
    assert ended.exit_code == 0, ended.output
    told = json.loads(ended.output)
    assert told["database"].endswith("/other.db")
    assert [each["name"] for each in told["jobs"]] == ["often"]
    assert set(told) >= {"targets", "parked", "coverage", "reviews_open", "archive_bytes", "alarms"}
