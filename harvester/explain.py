"""Why a work is as it is, and which pairs wait for a person: the functions behind ``why`` and ``review``."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, or_, select

from harvester.database.session import reading
from harvester.database.tables import decision, identifier, match, record, relation, review, work
from harvester.errors import UsageError
from harvester.normalise.doi import doi as normal_doi


@dataclass(slots=True)
class Value:
    """One value of a field: the page and reader that it came from, and when the page was seen."""

    value: Any
    page: str
    reader: str
    seen: str
    record_id: int
    won: bool


@dataclass(slots=True)
class Why:
    """A work, for each field its values with the winner first, the matches that joined its records, its relations."""

    work_id: int
    title: str
    fields: dict[str, list[Value]] = field(default_factory=dict)
    matches: list[dict[str, Any]] = field(default_factory=list)
    relations: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Side:
    """One record of a pair under review."""

    record_id: int
    work_id: int | None
    page: str
    data: dict[str, Any]


@dataclass(slots=True)
class OpenPair:
    """Two records that a person should look at, with the rule that was not sure and what speaks for and against."""

    a: Side
    b: Side
    rule: str
    score: float
    evidence: dict[str, str]


def find_work(connection: Connection, name: str) -> int:
    """Return the id of the work that a DOI, another identifier or a work's number names.

    Raises `UsageError` where there is none.
    """
    if name.isascii() and name.isdigit():
        found = connection.scalar(select(work.c.id).where(work.c.id == int(name)))
    elif key := normal_doi(name):
        found = connection.scalar(select(work.c.id).where(work.c.doi == key))
    else:
        value = name.partition(":")[2] or name
        found = connection.scalar(select(identifier.c.work_id).where(identifier.c.value == value).limit(1))
    if found is None:
        raise UsageError(f"no work is known as {name!r}; try `harvester search WORDS`")
    return int(found)


def why(engine: Engine, name: str, only: str | None = None) -> Why:
    """Return where each value of a work came from, or those of one field.

    Raises `UsageError` for a work or a field that there is not.
    """
    with reading(engine) as connection:
        work_id = find_work(connection, name)
        row = connection.execute(select(work).where(work.c.id == work_id)).one()
        records = connection.execute(select(record).where(record.c.work_id == work_id).order_by(record.c.id)).all()
        if only is not None and only not in row.data:
            raise UsageError(f"there is no field {only!r}; `harvester fields` lists them")
        names = [only] if only else [name for name, value in row.data.items() if value not in (None, [])]
        result = Why(work_id, row.title or "", {name: _values(name, row, records) for name in names})
        ids = [each.id for each in records]
        joined = connection.execute(select(match).where(match.c.work_id == work_id).order_by(match.c.record_id))
        result.matches = [_plain(each, "record_id", "other_id", "rule", "score", "evidence") for each in joined]
        result.relations = _relations(connection, ids)
        here = decision.c.a_id.in_(ids) | decision.c.b_id.in_(ids)
        decided = connection.execute(select(decision).where(here))
        result.decisions = [_plain(each, "a_id", "b_id", "same") for each in decided]
        return result


def reviews(engine: Engine, most: int | None = None) -> list[OpenPair]:
    """Return the open pairs, the likeliest first, those put off last."""
    a, b = record.alias("a"), record.alias("b")
    query = (
        select(review, a.c.work_id.label("a_work"), a.c.url.label("a_url"), a.c.data.label("a_data"))
        .add_columns(b.c.work_id.label("b_work"), b.c.url.label("b_url"), b.c.data.label("b_data"))
        .join(a, a.c.id == review.c.a_id)
        .join(b, b.c.id == review.c.b_id)
        .where(a.c.work_id != b.c.work_id)
        .order_by(review.c.put_off_at.is_not(None), review.c.put_off_at, review.c.score.desc(), review.c.a_id)
        .limit(most)
    )
    with reading(engine) as connection:
        return [
            OpenPair(
                Side(row.a_id, row.a_work, row.a_url, row.a_data),
                Side(row.b_id, row.b_work, row.b_url, row.b_data),
                row.rule,
                row.score,
                row.evidence,
            )
            for row in connection.execute(query)
        ]


def reviews_open(engine: Engine) -> int:
    """Return how many pairs wait for a person."""
    with reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(review)).scalar_one()


def _values(name: str, row: Row[Any], records: Sequence[Row[Any]]) -> list[Value]:
    origin = (row.origins.get(name) or [None])[0]
    told = [
        Value(
            value=each.data[name],
            page=each.url,
            reader=each.sources.get(name, ""),
            seen=each.last_seen.isoformat(timespec="seconds"),
            record_id=each.id,
            won=each.id == origin,
        )
        for each in records
        if each.data.get(name) not in (None, [])
    ]
    return sorted(told, key=lambda each: (not each.won, each.page))


def _relations(connection: Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    a, b = record.alias("a"), record.alias("b")
    query = (
        select(relation.c.kind, relation.c.forward, a.c.work_id.label("from_work"), b.c.work_id.label("to_work"))
        .join(a, a.c.id == relation.c.a_id)
        .join(b, b.c.id == relation.c.b_id)
        .where(or_(relation.c.a_id.in_(ids), relation.c.b_id.in_(ids)), a.c.work_id != b.c.work_id)
        .distinct()
    )
    rows = connection.execute(query)
    return [
        {"kind": row.kind, "work": row.from_work, "of": row.to_work}
        if row.forward
        else {"kind": row.kind, "work": row.to_work, "of": row.from_work}
        for row in rows
    ]


def _plain(row: Row[Any], *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
