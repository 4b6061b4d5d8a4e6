from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from harvester.database.frontier import Frontier
from harvester.database.jobs import take_over
from harvester.database.revisits import Revisits, Watch
from harvester.database.tables import run, target
from harvester.database.targets import Wanted
from harvester.items import Link, LinkKind, PageKind, Visit
from harvester.revisit import Bounds
from pipelines._books import Outcome, write
from tests.pipelines.test_books import ONE, told

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 3, tzinfo=UTC)
A, B = "https://a.example/1", "https://a.example/2"


def on(day: float, job: str = "annals", **more: Any) -> Watch:
    return Watch(job, MONDAY + day * DAY, DAY, **more)


class Job:
    """Runs of a job without a crawl: what they want, and what is written of it."""

    def __init__(self, engine: Engine, watch: Watch, wanted: Sequence[str | Wanted] = (A, B)) -> None:
        self.engine, self.revisits = engine, Revisits(watch)
        frontier = Frontier(engine, watch=watch)
        self.run_id = frontier.open_run("urls", ["list.txt"], "0", {}).id
        take_over(engine, watch, self.run_id)
        frontier.add(self.run_id, list(wanted))

    @property
    def wants(self) -> list[str]:
        with self.engine.connect() as connection:
            of_run = select(target.c.url).where(target.c.run_id == self.run_id, target.c.state == "ready")
            return list(connection.scalars(of_run.order_by(target.c.url)))

    def sees(self, *pages: Visit) -> list[Outcome]:
        with self.engine.connect() as connection:
            ids: dict[str, int] = dict(connection.execute(select(target.c.url, target.c.id)).all())
        for page in pages:
            page.run_id, page.target_id = self.run_id, ids[page.url]
        return write(self.engine, pages, 100, self.revisits)


def page(url: str, **said: Any) -> Visit:
    return told(url, **{"doi": f"10.5555/{url[-1]}", "title": f"{ONE['title']} {url[-1]}", "volume": "1"} | said)


def days_until_due(engine: Engine, url: str) -> float | None:
    with engine.connect() as connection:
        due = connection.scalar(select(target.c.next_visit).where(target.c.url == url))
    return (due - MONDAY) / DAY if due else None


def test_a_run_wants_what_is_new_or_due_and_nothing_else(engine: Engine) -> None:
    first = Job(engine, on(0))
    assert first.wants == [A, B]
    first.sees(page(A), page(B))
    assert days_until_due(engine, A) == 2 - 2 / 8
    assert Job(engine, on(1), [A, B, "https://a.example/3"]).wants == ["https://a.example/3"]
    second = Job(engine, on(2))
    assert second.wants == [A, B, "https://a.example/3"]


def test_what_changes_is_due_before_what_does_not(engine: Engine) -> None:
    Job(engine, on(0)).sees(page(A), page(B))
    outcomes = Job(engine, on(2)).sees(page(A, volume="2"), page(B))
    assert outcomes == [Outcome.UPDATED, Outcome.UNCHANGED]
    changed, unchanged = days_until_due(engine, A), days_until_due(engine, B)
    assert changed is not None
    assert unchanged is not None
    assert 2 < changed < 4 < unchanged


def test_a_count_alone_is_no_change(engine: Engine) -> None:
    Job(engine, on(0)).sees(page(A, cited_by_count=1), page(B))
    outcomes = Job(engine, on(2)).sees(page(A, cited_by_count=2), page(B))
    assert outcomes == [Outcome.UPDATED, Outcome.UNCHANGED]
    assert days_until_due(engine, A) == days_until_due(engine, B)


@pytest.mark.parametrize(
    ("ended", "days"),
    [
        (Visit(url=A, kind=PageKind.NON_RECORD, status=404, reason="status 404"), 2 + 29.5),
        (Visit(url=A, kind=PageKind.BLOCKED, status=403, reason="status 403"), 3 - 1 / 8),
        (Visit(url=A, kind=None, reason="no such host"), 3 - 1 / 8),
        (Visit(url=A, kind=PageKind.NON_RECORD, status=200, reason="a list"), None),
    ],
)
def test_gone_is_seldom_looked_at_and_a_wall_is_no_look(engine: Engine, ended: Visit, days: float | None) -> None:
    Job(engine, on(0)).sees(page(A), page(B))
    Job(engine, on(2)).sees(ended, page(B))
    assert days_until_due(engine, A) == (days_until_due(engine, B) if days is None else days)
    with engine.connect() as connection:
        seen = connection.scalar(select(target.c.looked_at).where(target.c.url == A))
    assert seen == MONDAY + (0 if ended.kind is not PageKind.NON_RECORD else 2) * DAY


