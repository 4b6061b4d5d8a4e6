"""What the store makes of arrivals, batch by batch, is what one look at all records would make of them."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from harvester.clock import utc_now
from harvester.database.schema import upgrade
from harvester.database.session import open_engine, writing
from harvester.database.tables import record, record_key, visit, work
from harvester.items import Author, PageKind, Visit, Work
from harvester.match import KEY_CAPS, partition, prepare
from harvester.match.key_numbers import CODES, number
from pipelines._books import write
from pipelines._tombstones import bury
from tests.match.test_partition import RECORDS
from tests.pipelines.arrivals import clusters, expected, pages, state
from tests.pipelines.test_books import told


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'test.db'}")
    upgrade(engine)
    yield engine
    engine.dispose()


def test_every_kind_of_key_has_a_number_of_its_own() -> None:
    assert CODES.keys() == KEY_CAPS.keys()
    assert len(set(CODES.values())) == len(CODES)
    assert max(CODES.values()) < 16
    assert 0 < number("doi:10.5555/x") < 2**63
    assert number("doi:10.5555/x") % 16 == 0


@pytest.mark.parametrize("batch", [7, 60])
def test_batches_give_the_partition_of_the_whole(engine: Engine, batch: int) -> None:
    arriving = pages(240)
    random.Random(batch).shuffle(arriving)
    for start in range(0, len(arriving), batch):
        write(engine, arriving[start : start + batch], 0)
    assert clusters(engine) == expected(arriving)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("cap", [1, 2, 3])
def test_keys_that_turn_crowded_or_back_leave_no_trace(
    sqlite: Engine, seed: int, cap: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in KEY_CAPS:
        monkeypatch.setitem(KEY_CAPS, kind, cap)
    chance = random.Random(seed)
    arriving = pages(60, seed)
    for start in range(0, 60, 9):
        write(sqlite, arriving[start : start + 9], 0)
    assert clusters(sqlite) == expected(arriving)
    for _ in range(8):
        # A page changes: it says what another one says, or something that nobody else says.
        changed = chance.sample(arriving, 5)
        anew = []
        for page in changed:
            said = chance.choice(arriving).work
            assert said is not None
            fields = said.to_dict() if chance.random() < 0.5 else {"title": f"Nothing like it {chance.random()}"}
            names = [each["family"] for each in fields.pop("authors", [])]
            anew.append(told(page.url, authors=names, **{name: value for name, value in fields.items() if value}))
        write(sqlite, anew, 0)
        arriving = list({each.url: each for each in [*arriving, *anew]}.values())
        assert clusters(sqlite) == expected(arriving)


def test_a_doi_that_comes_into_dispute_or_out_of_it_moves_those_who_show_it(engine: Engine) -> None:
    shared = "10.5555/issue.7"
    subjects = (
        "copper lanterns of the harbour",
        "orchards on granite",
        "timber and walnut trade",
        "needles in a kettle",
    )
    here = {f"https://a.example/{subject[:6]}": {"title": subject, "doi": shared} for subject in subjects}
    one, *others = here
    twin = "https://b.example/twin"
    here[twin] = {"title": subjects[0], "doi": "10.5555/own"}
    together = (one, twin)

    def say(*urls: str, **change: str) -> bool:
        """Store pages; tell whether the first one and its twin are one work, which a DOI keeps apart."""
        for url in urls:
            here[url] |= change
        write(engine, [told(url, authors=["Peroni"], published="2014", **here[url]) for url in urls], 0)
        assert clusters(engine) == expected([told(u, authors=["Peroni"], published="2014", **here[u]) for u in seen])
        return together in clusters(engine)

    seen = [one, twin]
    assert not say(one, twin)
    seen += others[:2]
    assert not say(*others[:2])
    seen += others[2:]
    assert say(others[2])  # four works show it now
    assert not say(others[2], title=subjects[1])
    assert say(others[2], title=subjects[3])
    assert not say(others[2], doi="10.5555/another")
    assert say(others[2], doi=shared)
    with writing(engine) as connection:
        bury(connection, [others[2]], utc_now())
    assert together not in clusters(engine)


def test_a_doi_comes_into_dispute_also_when_the_work_that_it_seemed_to_be_loses_a_page(engine: Engine) -> None:
    def page(name: str, title: str, doi: str = "10.5555/issue.7") -> Visit:
        return told(f"https://a.example/{name}", title=title, doi=doi, authors=["Peroni"], published="2014")

    alone = [page("one", "Copper lanterns of the harbour"), page("twin", "Copper lanterns of the harbour", "10.5555/a")]
    most = [page(f"most{number}", "Orchards on granite") for number in range(4)]
    others = [page("timber", "Timber and walnut trade"), page("needles", "Needles in a kettle")]
    for each in [*alone, *most, *others]:
        write(engine, [each], 0)
    assert ("https://a.example/one",) in clusters(engine)
    most[0] = page("most0", "Orchards on granite", "10.5555/b")
    write(engine, [most[0]], 0)
    assert ("https://a.example/one", "https://a.example/twin") in clusters(engine)
    assert clusters(engine) == expected([*alone, *most, *others])


def test_what_is_unchanged_is_not_written_again(engine: Engine) -> None:
    arriving = pages(40)
    write(engine, arriving, 0)
    before = state(engine)
    write(engine, arriving, 0)
    assert state(engine) == before


@pytest.fixture(scope="module")
def lasting() -> Iterator[Engine]:
    """A database for many examples."""
    engine = open_engine("sqlite://")
    upgrade(engine)
    yield engine
    engine.dispose()


@given(RECORDS, st.integers(1, 5), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_any_records_in_any_order_end_as_all_at_once(
    lasting: Engine, records: list[dict[str, Any]], batch: int, dice: random.Random
) -> None:
    """Records that nearly agree, with placeholders and keys that turn crowded among them."""
    with lasting.begin() as connection:
        for table in (visit, record, record_key, work):
            connection.execute(table.delete())
    pages = [_page(number, each) for number, each in enumerate(records)]
    dice.shuffle(pages)
    for start in range(0, len(pages), batch):
        write(lasting, pages[start : start + batch], 0)
    made = partition(prepare(page.work, id=page.url) for page in pages if page.work is not None)
    assert clusters(lasting) == {tuple(sorted(map(str, each))) for each in made.clusters}


def _page(number: int, said: dict[str, Any]) -> Visit:
    authors = [Author(name=name) for name in said["authors"]]
    values = said | {"authors": authors, "published": str(said["year"]) if said["year"] else None}
    described = Work(**{name: value for name, value in values.items() if name != "year"})
    return Visit(url=f"https://a.example/{number}", kind=PageKind.ARTICLE, work=described)
