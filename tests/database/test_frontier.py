from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update

from harvester.database import frontier as steps
from harvester.database.frontier import Frontier
from harvester.database.session import writing
from harvester.database.tables import target


@pytest.fixture
def frontier(engine: Engine) -> Frontier:
    return Frontier(engine)


def opened(frontier: Frontier, *sources: str) -> int:
    return frontier.open_run("urls", sources or ("list.txt",), "0", {}).id


def states(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        rows = connection.execute(select(target.c.url, target.c.state))
        return {url.rpartition("/")[2]: state for url, state in rows}


def test_an_address_is_wanted_once_however_it_is_spelt(frontier: Frontier) -> None:
    run = opened(frontier)
    assert frontier.add(run, ["https://example.org/a", "https://EXAMPLE.org/a#x", "https://example.org/b"]) == 2
    assert frontier.add(run, ["https://example.org/a?utm_source=mail"]) == 0
    assert frontier.total(run) == 2


def test_what_one_process_has_leased_no_other_gets(engine: Engine, frontier: Frontier) -> None:
    run = opened(frontier)
    frontier.add(run, [f"https://example.org/{number}" for number in range(10)])
    other = Frontier(engine)
    mine = frontier.claim(run, 4, 99, {})
    theirs = other.claim(run, 99, 99, {})
    assert len(mine) == 4
    assert len(theirs) == 6
    assert not {each.id for each in mine} & {each.id for each in theirs}


def test_hosts_take_turns_and_none_gets_more_than_its_share(frontier: Frontier) -> None:
    run = opened(frontier)
    frontier.add(run, [f"https://big.example/{number}" for number in range(50)])
    frontier.add(run, [f"https://{name}.example/1" for name in "abc"])
    claimed = frontier.claim(run, 8, 2, {})
    assert Counter(each.host for each in claimed) == {"big.example": 2, "a.example": 1, "b.example": 1, "c.example": 1}
    assert frontier.claim(run, 8, 2, {"big.example": 2}) == []
    assert len(frontier.claim(run, 8, 2, {"big.example": 1})) == 1


def test_a_lease_that_ran_out_and_a_retry_whose_time_came_are_ready_again(engine: Engine, frontier: Frontier) -> None:
    run = opened(frontier)
    frontier.add(run, [f"https://example.org/{name}" for name in "abc"])
    a, b, c = (each.id for each in frontier.claim(run, 3, 9, {}))
    now = datetime.now(UTC)
    with writing(engine) as connection:
        connection.execute(update(target).where(target.c.id == a).values(leased_until=now - timedelta(seconds=1)))
        steps.retry_later(connection, {b: (now - timedelta(seconds=1), "busy"), c: (now + timedelta(hours=1), "busy")})
    again = frontier.claim(run, 9, 9, {})
    assert {each.id for each in again} == {a, b}
    assert {each.id: each.attempts for each in again} == {a: 0, b: 1}
    pending = frontier.pending(run)
    assert (pending.ready, pending.leased, pending.waiting) == (0, 2, 1)
    assert pending.next_at is not None
    assert pending.next_at > now


def test_targets_end_with_the_transaction_that_stores_what_came_of_them(engine: Engine, frontier: Frontier) -> None:
    run = opened(frontier)
    frontier.add(run, [f"https://example.org/{name}" for name in "abc"])
    a, b, _ = (each.id for each in frontier.claim(run, 3, 9, {}))
    with suppress(ZeroDivisionError), writing(engine) as connection:
        steps.done(connection, [a])
        raise ZeroDivisionError
    assert states(engine) == dict.fromkeys("abc", "leased")
    with writing(engine) as connection:
        steps.done(connection, [a])
        steps.dead(connection, {b: "HTTP 404"})
    assert states(engine) == {"a": "done", "b": "dead", "c": "leased"}
    frontier.release()
    assert states(engine) == {"a": "done", "b": "dead", "c": "ready"}


def test_the_same_command_continues_an_unfinished_run_and_begins_anew_after_a_finished_one(
    engine: Engine, frontier: Frontier
) -> None:
    first = frontier.open_run("urls", ["list.txt"], "0", {"follow_depth": 0})
    assert frontier.open_run("urls", ["list.txt"], "0", {"follow_depth": 0}) == steps.Run(first.id, resumed=True)
    assert frontier.open_run("urls", ["other.txt"], "0", {"follow_depth": 0}).id != first.id
    assert frontier.open_run("urls", ["list.txt"], "0", {"follow_depth": 1}).id != first.id
    frontier.add(first.id, ["https://example.org/a"])
    (claimed,) = frontier.claim(first.id, 9, 9, {})
    with writing(engine) as connection:
        steps.done(connection, [claimed.id])
    assert frontier.add(first.id, ["https://example.org/a"]) == 0  # done in this run stays done
    frontier.close_run(first.id)
    second = frontier.open_run("urls", ["list.txt"], "0", {"follow_depth": 0})
    assert not second.resumed
    assert frontier.add(second.id, ["https://example.org/a"]) == 1  # a new run asks again
    assert states(engine) == {"a": "ready"}


def test_leases_of_a_process_of_this_machine_that_is_gone_are_given_back(engine: Engine, frontier: Frontier) -> None:
    run = opened(frontier)
    frontier.add(run, ["https://example.org/a", "https://example.org/b"])
    gone, elsewhere = Frontier(engine), Frontier(engine)
    host, _, token = gone.owner.split("/")
    gone.owner = f"{host}/{2**22 + 1}/{token}"  # above the largest process id
    elsewhere.owner = f"another-machine/1/{token}"
    gone.claim(run, 1, 9, {})
    elsewhere.claim(run, 1, 9, {})
    opened(Frontier(engine))
    assert sorted(states(engine).values()) == ["leased", "ready"]