def test_a_list_that_links_something_new_has_changed(engine: Engine) -> None:
    def listing(*links: str) -> Visit:
        found = [Link(url, LinkKind.RELATED) for url in links]
        return Visit(url=A, kind=PageKind.MULTI, status=200, reason="many works", links=found)

    for day, links in ((0, ["x"]), (2, ["x"]), (6, ["x", "y"])):
        Job(engine, on(day), [A]).sees(listing(*(f"https://a.example/{name}" for name in links)))
    due = days_until_due(engine, A)
    assert due is not None
    assert 7 < due < 9


def test_a_page_that_left_the_list_is_still_watched(engine: Engine) -> None:
    Job(engine, on(0)).sees(page(A), page(B))
    assert Job(engine, on(2), [A]).wants == [A, B]


def test_what_an_unfinished_run_left_is_the_next_ones(engine: Engine) -> None:
    Job(engine, on(0)).sees(page(A))
    assert Job(engine, on(1)).wants == [B]


def test_a_slot_has_one_run_whatever_is_asked_for_meanwhile(engine: Engine) -> None:
    frontier = Frontier(engine, watch=on(0))
    begun = frontier.open_run("urls", ["list.txt"], "0", {})
    again = frontier.open_run("records", ["other.txt"], "0", {"follow_depth": 1})
    assert (again.id, again.resumed) == (begun.id, True)
    with engine.connect() as connection:
        assert connection.execute(select(run.c.job, run.c.slot)).one() == ("annals", MONDAY)


def test_the_same_transaction_made_again_teaches_nothing_new(engine: Engine) -> None:
    Job(engine, on(0)).sees(page(A), page(B))
    again = Job(engine, on(2))
    again.sees(page(A), page(B))
    due = days_until_due(engine, A)
    again.sees(page(A), page(B))
    assert days_until_due(engine, A) == due


def test_two_jobs_share_what_is_known_and_keep_their_own_bounds(engine: Engine) -> None:
    Job(engine, on(0, "seldom", bounds=Bounds(5 * DAY, 90 * DAY, 60 * DAY))).sees(page(A), page(B))
    assert Job(engine, on(1, "often", bounds=Bounds(DAY, 4 * DAY))).wants == []
    often = Job(engine, on(4, "often", bounds=Bounds(DAY, 4 * DAY)))
    assert often.wants == [A, B]
    often.sees(page(A, volume="2"), page(B))
    assert Job(engine, on(8, "seldom", bounds=Bounds(5 * DAY, 90 * DAY))).wants == []
    assert Job(engine, on(9, "seldom", bounds=Bounds(5 * DAY, 90 * DAY))).wants == [A, B]


def test_a_list_may_say_that_a_page_changed(engine: Engine) -> None:
    Job(engine, on(0)).sees(page(A), page(B))
    told = [Wanted(A, lastmod=MONDAY + DAY / 2), Wanted(B, lastmod=MONDAY - DAY)]
    assert Job(engine, on(1), told).wants == [A]


def test_new_pages_begin_with_what_their_host_does(engine: Engine) -> None:
    Job(engine, on(0)).sees(page(A), page(B))
    Job(engine, on(2)).sees(page(A), page(B))
    Job(engine, on(6), ["https://a.example/5", "https://b.example/6"]).sees(
        page("https://a.example/5"), page("https://b.example/6")
    )
    still, other = (days_until_due(engine, url) for url in ("https://a.example/5", "https://b.example/6"))
    assert other == 6 + 2 - 2 / 8
    assert still is not None
    assert still > other


def test_pages_of_other_hosts_are_passed_over(engine: Engine) -> None:
    job = Job(engine, on(0, hosts=frozenset({"a.example"})), [A, "https://b.example/1"])
    assert job.wants == [A]


def test_a_harvest_by_hand_asks_for_everything_and_changes_no_plan(engine: Engine) -> None:
    Job(engine, on(0)).sees(page(A), page(B))
    due = days_until_due(engine, A)
    frontier = Frontier(engine)
    by_hand = frontier.open_run("urls", ["list.txt"], "0", {}).id
    assert frontier.add(by_hand, [A, B]).new == 2
    write(engine, [page(A)], 100)
    assert days_until_due(engine, A) == due
