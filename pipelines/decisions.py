"""What a person decides about two records: kept for good, obeyed by every rule, and undone only by another decision."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import combinations

from sqlalchemy import Connection, Engine, delete, select, tuple_, update

from harvester.clock import utc_now
from harvester.database.session import writing
from harvester.database.tables import decision, match, record, review
from harvester.errors import UsageError
from pipelines._identity import rows
from pipelines._works import assign_again


class Choice(StrEnum):
    """What to do with a pair in the review queue."""

    MERGE = "merge"
    """The two describe one work."""
    APART = "apart"
    """They describe two works, and stay two."""
    LATER = "later"
    """Not now: the pair goes to the end of the queue."""


def decide(engine: Engine, pairs: Sequence[tuple[int, int, Choice]]) -> None:
    """Take a person's decisions about pairs of records, and build the works concerned again.

    Raises `UsageError` for a record that is not there, or a pair of one; then nothing is changed.
    """
    now = utc_now()
    with writing(engine) as connection:
        _check(connection, {each for a, b, _ in pairs for each in (a, b)})
        for a, b, choice in pairs:
            if a == b:
                raise UsageError(f"record {a} cannot be compared with itself")
            low, high = sorted((a, b))
            if choice is Choice.LATER:
                here = (review.c.a_id == low) & (review.c.b_id == high)
                connection.execute(update(review).where(here).values(put_off_at=now))
            else:
                _decide(connection, [(low, high)], now, same=choice is Choice.MERGE)
        touched = sorted({each for a, b, choice in pairs if choice is not Choice.LATER for each in (a, b)})
        assign_again(connection, rows(connection, touched), now)


def split(engine: Engine, work_id: int, leaving: Iterable[int] = ()) -> list[int]:
    """Undo the merges of a work, and return the works that its records have afterwards.

    ``leaving``: the records that leave it; without any, every record becomes a work of its own. No rule merges them
    again. Raises `UsageError` where the work has no two records, or not these.
    """
    now = utc_now()
    with writing(engine) as connection:
        members = sorted(connection.scalars(select(match.c.record_id).where(match.c.work_id == work_id)))
        leave = sorted(set(leaving))
        if len(members) < 2:
            raise UsageError(f"work {work_id} has {len(members)} records; there is nothing to split")
        if strangers := [each for each in leave if each not in members]:
            raise UsageError(f"work {work_id} has no record {strangers[0]}; it has {', '.join(map(str, members))}")
        stay = [each for each in members if each not in leave]
        pairs = [(a, b) for a in leave for b in stay] if leave else list(combinations(members, 2))
        _decide(connection, [(min(pair), max(pair)) for pair in pairs], now, same=False)
        works = assign_again(connection, rows(connection, members), now)
        return sorted({works[each] for each in members})


def _check(connection: Connection, ids: set[int]) -> None:
    known = set(connection.scalars(select(record.c.id).where(record.c.id.in_(ids))))
    if missing := sorted(ids - known):
        raise UsageError(f"there is no record {missing[0]}; `harvester review` and `harvester why` print their numbers")


def _decide(connection: Connection, pairs: list[tuple[int, int]], now: datetime, *, same: bool) -> None:
    connection.execute(delete(decision).where(tuple_(decision.c.a_id, decision.c.b_id).in_(pairs)))
    connection.execute(decision.insert(), [{"a_id": a, "b_id": b, "same": same, "at": now} for a, b in pairs])
    connection.execute(delete(review).where(tuple_(review.c.a_id, review.c.b_id).in_(pairs)))
