"""Politeness across processes, in real crawls on loopback."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import warm
from tests.loopback import Answer, Route, article, serve
from tests.test_crawl import harvest, run

TEXT = {"Content-Type": "text/plain"}


def test_two_processes_keep_the_crawl_delay_of_a_host_together(tmp_path: Path, ready_url: str) -> None:
    times: list[float] = []

    def timed(answer: Answer) -> Route:
        def route(_: int) -> Answer:
            times.append(time.monotonic())
            return answer

        return route

    routes = {f"/{number}": timed(Answer(article(number))) for number in range(8)}
    routes["/robots.txt"] = timed(Answer("User-agent: *\nCrawl-delay: 0.4", headers=TEXT))
    with serve(routes) as site:
        (tmp_path / "urls.txt").write_text("\n".join(f"{site.url}/{number}" for number in range(8)))
        command = ["harvest", "urls.txt", "--db", ready_url, "--delay", "0.3"]
        both = [warm.Process([*command, "--allow-private"], tmp_path) for _ in range(2)]
        assert [process.wait() for process in both] == [0, 0]
        assert {path: site.asked[path] for path in routes if path != "/robots.txt"} == dict.fromkeys(
            list(routes)[:8], 1
        )
    # Two processes that each kept a delay of their own would need half of this. The first robots.txt of each cannot
    # know the delay that it brings, so two of the ten requests may come early.
    assert times[-1] - times[0] > 7 * 0.4


def test_a_run_that_waits_for_a_host_ends_well_and_goes_on_when_the_host_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy: Route = lambda asked: Answer("busy", 429, {"Retry-After": "7200"}) if not asked else Answer(article(1))  # noqa: E731
    routes = {"/0": busy, **{f"/{number}": Answer(article(number)) for number in range(1, 4)}}
    db = f"sqlite:///{tmp_path / 'wait.db'}"
    with serve(routes) as site:
        (tmp_path / "urls.txt").write_text("\n".join(site.url + path for path in routes))
        command = ["harvest", "urls.txt", "--db", db, "--allow-private", "--delay", "0", "--retry-delay", "0.05"]
        for _ in range(2):
            ended = run(command, tmp_path, status=3)
            assert "targets wait for 127.0.0.1" in ended.stderr
            assert "HTTP 429, Retry-After: 7200); run the same command again then" in ended.stderr
            assert site.url.removeprefix("http://") in ended.stdout[ended.stdout.index("Waiting for") :]
            assert "run the same command again after 20" in ended.stdout
        told = json.loads(run([*command, "--report", "json"], tmp_path, status=3).stdout)
        (waits,) = told["waiting_for"]
        assert (waits["host"], waits["reason"]) == (site.url.removeprefix("http://"), "HTTP 429, Retry-After: 7200")
        assert datetime.fromisoformat(waits["until"]) - datetime.now(UTC) > timedelta(minutes=119)
        assert told["unfinished"] >= 1
        assert site.asked["/0"] == 1
        monkeypatch.setenv("HARVESTER_NOW", (datetime.now(UTC) + timedelta(hours=2, seconds=10)).isoformat())
        done = harvest(["urls.txt"], db, tmp_path)
        assert (done["unfinished"], done["waiting_for"]) == (0, [])
    assert site.asked["/0"] == 2


def test_walls_in_a_row_end_the_asking(tmp_path: Path) -> None:
    wall = Answer("<title>Just a moment...</title><h1>Checking your browser</h1>", 403)
    routes = {f"/{number}": wall for number in range(30)}
    with serve(routes) as site:
        (tmp_path / "urls.txt").write_text("\n".join(site.url + path for path in routes))
        settings = {"HARVESTER_DB": f"sqlite:///{tmp_path / 'w.db'}", "HARVESTER_DELAY": "0", "HARVESTER_PATIENCE": "1"}
        settings["HARVESTER_ALLOW_PRIVATE"] = "all"
        options = [each for name, value in settings.items() for each in ("-s", f"{name}={value}")]
        command = [sys.executable, "-m", "scrapy", "crawl", "urls", "-a", f"source={tmp_path / 'urls.txt'}", *options]
        root = Path(__file__).parent.parent
        ended = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=True)
        assert sum(site.asked[path] for path in routes) == 5
    assert "5 failures in a row, the last: HTTP 403" in ended.stderr
    assert "targets wait for 127.0.0.1" in ended.stderr
