import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import Engine

from harvester.cli import main
from harvester.database import hosts
from harvester.database.hosts import Pace, Parked, Robots
from harvester.database.schema import upgrade
from harvester.database.session import database, writing
from harvester.plan import plan

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def listed(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "urls.txt"
    path.write_text("\n".join(lines))
    return str(path)


def test_the_longest_host_decides_and_the_arithmetic_is_shown(engine: Engine, tmp_path: Path) -> None:
    with writing(engine) as connection:
        said = Robots("rules", 10, NOW - timedelta(days=2), NOW - timedelta(days=1))
        hosts.remember_robots(connection, "slow.example", said, 10)
        hosts.park(connection, Parked("away.example", NOW + timedelta(minutes=5), "HTTP 429, Retry-After: 300"))
    source = listed(
        tmp_path,
        *(f"https://slow.example/{number}" for number in range(12_000)),
        *(f"https://quick.example/{number}" for number in range(300)),
        "https://quick.example/7?utm_source=mail",
        "https://away.example/1",
        "10.5555/one",
        "no address at all",
    )
    made = plan([source], engine, Pace(1), NOW)
    *lines, last = made.lines()
    assert lines == [
        "slow.example   12,000 pages x 10 s = 33 h",
        "    delay: Crawl-delay: 10; robots.txt: rules, 2026-02-27, to be read again",
        "away.example   parked until 12:05 UTC, 1 page x 1 s = 5 min",
        "    delay: ours; robots.txt: not read yet",
        "    parked: HTTP 429, Retry-After: 300",
        "quick.example  300 pages x 1 s = 5 min",
        "    delay: ours; robots.txt: not read yet",
        "doi.org        1 page x 1 s = 0 s",
        "    delay: ours; robots.txt: not read yet",
        "12,302 pages of 4 hosts: at least 33 h, decided by slow.example",
        "repeated: 1 address",
    ]
    assert last.startswith("no address: 1 line: ")
    assert all(len(line) <= 80 for line in made.lines())
    as_dict = made.to_dict()
    assert (as_dict["targets"], as_dict["seconds"], as_dict["repeated"]) == (12_302, 119_990, 1)
    assert as_dict["hosts"][0]["delay_why"] == "Crawl-delay: 10"


def test_without_a_database_and_without_a_delay_there_is_a_plan_too(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<title>x</title>")
    made = plan([listed(tmp_path, "https://a.example/1"), str(tmp_path / "page.html")], None, Pace(0), NOW)
    assert made.lines() == [
        "a.example   1 page, no delay",
        "    delay: ours; robots.txt: not read yet",
        "1 page of 1 host: as fast as they answer",
        "1 saved page, from disk",
    ]


def command(*arguments: str, status: int = 0) -> Result:
    ended = CliRunner().invoke(main, ["plan", *arguments])
    assert ended.exit_code == status, ended.output
    return ended


def test_the_command_asks_nobody_and_makes_no_database(tmp_path: Path) -> None:
    source = listed(tmp_path, *(f"https://nobody.invalid/{number}" for number in range(61)), "no address at all")
    db = tmp_path / "new.db"
    shown = command(source, "--db", f"sqlite:///{db}", "--delay", "2").output
    assert "nobody.invalid  61 pages x 2 s = 2 min\n" in shown
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert not db.exists()


def test_the_command_reckons_with_what_the_database_knows_of_hosts(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'known.db'}"
    with database(url) as engine:
        upgrade(engine)
        with writing(engine) as connection:
            now = datetime.now(UTC)
            hosts.remember_robots(connection, "slow.example", Robots("rules", 90, now, now + timedelta(days=1)), 90)
    source = listed(tmp_path, *(f"https://slow.example/{number}" for number in range(5)))
    planned = json.loads(command(source, "--db", url, "--json").output)
    assert planned["hosts"][0]["delay_why"] == "Crawl-delay: 90, of which 30 are kept"
    assert planned["seconds"] == 120


def test_the_command_ends_with_status_2_where_nothing_is_usable(tmp_path: Path) -> None:
    source = listed(tmp_path, "no address at all")
    assert "nothing usable" in command(source, "--db", f"sqlite:///{tmp_path / 'x.db'}", status=2).output
