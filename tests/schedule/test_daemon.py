"""The scheduler with a clock that is handed in, and runs that only say how they end; the database is a real one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from harvester.database import jobs as books
from harvester.database.frontier import Frontier
from harvester.database.jobs import Ended
from harvester.database.revisits import Watch
from harvester.database.schema import upgrade
from harvester.database.session import database
from harvester.errors import DatabaseError
from harvester.jobs import Job, Jobs
from harvester.schedule.daemon import Due, Scheduler
from harvester.schedule.overview import history, overview, upcoming
from harvester.schedule.times import Cron, Every

START = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Clock:
    """Time that passes only while somebody sleeps; ``then`` is called after each sleep."""

    def __init__(self, step: timedelta) -> None:
        self.now = START
        self.step = step
        self.then: Callable[[], None] = lambda: None

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, _: float) -> None:
        self.now += self.step
        self.then()


@dataclass
class FakeRun:
    """A run as another machine's process: it takes the lease, and ends after a while, or when it is told to."""

    engine: Engine
    clock: Clock
    due: Due
    takes: timedelta
    status: int = 0
    ended: Ended = Ended.FINISHED
    silent: bool = False
    deaf: bool = False
    signals: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.owner = f"elsewhere/1/{id(self)}"
        now = self.clock()
        self.until = now + self.takes
        if not books.take(self.engine, self.due.job.name, self.owner, self.due.slot, now):
            self.status, self.until = 75, now
            return
        watch = Watch(self.due.job.name, self.due.slot, HOUR)
        run = Frontier(self.engine, clock=self.clock, watch=watch).open_run("urls", ["list.txt"], "0", {})
        books.began(self.engine, self.due.job.name, self.owner, run.id, now)

    def poll(self) -> int | None:
        if self.clock() < self.until:
            books.renew(self.engine, self.due.job.name, self.owner, self.clock())
            return None
        if not self.silent and self.status != 75:
            later = self.clock() if self.ended is Ended.INTERRUPTED else None
            again = self.ended is Ended.FAILED
            name, error = self.due.job.name, "the disk is full" if again else None
            books.end(
                self.engine, name, self.owner, self.ended, self.clock(), error=error, resume_at=later, try_again=again
            )
        return self.status

    def terminate(self) -> None:
        self.signals.append("terminate")
        if not self.deaf:
            self.until, self.status, self.ended = self.clock() + MINUTE, 130, Ended.INTERRUPTED

    def kill(self) -> None:
        self.signals.append("kill")
        self.until, self.status, self.silent = self.clock(), -9, True


