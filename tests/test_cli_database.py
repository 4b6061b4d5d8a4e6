"""The commands that look into a database, run as a user runs them, on what the examples give."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harvester.cli import main
from harvester.database.schema import upgrade
from harvester.database.session import database
from tests.pipelines.test_books import ONE, store, told
from tests.pipelines.test_decisions import BOOK, CHAPTER


@pytest.fixture
def db(tmp_path: Path) -> str:
    """A database with a work of two records and a pair that waits for review."""
    url = f"sqlite:///{tmp_path / 'cli.db'}"
    with database(url) as engine:
        upgrade(engine)
        store(engine, told("https://a.example/1", doi="10.5555/x.1", published="2019", **ONE))
        store(engine, told("https://b.example/1", published="2019", volume="14", **ONE))
        store(engine, told("https://c.example/1", **CHAPTER), told("https://d.example/1", **BOOK))
    return url


def harvester(db: str, *arguments: str, status: int = 0, stdin: str | None = None) -> Result:
    ended = CliRunner().invoke(main, [*arguments, "--db", db], input=stdin, env={"COLUMNS": "140"})
    assert ended.exit_code == status, ended.output
    return ended


def test_why_prints_the_winner_its_page_and_the_match(db: str) -> None:
    shown = harvester(db, "why", "10.5555/x.1").output
    assert "https://a.example/1 (highwire, record 1," in shown
    assert "record 2 joined record 1 by " in shown
    told_by = json.loads(harvester(db, "why", "10.5555/x.1", "volume", "--json").output)
    assert told_by["fields"]["volume"][0]["value"] == "14"
    assert told_by["fields"]["volume"][0]["won"] is True


def test_search_prints_works_and_json(db: str) -> None:
    assert "How librarians count citations" in harvester(db, "search", "librarians cit*").output
    (hit,) = map(json.loads, harvester(db, "search", "shotton", "--json").output.splitlines())
    assert (hit["doi"], hit["authors"]) == ("10.5555/x.1", ["Peroni", "Shotton"])
    assert "nothing found" in harvester(db, "search", "dinosaurs").output


def test_split_and_review_change_what_later_commands_see(db: str) -> None:
    assert "work 1 is now the works 1, " in harvester(db, "split", "10.5555/x.1").output
    assert len(json.loads(harvester(db, "why", "1", "--json").output)["matches"]) == 1
    (pair,) = map(json.loads, harvester(db, "review", "--json").output.splitlines())
    assert {pair["a"]["data"]["title"], pair["b"]["data"]["title"]} == {CHAPTER["title"], BOOK["title"]}
    decision = json.dumps({"a": pair["a"]["record_id"], "b": pair["b"]["record_id"], "decision": "apart"})
    assert "1 decisions taken, 0 pairs open" in harvester(db, "review", "--decide", "-", stdin=decision + "\n\n").output
    assert "no pair waits for review" in harvester(db, "review").output


def test_review_shows_both_sides(db: str) -> None:
    shown = harvester(db, "review").output
    assert all(title[:20] in shown for title in (CHAPTER["title"], BOOK["title"]))
    assert "score" in shown


@pytest.mark.parametrize("line", ["nonsense", '{"a": 1}', '{"a": 1, "b": 2, "decision": "maybe"}', "[1, 2]"])
def test_a_decision_that_is_none_names_its_line(db: str, line: str) -> None:
    shown = harvester(db, "review", "--decide", "-", stdin=f"\n{line}\n", status=2).output
    assert f"decisions:2: {line!r}: write" in shown


def test_unknown_works_and_fields_end_with_status_2(db: str) -> None:
    assert "no work is known as '10.5555/none'" in harvester(db, "why", "10.5555/none", status=2).output
    assert "there is no field 'colour'" in harvester(db, "why", "1", "colour", status=2).output
    assert "there is nothing to split" in harvester(db, "split", "2", status=2).output
