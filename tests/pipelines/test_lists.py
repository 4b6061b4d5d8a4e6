"""Parts of lists: their records, the place where the list goes on and its target, in one transaction."""

import pytest
from sqlalchemy import Engine, select

from harvester.database.frontier import Frontier, Kind, Place, Target, Wanted
from harvester.database.tables import quarantine, record, target, visit
from harvester.items import Listed, PageKind, Visit
from pipelines._books import Outcome, write
from pipelines.dedupe import Dedupe
from pipelines.validate import Validate
from tests.pipelines.test_books import rows, told

LIST = "https://a.example/oai?verb=ListRecords"


@pytest.fixture
def frontier(engine: Engine) -> Frontier:
    return Frontier(engine)


@pytest.fixture
def claimed(frontier: Frontier) -> tuple[int, Target]:
    run_id = frontier.open_run("urls", ["x"], "0", {}).id
    frontier.add(run_id, [Wanted(LIST, Kind.OAI)])
    (this,) = frontier.claim(run_id, 9, 9, {})
    return run_id, this


def part(run_id: int, this: Target, listed: Listed, kind: PageKind | None = PageKind.MULTI) -> Visit:
    for each in listed.records:
        each.run_id = run_id
    made = Visit(url=LIST, kind=kind, reason="a part", run_id=run_id, target_id=this.id, listed=listed)
    return Dedupe().process_item(Validate().process_item(made))


def works(*numbers: int) -> list[Visit]:
    titles = {1: "On harbours and what they hold", 2: "On lanterns and what they show", 3: "On meadows in the winter"}
    return [
        told(f"https://a.example/oai?identifier={n}", title=titles[n], authors=["Peroni"], doi=f"10.5555/{n}")
        for n in numbers
    ]


def state(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.scalar(select(target.c.state)))


def test_a_part_and_where_the_list_goes_on(engine: Engine, frontier: Frontier, claimed: tuple[int, Target]) -> None:
    run_id, this = claimed
    first = part(run_id, this, Listed(works(1, 2), goes_on=True, progress={"token": "t"}))
    assert write(engine, [first], 0) == [Outcome.LISTED]
    assert first.listed is not None
    assert first.listed.outcomes == {"new": 2}
    assert state(engine) == "list"
    assert frontier.place(this.id) == Place({"token": "t"}, None)
    (again,) = frontier.claim(run_id, 9, 9, {})
    last = part(run_id, again, Listed(works(2, 3), cursor="2026-03-01T00:00:00Z"))
    write(engine, [last], 0)
    # Number 2 came before in this run and says the same: it is told of once.
    assert last.listed is not None
    assert last.listed.outcomes == {"new": 1}
    assert state(engine) == "done"
    assert frontier.place(this.id) == Place(None, "2026-03-01T00:00:00Z")
    assert len(rows(engine, visit.c.id)) == 5


def test_a_list_that_fails_keeps_its_cursor_and_begins_anew(
    engine: Engine, frontier: Frontier, claimed: tuple[int, Target]
) -> None:
    run_id, this = claimed
    write(engine, [part(run_id, this, Listed(goes_on=True, progress={"token": "t"}, cursor="2026-03-01"))], 0)
    frontier.claim(run_id, 9, 9, {})
    write(engine, [part(run_id, this, Listed(works(1)), kind=None)], 0)
    assert state(engine) == "dead"
    assert frontier.place(this.id) == Place(None, "2026-03-01")
    assert len(rows(engine, record.c.id)) == 1


def test_a_record_that_cannot_be_stored_costs_neither_the_others_nor_the_list(
    engine: Engine, frontier: Frontier, claimed: tuple[int, Target]
) -> None:
    run_id, this = claimed
    records = works(1, 2, 3)
    records[1].url = "https://a.example/oai?identifier=\ud800"
    assert write(engine, [part(run_id, this, Listed(records, goes_on=True, progress={"token": "t"}))], 0) == [
        Outcome.LISTED
    ]
    assert len(rows(engine, record.c.id)) == 2
    assert len(rows(engine, quarantine.c.id)) == 1
    assert state(engine) == "list"
    assert frontier.place(this.id).progress == {"token": "t"}


def test_records_that_nobody_could_cite_are_counted_as_such(engine: Engine, claimed: tuple[int, Target]) -> None:
    run_id, this = claimed
    alone = [told("https://a.example/oai?identifier=9", title="Untold")]
    made = part(run_id, this, Listed(alone))
    write(engine, [made], 0)
    assert made.listed is not None
    assert made.listed.outcomes == {"non_record": 1}
