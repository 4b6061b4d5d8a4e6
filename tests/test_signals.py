"""A harvest that is told to end, once or twice, while it waits for pages or for a source, ends and says how."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from harvester.database.tables import target
from tests import warm
from tests.loopback import Answer, Site, article, serve
from tests.test_crawl import HARVESTER, QUICK, harvest, rows


def slowly(number: int) -> Callable[[int], Answer]:
    def route(_: int) -> Answer:
        time.sleep(0.3)
        return Answer(article(number))

    return route


COMMAND = ["harvest", *QUICK, "--per-host", "2", "--no-archive"]
ROUTES = {f"/{number}": slowly(number) for number in range(24)}


def wait_for(site: Site, count: int) -> None:
    deadline = time.monotonic() + 60
    while sum(site.asked[path] for path in ROUTES) < count and time.monotonic() < deadline:
        time.sleep(0.01)


def test_a_second_signal_ends_the_run_at_once_and_as_unfinished(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'twice.db'}"
    with serve(ROUTES) as site:
        (tmp_path / "urls.txt").write_text("\n".join(site.url + path for path in ROUTES))
        process = warm.Process([*COMMAND, "urls.txt", "--db", db], tmp_path)
        wait_for(site, 4)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 130, process.output + process.errors
        assert "run the same command again; it goes on where it stopped" in process.output
        assert harvest(["urls.txt"], db, tmp_path)["works_total"] == len(ROUTES)


def test_addresses_from_a_pipe_are_fetched_as_they_come_and_nobody_waits_for_its_end(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'pipe.db'}"
    with serve(ROUTES) as site:
        pipe = subprocess.PIPE
        command = [*HARVESTER, *COMMAND, "-", "--db", db]
        process = subprocess.Popen(command, cwd=tmp_path, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        assert process.stdin is not None
        process.stdin.write(f"{site.url}/1\n{site.url}/2\n")
        process.stdin.flush()
        wait_for(site, 2)
        assert (site.asked["/1"], site.asked["/2"]) == (1, 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 130
        process.communicate()
    assert {row.state for row in rows(db, target.c.state, target.c.url)} == {"done"}
