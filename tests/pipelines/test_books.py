import random
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from harvester.database.frontier import Frontier
from harvester.database.tables import (
    author,
    citation,
    identifier,
    match,
    quarantine,
    record,
    record_key,
    target,
    visit,
    work,
)
from harvester.items import Author, Citation, Identifier, Link, LinkKind, PageKind, Visit, Work
from pipelines._books import Outcome, write
from pipelines.dedupe import Dedupe


def told(url: str, **fields: Any) -> Visit:
    """A visit of a page that says this of a work."""
    authors = [Author(family=name) if isinstance(name, str) else name for name in fields.pop("authors", [])]
    said = Work(authors=authors, **fields)
    readers = {name: "highwire" for name, value in said.to_dict().items() if value}
    page = Visit(url=url, kind=PageKind.ARTICLE, reason="citation_title present", work=said, sources=readers)
    return Dedupe().process_item(page)


def store(engine: Engine, *visits: Visit) -> list[Outcome]:
    return write(engine, visits, 100)


def rows(engine: Engine, *columns: Any) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(*columns).order_by(*columns)).all())


ONE = {"title": "How librarians count citations that nobody has published", "authors": ["Peroni", "Shotton"]}


def test_one_doi_is_one_work_however_many_pages_show_it(engine: Engine) -> None:
    a = told("https://a.example/1", doi="10.5555/x.1", **ONE)
    b = told("https://b.example/1", doi="10.5555/x.1", title=ONE["title"].upper(), volume="14")
    assert store(engine, a) == [Outcome.NEW]
    assert store(engine, b) == [Outcome.MERGED]
    (found,) = rows(engine, work.c.doi, work.c.volume)
    assert tuple(found) == ("10.5555/x.1", "14")
    assert {row.rule for row in rows(engine, match.c.rule)} == {"doi"}


def test_two_dois_are_two_works_however_alike_the_pages(engine: Engine) -> None:
    a = told("https://a.example/1", doi="10.5555/x.1", published="2019", **ONE)
    b = told("https://a.example/2", doi="10.5555/x.2", published="2019", **ONE)
    assert store(engine, a, b) == [Outcome.NEW, Outcome.NEW]
    assert len(rows(engine, work.c.id)) == 2


@pytest.mark.parametrize("first", [0, 1])
def test_a_page_without_doi_joins_the_work_whichever_comes_first(engine: Engine, first: int) -> None:
    pages = [
        told("https://a.example/1", doi="10.5555/x.1", published="2019-06", abstract="A full abstract. " * 9, **ONE),
        told("https://b.example/1", published="2019", abstract="A full…", keywords=["citations"], **ONE),
    ]
    store(engine, pages[first])
    assert store(engine, pages[1 - first]) == [Outcome.MERGED]
    (found,) = rows(engine, work.c.doi, work.c.published, work.c.abstract)
    assert tuple(found) == ("10.5555/x.1", "2019-06", "A full abstract. " * 9)


def test_a_page_that_learns_its_doi_joins_the_work_that_has_it(engine: Engine) -> None:
    other = {"title": "An entirely different heading of the same thing in the catalogue", "authors": ["Peroni"]}
    store(engine, told("https://a.example/1", doi="10.5555/x.1", **ONE), told("https://b.example/1", **other))
    assert len(rows(engine, work.c.id)) == 2
    assert store(engine, told("https://b.example/1", doi="10.5555/x.1", **ONE)) == [Outcome.UPDATED]
    assert len(rows(engine, work.c.id)) == 1


def test_the_same_page_again_touches_no_record(engine: Engine) -> None:
    page = told("https://a.example/1", doi="10.5555/x.1", cited_by_count=3, **ONE)
    store(engine, page)
    before = rows(engine, record.c.id, record.c.changed_at), rows(engine, work.c.id, work.c.updated_at)
    assert store(engine, page) == [Outcome.UNCHANGED]
    assert (rows(engine, record.c.id, record.c.changed_at), rows(engine, work.c.id, work.c.updated_at)) == before
    assert len(rows(engine, visit.c.id)) == 2


def test_a_poorer_page_never_wipes_a_fuller_value(engine: Engine) -> None:
    full = told("https://a.example/1", doi="10.5555/x.1", abstract="Long. " * 40, issn=["2049-3630"], **ONE)
    poor = told("https://b.example/1", doi="10.5555/x.1", title=ONE["title"], abstract="Long. Long…")
    store(engine, full)
    store(engine, poor)
    assert rows(engine, work.c.abstract) == [("Long. " * 40,)]
    assert [row.family for row in rows(engine, author.c.family)] == ["Peroni", "Shotton"]
    assert ("issn", "2049-3630") in [tuple(row) for row in rows(engine, identifier.c.scheme, identifier.c.value)]


