"""What changed, as the command lists and follows it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, update

from harvester.changes import Change, Wanted, changes, follow, series
from harvester.cli import main
from harvester.clock import utc_now
from harvester.database.frontier import Frontier
from harvester.database.tables import run
from harvester.difference import difference
from harvester.errors import UsageError
from harvester.items import Author
from tests.pipelines.test_books import ONE, store, told

PAGE = "https://a.example/1"
FULL = {"doi": "10.5555/x.1", **ONE}


def say(engine: Engine, url: str = PAGE, job: str | None = None, **fields: Any) -> None:
    """Store a page's visit, as one of a run of a job where one is named."""
    visit = told(url, **FULL | fields)
    if job is not None:
        visit.run_id = Frontier(engine).open_run("urls", [f"sources of {job}"], "0", {}).id
        with engine.begin() as connection:
            connection.execute(update(run).where(run.c.id == visit.run_id).values(job=job))
    store(engine, visit)


def brief(found: Iterator[Change]) -> list[tuple[str, Any, Any]]:
    return [(each.field, each.before, each.after) for each in found]


def test_changes_tell_the_page_the_work_the_field_and_both_values(engine: Engine) -> None:
    say(engine, volume="3", job="daily")
    say(engine, volume="4", job="daily")
    (found,) = changes(engine, Wanted())
    assert found.to_dict() | {"at": "", "id": 0} == {
        "record": 1,
        "url": PAGE,
        "work": 1,
        "doi": "10.5555/x.1",
        "title": ONE["title"],
        "id": 0,
        "run": 1,
        "job": "daily",
        "at": "",
        "field": "volume",
        "before": "3",
        "after": "4",
    }


def test_they_are_asked_for_by_time_work_and_job(engine: Engine) -> None:
    say(engine, volume="3")
    say(engine, volume="4", job="daily")
    between = utc_now()
    say(engine, volume="5", job="weekly")
    other = {"doi": "10.5555/x.2", "title": "A catalogue of windows that nobody opens", "authors": ["Hopper"]}
    say(engine, "https://b.example/1", **other)
    say(engine, "https://b.example/1", **other, issue="7")
    assert brief(changes(engine, Wanted())) == [("volume", "3", "4"), ("volume", "4", "5"), ("issue", None, "7")]
    assert brief(changes(engine, Wanted(since=between))) == [("volume", "4", "5"), ("issue", None, "7")]
    assert brief(changes(engine, Wanted(since=between, work="doi:10.5555/X.1"))) == [("volume", "4", "5")]
    assert brief(changes(engine, Wanted(job="daily"))) == [("volume", "3", "4")]
    with pytest.raises(UsageError, match=r"no work is known as '10\.5555/x\.9'"):
        list(changes(engine, Wanted(work="10.5555/x.9")))


def test_changes_of_a_page_that_joined_another_work_are_that_works(engine: Engine) -> None:
    heading = "An entirely different heading"
    store(engine, told("https://b.example/1", title=heading, authors=["Peroni"], volume="1"))
    store(engine, told("https://b.example/1", title=heading, authors=["Peroni"], volume="2"))
    say(engine)
    say(engine, "https://b.example/1", volume="2")
    told_of = {each.field for each in changes(engine, Wanted(work="10.5555/x.1"))}
    assert {"volume", "doi", "title"} <= told_of


def test_counts_are_series_that_begin_with_the_value_before(engine: Engine) -> None:
    for count in (12, 12, 15):
        say(engine, cited_by_count=count, issue=str(count))
    between = utc_now()
    for count in (19, 19, 23):
        say(engine, cited_by_count=count, job="daily", volume=str(count))
    (whole,) = series(engine, Wanted())
    assert [value for _, value in whole.points] == [12, 15, 19, 23]
    (late,) = series(engine, Wanted(since=between))
    assert [value for _, value in late.points] == [15, 19, 23]
    assert late.points[0][0] < between < late.points[1][0]
    assert list(series(engine, Wanted(since=utc_now()))) == []
    assert list(series(engine, Wanted(job="weekly"))) == []
    assert len(list(series(engine, Wanted(job="daily")))) == 1


def test_a_count_that_stays_is_no_series(engine: Engine) -> None:
    for volume in "345":
        say(engine, cited_by_count=12, volume=volume)
    assert list(series(engine, Wanted())) == []


