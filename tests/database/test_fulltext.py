from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, insert

from harvester.database import fulltext
from harvester.database.tables import work
from harvester.normalise.words import folded

TEXTS = {
    1: ("The long silence of the card catalogue", "Lovelace, Ada", "When the last card was filed."),
    2: ("Les fiches perdues", "N'Diaye, Aminata; Müller, Jörg", "Douze bibliothèques ont jeté leurs fiches."),
    3: ("高校图书馆的沉默", "欧阳修", "本文研究图书馆目录卡片。"),
    4: ("がっこうの図書", "山田 太郎", ""),
    5: ('Cards: a catalogue\' & (more) OR "quotes"', "", ""),
}


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as opened:
        from datetime import UTC, datetime

        now = datetime.now(UTC)
        opened.execute(
            insert(work), [{"id": i, "data": {}, "origins": {}, "created_at": now, "updated_at": now} for i in TEXTS]
        )
        fulltext.write(opened, [(number, *map(folded, texts)) for number, texts in TEXTS.items()])
        yield opened


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("catalogue card", {1}),
        ("catalogue", {1, 5}),
        ('"card catalogue"', {1}),
        ('"catalogue card"', set()),
        ("catal*", {1, 5}),
        ("BIBLIOTHEQUES", {2}),
        ("Muller", {2}),
        ("ndiaye", set()),
        ("diaye", {2}),
        ("图书馆", {3}),
        ("书图", set()),
        ("欧阳修", {3}),
        ("がっこう", {4}),
        ("かっこう", set()),
        ("quotes", {5}),
        ("& | ! ( ' :*", set()),
        ("", set()),
        ('"', set()),
        ("card')); DROP TABLE work; --", set()),
    ],
)
def test_search(connection: Connection, query: str, found: set[int]) -> None:
    assert set(fulltext.search(connection, query, 10)) == found


def test_a_hit_in_the_title_comes_first_and_the_number_is_bounded(connection: Connection) -> None:
    fulltext.remove(connection, [3])
    fulltext.write(connection, [(3, "other", "", "a catalogue " * 3)])
    assert fulltext.search(connection, "catalogue", 10)[-1] == 3
    assert len(fulltext.search(connection, "catalogue", 2)) == 2
    fulltext.remove(connection, [1, 3, 5])
    assert fulltext.search(connection, "catalogue", 10) == []
