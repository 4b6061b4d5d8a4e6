from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event, select, update

from harvester.database import frontier as steps
from harvester.database import hosts
from harvester.database.frontier import Frontier
from harvester.database.hosts import Breaker, Pace, Parked
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
    assert frontier.add(run, ["https://example.org/a", "https://EXAMPLE.org/a#x", "https://example.org/b"]).new == 2
    assert frontier.add(run, ["https://example.org/a?utm_source=mail"]).new == 0
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
    assert frontier.add(first.id, ["https://example.org/a"]).new == 0  # done in this run stays done
    frontier.close_run(first.id)
    second = frontier.open_run("urls", ["list.txt"], "0", {"follow_depth": 0})
    assert not second.resumed
    assert frontier.add(second.id, ["https://example.org/a"]).new == 1  # a new run asks again
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


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def __iadd__(self, seconds: float) -> "Clock":
        self.now += timedelta(seconds=seconds)
        return self


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_two_processes_keep_one_delay_per_host_together(engine: Engine) -> None:
    clock = Clock()
    both = [Frontier(engine, Pace(2), clock) for _ in range(2)]
    run = opened(both[0])
    both[0].add(run, [f"https://{name}.example/{number}" for number in range(4) for name in "ab"])
    starts: dict[str, list[datetime]] = {"a.example": [], "b.example": []}
    for tick in range(16):
        for each in both[tick % 2].claim(run, 9, 1, {}):
            assert each.start_at is not None
            assert clock.now <= each.start_at <= clock.now + timedelta(seconds=0.5)
            starts[each.host].append(each.start_at)
        clock += 0.5
    assert starts == {host: [after(second) for second in (0, 2, 4, 6)] for host in starts}


def test_the_delay_outlives_a_restart_and_slots_come_in_batches_where_they_are_close(engine: Engine) -> None:
    clock = Clock()
    first = Frontier(engine, Pace(0.2, at_once=9), clock)
    run = opened(first)
    first.add(run, [f"https://a.example/{number}" for number in range(9)])
    assert [each.start_at for each in first.claim(run, 9, 9, {})] == [after(0), after(0.2), after(0.4)]
    again = Frontier(engine, Pace(0.2, at_once=9), clock)
    assert [each.start_at for each in again.claim(run, 9, 9, {})] == []  # 0.6 is later than the next look
    clock += 0.1
    assert [each.start_at for each in again.claim(run, 9, 9, {})] == [after(0.6)]
    assert again.claim(run, 9, 9, {"a.example": 9}) == []


def test_a_crawl_delay_goes_before_ours_and_no_delay_needs_no_slot(engine: Engine) -> None:
    clock = Clock()
    frontier = Frontier(engine, Pace(0), clock)
    run = opened(frontier)
    frontier.add(run, [f"https://{name}.example/{number}" for number in range(3) for name in ("fast", "slow")])
    with writing(engine) as connection:
        hosts.remember_robots(connection, "slow.example", hosts.Robots("rules", 5, after(-9), after(999)), 5)
    claimed = [(each.host, each.start_at) for each in frontier.claim(run, 9, 9, {})]
    assert claimed == [("fast.example", None)] * 3 + [("slow.example", NOW)]


def test_parked_hosts_are_passed_over_however_many_there_are_in_two_looks(engine: Engine) -> None:
    clock = Clock()
    frontier = Frontier(engine, clock=clock)
    run = opened(frontier)
    frontier.add(run, [f"https://h{number}.example/{page}" for number in range(40) for page in range(2)])
    with writing(engine) as connection:
        for number in range(39):
            hosts.park(connection, Parked(f"h{number}.example", after(60), "HTTP 429, Retry-After: 60"))
    asked: list[str] = []
    event.listen(engine, "after_cursor_execute", lambda *call: asked.append(call[2]))
    assert {each.host for each in frontier.claim(run, 9, 9, {})} == {"h39.example"}
    assert sum("SELECT" in each for each in asked) <= 5
    assert frontier.claim(run, 9, 9, {}) == []
    clock += 61
    assert len(frontier.claim(run, 99, 9, {})) == 78


