"""Records of a small made-up library, noisy enough to meet each other, and what a store makes of them."""

import random
from typing import Any

from sqlalchemy import Engine, select

from harvester.database.tables import record, work
from harvester.items import Visit, Work
from harvester.match import partition, prepare
from tests.pipelines.test_books import told

_WORDS = [
    "harbour", "lantern", "meadow", "copper", "thistle", "quarry", "orchard", "granite", "juniper", "kettle", "marble",
    "needle", "saddle", "timber", "walnut",
]  # fmt: skip


def pages(count: int, seed: int = 1) -> list[Visit]:
    """Visits of pages: works shown by one to four pages each, with and without DOI, and some that only look alike."""
    chance = random.Random(seed)
    found: list[Visit] = []
    while len(found) < count:
        said: dict[str, Any] = {
            "doi": f"10.5555/lib.{len(found)}",
            "title": " ".join(chance.choices(_WORDS, k=7)).capitalize(),
            "authors": [name.title() for name in chance.sample(_WORDS, 2)],
            "published": str(chance.randint(1990, 2024)),
            "volume": str(chance.randint(1, 9)),
            "first_page": str(chance.randint(2, 60)),
            "container_title": "Journal of made-up libraries",
        }
        if chance.random() < 0.3:  # part two of the same
            found.append(told(f"https://p.example/{len(found)}", **said | {"doi": f"10.5555/part.{len(found)}"}))
        for _ in range(chance.randint(1, 4)):
            shown = {name: value for name, value in said.items() if chance.random() < 0.85 or name == "title"}
            if chance.random() < 0.2:
                shown["title"] = shown["title"].upper()
            if chance.random() < 0.1:
                shown["doi"] = f"10.5555/issue.{chance.randint(1, 2)}"  # identifies no work
            found.append(told(f"https://{chance.choice('abc')}.example/{len(found)}", **shown))
    return found[:count]


def state(engine: Engine) -> set[Any]:
    """The works as what they are made of and what they say, without numbers that depend on who came first."""
    with engine.connect() as connection:
        held = connection.execute(
            select(record.c.page_key, record.c.work_id, work.c.data).join(work, work.c.id == record.c.work_id)
        ).all()
    groups: dict[int, list[Any]] = {}
    for row in held:
        groups.setdefault(row.work_id, []).append(row)
    return {(tuple(sorted(row.page_key for row in each)), repr(each[0].data)) for each in groups.values()}


def clusters(engine: Engine) -> set[tuple[str, ...]]:
    return {keys for keys, _ in state(engine)}


def expected(visits: list[Visit]) -> set[tuple[str, ...]]:
    """The partition of the same pages without a database."""
    last: dict[str, Work] = {visit.url: visit.work for visit in visits if visit.work is not None}
    made = partition([prepare(one, id=url) for url, one in last.items()])
    return {tuple(sorted(str(each) for each in cluster)) for cluster in made.clusters}