class World:
    """A file of jobs, a clock, and the runs that were started; ``how`` says for each how it goes."""

    def __init__(self, engine: Engine, *jobs: Job, at_once: int = 2, step: timedelta = MINUTE / 2) -> None:
        self.engine, self.clock = engine, Clock(step)
        self.jobs = Jobs(Path("harvester.toml"), {job.name: job for job in jobs}, jobs_at_once=at_once)
        self.runs: list[FakeRun] = []
        self.how: dict[str, Any] = {}
        self.first: dict[str, Any] = {}  # how the first run goes, where that is not as the others

    def scheduler(self) -> Scheduler:
        return Scheduler(self.engine, self.jobs, self._start, self.clock, self.clock.sleep)

    def _start(self, due: Due, now: datetime) -> FakeRun:
        values = {"takes": 10 * MINUTE, **self.how, **({} if self.runs else self.first)}
        self.runs.append(FakeRun(self.engine, self.clock, due, **values))
        return self.runs[-1]

    def run_until(self, moment: datetime, scheduler: Scheduler | None = None) -> Scheduler:
        """Let the daemon run up to a moment, then stop it."""
        this = scheduler or self.scheduler()
        self.clock.then = lambda: this.stop() if self.clock() >= moment and not this.stopped else None
        this.run()
        self.clock.then = lambda: None
        return this

    def slots(self, name: str) -> list[datetime]:
        return [each.due.slot for each in self.runs if each.due.job.name == name]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A SQLite database, for what does not depend on which it is."""
    with database(f"sqlite:///{tmp_path / 'test.db'}") as engine:
        upgrade(engine)
        yield engine


@pytest.fixture
def either(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        upgrade(engine)
        yield engine


NIGHTLY = Job("nightly", ("list.txt",), Cron("0 3 * * *", ZoneInfo("Europe/Berlin")))
OFTEN = Job("often", ("list.txt",), Every(6 * HOUR))


def test_a_week_has_all_its_runs(engine: Engine) -> None:
    world = World(engine, NIGHTLY, OFTEN, step=HOUR / 6)
    world.run_until(START + 7 * DAY)
    assert world.slots("nightly") == [START.replace(hour=2, minute=0) + day * DAY for day in range(7)]
    assert world.slots("often") == [START + number * 6 * HOUR for number in range(28)]
    assert {each.ended for each in history(engine, "often", 100)[1:]} == {"finished"}
    last, *_ = history(engine, "nightly", 100)
    assert last.ended_at is not None
    assert last.ended_at - last.started_at >= 10 * MINUTE


def test_what_was_missed_while_nobody_ran_becomes_one_run_and_nothing_is_lost(engine: Engine) -> None:
    world = World(engine, NIGHTLY, OFTEN, step=5 * MINUTE)
    world.run_until(START + 5 * MINUTE)
    world.clock.now = START + 3 * DAY
    world.run_until(START + 3 * DAY + 2 * HOUR)
    assert world.slots("nightly") == [START.replace(day=25, hour=2, minute=0), START.replace(day=26, hour=2, minute=0)]
    assert world.slots("often") == [START, START + 3 * DAY]
    assert [each.due.missed for each in world.runs if each.due.slot == START + 3 * DAY] == [11]


def test_no_two_runs_of_a_job_at_once_also_from_two_machines(either: Engine) -> None:
    engine, world = either, World(either, OFTEN)
    here, there = world.scheduler(), world.scheduler()
    inside: list[int] = []

    def the_other() -> None:
        if not inside:
            inside.append(1)
            there.once()
            inside.clear()

    world.clock.then = the_other
    here.once()
    assert [each.status for each in world.runs] == [0]
    assert len(history(engine, "often", 10)) == 1
    # Both start it at the same moment: one is told that the other has it.
    world.clock.now = START + DAY
    late = [FakeRun(engine, world.clock, Due(OFTEN, START + DAY), HOUR) for _ in range(2)]
    assert [each.status for each in late] == [0, 75]


def test_as_many_at_once_as_the_file_allows(engine: Engine) -> None:
    world = World(engine, *(Job(f"job {n}", ("x",), Every(DAY)) for n in range(5)), at_once=2, step=5 * MINUTE)
    at_once: list[int] = []
    world.clock.then = lambda: at_once.append(sum(each.until > world.clock() for each in world.runs))
    scheduler = world.scheduler()
    scheduler.once()
    assert len(world.runs) == 5
    assert max(at_once) == 2
    assert not scheduler.failed


def test_once_runs_each_due_job_once_and_says_whether_one_failed(engine: Engine) -> None:
    world = World(engine, NIGHTLY, OFTEN)
    scheduler = world.scheduler()
    scheduler.once()
    assert [each.due.job.name for each in world.runs] == ["often"]
    world.clock.now = START + DAY
    world.how = {"status": 1, "ended": Ended.FAILED}
    scheduler = world.scheduler()
    scheduler.once()
    assert (scheduler.failed, len(world.runs)) == (True, 3)
    world.how = {"status": 4}
    world.clock.now = START + 2 * DAY
    alarmed = world.scheduler()
    alarmed.once()
    assert (alarmed.failed, alarmed.alarmed) == (False, True)


def test_a_run_that_fails_is_tried_again_a_few_times_then_at_its_next_slot(engine: Engine) -> None:
    world = World(engine, OFTEN)
    world.how = {"takes": MINUTE, "status": 1, "ended": Ended.FAILED}
    assert world.run_until(START + 6 * HOUR - MINUTE).failed
    begun = [each.until - MINUTE - START for each in world.runs]
    assert len(begun) == 4
    assert [each.due.resumed for each in world.runs] == [False, True, True, True]
    assert begun[3] > 30 * MINUTE
    last, *_ = history(engine, "often", 5)
    assert (last.ended, last.error) == ("failed", "the disk is full")
    world.how = {}
    world.run_until(START + 7 * HOUR)
    assert (world.runs[-1].due.slot, world.runs[-1].due.resumed) == (START + 6 * HOUR, False)


def test_a_process_that_dies_before_it_could_say_so_is_not_started_all_the_time(engine: Engine) -> None:
    world = World(engine, OFTEN)

    class Stillborn:
        def poll(self) -> int | None:
            return 1

        def terminate(self) -> None: ...

        def kill(self) -> None: ...

    started: list[datetime] = []

    def start(due: Due, now: datetime) -> Stillborn:
        started.append(now)
        return Stillborn()

    scheduler = Scheduler(engine, world.jobs, start, world.clock, world.clock.sleep)
    world.run_until(START + 10 * MINUTE, scheduler)
    assert 5 <= len(started) <= 11


def test_a_process_that_died_without_a_word_is_noticed_and_its_run_goes_on(engine: Engine) -> None:
    world = World(engine, OFTEN)
    world.first = {"takes": MINUTE, "status": -9, "silent": True}
    world.run_until(START + HOUR)
    assert [each.due.resumed for each in world.runs] == [False, True]
    (only,) = history(engine, "often", 5)
    assert only.ended == "finished"


def test_stop_lets_runs_end_in_good_order_and_they_go_on_at_the_next_start(engine: Engine) -> None:
    world = World(engine, OFTEN)
    world.how = {"takes": HOUR}
    world.run_until(START + 5 * MINUTE)
    assert world.runs[0].signals == ["terminate"]
    assert [each.ended for each in history(engine, "often", 5)] == ["interrupted"]
    (now,) = overview(engine, world.jobs, world.clock())
    assert (now.state, now.next_at) == ("waiting", world.runs[0].until)
    world.run_until(START + 2 * HOUR)
    assert [each.due.resumed for each in world.runs] == [False, True]
    assert len(history(engine, "often", 5)) == 1


@pytest.mark.parametrize("again", [True, False], ids=["a second signal", "too long"])
def test_who_does_not_listen_is_killed(engine: Engine, again: bool) -> None:
    world = World(engine, OFTEN)
    world.how = {"takes": HOUR, "deaf": True}
    scheduler = world.scheduler()
    stops = [START + 5 * MINUTE, START + 5.5 * MINUTE] if again else [START + 5 * MINUTE]
    world.clock.then = lambda: scheduler.stop() if stops and world.clock() >= stops[0] and stops.pop(0) else None
    scheduler.run()
    assert world.runs[0].signals == ["terminate", "kill"]
    assert (world.clock() < START + 6.5 * MINUTE) == again


def test_paused_jobs_wait_and_make_up_for_it_by_one_run(engine: Engine) -> None:
    world = World(engine, OFTEN, step=HOUR / 6)
    world.run_until(START + HOUR)
    books.pause(engine, "often", world.clock())
    world.run_until(START + 2 * DAY)
    assert len(world.runs) == 1
    (now,) = overview(engine, world.jobs, world.clock())
    assert (now.state, now.next_at) == ("paused", None)
    books.pause(engine, "often", None)
    world.run_until(START + 2 * DAY + HOUR)
    assert world.slots("often") == [START, START + 2 * DAY]


def test_upcoming_runs_are_told_in_order(engine: Engine) -> None:
    world = World(engine, NIGHTLY, OFTEN)
    told = upcoming(engine, world.jobs, [], START)
    assert [next(told) for _ in range(4)] == [
        (START, "often"),
        (START.replace(hour=2, minute=0), "nightly"),
        (START + 6 * HOUR, "often"),
        (START + 12 * HOUR, "often"),
    ]


def test_a_lease_that_runs_out_is_anybodys(either: Engine) -> None:
    engine = either
    books.states(engine, ["often"], START)
    assert books.take(engine, "often", "a/1/x", START, START)
    assert not books.take(engine, "often", "b/1/x", START + 6 * HOUR, START + books.LEASE)
    assert books.take(engine, "often", "b/1/x", START + 6 * HOUR, START + 2 * books.LEASE)
    assert not books.renew(engine, "often", "a/1/x", START + 2 * books.LEASE)
    books.end(engine, "often", "a/1/x", Ended.FINISHED, START + 2 * books.LEASE)
    with engine.connect() as connection:
        assert connection.scalar(select(books.job.c.leased_by)) == "b/1/x"


def test_the_daemon_outlives_a_database_that_is_away_for_a_while(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(engine, OFTEN)
    there = books.states

    def states(*arguments: Any) -> dict[str, books.State]:
        if world.clock() < START + 5 * MINUTE:
            raise DatabaseError("the database is away")
        return there(*arguments)

    monkeypatch.setattr(books, "states", states)
    world.run_until(START + 10 * MINUTE)
    assert world.slots("often") == [START + 5 * MINUTE]
