import re
import socket
from http.client import HTTPConnection

import pytest
from sqlalchemy import Engine, insert

from harvester.clock import utc_now
from harvester.database.frontier import Frontier
from harvester.database.tables import host
from harvester.errors import UsageError
from harvester.watch import after_run
from harvester.watch.metrics import CONTENT_TYPE, exposition, metrics, serving
from tests.watch.history import begin, day, menu, page, visit, wall

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
_VALUE = r"[+-]?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?"
_SAMPLE = re.compile(rf"({_NAME})(?:\{{({_LABEL}(?:,{_LABEL})*)\}})? ({_VALUE})")


def read(text: str) -> dict[str, float]:
    """Read the text format 0.0.4 as its specification has it, and return the samples."""
    assert text.endswith("\n")
    found: dict[str, float] = {}
    family, seen = "", set[str]()
    for line in text.splitlines():
        if line.startswith("# HELP "):
            family = line.split(" ")[2]
            assert family not in seen, "lines of one metric stand together"
            seen.add(family)
        elif line.startswith("# TYPE "):
            assert line.split(" ")[2:] in ([family, "counter"], [family, "gauge"])
            assert line.endswith("counter") == family.endswith("_total")
        else:
            sample = _SAMPLE.fullmatch(line)
            assert sample, line
            assert sample[1] == family
            labelled = line.rpartition(" ")[0]
            assert labelled not in found
            found[labelled] = float(sample[3])
    return found


def get(port: int, path: str = "/metrics") -> tuple[int, str, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    told = answer.status, answer.headers["Content-Type"], answer.read().decode()
    connection.close()
    return told


def test_what_runs_brought_and_have_before_them(engine: Engine) -> None:
    done = begin(engine, 0)
    visit(engine, done, page(1), page(2), wall(3))
    under_way = Frontier(engine).open_run("urls", ["x"], "0", {}).id
    Frontier(engine).add(under_way, ["https://a.example/1", "https://a.example/2"])
    visit(engine, under_way, page(1), menu(4))
    with engine.begin() as connection:
        hours = utc_now().replace(year=2099)
        connection.execute(
            insert(host),
            [
                {"host": "a.example", "parked_until": hours, "failures": 5, "opened": 1},
                {"host": "b.example", "parked_until": None, "failures": 0, "opened": 0},
            ],
        )
    before = read(exposition(metrics(engine)).decode())
    assert before == before | {
        'harvester_pages_total{job="daily"}': 3,
        'harvester_pages_total{job=""}': 2,
        'harvester_works_total{job="daily"}': 2,
        'harvester_outcomes_total{job="daily",outcome="blocked"}': 1,
        'harvester_outcomes_total{job="",outcome="non_record"}': 1,
        'harvester_targets{state="ready"}': 2,
        "harvester_hosts_parked": 1,
        "harvester_alarms_open": 0,
    }
    assert f'harvester_run_seconds{{job="",run="{under_way}"}}' in before
    after_run(engine, done, day(0))
    settled = read(exposition(metrics(engine)).decode())
    assert {name: count for name, count in settled.items() if "_total" in name} == {
        name: count for name, count in before.items() if "_total" in name
    }, "no counter goes back when a run's books are reckoned"


def test_labels_are_escaped(engine: Engine) -> None:
    visit(engine, begin(engine, 0, job='a "quoted"\\ job'), page(1))
    assert 'harvester_pages_total{job="a \\"quoted\\"\\\\ job"}' in read(exposition(metrics(engine)).decode())


def test_they_are_served_on_loopback_at_a_free_port_as_long_as_wanted(
    engine: Engine, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    visit(engine, begin(engine, 0), page(1))
    with caplog.at_level("INFO", "harvester"), serving(database_url, 0) as port:
        assert f"metrics at http://127.0.0.1:{port}/metrics" in caplog.text
        status, kind, text = get(port)
        assert (status, kind) == (200, CONTENT_TYPE)
        assert read(text)['harvester_pages_total{job="daily"}'] == 1
        assert get(port, "/")[0] == 404
        taken = pytest.raises(UsageError, match=rf"--metrics {port}: Address already in use; choose another port")
        with taken, serving(database_url, port):
            pass
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=5):
        pass


def test_a_database_that_is_away_is_an_answer_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("gone")
    with serving(f"sqlite:///{folder / 'nothing.db'}", 0) as port:
        status, _, text = get(port)
    assert (status, text) == (503, "The database is away: no such table: run_host\n")
