"""Lists as sources of a job: named as on the command line, and asked for on condition that they changed."""

import os
import sqlite3
from pathlib import Path

from tests import warm
from tests.loopback import Answer, Route, article, serve


def start(folder: Path, now: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HARVESTER_")}
    command = ["schedule", "start", "news", "--slot", now, "--jobs", str(folder / "harvester.toml")]
    ended = warm.run(command, folder, environment | {"HARVESTER_NOW": now})
    assert ended.returncode == 0, ended.stderr


def test_a_job_watches_a_feed_and_reads_it_when_it_has_changed(tmp_path: Path) -> None:
    def feed(count: int) -> Answer:
        items = "".join(f"<item><link>/{number}</link></item>" for number in range(count))
        headers = {"Content-Type": "application/rss+xml", "ETag": f'"{count}"'}
        return Answer(f"<rss><channel>{items}</channel></rss>", 200, headers)

    routes: dict[str, Route] = {f"/{number}": Answer(article(number)) for number in range(3)}
    with serve(routes) as site:
        (tmp_path / "harvester.toml").write_text(
            f'database = "sqlite:///harvest.db"\n[jobs.news]\nsources = ["feed:{site.url}/rss"]\nevery = "1 d"\n'
            'delay = "0 s"\narchive = false\nallow_private = true\n'
        )
        conditions = []
        for count, day in ((2, "2026-11-23"), (2, "2026-11-25"), (3, "2026-11-27")):
            routes["/rss"] = feed(count)
            start(tmp_path, f"{day}T03:00:00+00:00")
            conditions.append(site.conditions["/rss"][0])
    assert conditions == [None, '"2"', '"2"']
    assert [site.asked[f"/{number}"] > 0 for number in range(3)] == [True, True, True]
    assert site.asked["/0"] > 1  # the page has a habit of its own, whether its feed changed or not
    with sqlite3.connect(tmp_path / "harvest.db") as connection:
        listed = connection.execute("SELECT reason FROM visit WHERE outcome = 'listed' ORDER BY id")
        assert [reason for (reason,) in listed] == ["feed: 2 pages", "HTTP 304: not modified", "feed: 3 pages"]
