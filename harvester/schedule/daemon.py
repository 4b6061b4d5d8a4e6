"""The scheduler: begins what is due, each run in a process of its own, until it is told to stop.

A process each, as Scrapy's event loop can be started once in a process, and as whatever happens to one job must not
take the others with it. The scheduler itself remembers nothing: what is due follows from the file of jobs and the
database, so it may die at any time, and several of them, on one machine or many, share the jobs of one database.
"""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Engine

from harvester.clock import utc_now
from harvester.database import jobs as books
from harvester.database.jobs import State
from harvester.errors import DatabaseError
from harvester.jobs import Job, Jobs
from harvester.schedule.times import missed

logger = logging.getLogger("harvester")

BUSY = 75
"""Exit status of a run that another process has already (EX_TEMPFAIL of sysexits.h)."""

ALARM = 4
"""Exit status of a run that ended well and raised an alarm."""

INTERRUPTED = 130
"""Exit status of a run that was told to stop."""

_ASLEEP = timedelta(seconds=30)  # the longest: a job may be paused or taken back by another process meanwhile
_AWAKE = timedelta(seconds=0.5)  # the shortest: what is due may have to wait for room
_REST = timedelta(minutes=1)  # before a job is looked at again whose process ended badly
_GRACE = timedelta(seconds=90)  # from the signal to end to the one that kills; a page may take its time
_BLINK = 0.1  # seconds between two looks at the processes


class Child(Protocol):
    """A run under way, as `subprocess.Popen` has it."""

    def poll(self) -> int | None:
        """Return its exit status, None while it runs."""

    def terminate(self) -> None:
        """Tell it to stop."""

    def kill(self) -> None:
        """Stop it."""


@dataclass(frozen=True, slots=True)
class Due:
    """A run that is wanted now. ``resumed``: it goes on with one that did not end; ``missed``: earlier slots."""

    job: Job
    slot: datetime
    resumed: bool = False
    missed: int = 0


def due(job: Job, state: State, now: datetime) -> Due | None:
    """Return the run of a job that is wanted now, if there is one.

    A slot that has come goes before a run that waits to go on, whose targets the new run takes over.
    """
    if state.paused_at is not None or state.is_running(now):
        return None
    slot = job.times.latest(state.slot, state.first_seen, now)
    if slot is not None:
        return Due(job, slot, missed=missed(job.times, state.slot, slot))
    if state.slot is not None and state.resume_at is not None and state.resume_at <= now:
        return Due(job, state.slot, resumed=True)
    return None


def next_at(job: Job, state: State) -> datetime | None:
    """Return when a job is wanted next, which may be past; None while it is paused."""
    if state.paused_at is not None:
        return None
    slot = job.times.following(state.slot, state.first_seen)
    return slot if state.resume_at is None else min(slot, state.resume_at)


def spawn(jobs: Jobs, database_url: str, wanted: Due, now: datetime) -> Child:
    """Start a run in a process of its own, which signals to this one's group do not reach."""
    command = [sys.executable, "-m", "harvester", "schedule", "start", wanted.job.name]
    options = ["--jobs", str(jobs.path), "--slot", wanted.slot.isoformat()]
    # In the environment, as others may read the arguments of a process, and a URL may hold a password.
    environment = os.environ | {"HARVESTER_DB": database_url}
    if "HARVESTER_NOW" in os.environ:
        environment["HARVESTER_NOW"] = now.isoformat()
    return subprocess.Popen(  # noqa: S603  # our own program
        [*command, *options], env=environment, stdin=subprocess.DEVNULL, start_new_session=True
    )


