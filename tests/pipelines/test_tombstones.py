"""Records that their source has deleted: out of their works, and back when they are shown again."""

from sqlalchemy import Engine, Table, func, select

from harvester.clock import utc_now
from harvester.database.session import writing
from harvester.database.tables import edge, match, record, record_key, visit, work
from harvester.items import Listed, PageKind, Visit
from harvester.match import KEY_CAPS
from pipelines._books import write
from pipelines._records import Outcome
from pipelines._tombstones import bury
from pipelines.decisions import Choice, decide
from tests.pipelines.arrivals import clusters, expected, pages
from tests.pipelines.test_books import ONE, rows, store, told


def deleted(engine: Engine, *urls: str) -> list[Outcome]:
    """Store a list's part that says that these are gone; return the outcomes of its records."""
    records = [Visit(url=url, deleted=True, reason="deleted") for url in urls]
    part = Visit(url="https://oai.example/", kind=PageKind.MULTI, reason="a part", listed=Listed(records=records))
    write(engine, [part], 0)
    assert part.listed is not None
    return [Outcome(name) for name, count in part.listed.outcomes.items() for _ in range(count)]


def count(engine: Engine, table: Table) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_work_goes_with_its_only_record_which_stays_as_a_tombstone(engine: Engine) -> None:
    store(engine, told("https://a.example/1", doi="10.5555/x.1", **ONE))
    assert deleted(engine, "https://a.example/1", "https://a.example/unknown") == [Outcome.DELETED, Outcome.DELETED]
    assert [count(engine, table) for table in (work, match, record_key)] == [0, 0, 0]
    (kept,) = rows(engine, record.c.page_key, record.c.work_id, record.c.deleted_at, record.c.content_hash)
    assert (kept.page_key, kept.work_id) == ("https://a.example/1", None)
    assert kept.deleted_at is not None
    assert kept.content_hash
    assert [row.outcome for row in rows(engine, visit.c.outcome)] == ["deleted", "deleted", "listed", "new"]


def test_a_work_that_others_vouch_for_stays_and_is_made_of_them_alone(engine: Engine) -> None:
    store(engine, told("https://a.example/1", doi="10.5555/x.1", volume="14", **ONE))
    store(engine, told("https://b.example/1", doi="10.5555/x.1", **ONE))
    (before,) = rows(engine, work.c.id, work.c.volume)
    assert before.volume == "14"
    deleted(engine, "https://a.example/1")
    (after,) = rows(engine, work.c.id, work.c.volume)
    assert tuple(after) == (before.id, None)
    assert [row.rule for row in rows(engine, match.c.rule)] == ["alone"]


def test_a_record_that_is_shown_again_is_placed_again(engine: Engine) -> None:
    page = ("https://a.example/1", {"doi": "10.5555/x.1", **ONE})
    store(engine, told(page[0], **page[1]), told("https://b.example/1", doi="10.5555/x.1", **ONE))
    deleted(engine, page[0])
    deleted(engine, page[0])
    assert store(engine, told(page[0], **page[1])) == [Outcome.UPDATED]
    assert clusters(engine) == {("https://a.example/1", "https://b.example/1")}
    assert [row.deleted_at for row in rows(engine, record.c.deleted_at)] == [None, None]


def test_what_is_left_is_the_partition_of_those_that_are_left(engine: Engine) -> None:
    visits = pages(200, seed=3)
    write(engine, visits, 0)
    gone = {each.url for each in visits[::3]}
    with writing(engine) as connection:
        bury(connection, gone, utc_now())
    assert clusters(engine) == expected([each for each in pages(200, seed=3) if each.url not in gone])
    held = {row.work_id for row in rows(engine, record.c.work_id)} - {None}
    assert held == {row.id for row in rows(engine, work.c.id)}
    buried = {row.id for row in rows(engine, record.c.id, record.c.deleted_at) if row.deleted_at is not None}
    assert not buried & {end for row in rows(engine, edge.c.a_id, edge.c.b_id) for end in row}


def test_keys_that_too_many_shared_link_again_when_enough_are_gone(engine: Engine) -> None:
    crowd = [f"https://c.example/{number}" for number in range(KEY_CAPS["t"] + 5)]
    write(engine, [told(url, title=ONE["title"]) for url in crowd], 0)
    assert len(clusters(engine)) == len(crowd)
    deleted(engine, *crowd[2:])
    assert clusters(engine) == {tuple(crowd[:2])}


def test_what_a_person_said_of_a_record_that_is_gone_brings_it_not_back(engine: Engine) -> None:
    store(engine, told("https://a.example/1", title="On harbours and what they hold", authors=["Peroni"]))
    store(engine, told("https://b.example/1", title="On lanterns and what they show", authors=["Shotton"]))
    a, b = (row.id for row in rows(engine, record.c.id))
    decide(engine, [(a, b, Choice.MERGE)])
    assert len(clusters(engine)) == 1
    deleted(engine, "https://a.example/1")
    assert clusters(engine) == {("https://b.example/1",)}