def test_following_gives_what_comes_and_only_that(engine: Engine) -> None:
    say(engine, volume="3", cited_by_count=1)
    say(engine, volume="4", cited_by_count=2)
    steps: list[dict[str, Any]] = [{}, {"volume": "5", "cited_by_count": 3}, {"volume": "6", "cited_by_count": 3}]

    def wait() -> None:
        if step := steps.pop(0):
            say(engine, **step)

    found = list(islice(follow(engine, Wanted(), utc_now(), wait), 3))
    assert [(each.field, each.before, each.after) for each in found] == [
        ("volume", "4", "5"),
        ("cited_by_count", 2, 3),
        ("volume", "5", "6"),
    ]


def test_following_from_a_moment_on_begins_with_what_was_since(engine: Engine) -> None:
    begin = utc_now()
    say(engine, volume="3", cited_by_count=1)
    say(engine, volume="4", cited_by_count=2)
    found = list(islice(follow(engine, Wanted(since=begin), utc_now() + timedelta(hours=1)), 2))
    assert {each.field for each in found} == {"volume", "cited_by_count"}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (None, "A word", "nothing -> A word"),
        ("colour", "color", "colour -> color"),
        ("x" * 300, None, "x" * 99 + "… -> nothing"),
        (
            "the same beginning of a text, a",
            "the same beginning of a text, b",
            "…of a text, a -> …of a text, b",
        ),
        (["a", "b"], ["b", "a"], "in another order"),
        (
            [Author("Lovelace", "Ada").to_dict()],
            [Author("Lovelace", "Ada", orcid="0000-0002-1825-0097").to_dict()],
            "details of Lovelace, Ada",
        ),
        (None, list("abcdefg"), "nothing -> a; b; c; d; e; and 2 more"),
        ("a\x1b[2Jb", "a", "a [2Jb -> a"),
        (2018, 2019, "2018 -> 2019"),
    ],
)
def test_differences_are_told_in_short(before: Any, after: Any, said: str) -> None:
    assert difference(before, after) == said


@pytest.fixture
def db(tmp_path: Any) -> Iterator[tuple[str, Engine]]:
    from harvester.database.schema import upgrade
    from harvester.database.session import database

    url = f"sqlite:///{tmp_path / 'changes.db'}"
    with database(url) as engine:
        upgrade(engine)
        yield url, engine


def test_the_command_prints_them_for_people_and_for_programs(db: tuple[str, Engine]) -> None:
    url, engine = db
    say(engine, volume="3", cited_by_count=1)
    say(engine, volume="4", issue="2", cited_by_count=2)
    shown = CliRunner().invoke(main, ["changes", "--db", url, "--since", "7d"])
    assert shown.exit_code == 0, shown.output
    today = f"{utc_now():%Y-%m-%d}"
    heading, page, *fields, _, _, count = shown.output.splitlines()
    assert heading.startswith(today)
    assert "10.5555/x.1  How librarians count citations" in heading
    assert page == f"  {PAGE}"
    assert fields == ["  issue: nothing -> 2", "  volume: 3 -> 4"]
    assert count == f"  cited_by_count: 1 ({today}) -> 2 ({today})"
    lines = CliRunner().invoke(main, ["changes", "--db", url, "--json"]).output.splitlines()
    issue, volume, cited = map(json.loads, lines)
    assert (issue["field"], volume["before"], [each["value"] for each in cited["series"]]) == ("issue", "3", [1, 2])
    none = CliRunner().invoke(main, ["changes", "--db", url, "--job", "nobody"])
    assert (none.exit_code, none.output) == (0, "nothing changed\n")
    wrong = CliRunner().invoke(main, ["changes", "--db", url, "--since", "yesterday"])
    assert wrong.exit_code == 2


def test_a_pipe_gets_each_change_at_once_and_its_end_is_quiet(db: tuple[str, Engine]) -> None:
    url, engine = db
    say(engine, volume="3")
    command = [sys.executable, "-W", "error", "-m", "harvester", "changes", "--follow", "--json", "--db", url]
    with subprocess.Popen(
        [*command, "--since", "1h"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        say(engine, volume="4")
        assert json.loads(process.stdout.readline())["after"] == "4"
        process.stdout.close()
        assert process.wait(timeout=30) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