@dataclass
class Scheduler:
    """Runs the jobs of a file. ``start`` starts a run; ``clock`` tells the time, which passes while ``sleep`` lasts."""

    engine: Engine
    jobs: Jobs
    start: Callable[[Due, datetime], Child]
    clock: Callable[[], datetime] = utc_now
    sleep: Callable[[float], None] = time.sleep
    failed: bool = False
    """Whether a run ended with an error."""
    alarmed: bool = False
    """Whether a run raised an alarm."""
    _running: dict[str, Child] = field(default_factory=dict)
    _rests: dict[str, datetime] = field(default_factory=dict)
    _stops: int = 0

    @property
    def stopped(self) -> bool:
        """Return whether somebody called `stop`."""
        return self._stops > 0

    def once(self) -> None:
        """Run each job that is due once, and return when all of them have ended; `failed` and `alarmed` say how."""
        begun: set[str] = set()
        while not self._stops:
            begun |= self._begin(but=begun)
            if not self._running:
                break
            self._wait(_ASLEEP)
        self._end_all()

    def run(self) -> None:
        """Run what is due whenever it is, until `stop` is called."""
        logger.info("%s: %d jobs", self.jobs.path, len(self.jobs.jobs))
        while not self._stops:
            try:
                self._begin(but=set())
                pause = self._pause()
            except DatabaseError as error:
                logger.error("nothing is begun for now: %s", error)
                pause = _ASLEEP
            self._wait(pause)
        self._end_all()

    def stop(self) -> None:
        """Begin nothing any more, and let what runs end in good order; it goes on when a scheduler runs again.

        Called once more, it does not wait for them. To be called from a handler of signals, so it only notes the wish.
        """
        self._stops += 1

    def _begin(self, but: Collection[str]) -> set[str]:
        """Start what is due, as far as there is room, the longest overdue first; return the names."""
        now = self.clock()
        self._reap(now)
        states = self._states(now)
        wanted = [due(job, states[name], now) for name, job in self.jobs.jobs.items() if name not in but]
        begun = set()
        for each in sorted(filter(None, wanted), key=lambda each: each.slot):
            name = each.job.name
            if name in self._running or self._rests.get(name, now) > now:
                continue
            if len(self._running) == self.jobs.jobs_at_once:
                break
            if each.missed:
                logger.warning("%s: %d earlier runs were missed; this one is for all of them", name, each.missed)
            self._running[name] = self.start(each, now)
            begun.add(name)
        return begun

    def _states(self, now: datetime) -> Mapping[str, State]:
        states = books.states(self.engine, self.jobs.jobs, now)
        silent = [state for state in states.values() if state.leased_by is not None and not state.is_running(now)]
        if silent:
            for name in books.reclaim(self.engine, [state.name for state in silent], now):
                logger.error("%s: its process ended without a word; the run goes on later", name)
            states = books.states(self.engine, self.jobs.jobs, now)
        return states

    def _reap(self, now: datetime) -> None:
        """Take note of the runs that have ended."""
        for name, child in list(self._running.items()):
            status = child.poll()
            if status is None:
                continue
            del self._running[name]
            self.alarmed |= status == ALARM
            if status not in (0, ALARM, BUSY, INTERRUPTED):
                self.failed = True
                logger.error("%s: its process ended with status %d", name, status)
            if status not in (0, ALARM):  # it may not even have come so far as to write that down
                self._rests[name] = now + _REST

    def _pause(self) -> timedelta:
        """Return how long nothing is to be done, unless a run ends."""
        now = self.clock()
        states = books.states(self.engine, self.jobs.jobs, now)
        moments = (next_at(job, states[name]) for name, job in self.jobs.jobs.items())
        soonest = min((moment - now for moment in moments if moment is not None), default=_ASLEEP)
        return max(_AWAKE, min(_ASLEEP, soonest))

    def _wait(self, longest: timedelta) -> None:
        until = self.clock() + longest
        while not self._stops and self.clock() < until:
            self.sleep(_BLINK)
            if any(child.poll() is not None for child in self._running.values()):
                return

    def _end_all(self) -> None:
        """Tell what runs to stop, and wait for it; whoever takes too long, or is in the way of a second wish, dies."""
        for child in self._running.values():
            child.terminate()
        until = self.clock() + _GRACE
        stops = self._stops
        while self._running and self.clock() < until and self._stops == stops:
            self._wait_for_ends()
        for child in self._running.values():
            child.kill()
        while self._running:
            self._wait_for_ends()

    def _wait_for_ends(self) -> None:
        self.sleep(_BLINK)
        self._reap(self.clock())
