from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from harvester.database import hosts
from harvester.database.hosts import Breaker, Delay, Pace, Parked, Robots
from harvester.database.session import reading, writing

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOST = "journal.example:8080"


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("pace", "crawl_delay", "seconds", "why"),
    [
        (Pace(), None, 0, "ours"),
        (Pace(1), None, 1, "ours"),
        (Pace(1), 0.5, 1, "ours"),
        (Pace(1), 10, 10, "Crawl-delay: 10"),
        (Pace(1), 30, 30, "Crawl-delay: 30"),
        (Pace(1), 31, 30, "Crawl-delay: 31, of which 30 are kept"),
        (Pace(60), 90, 60, "Crawl-delay: 90, of which 30 are kept"),
        (Pace(60), 45, 60, "ours"),
        (Pace(1, cap=120), 90, 90, "Crawl-delay: 90"),
    ],
)
def test_the_longer_delay_counts_up_to_a_cap_that_is_named(
    pace: Pace, crawl_delay: float | None, seconds: float, why: str
) -> None:
    assert pace.of(crawl_delay) == Delay(seconds, why)


def test_slots_follow_each_other_and_a_free_one_begins_now(engine: Engine) -> None:
    with writing(engine) as connection:
        starts = [hosts.reserve(connection, HOST, 2, NOW) for _ in range(3)]
        starts.append(hosts.reserve(connection, HOST, 2, after(60)))
        starts.append(hosts.reserve(connection, "other.example", 2, after(60)))
    assert starts == [NOW, after(2), after(4), after(60), after(60)]


def test_a_host_is_parked_for_the_longest_that_was_asked_for(engine: Engine) -> None:
    with writing(engine) as connection:
        hosts.park(connection, Parked(HOST, after(60), "Retry-After: 60"))
        state = hosts.park(connection, Parked(HOST, after(30), "Retry-After: 30"))
    assert state.parked(NOW) == Parked(HOST, after(60), "Retry-After: 60")
    assert state.parked(after(60)) is None


def test_the_breaker_opens_after_failures_in_a_row_and_rests_twice_as_long_each_time(engine: Engine) -> None:
    breaker = Breaker(failures=3, cool_down=timedelta(minutes=10), longest=timedelta(minutes=30))
    until = {0: None, 1: None, 2: 602, 3: 602, 601: 602, 602: 1802, 603: 1802, 1802: 3602, 3602: 5402}
    with writing(engine) as connection:
        for second, expected in until.items():
            parked = hosts.failed(connection, HOST, "HTTP 403", breaker, after(second)).parked(after(second))
            assert (parked and parked.until) == (after(expected) if expected else None), second
    assert parked is not None
    assert parked.reason == "9 failures in a row, the last: HTTP 403"


def test_a_good_answer_closes_the_breaker_and_forgets_the_failures(engine: Engine) -> None:
    breaker = Breaker(failures=2)
    with writing(engine) as connection:
        for second in (0, 1):
            hosts.failed(connection, HOST, "connection refused", breaker, after(second))
        hosts.occupy(connection, HOST, after(9999))  # the slot of the trial
        hosts.recovered(connection, HOST, 2, after(700))
        state = hosts.known(connection, [HOST])[HOST]
        assert (state.failures, state.opened, state.parked_until, state.next_at) == (0, 0, None, after(702))
        assert hosts.failed(connection, HOST, "HTTP 503", breaker, after(701)).parked(after(701)) is None


def test_a_retry_after_outlives_a_good_answer(engine: Engine) -> None:
    with writing(engine) as connection:
        hosts.failed(connection, HOST, "HTTP 429", Breaker(), NOW)
        hosts.park(connection, Parked(HOST, after(60), "Retry-After: 60"))
        hosts.recovered(connection, HOST, 0, after(1))
        assert hosts.known(connection, [HOST])[HOST].parked(after(1)) is not None


def test_robots_are_remembered_and_their_delay_counts_from_their_own_request(engine: Engine) -> None:
    said = Robots("rules", 10.0, NOW, after(86400))
    with writing(engine) as connection:
        hosts.reserve(connection, HOST, 1, NOW)
        hosts.remember_robots(connection, HOST, said, 10)
        hosts.remember_robots(connection, "plain.example", Robots("none: HTTP 404", None, NOW, after(86400)), 0)
    with reading(engine) as connection:
        state = hosts.known(connection, [HOST, "unknown.example"])[HOST]
        assert (state.robots, state.crawl_delay, state.next_at) == (said, 10.0, after(10))
        assert [each.host for each in hosts.peculiar(connection, NOW)] == [HOST]
