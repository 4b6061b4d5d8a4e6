"""Processes that an event loop asks: answers come to whoever asked, whatever happens to the others."""

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from functools import partial
from typing import Any, NoReturn

import pytest

from harvester.errors import HarvesterError, PageError
from harvester.page import Page
from harvester.spiders import _crew, _readers
from harvester.spiders._crew import Crew, DiedError
from harvester.spiders._readers import Readers

_QUICK = "harvester.errors"
"""A module that is loaded in no time."""


def slowly(value: int, seconds: float) -> int:
    time.sleep(seconds)
    return value


def refuse(value: int) -> NoReturn:
    raise PageError(f"no {value}")


class Patient(Crew):
    """A crew that waits for a minute."""

    async def run(self, task: Any, seconds: float = 60) -> Any:
        return await super().run(task, seconds)


def with_crew(count: int, use: Any) -> Any:
    """Return what a coroutine function makes of a crew, which is closed afterwards."""

    async def run() -> Any:
        crew = Patient(count, _QUICK)
        try:
            return await asyncio.wait_for(use(crew), timeout=60)
        finally:
            crew.close()

    return asyncio.run(run())


def test_each_gets_the_answer_to_what_it_asked_and_all_processes_work() -> None:
    async def use(crew: Patient) -> tuple[list[int], set[int]]:
        texts = await asyncio.gather(*(crew.run(partial(len, "x" * size)) for size in (0, 1, 700_000, 5)))
        ids = await asyncio.gather(*(crew.run(partial(_who, 0.05)) for _ in range(12)))
        return texts, set(ids)

    texts, ids = with_crew(2, use)
    assert texts == [0, 1, 700_000, 5]
    assert len(ids) == 2
    assert os.getpid() not in ids


def _who(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def test_what_a_task_raises_is_raised_here_and_tells_where_it_came_from() -> None:
    async def use(crew: Patient) -> Any:
        return await asyncio.gather(crew.run(partial(refuse, 7)), crew.run(partial(abs, -1)), return_exceptions=True)

    error, value = with_crew(1, use)
    assert isinstance(error, PageError)
    assert str(error) == "no 7"
    assert "in refuse" in error.__notes__[0]
    assert value == 1


class StuckError(Exception):
    """An error that cannot be packed."""

    def __reduce__(self) -> NoReturn:
        raise TypeError("no")


def stick() -> NoReturn:
    raise StuckError("it is stuck")


def test_an_error_that_cannot_be_packed_is_told_in_words() -> None:
    async def use(crew: Patient) -> Any:
        return await asyncio.gather(crew.run(stick), crew.run(partial(abs, -1)), return_exceptions=True)

    error, value = with_crew(1, use)
    assert isinstance(error, RuntimeError)
    assert "StuckError('it is stuck')" in str(error)
    assert value == 1


def test_an_answer_that_nobody_waits_for_any_more_goes_to_nobody_else() -> None:
    async def use(crew: Patient) -> Any:
        first = asyncio.create_task(crew.run(partial(slowly, 1, 0.3)))
        await asyncio.sleep(0.1)
        first.cancel()
        return await asyncio.gather(first, crew.run(partial(slowly, 2, 0)), return_exceptions=True)

    first, second = with_crew(1, use)
    assert isinstance(first, asyncio.CancelledError)
    assert second == 2


def test_a_process_that_is_killed_tells_those_who_wait_and_is_replaced() -> None:
    async def use(crew: Patient) -> Any:
        victim = await crew.run(os.getpid)
        waiting = [asyncio.create_task(crew.run(partial(slowly, value, 5))) for value in (1, 2)]
        await asyncio.sleep(0.1)
        os.kill(victim, signal.SIGKILL)
        return victim, await asyncio.gather(*waiting, return_exceptions=True), await crew.run(os.getpid)

    victim, ended, other = with_crew(1, use)
    assert [type(each) for each in ended] == [DiedError, DiedError]
    assert other != victim


def test_a_task_that_takes_too_long_is_ended_and_costs_no_other_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_readers, "LONGEST", 1.0)

    async def read() -> list[Any]:
        readers = Readers(1)
        try:
            # The second one waits behind the first in the same process.
            tasks = (readers.run(slowly, 1, 600), readers.run(slowly, 2, 0.1))
            return await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            readers.close()

    slow, quick = asyncio.run(asyncio.wait_for(read(), timeout=60))
    assert isinstance(slow, PageError)
    assert "took more than 1 seconds, so that was ended" in str(slow)
    assert quick == 2


def test_closing_ends_the_processes_and_cancels_whoever_waits() -> None:
    async def use(crew: Patient) -> Any:
        process = await crew.run(os.getpid)
        # One is under way, one waits in its socket, one for a place.
        waiting = [asyncio.create_task(crew.run(partial(slowly, 1, 30))) for _ in range(3)]
        await asyncio.sleep(0.1)
        started = time.monotonic()
        crew.close()
        await asyncio.wait(waiting)
        return process, [each.cancelled() for each in waiting], time.monotonic() - started

    process, cancelled, seconds = with_crew(1, use)
    assert cancelled == [True, True, True]
    assert seconds < 20
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_processes_that_do_not_start_are_no_pages_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_readers, "_READY", "harvester.no_such_module")

    async def read() -> None:
        readers = Readers(1)
        try:
            await readers.read(Page("https://example.org/1", b"<p>one</p>"))
        finally:
            readers.close()

    with pytest.raises(HarvesterError, match=r"do not work: ChildProcessError: .* ended as it started") as raised:
        asyncio.run(read())
    assert not isinstance(raised.value, PageError)


def test_closing_while_a_process_is_started_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(multiprocessing.active_children())
    start = _crew._start
    starting, go_on = threading.Event(), threading.Event()

    def later(module: str) -> Any:
        starting.set()
        assert go_on.wait(20)
        return start(module)

    monkeypatch.setattr(_crew, "_start", later)

    async def use() -> None:
        readers = Readers(2)
        readers.start()
        await asyncio.to_thread(starting.wait, 20)
        readers.close()
        await asyncio.sleep(0)
        go_on.set()

    asyncio.run(use())
    until = time.monotonic() + 20
    while (left := set(multiprocessing.active_children()) - before) and time.monotonic() < until:
        time.sleep(0.02)
    assert left == set()
