"""Whom do new or changed records meet, and who else is concerned? The keys of records, asked in the database."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from harvester.database.bulk import select_rows
from harvester.database.tables import edge, relation
from harvester.match import Match, Prepared, compare
from harvester.match.clusters import LEAST_DISPUTANTS, is_disputed
from harvester.match.key_numbers import caps, is_identifier, number
from pipelines._holders import holders
from pipelines._row import Row, load_rows

_NOBODY: set[int] = set()


class RememberingJudge:
    """`harvester.match.compare` for stored records; what it said of two of them is remembered."""

    __slots__ = ("_said",)

    def __init__(self) -> None:
        self._said: dict[tuple[Hashable, Hashable, str, str], Match] = {}

    def __call__(self, a: Prepared, b: Prepared) -> Match:
        """Compare two records; one whose DOI is taken away is another one."""
        if a.id > b.id:  # type: ignore[operator]  # they are numbers here
            a, b = b, a
        key = (a.id, b.id, a.doi, b.doi)
        if (found := self._said.get(key)) is None:
            found = self._said[key] = compare(a, b)
        return found


@dataclass(slots=True)
class Met:
    """Whom new or changed records meet at their keys."""

    holders: dict[int, set[int]] = field(default_factory=dict)
    """For each key that links several records, those that have it, the ones asked about included."""
    turned: set[int] = field(default_factory=set)
    """Other records whose edges are no longer right: a key of theirs became crowded, or their DOI came into dispute, or
    the reverse."""
    left: set[int] = field(default_factory=set)
    """Other records that had an identifier in common with one of these, which now has another one."""
    rows: dict[int, Row] = field(default_factory=dict)
    """Records that were looked at, as they are in the database."""
    judge: RememberingJudge = field(default_factory=RememberingJudge)
    """What comparing two of these said."""

    def is_alone(self, row: Row) -> bool:
        """Tell whether a new record meets nobody, so that it is a work by itself."""
        return self.holders.keys().isdisjoint(row.keys)


def meet(connection: Connection, rows: Sequence[Row], before: Mapping[int, Collection[int]]) -> Met:
    """Return whom records meet once their keys are written; the keys in the database are still those of before.

    ``before``: the keys in the database of those records that are not new, and of those that leave it.
    """
    owner: dict[int, int] = {}
    gained: dict[int, set[int]] = {}  # of the keys that several of these have
    for row in rows:
        for key in row.keys:
            if (first := owner.setdefault(key, row.id)) != row.id:
                gained.setdefault(key, {first}).add(row.id)
    lost: dict[int, set[int]] = defaultdict(set)
    has = {row.id: row.keys for row in rows}
    for record_id, keys in before.items():
        for key in set(keys).difference(has.get(record_id, ())):
            lost[key].add(record_id)
    most_lost = max(map(len, lost.values()), default=0)
    found = holders(connection, owner.keys() | lost.keys(), beyond=1 + most_lost)
    for key, first in owner.items():
        if key in found and key not in gained:
            gained[key] = {first}
    met, crowded, shown = _compared(found, gained, lost)
    met.turned |= _linked_within(connection, crowded)
    arriving = {row.id: row for row in rows if row.derived is not None}
    suspects = {key: now for key, now in shown.items() if key in lost or not now.isdisjoint(arriving)}
    met.turned |= _newly_disputed(connection, met, arriving, suspects, found)
    met.turned -= has.keys() | before.keys()
    return met


def _compared(
    found: Mapping[int, set[int]], gained: Mapping[int, set[int]], lost: Mapping[int, set[int]]
) -> tuple[Met, dict[int, set[int]], dict[int, set[int]]]:
    """Return whom records meet at keys.

    Also the keys that have just become crowded, with those that had them before; and the identifiers of so many that
    these may be in dispute about them, with those that have them now.
    """
    met = Met()
    crowded: dict[int, set[int]] = {}
    shown: dict[int, set[int]] = {}
    bounds = caps()
    for key in found.keys() | gained.keys():
        held = found.get(key, _NOBODY)
        now = set(held)
        if key in lost:
            now -= lost[key]
            if is_identifier(key):
                met.left |= now
        if key in gained:
            now |= gained[key]
        if is_identifier(key):
            if len(now) > 1:
                met.holders[key] = now
            if max(len(held), len(now)) >= LEAST_DISPUTANTS:
                shown[key] = now
            continue
        # As many more were asked for as are lost here, so a list that was cut off is still too long afterwards.
        was, is_ = len(held) > bounds[key & 15], len(now) > bounds[key & 15]
        if len(now) > 1 and not is_:
            met.holders[key] = now
        if was and not is_:
            met.turned |= now
        elif is_ and not was:
            crowded[key] = held
    return met, crowded, shown


def _linked_within(connection: Connection, crowded: Mapping[int, set[int]]) -> set[int]:
    """Return those among the holders of keys that have just become crowded whom such a key may have linked."""
    of: dict[int, set[int]] = defaultdict(set)
    for key, held in crowded.items():
        for each in held:
            of[each].add(key)
    linked: set[int] = set()
    for table in (edge, relation):
        for a, b in select_rows(connection, table, ("a_id", "b_id"), "a_id", of):
            if b in of and not of[a].isdisjoint(of[b]):
                linked |= {a, b}
    return linked


def _newly_disputed(
    connection: Connection,
    met: Met,
    arriving: Mapping[int, Row],
    suspects: Mapping[int, set[int]],
    found: Mapping[int, set[int]],
) -> set[int]:
    """Return who shows a DOI that identified something before and does not now, or the other way round.

    ``suspects``: identifiers with those that have them now; ``found``: with those that had them.
    """
    load_rows(connection, met.rows, {each for key, now in suspects.items() for each in now | found.get(key, _NOBODY)})
    turned: set[int] = set()
    for key, now in suspects.items():
        held = found.get(key, _NOBODY)
        before = [met.rows[each].prepared for each in held if each in met.rows]
        after = [row.prepared for each in now if (row := arriving.get(each) or met.rows.get(each)) is not None]
        if any(each.doi and number(f"doi:{each.stem}") == key for each in after):
            # What the judge remembers of a record that has changed is what it says now.
            was = is_disputed(before, met.judge if held.isdisjoint(arriving) else compare)
            if was != is_disputed(after, met.judge):
                turned |= now
    return turned
