"""What was given up is asked for again, in real crawls on loopback."""

import json
import signal
import time
from pathlib import Path
from typing import Any

from harvester.database.tables import target
from tests import warm
from tests.loopback import Answer, Route, article, serve
from tests.test_crawl import QUICK, harvest, rows, run

GONE = Answer("<h1>Internal Server Error</h1>", 500)


def retry(db: str, cwd: Path, *options: str) -> dict[str, Any]:
    return dict(json.loads(run(["retry", "--db", db, "--report", "json", *QUICK, *options], cwd).stdout))


def mended(number: int, failures: int = 1) -> Route:
    return lambda asked: GONE if asked < failures else Answer(article(number))


def test_what_was_given_up_is_asked_for_again_and_nothing_else(ready_url: str, tmp_path: Path) -> None:
    routes = {
        "/1": Answer(article(1)),
        "/2": mended(2),
        "/3": mended(3),
        "/wall": Answer("<h1>Access Denied</h1>", 403),
    }
    with serve(routes) as site:
        (tmp_path / "urls.txt").write_text("\n".join(site.url + path for path in [*routes, "/missing"]))
        first = harvest(["urls.txt"], ready_url, tmp_path, "--attempts", "1")
        assert first["outcomes"] == {"new": 1, "failed": 3, "blocked": 1}
        some = retry(ready_url, tmp_path, "--reason", "STATUS 500", "--attempts", "1", "--follow-items")
        assert some["outcomes"] == {"new": 2}
        assert (some["sources"], some["unfinished"]) == (["retry", "reason: STATUS 500"], 0)
        rest = retry(ready_url, tmp_path, "--host", site.url.removeprefix("http://"), "--attempts", "1")
        assert rest["outcomes"] == {"failed": 1, "blocked": 1}
        assert {path: site.asked[path] for path in [*routes, "/missing"]} == {
            "/1": 1, "/2": 2, "/3": 2, "/wall": 2, "/missing": 2,
        }  # fmt: skip


def test_nothing_to_retry_is_said_and_ends_well(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'none.db'}"
    ended = run(["retry", "--db", db, "--host", "example.org"], tmp_path)
    assert ended.stderr == "nothing to retry: no address with host 'example.org' was given up\n"
    assert retry(db, tmp_path)["targets"] == 0


def test_a_killed_retry_goes_on_with_the_same_command(tmp_path: Path) -> None:
    def slow(number: int, asked: int) -> Answer:
        if not asked:
            return GONE
        time.sleep(0.05)
        return Answer(article(number))

    routes = {f"/{number}": (lambda asked, number=number: slow(number, asked)) for number in range(40)}
    db = f"sqlite:///{tmp_path / 'kill.db'}"
    with serve(routes) as site:
        (tmp_path / "urls.txt").write_text("\n".join(site.url + path for path in routes))
        assert harvest(["urls.txt"], db, tmp_path, "--attempts", "1")["outcomes"] == {"failed": 40}
        process = warm.Process(["retry", "--db", db, *QUICK, "--per-host", "2"], tmp_path)
        deadline = time.monotonic() + 60
        while sum(site.asked[path] for path in routes) < 40 + 8 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        report = retry(db, tmp_path)
    assert (report["targets"], report["unfinished"], report["works_total"]) == (40, 0, 40)
    assert {row.state for row in rows(db, target.c.state)} == {"done"}
    assert sum(site.asked[path] - 2 for path in routes) <= 12  # what was leased at the kill