def test_after_its_cool_down_one_target_tries_the_host(engine: Engine) -> None:
    clock = Clock()
    frontier = Frontier(engine, clock=clock)
    run = opened(frontier)
    frontier.add(run, [f"https://a.example/{number}" for number in range(5)])
    breaker = Breaker(failures=1, cool_down=timedelta(seconds=10))
    with writing(engine) as connection:
        hosts.failed(connection, "a.example", "HTTP 403", breaker, NOW)
    assert frontier.claim(run, 9, 9, {}) == []
    clock += 11
    (probe,) = frontier.claim(run, 9, 9, {})
    assert probe.start_at == clock.now
    assert Frontier(engine, clock=clock).claim(run, 9, 9, {}) == []  # nor does another process
    with writing(engine) as connection:
        hosts.recovered(connection, "a.example", 0, clock.now)
    assert len(frontier.claim(run, 9, 9, {})) == 4


def test_what_is_put_off_costs_no_attempt(engine: Engine) -> None:
    frontier = Frontier(engine, clock=lambda: NOW)
    run = opened(frontier)
    frontier.add(run, ["https://a.example/1", "https://a.example/2"])
    one, two = frontier.claim(run, 9, 9, {})
    with writing(engine) as connection:
        steps.put_off(connection, {one.id: (after(-1), "parked")})
        steps.retry_later(connection, {two.id: (after(-1), "HTTP 500")})
    assert {each.id: each.attempts for each in frontier.claim(run, 9, 9, {})} == {one.id: 0, two.id: 1}


def test_a_run_that_only_waits_longer_than_its_patience_says_for_whom(engine: Engine) -> None:
    clock = Clock()
    frontier = Frontier(engine, clock=clock)
    run = opened(frontier)
    patience = timedelta(minutes=15)
    assert frontier.standstill(run, patience) is None
    frontier.add(run, ["https://a.example/1", "https://a.example/2", "https://b.example/1"])
    claimed = frontier.claim(run, 9, 9, {})
    assert frontier.standstill(run, patience) is None  # leased: another process is at it
    with writing(engine) as connection:
        steps.put_off(connection, {each.id: (after(5), "HTTP 503") for each in claimed})
        hosts.park(connection, Parked("a.example", after(7200), "5 failures in a row, the last: HTTP 503"))
    assert frontier.standstill(run, patience) is None  # b comes in five seconds
    with writing(engine) as connection:
        hosts.park(connection, Parked("b.example", after(3600), "HTTP 429, Retry-After: 3600"))
    found = frontier.standstill(run, patience)
    assert found is not None
    assert [(each.host, each.until) for each in found.hosts] == [("b.example", after(3600)), ("a.example", after(7200))]
    assert str(found) == (
        "3 targets wait for b.example and 1 more host until 2026-03-01 13:00 UTC (HTTP 429, Retry-After: 3600);"
        " run the same command again then"
    )
    clock += 3600
    assert frontier.standstill(run, patience) is None
    assert [each.host for each in frontier.claim(run, 9, 9, {})] == ["b.example"]


def test_nobody_is_too_impatient_for_the_next_slot_or_anothers_trial(engine: Engine) -> None:
    frontier = Frontier(engine, Pace(delay=60), clock=Clock())
    run = opened(frontier)
    frontier.add(run, ["https://a.example/1", "https://a.example/2"])
    (one,) = frontier.claim(run, 9, 9, {})
    with writing(engine) as connection:
        steps.done(connection, [one.id])
    assert frontier.claim(run, 9, 9, {}) == []
    assert frontier.standstill(run, timedelta(0)) is None
    with writing(engine) as connection:
        hosts.occupy(connection, "a.example", after(7200))
    found = frontier.standstill(run, timedelta(0))
    assert found is not None
    assert [each.until for each in found.hosts] == [after(7200)]


