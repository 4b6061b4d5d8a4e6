import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request, Response
from scrapy.settings import Settings

from harvester.database import hosts
from harvester.database.schema import upgrade
from harvester.database.session import database, open_engine, writing
from harvester.errors import HarvesterError
from harvester.items import PageKind, Visit
from harvester.middlewares.outage import Outage
from harvester.middlewares.pace import HostPace, HostParked, Pace
from harvester.middlewares.retry_after import heeded, retry_after
from harvester.middlewares.witnesses import Asker
from tests.loopback import Answer, Route, article, serve
from tests.middlewares.tinycrawl import GUARD, crawl

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MIDDLEWARES = {
    "harvester.middlewares.robots.Robots": 100,
    "harvester.middlewares.pace.Pace": 950,
}


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", None),
        ("99999999999999999999", 400 * 86400),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("soon", None),
        ("١٢٠", None),
        ("Sun, 01 Mar 2026 12:02:00 GMT", 120),
        ("Sunday, 01-Mar-26 12:02:00 GMT", 120),
        ("Sun Mar  1 12:02:00 2026", 120),
        ("Sun, 01 Mar 2026 13:02:00 +0100", 120),
        ("Sun, 01 Mar 2026 11:59:00 GMT", None),
        ("Sun, 01 Mar 2099 12:00:00 GMT", 400 * 86400),
        ("Sun, 41 Mar 2026 12:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_to_come(value: str, seconds: int | None) -> None:
    assert retry_after(value, NOW) == (None if seconds is None else after(seconds))


def test_retry_after_is_heeded_with_429_503_and_redirects() -> None:
    assert [status for status in (200, 301, 307, 403, 404, 429, 500, 503) if heeded(status)] == [301, 307, 429, 503]


def test_the_network_is_gone_when_many_hosts_in_a_row_cannot_be_reached() -> None:
    outage = Outage(hosts=3, within=60, every=30)
    assert [outage.unreached(host, when) for host, when in (("a", 0), ("a", 1), ("b", 2))] == [False] * 3
    assert outage.reached("a", 3) is None
    assert [outage.unreached(host, when) for host, when in (("a", 4), ("b", 5))] == [False, False]
    assert not outage.unreached("c", 66)  # the others are too long ago
    assert not outage.unreached("a", 67)
    assert outage.unreached("b", 68)
    assert [outage.room(9, when) for when in (69, 97, 98, 99, 128, 130)] == [0, 0, 1, 0, 1, 0]
    assert not outage.unreached("d", 131)
    assert outage.reached("d", 140) == 72
    assert outage.room(9, 141) == 9


def test_hosts_that_failed_while_others_answered_prove_no_loss_until_they_answer() -> None:
    outage = Outage(hosts=2)
    assert [outage.unreached(host, 0) for host in "ab"] == [False, True]
    assert outage.reached("c", 5) == 5
    assert [outage.unreached(host, 6) for host in "abab"] == [False] * 4
    assert [outage.unreached(host, 7) for host in "de"] == [False, True]
    outage.reached("a", 8)
    assert [outage.unreached(host, 9) for host in "af"] == [False, True]


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def paced(url: str, ask: Asker | None = None, **settings: Any) -> Iterator[tuple[HostPace, Clock]]:
    with database(url) as engine:
        upgrade(engine)
    clock = Clock()
    pace = HostPace(Settings({"HARVESTER_DB": url, **settings}), clock, ask)
    try:
        yield pace, clock
    finally:
        pace.close()


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await work()

    asyncio.run(whole())


def visit(url: str, status: int | None = 200, kind: PageKind | None = PageKind.ARTICLE, reason: str = "") -> Visit:
    return Visit(url=url, status=status, kind=kind, reason=reason)


def test_retry_after_parks_a_host_for_all_across_restarts_with_a_longest_time(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with paced(database_url, HARVESTER_MAX_PARK=3600) as (pace, clock):

        async def first() -> None:
            await pace.ready()
            assert await pace.park("a.example", after(60), "HTTP 429, Retry-After: 60") == after(60)
            assert await pace.park("b.example", after(7200), "HTTP 503, Retry-After: 7200") == after(3600)

        run(first)
        assert "the longest that is waited is 1:00:00" in caplog.text
        again = HostPace(Settings({"HARVESTER_DB": database_url}), clock)

        async def second() -> None:
            with pytest.raises(HostParked, match=r"a\.example is left alone until 2026-03-01 12:01:00 UTC: HTTP 429"):
                await Pace(again).process_request(Request("http://a.example/other"))
            clock.now = after(61)
            await Pace(again).process_request(Request("http://a.example/other"))

        run(second)
        again.close()


def test_walls_and_refusals_in_a_row_open_the_breaker_and_a_good_page_closes_it(database_url: str) -> None:
    page = "http://a.example/page"
    with paced(database_url, HARVESTER_BREAKER_FAILURES=3) as (pace, clock):
        middleware = Pace(pace)

        async def work() -> None:
            await pace.ready()
            await pace.on_visit(visit(page, kind=PageKind.BLOCKED, reason="the title is 'Just a moment...'"))
            await pace.on_visit(visit(page, kind=PageKind.BLOCKED, reason="the title is 'Page not found'"))
            await pace.on_visit(visit(page, kind=PageKind.BLOCKED, reason="the title is 'Just a moment...'"))
            assert pace.parked("a.example") is None
            for _ in range(2):
                await pace.on_visit(visit(page, kind=PageKind.BLOCKED, reason="challenge"))
                await middleware.answered(Request(page), Response(page, status=403))
            parked = pace.parked("a.example")
            assert parked is not None
            assert parked.until == after(600)
            assert pace.put_off(page) == after(600)
            clock.now = after(601)
            await middleware.answered(Request(page), Response(page, status=503))
            parked = pace.parked("a.example")
            assert parked is not None
            assert parked.until == after(601 + 1200)
            clock.now = after(2000)
            await pace.on_visit(visit(page))
            assert pace.put_off(page) is None
            await middleware.answered(Request(page), Response(page, status=503))
            assert pace.parked("a.example") is None

        run(work)


def test_a_refused_robots_txt_and_a_soft_404_are_no_failures(database_url: str) -> None:
    robots = Request("http://a.example/robots.txt", meta={"is_robots_txt": True})
    with paced(database_url, HARVESTER_BREAKER_FAILURES=1) as (pace, _):

        async def work() -> None:
            await Pace(pace).answered(robots, Response(robots.url, status=403))
            await pace.on_visit(visit("http://a.example/x", kind=PageKind.BLOCKED, reason="the title is 'Not Found'"))
            await pace.on_visit(visit("http://a.example/x", status=404, kind=PageKind.BLOCKED))
            assert pace.parked("a.example") is None

        run(work)


def test_while_the_network_is_gone_nobody_pays_and_no_host_is_blamed(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    gone = CannotResolveHostError()
    with paced(database_url, HARVESTER_BREAKER_FAILURES=2) as (pace, clock), caplog.at_level(logging.WARNING):
        middleware = Pace(pace)

        async def work() -> None:
            for name in "abcde":
                assert pace.put_off(f"http://{name}.example/", gone) is None
                await middleware.failed(Request(f"http://{name}.example/"), gone)
            assert "so the network seems to be gone" in caplog.text
            assert pace.put_off("http://e.example/", gone) == after(30)
            for _ in range(5):
                await middleware.failed(Request("http://a.example/"), gone)
            assert pace.parked("a.example") is None
            assert pace.room(9) == 0
            clock.now = after(31)
            assert (pace.room(9), pace.room(9)) == (1, 0)
            await middleware.answered(Request("http://b.example/"), Response("http://b.example/"))
            assert "the network is back after 31 s" in caplog.text
            assert pace.room(9) == 9

        run(work)


def test_where_no_host_ever_answered_the_run_ends_in_words_after_its_patience(database_url: str) -> None:
    gone = CannotResolveHostError()

    async def nobody(origin: str) -> None:
        raise AssertionError(origin)

    with paced(database_url, ask=nobody, HARVESTER_PATIENCE=60) as (pace, clock):

        async def work() -> None:
            for name in "abcde":
                await Pace(pace).failed(Request(f"http://{name}.example/"), gone)
            await asyncio.sleep(0.5)
            clock.now = after(59)
            assert pace.room(9) == 1
            clock.now = after(61)
            with pytest.raises(
                HarvesterError, match="not one host could be reached; see to the network, or to the add"
            ):
                pace.room(9)

        run(work)


def test_a_host_that_answered_in_an_earlier_run_tells_whether_the_network_is_gone(database_url: str) -> None:
    gone = CannotResolveHostError()
    asked: list[str] = []

    async def ask(origin: str) -> None:
        asked.append(origin)
        if len(asked) < 3:
            raise gone
        await Pace(pace).answered(Request(f"{origin}/robots.txt"), Response(f"{origin}/robots.txt"))

    with paced(database_url, ask=ask) as (pace, _):
        pace.outage.every = 0.01

        async def work() -> None:
            for name, status in (("old.example", "none: HTTP 404"), ("dead.example", "unknown: HTTP 503")):
                await pace.robots(name, hosts.Robots(status, None, NOW, after(99)))
            for name in "abcde":
                await Pace(pace).failed(Request(f"http://{name}.example/"), gone)
            assert pace.room(9) == 0
            while pace.outage.lost:
                await asyncio.sleep(0.01)
            assert asked == ["https://old.example"] * 3
            assert pace.room(9) == 9
            await Pace(pace).failed(Request("http://a.example/"), gone)
            assert pace.put_off("http://a.example/", gone) is None  # it pays from now on

        run(work)


def test_the_second_leg_of_a_redirect_waits_where_its_host_is_parked_for_a_moment(database_url: str) -> None:
    with paced(database_url) as (pace, _):
        pace.clock = lambda: datetime.now(UTC)
        leg = Request("http://a.example/there", meta={"redirect_urls": ["http://a.example/here"]})

        async def work() -> None:
            await pace.ready()
            until = await pace.park("a.example", pace.clock() + timedelta(seconds=0.3), "HTTP 429, Retry-After: 1")
            with pytest.raises(HostParked):
                await Pace(pace).process_request(Request("http://a.example/other"))
            await Pace(pace).process_request(leg)
            assert pace.clock() >= until
            await pace.park("a.example", pace.clock() + timedelta(seconds=90), "HTTP 429, Retry-After: 90")
            with pytest.raises(HostParked):
                await Pace(pace).process_request(leg)

        run(work)


def test_a_redirect_is_a_good_answer_of_the_host_that_gave_it(database_url: str) -> None:
    page = "https://doi.example/10.5555/1"
    with paced(database_url, HARVESTER_BREAKER_FAILURES=2) as (pace, _):
        middleware = Pace(pace)

        async def work() -> None:
            await pace.ready()
            for _ in range(3):
                await middleware.answered(Request(page), Response(page, status=503))
                moved = Response(page, status=302, headers={"Location": "https://journal.example/1"})
                await middleware.answered(Request(page), moved)
            assert pace.parked("doi.example") is None

        run(work)


def test_a_redirect_is_followed_when_it_asks_to_be(database_url: str) -> None:
    page = "http://a.example/moved"
    with paced(database_url) as (pace, _):

        async def work() -> None:
            soon, late = Request(page), Request(page)
            answer = Response(page, status=302, headers={"Retry-After": "30", "Location": "/there"})
            await Pace(pace).answered(soon, answer)
            assert soon.meta["follow_after"] == after(30)
            assert pace.parked("a.example") is not None
            answer = Response(page, status=302, headers={"Retry-After": "300", "Location": "/there"})
            with pytest.raises(HostParked) as raised:
                await Pace(pace).answered(late, answer)
            assert pace.put_off(page, raised.value) is None  # it was asked for, so it pays

        run(work)


def fetched(tmp_path: Path, routes: dict[str, Route], paths: list[str], **settings: Any) -> list[dict[str, Any]]:
    url = f"sqlite:///{tmp_path / 'pace.db'}"
    engine = open_engine(url)
    upgrade(engine)
    with serve(routes) as site:
        base = {"HARVESTER_DB": url, "ROBOTSTXT_USER_AGENT": "harvester", "HARVESTER_ALLOW_PRIVATE": "all"}
        base |= {"DOWNLOADER_MIDDLEWARES": MIDDLEWARES, "DOWNLOAD_HANDLERS": GUARD["DOWNLOAD_HANDLERS"]}
        ended = crawl([site.url + path for path in paths], {**base, **settings})
    with writing(engine) as connection:
        (state,) = hosts.known(connection, [site.url.partition("//")[2]]).values()
    engine.dispose()
    return [*ended, {"state": state}]


def test_robots_txt_redirects_and_pages_of_one_host_keep_its_crawl_delay(tmp_path: Path) -> None:
    times: list[float] = []

    def timed(answer: Answer) -> Route:
        def route(_: int) -> Answer:
            times.append(time.monotonic())
            return answer

        return route

    routes: dict[str, Route] = {
        "/robots.txt": timed(Answer("User-agent: *\nCrawl-delay: 0.4", headers={"Content-Type": "text/plain"})),
        "/a": timed(Answer("", 302, {"Location": "/b"})),
        "/b": timed(Answer(article(1))),
        "/c": timed(Answer(article(2))),
    }
    *ended, known = fetched(tmp_path, routes, ["/a", "/c"], HARVESTER_DELAY=0.2)
    assert [each["status"] for each in ended] == [200, 200]
    assert len(times) == 4
    assert all(later - earlier > 0.36 for earlier, later in pairwise(times)), times
    assert known["state"].robots.status == "rules"
    assert known["state"].crawl_delay == 0.4


def test_a_busy_host_is_asked_once_and_all_others_are_put_off(tmp_path: Path) -> None:
    asked = []

    def busy(_: int) -> Answer:
        asked.append(1)
        return Answer("busy", 429, {"Retry-After": "20"})

    paths = [f"/{number}" for number in range(6)]
    routes: dict[str, Route] = dict.fromkeys(paths, busy)
    *ended, known = fetched(tmp_path, routes, paths, CONCURRENT_REQUESTS=1, HARVESTER_DELAY=0.05)
    assert len(asked) < 3  # those that were on their way may still arrive
    assert sum(each.get("error") == "HostParked" for each in ended) > 3
    assert known["state"].reason == "HTTP 429, Retry-After: 20"
