from typing import Any

from sqlalchemy import Engine, select

from harvester.database.frontier import Frontier
from harvester.database.tables import observation, record, visit
from harvester.database.watching import change, shape
from harvester.items import Citation, Visit
from pipelines._books import Outcome
from tests.pipelines.test_books import ONE, rows, store, told

PAGE = "https://a.example:8443/1"


def changes(engine: Engine) -> list[tuple[Any, ...]]:
    query = select(change.c.field, change.c.before, change.c.after, change.c.run_id, change.c.work_id)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(change.c.id))]


def shapes(engine: Engine) -> list[tuple[str | None, set[str] | None, set[str] | None]]:
    """Each visit's host, the fields that it read, and those that the record had at any time before."""
    with engine.connect() as connection:
        named = {row.id: set(row.fields) for row in connection.execute(select(shape))}
        query = select(visit.c.host, visit.c.shape, visit.c.shape_before).order_by(visit.c.id)
        return [(host, named.get(now), named.get(before)) for host, now, before in connection.execute(query)]


def test_a_change_keeps_what_each_field_said_before_and_after(engine: Engine) -> None:
    run = Frontier(engine).open_run("urls", ["x"], "0", {}).id
    store(engine, told(PAGE, doi="10.5555/x.1", abstract="Old words.", volume="3", cited_by_count=4, **ONE))
    assert changes(engine) == []
    now = told(PAGE, doi="10.5555/x.1", abstract="New words.", keywords=["shelves"], cited_by_count=5, **ONE)
    now.run_id = run
    assert store(engine, now) == [Outcome.UPDATED]
    assert changes(engine) == [
        ("abstract", "Old words.", "New words.", run, 1),
        ("keywords", None, ["shelves"], run, 1),
        ("volume", "3", None, run, 1),
    ]
    assert [row.value for row in rows(engine, observation.c.value)] == [4, 5]
    store(engine, now)
    assert len(changes(engine)) == 3


def test_a_count_alone_is_no_change(engine: Engine) -> None:
    store(engine, told(PAGE, cited_by_count=4, **ONE))
    assert store(engine, told(PAGE, cited_by_count=5, **ONE)) == [Outcome.UPDATED]
    assert changes(engine) == []


def test_of_related_works_only_those_that_went_and_came_are_kept(engine: Engine) -> None:
    one, two, three = (Citation(title=f"Work number {n}") for n in (1, 2, 3))
    store(engine, told(PAGE, related=[one, two], **ONE))
    store(engine, told(PAGE, related=[two, one], **ONE))
    assert changes(engine) == []
    store(engine, told(PAGE, related=[three, one], **ONE))
    ((field, out, came, *_),) = changes(engine)
    assert (field, [each["title"] for each in out], [each["title"] for each in came]) == (
        "related",
        ["Work number 2"],
        ["Work number 3"],
    )


def test_the_work_of_a_change_is_the_one_that_the_record_has_after_it(engine: Engine) -> None:
    store(engine, told("https://a.example/1", doi="10.5555/x.1", **ONE))
    store(engine, told("https://b.example/1", title="An entirely different heading", authors=["Peroni"]))
    store(engine, told("https://b.example/1", doi="10.5555/x.1", **ONE))
    assert {row[4] for row in changes(engine)} == {1}
    assert {row.work_id for row in rows(engine, record.c.work_id)} == {1}


def test_a_visit_names_its_host_the_fields_of_its_page_and_those_that_it_ever_had(engine: Engine) -> None:
    had = told(PAGE, volume="3", abstract="Words.", **ONE)
    lost = told(PAGE, volume="3", **ONE)
    store(engine, had)
    store(engine, had)
    store(engine, lost)
    store(engine, lost)
    store(engine, Visit(url=PAGE, reason="HTTP 500"), Visit(url="file:///tmp/saved.html"), Visit(url="http://[broken"))
    base = {"title", "authors", "volume"}
    assert shapes(engine) == [
        ("a.example:8443", base | {"abstract"}, None),
        ("a.example:8443", base | {"abstract"}, base | {"abstract"}),
        ("a.example:8443", base, base | {"abstract"}),
        ("a.example:8443", base, base | {"abstract"}),
        ("a.example:8443", None, None),
        ("", None, None),
        ("", None, None),
    ]


def test_after_a_redirect_the_host_is_the_one_that_answered(engine: Engine) -> None:
    page = told("https://doi.org/10.5555/x.1", doi="10.5555/x.1", **ONE)
    page.final_url = "https://www.publisher.example/article/1"
    store(engine, page)
    assert [host for host, *_ in shapes(engine)] == ["www.publisher.example"]