def test_what_kills_its_process_is_fetched_last_and_alone_and_given_up_in_the_end(engine: Engine) -> None:
    clock = Clock()
    frontier = Frontier(engine, clock=clock)
    run = opened(frontier)
    frontier.add(run, [f"https://a.example/{name}" for name in "abc"])
    for _ in range(3):
        assert len(frontier.claim(run, 3, 9, {})) == 3
        clock += 3600  # the lease runs out: no word from whoever had it
    frontier.add(run, ["https://a.example/d"])
    (fresh,) = frontier.claim(run, 9, 9, {})
    assert fresh.url == "https://a.example/d"
    assert frontier.claim(run, 9, 9, {"a.example": 1}) == []
    with writing(engine) as connection:
        steps.done(connection, [fresh.id])
    assert frontier.pending(run).ready == 3
    company = []
    while claimed := Frontier(engine, clock=clock).claim(run, 9, 9, {}):
        company.append("".join(sorted(each.url[-1] for each in claimed)))
        if "b" in company[-1]:
            clock += 3600
        else:
            with writing(engine) as connection:
                steps.done(connection, [each.id for each in claimed])
    # After 3 to 6 losses in a company of at most 16, 8, 4, 2; the last one to come is the one that does it.
    assert company == ["abc", "abc", "abc", "ab", "c", "a"] + ["b"] * 18
    with engine.connect() as connection:
        (gone,) = connection.execute(select(target.c.reason).where(target.c.state == "dead")).scalars()
    assert gone.startswith("the process that fetched it ended without a word 25 times")


def test_what_has_ended_is_not_ended_again(engine: Engine, frontier: Frontier) -> None:
    run = opened(frontier)
    frontier.add(run, [f"https://a.example/{name}" for name in "abcd"])
    a, b, c, d = (each.id for each in frontier.claim(run, 9, 9, {}))
    later = datetime.now(UTC) + timedelta(hours=1)
    for _ in range(2):  # the same transaction once more, since nobody knows whether its COMMIT came through
        with writing(engine) as connection:
            steps.done(connection, [a])
            steps.dead(connection, {b: "HTTP 404"})
            steps.retry_later(connection, {c: (later, "HTTP 500")})
            steps.put_off(connection, {d: (later, "parked")})
    with writing(engine) as connection:  # a process that slept while others had its targets
        steps.retry_later(connection, {a: (later, "HTTP 500"), b: (later, "HTTP 500")})
        steps.dead(connection, {a: "HTTP 500"})
        rows = connection.execute(select(target.c.state, target.c.attempts).order_by(target.c.url)).all()
    assert rows == [("done", 1), ("dead", 1), ("retry", 1), ("retry", 0)]


def test_leases_are_renewed_only_for_what_is_under_way(engine: Engine) -> None:
    clock = Clock()
    frontier = Frontier(engine, clock=clock)
    run = opened(frontier)
    frontier.add(run, ["https://a.example/1", "https://a.example/2"])
    one, two = frontier.claim(run, 9, 9, {})  # say that the answer of this claim was lost, and with it all about two
    clock += 240
    frontier.renew([one.id])
    clock += 240
    assert [each.id for each in frontier.claim(run, 9, 9, {})] == [two.id]


def test_a_run_is_over_when_nothing_is_left_and_open_again_when_something_is_wanted(
    engine: Engine, frontier: Frontier
) -> None:
    run = opened(frontier)
    frontier.add(run, ["https://a.example/1"])
    assert not frontier.close_run(run)
    (claimed,) = frontier.claim(run, 9, 9, {})
    assert not frontier.close_run(run)
    with writing(engine) as connection:
        steps.retry_later(connection, {claimed.id: (datetime.now(UTC), "HTTP 500")})
    assert not frontier.close_run(run)
    (claimed,) = frontier.claim(run, 9, 9, {})
    with writing(engine) as connection:
        steps.done(connection, [claimed.id])
    assert frontier.close_run(run)
    assert frontier.add(run, ["https://a.example/1"]).new == 0
    assert not frontier.open_run("urls", ["list.txt"], "0", {}).resumed
    other = Frontier(engine)  # has read on in a list that has grown
    other.add(run, ["https://a.example/2"])
    assert frontier.open_run("urls", ["list.txt"], "0", {}).resumed


def depths(engine: Engine) -> dict[str, tuple[int, str]]:
    with engine.connect() as connection:
        rows = connection.execute(select(target.c.url, target.c.depth, target.c.state))
        return {url.rpartition("/")[2]: (depth, state) for url, depth, state in rows}