def test_the_end_does_not_depend_on_the_order_of_arrival(engine: Engine) -> None:
    pages = [
        told("https://a.example/1", doi="10.5555/x.1", published="2019-06", **ONE),
        told("https://b.example/1", published="2019", volume="14", **ONE),
        told("https://c.example/1", doi="10.5555/x.1", title=ONE["title"], volume="14", pmid="123"),
        told("https://d.example/1", doi="10.5555/x.2", title="Weighing shelves in closed stacks", authors=["Okafor"]),
        told("https://e.example/1", title="Weighing shelves in closed stacks", authors=["Okafor"], published="2021"),
        told(
            "https://f.example/1", title="The long silence of the card catalogue", abstract="When the last card. " * 5
        ),
        told("https://g.example/1", pmid="123", title=ONE["title"], issue="2"),
    ]

    def state() -> set[Any]:
        with engine.connect() as connection:
            held = connection.execute(
                select(
                    record.c.page_key, record.c.work_id, work.c.doi, work.c.volume, work.c.issue, work.c.published
                ).join(work, work.c.id == record.c.work_id)
            ).all()
        groups: dict[int, list[Any]] = {}
        for row in held:
            groups.setdefault(row.work_id, []).append(row)
        return {(tuple(sorted(row.page_key for row in each)), tuple(each[0])[2:]) for each in groups.values()}

    seen = []
    order = random.Random(7)
    for batch in (1, 3, 7):
        for _ in range(3):
            order.shuffle(pages)
            for start in range(0, len(pages), batch):
                store(engine, *pages[start : start + batch])
            seen.append(state())
            with engine.begin() as connection:
                connection.execute(visit.delete())
                connection.execute(record.delete())
                connection.execute(record_key.delete())
                connection.execute(work.delete())
    assert len(seen[0]) == 3
    assert seen == [seen[0]] * len(seen)


def test_one_items_database_error_does_not_lose_the_others(engine: Engine) -> None:
    frontier = Frontier(engine)
    run = frontier.open_run("urls", ["x"], "0", {}).id
    frontier.add(run, [f"https://a.example/{number}" for number in range(9)])
    targets = frontier.claim(run, 9, 9, {})
    visits = []
    for number, each in enumerate(targets):
        page = told(each.url, title=f"The example of number {number} in a row of nine", authors=["Lovelace"])
        page.run_id, page.target_id = run, each.id
        visits.append(page)
    assert visits[4].work is not None
    visits[4].work.language = "\udcff"  # no database takes a lone surrogate
    visits[4].derived = None
    outcomes = store(engine, *visits)
    assert outcomes.count(Outcome.NEW) == 8
    assert outcomes[4] == Outcome.FAILED
    (bad,) = rows(engine, quarantine.c.url, quarantine.c.reason, quarantine.c.target_id)
    assert bad.url == targets[4].url
    assert bad.reason.startswith("could not be stored: ")
    ended = {row.id: row.state for row in rows(engine, target.c.id, target.c.state)}
    assert ended.pop(targets[4].id) == "dead"
    assert set(ended.values()) == {"done"}


def test_works_that_a_page_lists_are_rows_that_find_the_work_later(engine: Engine) -> None:
    cited = Citation(title="Weighing shelves in closed stacks", authors=["Okafor, Chidi"], year=2021)
    store(engine, told("https://a.example/1", doi="10.5555/x.1", related=[cited], related_total=50, **ONE))
    (row,) = rows(engine, citation.c.title, citation.c.key, citation.c.position)
    later = told("https://d.example/1", title=cited.title, authors=["Okafor"], published="2021", doi="10.5555/x.9")
    assert row.key in later.derived.keys


def test_links_become_targets_once_and_no_more_than_allowed(engine: Engine) -> None:
    frontier = Frontier(engine)
    run = frontier.open_run("records", ["x"], "0", {}).id
    frontier.add(run, ["https://a.example/1"])
    (first,) = frontier.claim(run, 1, 1, {})
    links = [Link(f"https://a.example/{number}", LinkKind.RELATED) for number in (1, 2, 2, 3, 4)]
    page = told("https://a.example/1", doi="10.5555/x.1", **ONE)
    page.run_id, page.target_id, page.links = run, first.id, links
    write(engine, [page], 2)
    held = rows(engine, target.c.url, target.c.state, target.c.depth, target.c.parent_id)
    assert [tuple(row)[1:] for row in held] == [("done", 0, None), ("ready", 1, first.id), ("ready", 1, first.id)]


def test_identifiers_have_rows_of_their_own(engine: Engine) -> None:
    store(engine, told("https://a.example/1", pmid="7", identifiers=[Identifier("handle", "11/2")], **ONE))
    held = {tuple(row) for row in rows(engine, identifier.c.scheme, identifier.c.value)}
    assert held == {("pmid", "7"), ("handle", "11/2")}


def test_a_visit_outside_of_the_frontier_is_stored_too(engine: Engine) -> None:
    assert store(engine, Visit(url="x", kind=PageKind.BLOCKED, reason="a wall")) == [Outcome.BLOCKED]
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(visit)) == 1


@pytest.mark.parametrize(
    ("kind", "status", "reason"),
    [(PageKind.BLOCKED, 403, "a wall"), (None, 404, "HTTP 404"), (PageKind.NON_RECORD, 200, "a help page")],
)
def test_a_page_that_gives_no_record_any_more_leaves_the_one_it_gave(
    engine: Engine, kind: PageKind | None, status: int, reason: str
) -> None:
    store(engine, told("https://a.example/1", doi="10.5555/x.1", **ONE))
    before = (
        rows(engine, record.c.id, record.c.content_hash, record.c.last_seen),
        rows(engine, work.c.id, work.c.updated_at),
    )
    (outcome,) = store(engine, Visit(url="https://a.example/1", kind=kind, status=status, reason=reason))
    assert outcome in (Outcome.BLOCKED, Outcome.FAILED, Outcome.NON_RECORD)
    after = (
        rows(engine, record.c.id, record.c.content_hash, record.c.last_seen),
        rows(engine, work.c.id, work.c.updated_at),
    )
    assert after == before
