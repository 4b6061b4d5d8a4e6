"""Real runs: processes, a site on loopback, signals."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from harvester.database import jobs as books
from harvester.database.schema import prepare
from harvester.database.session import database
from harvester.database.tables import target
from harvester.errors import UsageError
from harvester.jobs import read_jobs
from harvester.schedule.overview import RunOfJob, history
from harvester.schedule.run import run_job
from tests import warm
from tests.loopback import Answer, Route, article, serve

MONDAY, WEDNESDAY = "2026-11-23T03:00:00+00:00", "2026-11-25T03:00:00+00:00"


class Schedule:
    """A file of one job in a folder, and the commands."""

    def __init__(self, folder: Path, urls: list[str], more: str = "") -> None:
        self.folder = folder
        (folder / "urls.txt").write_text("\n".join(urls))
        (folder / "harvester.toml").write_text(
            'database = "sqlite:///harvest.db"\n[jobs.annals]\nsources = ["urls.txt"]\nevery = "1 d"\n'
            f'delay = "0 s"\narchive = false\nallow_private = true\n{more}'
        )

    def start(self, *arguments: str, now: str = MONDAY) -> warm.Process:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HARVESTER_")}
        command = ["schedule", *arguments, "--jobs", str(self.folder / "harvester.toml")]
        return warm.Process(command, Path.cwd(), environment | {"HARVESTER_NOW": now})

    def call(self, *arguments: str, now: str = MONDAY, status: int = 0) -> None:
        process = self.start(*arguments, now=now)
        assert process.wait() == status, process.errors

    @contextmanager
    def open(self) -> Iterator[Engine]:
        with database(f"sqlite:///{self.folder / 'harvest.db'}") as engine:
            prepare(engine)
            yield engine

    def history(self) -> list[RunOfJob]:
        with self.open() as engine:
            return history(engine, "annals", 10)


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_job_runs_when_it_is_due_looks_again_at_what_may_have_changed_and_exports(tmp_path: Path) -> None:
    def changing(asked: int) -> Answer:
        return Answer(article(1).replace("2024/03/09", f"202{asked}/03/09"))

    routes: dict[str, Route] = {"/1": changing, "/2": Answer(article(2)), "/3": Answer(article(3))}
    with serve(routes) as site:
        export = '[[jobs.annals.export]]\npath = "out/works.jsonl"\n'
        schedule = Schedule(tmp_path, [site / "1", site / "2", site / "3"], export)
        schedule.call("once")
        assert [site.asked[path] for path in routes] == [1, 1, 1]
        assert len((tmp_path / "out/works.jsonl").read_text().splitlines()) == 3
        schedule.call("start", "annals", "--slot", WEDNESDAY, now=WEDNESDAY)
        assert [site.asked[path] for path in routes] == [2, 2, 2]
    again, first = schedule.history()
    assert (first.visits, again.visits) == ({"new": 3}, {"unchanged": 2, "updated": 1})
    assert (first.ended, again.ended) == ("finished", "finished")
    assert '"2021-03-09"' in (tmp_path / "out/works.jsonl").read_text()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_is_stopped_or_killed_goes_on_where_it_was(tmp_path: Path, how: signal.Signals) -> None:
    def slow(asked: int) -> Answer:
        time.sleep(0.05)
        return Answer(article(asked))

    routes: dict[str, Route] = {f"/{number}": slow for number in range(30)}
    is_kill = how is signal.SIGKILL
    with serve(routes) as site:
        schedule = Schedule(tmp_path, [site / str(number) for number in range(30)])
        # The daemon hands a signal to stop on to its run; whoever is killed cannot.
        process = schedule.start(*(("start", "annals", "--slot", MONDAY) if is_kill else ("run",)))
        wait_for(lambda: sum(site.asked.values()) > 5)
        process.send_signal(how)
        assert process.wait() == (-how if is_kill else 0)
        assert sum(site.asked.values()) < 30
        (run,) = schedule.history()
        assert run.ended == (None if is_kill else "interrupted")
        if is_kill:
            with schedule.open() as engine:
                assert books.reclaim(engine, ["annals"], run.slot) == ["annals"]
            assert schedule.history()[0].ended == "lost"
        schedule.call("start", "annals", "--slot", run.slot.isoformat(), now="2026-11-23T03:20:00+00:00")
    (same,) = schedule.history()
    assert (same.run_id, same.ended) == (run.run_id, "finished")
    assert sum(same.visits.values()) == 30


def test_a_limit_ends_a_run_and_leaves_the_rest_to_the_next(tmp_path: Path) -> None:
    routes: dict[str, Route] = {f"/{number}": Answer(article(number)) for number in range(9)}
    with serve(routes) as site:
        schedule = Schedule(tmp_path, [site / str(number) for number in range(9)], "limits = { pages = 5 }\n")
        schedule.call("start", "annals")
        assert sum(site.asked.values()) == 5 + 1  # and robots.txt
    assert [(each.ended, each.visits) for each in schedule.history()] == [("limit", {"new": 5})]
    with schedule.open() as engine, engine.connect() as connection:
        left = select(func.count()).where(target.c.state == "ready", target.c.job == "annals")
        assert connection.scalar(left) == 4


def test_a_host_that_is_left_alone_holds_up_a_run_and_not_a_process(tmp_path: Path) -> None:
    with serve({"/1": Answer("busy", 503, {"Retry-After": "3600"})}) as site:
        schedule = Schedule(tmp_path, [site / "1"], 'patience = "0 s"\n')
        schedule.call("start", "annals", "--slot", MONDAY)
    assert [each.ended for each in schedule.history()] == ["waiting"]
    with schedule.open() as engine:
        now = books.states(engine, ["annals"], datetime.now(UTC))["annals"]
    assert now.resume_at is not None
    assert timedelta(hours=1) <= now.resume_at - datetime.fromisoformat(MONDAY) < timedelta(hours=1, minutes=2)


def test_an_error_is_written_down(tmp_path: Path) -> None:
    schedule = Schedule(tmp_path, ["https://a.example/1"])
    job = read_jobs(tmp_path / "harvester.toml")["annals"]
    wrong = replace(job, settings={"HARVESTER_ALLOW_PRIVATE": "not/a/host"})
    with schedule.open(), pytest.raises(UsageError):
        run_job(f"sqlite:///{tmp_path / 'harvest.db'}", wrong)
    (run,) = schedule.history()
    assert run.ended == "failed"
    assert run.error is not None
    assert "not/a/host" in run.error