def test_a_page_is_as_near_as_the_shortest_way_to_it_whenever_that_is_found(engine: Engine, frontier: Frontier) -> None:
    run = opened(frontier)
    frontier.add(run, ["https://a.example/list"])
    (start,) = frontier.claim(run, 9, 9, {})
    with writing(engine) as connection:
        links = [f"https://a.example/{name}" for name in ("ready", "done", "leased", "dead", "kept")]
        assert steps.add_targets(connection, run, links, depth=2, parent_id=start.id) == 5
    claimed = {each.url.rpartition("/")[2]: each.id for each in frontier.claim(run, 9, 9, {})}
    with writing(engine) as connection:
        steps.done(connection, [claimed["done"], claimed["kept"], start.id])
        steps.dead(connection, {claimed["dead"]: "HTTP 404"})
        steps.put_off(connection, {claimed["ready"]: (datetime.now(UTC), "parked")})
        again = [f"https://a.example/{name}" for name in ("ready", "done", "leased", "dead")]
        assert steps.add_targets(connection, run, again, depth=1, parent_id=start.id) == 0
        assert steps.add_targets(connection, run, ["https://a.example/kept"], depth=2, parent_id=start.id) == 0
    assert depths(engine) == {
        "list": (0, "done"), "ready": (1, "retry"), "done": (1, "ready"), "leased": (1, "leased"), "dead": (1, "dead"),
        "kept": (2, "done"),
    }  # fmt: skip
    with writing(engine) as connection:
        steps.done(connection, [claimed["leased"]])  # it was asked for when its links did not count
    assert depths(engine)["leased"] == (1, "ready")
    claimed = {each.url.rpartition("/")[2]: each.id for each in frontier.claim(run, 9, 9, {})}
    assert set(claimed) == {"ready", "done", "leased"}
    with writing(engine) as connection:
        steps.done(connection, list(claimed.values()))
    assert {state for _, state in depths(engine).values()} == {"done", "dead"}


def test_links_wait_while_addresses_come(frontier: Frontier, engine: Engine) -> None:
    run = opened(frontier)
    frontier.add(run, ["https://a.example/1"])
    with writing(engine) as connection:
        steps.add_targets(connection, run, ["https://a.example/2"], depth=1)
    assert [each.depth for each in frontier.claim(run, 9, 9, {}, deepest=0)] == [0]
    assert [each.depth for each in frontier.claim(run, 9, 9, {})] == [1]


def test_a_new_run_leaves_what_another_one_has_under_way(engine: Engine, frontier: Frontier) -> None:
    first = opened(frontier)
    both = ["https://a.example/1", "https://a.example/2"]
    frontier.add(first, both)
    (claimed,) = frontier.claim(first, 1, 9, {})
    second = opened(frontier, "other.txt")
    assert frontier.add(second, both) == steps.Added(1, [claimed.url])
    assert [each.url for each in Frontier(engine).claim(second, 9, 9, {})] == ["https://a.example/2"]
    with writing(engine) as connection:
        steps.done(connection, [claimed.id])
    assert frontier.add(second, [claimed.url]) == steps.Added(1, [])  # held no more: the second run gets it, too


def test_what_was_given_up_is_wanted_again_by_reason_and_host(engine: Engine, frontier: Frontier) -> None:
    run = opened(frontier)
    frontier.add(run, [f"https://{name}.example/{number}" for name in "ab" for number in range(2)])
    claimed = frontier.claim(run, 9, 9, {})
    reasons = {each.id: "HTTP 503" if each.url.endswith("0") else "100%_dead" for each in claimed}
    with writing(engine) as connection:
        steps.dead(connection, reasons)
    again = frontier.open_run("urls", ["retry"], "0", {}).id
    assert frontier.requeue(again, reason="HTTP 404") == 0
    assert frontier.requeue(again, reason="http 503", host="A.example") == 1
    assert frontier.requeue(again, reason="%_") == 2
    assert frontier.requeue(again) == 1
    assert frontier.requeue(again) == 0
    assert {each.attempts for each in frontier.claim(again, 9, 9, {})} == {0}
