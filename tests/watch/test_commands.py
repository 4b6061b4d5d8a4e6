"""Alarms and metrics as a user meets them: harvests of a site on loopback, each in a process of its own."""

import json
import re
import subprocess
import threading
from pathlib import Path

from click.testing import CliRunner

from harvester.cli import main
from tests import warm
from tests.loopback import Answer, article, serve
from tests.test_crawl import HARVESTER
from tests.watch.test_metrics import get, read

QUICK = ["--delay", "0", "--per-host", "8", "--no-archive", "--allow-private", "--report", "json"]
PAGES = 30


def harvest(cwd: Path, *options: str, status: int = 0) -> str:
    ended = warm.run(["harvest", "urls.txt", *QUICK, "--db", "sqlite:///w.db", *options], cwd)
    assert ended.returncode == status, ended.stdout + ended.stderr
    return ended.stderr


def test_a_harvest_that_lost_a_field_says_so_and_ends_with_status_4_where_asked_for(tmp_path: Path) -> None:
    has_abstracts = threading.Event()
    has_abstracts.set()
    meta = '<meta name="citation_abstract" content="What was counted in all of the rooms, and why twice.">'

    def page(number: int) -> Answer:
        return Answer(article(number).replace("</head>", f"{meta if has_abstracts.is_set() else ''}</head>"))

    routes = {f"/{number}": lambda _, number=number: page(number) for number in range(PAGES)}
    with serve(routes) as site:
        host = site.url.removeprefix("http://")
        (tmp_path / "urls.txt").write_text("\n".join(site.url + path for path in routes))
        harvest(tmp_path, "--alarms")
        has_abstracts.clear()
        said = harvest(tmp_path, "--alarms", status=4)
        line = rf"alarm 1: {re.escape(host)}: abstract 100 % -> 0 %, 30 pages, since \d+ [A-Z][a-z]{{2}} \d{{4}}"
        assert re.search(line, said), said
    db = f"sqlite:///{tmp_path / 'w.db'}"
    (alarm,) = map(json.loads, CliRunner().invoke(main, ["alarms", "--db", db, "--json"]).output.splitlines())
    assert (alarm["host"], alarm["kind"], alarm["pages"], len(alarm["urls"])) == (host, "coverage", PAGES, 10)
    shown = CliRunner().invoke(main, ["alarms", "--db", db]).output.splitlines()
    assert shown[0].startswith(f"   1  {host}: abstract 100 % -> 0 %")
    assert shown[1].strip().startswith(site.url)
    acknowledged = CliRunner().invoke(main, ["alarms", "--db", db, "--ack", "1"])
    assert "acknowledged 20" in acknowledged.output
    assert CliRunner().invoke(main, ["alarms", "--db", db]).output == "no alarm is open\n"
    assert "acknowledged 20" in CliRunner().invoke(main, ["alarms", "--db", db, "--all"]).output
    again = CliRunner().invoke(main, ["alarms", "--db", db, "--ack", "1"])
    assert (again.exit_code, "alarm 1 is closed already" in again.output) == (2, True)


def test_metrics_can_be_read_while_a_harvest_runs(tmp_path: Path) -> None:
    may_end = threading.Event()

    def last(_: int) -> Answer:
        may_end.wait(60)
        return Answer(article(2))

    with serve({"/1": Answer(article(1)), "/2": last}) as site:
        (tmp_path / "urls.txt").write_text(f"{site / '1'}\n{site / '2'}\n")
        command = [*HARVESTER, "harvest", "urls.txt", *QUICK, "--db", "sqlite:///w.db", "--metrics", "0"]
        with subprocess.Popen(
            command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                assert process.stderr is not None
                found = None
                while found is None and (line := process.stderr.readline()):
                    found = re.search(r"metrics at http://127\.0\.0\.1:(\d+)/metrics", line)
                assert found
                told: dict[str, float] = {}
                while not told.get('harvester_pages_total{job=""}'):
                    assert process.poll() is None
                    status, _, text = get(int(found[1]))
                    told = read(text) if status == 200 else {}
                assert told['harvester_works_total{job=""}'] == 1
                assert told['harvester_targets{state="leased"}'] == 1
            finally:
                may_end.set()
                process.communicate(timeout=60)
        assert process.returncode == 0
