from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from harvester.database import hosts
from harvester.database.hosts import Pace, Parked, Robots
from harvester.database.session import writing
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
