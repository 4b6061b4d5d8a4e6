"""The statements that run for every record, claim or question use an index, and every index is there for one of them.

The statements are not written down here: the hot paths run, and what they say to a filled database is explained.
"""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, inspect, text

from harvester.catalogue import run_report, search
from harvester.changes import Wanted, changes, follow, series
from harvester.clock import utc_now
from harvester.database.frontier import Frontier
from harvester.database.jobs import history, take_over
from harvester.database.revisits import Revisits, Watch
from harvester.database.session import writing
from harvester.explain import reviews, why
from harvester.items import Link, LinkKind
from harvester.revisit import Look
from harvester.watch import after_run
from pipelines._books import write
from pipelines.decisions import Choice, decide
from tests.pipelines.arrivals import pages
from tests.pipelines.test_books import told

GROWING = {
    "record", "record_key", "work", "author", "affiliation", "keyword", "classification", "identifier", "match", "edge",
    "review", "relation", "target", "visit", "citation", "observation", "decision", "change", "coverage", "run_host",
}  # fmt: skip


@pytest.fixture
def filled(engine: Engine) -> Engine:
    write(engine, pages(150), 0)
    frontier = Frontier(engine)
    run = frontier.open_run("urls", ["x"], "0", {}).id
    frontier.add(run, [f"https://{n % 7}.example/{n}" for n in range(300)])
    if engine.dialect.name == "postgresql":  # on SQLite nobody counts, and the plans are those of large tables
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))
    return engine


def hot(engine: Engine) -> list[tuple[str, Any]]:
    """Run the hot paths; return what they ask the database."""
    heard: list[tuple[str, Any]] = []

    def listen(_: Any, cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if re.match(r"SELECT|UPDATE|DELETE", statement.lstrip()):
            heard.append((statement, parameters[0] if isinstance(parameters, list) else parameters))

    event.listen(engine, "before_cursor_execute", listen)
    changed = told("https://a.example/1", title="A page that says something else now", authors=["Copper"], pmid="4711")
    arrived = pages(150)[-1]
    write(engine, [changed, *pages(12, seed=9), arrived], 0)
    frontier = Frontier(engine)
    run = frontier.open_run("urls", ["x"], "0", {}).id
    frontier.add(run, ["https://1.example/new", "https://1.example/8"])
    claimed = frontier.claim(run, 20, 2, {})
    assert claimed
    offers = told("https://1.example/new", title="A page that offers links to more of its kind")
    offers.run_id, offers.target_id, offers.links = run, claimed[0].id, [Link("https://1.example/9", LinkKind.RELATED)]
    write(engine, [offers], 100)
    frontier.renew([each.id for each in claimed])
    frontier.release()
    frontier.pending(run)
    watch = Watch("annals", utc_now(), timedelta(days=1))
    of_job = Frontier(engine, watch=watch).open_run("urls", ["x"], "0", {}).id
    take_over(engine, watch, of_job)
    with writing(engine) as connection:
        Revisits(watch).note(connection, {claimed[0].id: Look.UNCHANGED})
    history(engine, "annals", 5)
    why(engine, "1")
    why(engine, "10.5555/lib.0")
    why(engine, "pmid:4711")
    run_report(engine, run)
    search(engine, "copper harbour", 5)
    decide(engine, [(1, 2, Choice.APART)])
    reviews(engine, 5)
    for count in (1, 2):
        again = told("https://a.example/again", title="A page that is seen again", pmid="4712", cited_by_count=count)
        again.run_id = run
        write(engine, [again], 0)
    week = utc_now() - timedelta(days=7)
    for wanted in (Wanted(week), Wanted(week, work="pmid:4712")):
        list(changes(engine, wanted))
        list(series(engine, wanted))
        next(follow(engine, wanted, week))
    after_run(engine, run)
    event.remove(engine, "before_cursor_execute", listen)
    assert len(heard) > 30
    return list({statement: (statement, parameters) for statement, parameters in heard}.values())


def sqlite_plan(connection: Any, statement: str, parameters: Any) -> list[str]:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    return [str(row[3]) for row in rows]


def postgresql_plan(connection: Any, statement: str, parameters: Any) -> list[str]:
    rows = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    found: list[str] = []

    def walk(node: dict[str, Any]) -> None:
        if "Relation Name" in node:
            found.append(f"{'SCAN' if node['Node Type'] == 'Seq Scan' else 'SEARCH'} {node['Relation Name']}")
        if "Index Name" in node:
            found.append(f"INDEX {node['Index Name']}")
        for inner in node.get("Plans", ()):
            walk(inner)

    walk((json.loads(rows) if isinstance(rows, str) else rows)[0]["Plan"])
    return found


def test_no_hot_path_scans_a_table_that_grows(filled: Engine) -> None:
    explain: Callable[..., list[str]] = sqlite_plan if filled.dialect.name == "sqlite" else postgresql_plan
    asked = hot(filled)
    with filled.connect() as connection:
        if filled.dialect.name == "postgresql":
            # So few rows are read whole in any case; the question is whether there is another way.
            connection.exec_driver_sql("SET enable_seqscan = off")
        scans = {
            (line, statement)
            for statement, parameters in asked
            for line in explain(connection, statement, parameters)
            if (found := re.match(r"SCAN (\w+)", line)) and found[1] in GROWING and "USING" not in line
        }
    assert scans == set()


def test_every_index_is_some_hot_paths(filled: Engine) -> None:
    explain: Callable[..., list[str]] = sqlite_plan if filled.dialect.name == "sqlite" else postgresql_plan
    asked = hot(filled)
    with filled.connect() as connection:
        if filled.dialect.name == "postgresql":
            connection.exec_driver_sql("SET enable_seqscan = off")
        used = " ".join(line for statement, parameters in asked for line in explain(connection, statement, parameters))
    there = {
        str(index["name"])
        for table in inspect(filled).get_table_names()
        for index in inspect(filled).get_indexes(table)
        if not index.get("unique")
    }
    assert {name for name in there if not re.search(rf"\b{name}\b", used)} == set()
