"""Lists in the frontier: a state of their own, turns with the pages of their host, and one row for all their parts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from harvester.database.frontier import Frontier, Kind, Wanted, go_on
from harvester.database.hosts import Pace
from harvester.database.session import writing
from harvester.database.tables import target


def lists(host: str, count: int) -> list[Wanted]:
    return [Wanted(f"https://{host}/sitemap-{number}.xml", Kind.SITEMAP) for number in range(count)]


def pages(host: str, count: int) -> list[str]:
    return [f"https://{host}/{number}" for number in range(count)]


@pytest.fixture
def frontier(engine: Engine) -> Frontier:
    return Frontier(engine)


@pytest.fixture
def run_id(frontier: Frontier) -> int:
    return frontier.open_run("urls", ["x"], "0", {}).id


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def states(engine: Engine) -> Iterator[str]:
    with engine.connect() as connection:
        yield from connection.scalars(select(target.c.state).order_by(target.c.id))


def test_a_list_is_claimed_once_beside_the_pages_of_its_host(frontier: Frontier, run_id: int) -> None:
    frontier.add(run_id, [*lists("a.example", 3), *pages("a.example", 9)])
    claimed = frontier.claim(run_id, 20, 6, {})
    assert [each.kind for each in claimed] == [Kind.SITEMAP] + [Kind.PAGE] * 5
    assert len({each.id for each in claimed}) == 6


def test_a_host_that_has_lists_only_gives_one_at_a_time(frontier: Frontier, run_id: int) -> None:
    frontier.add(run_id, [*lists("a.example", 3), *lists("b.example", 1)])
    first = frontier.claim(run_id, 20, 6, {})
    assert sorted(each.host for each in first) == ["a.example", "b.example"]
    second = frontier.claim(run_id, 20, 6, {"a.example": 1, "b.example": 1})
    assert [each.host for each in second] == ["a.example"]
    assert not {each.id for each in first} & {each.id for each in second}


def test_with_a_delay_lists_and_pages_of_a_host_take_turns(engine: Engine) -> None:
    clock = Clock()
    frontier = Frontier(engine, Pace(delay=5), clock)
    run_id = frontier.open_run("urls", ["x"], "0", {}).id
    frontier.add(run_id, [*lists("a.example", 3), *pages("a.example", 3)])
    order = []
    for _ in range(6):
        (each,) = frontier.claim(run_id, 9, 1, {})
        order.append(each.kind)
        clock.now += timedelta(seconds=5)
    assert order == [Kind.SITEMAP, Kind.PAGE] * 3


def test_the_page_and_the_list_at_one_address_are_two_targets(frontier: Frontier, run_id: int) -> None:
    added = frontier.add(run_id, ["https://a.example/x", Wanted("https://a.example/x", Kind.TOC)])
    assert added.new == 2
    assert sorted(each.kind for each in frontier.claim(run_id, 9, 9, {})) == [Kind.PAGE, Kind.TOC]


def test_a_list_that_goes_on_is_ready_again_and_waits_as_a_list(
    engine: Engine, frontier: Frontier, run_id: int
) -> None:
    frontier.add(run_id, [Wanted("https://a.example/oai?verb=ListRecords", Kind.OAI)])
    (first,) = frontier.claim(run_id, 9, 9, {})
    assert list(states(engine)) == ["leased"]
    with writing(engine) as connection:
        go_on(connection, [first.id])
    assert list(states(engine)) == ["list"]
    assert frontier.pending(run_id).ready == 1
    (second,) = frontier.claim(run_id, 9, 9, {})
    assert (second.id, second.attempts) == (first.id, 0)
    frontier.release()
    assert list(states(engine)) == ["list"]


def test_what_another_list_has_named_is_known_by_it_alone(frontier: Frontier, run_id: int) -> None:
    frontier.add(run_id, pages("a.example", 4), list_id=7)
    frontier.add(run_id, ["https://a.example/by-hand"])
    asked = [*pages("a.example", 2), "https://a.example/by-hand", "https://a.example/new"]
    assert [frontier.named_by_others(run_id, asked, list_id) for list_id in (7, 8)] == [0, 2]
