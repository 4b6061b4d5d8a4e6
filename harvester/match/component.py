"""Which stored records can have a say in where a new one belongs.

`partition` over everything splits into components that cannot influence each other. `component` collects the one of a
record by asking for the holders of keys, so a database needs two indexed queries a step and never a scan.
"""

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import replace

from harvester.match.decision import Decision
from harvester.match.judge import compare
from harvester.match.keys import blocking_keys, identity_keys
from harvester.match.record import Prepared


def component(
    start: Iterable[Prepared],
    holders: Callable[[Collection[str]], Iterable[Prepared]],
    decided: Callable[[Collection[Hashable]], Iterable[Prepared]] = lambda ids: (),
) -> list[Prepared]:
    """Return the records that `partition` must see to place the given ones as if it saw all.

    ``holders`` returns the records that hold any of the given keys (both kinds, crowded blocking keys left out);
    ``decided`` those that a person linked to, or kept apart from, any of the given ids. Both may return records that
    are known already. Records are told apart by id.
    """
    found = {record.id: record for record in start}
    edge = list(found.values())
    while edge:
        keys = {key for record in edge for key in identity_keys(record) + blocking_keys(record)}
        near = {record.id: record for record in holders(keys) if record.id not in found}
        edge_now = edge
        edge = [record for record in near.values() if any(linked(each, record) for each in edge_now)]
        told = decided([record.id for record in edge_now])
        edge += [record for record in told if record.id not in found and record.id not in {each.id for each in edge}]
        found.update((record.id, record) for record in edge)
    return list(found.values())


def linked(a: Prepared, b: Prepared) -> bool:
    """Tell whether one of two records can influence where the other one belongs.

    They share an identifier, or would match if the DOIs were left aside: a DOI may turn out to identify nothing.
    """
    if (a.stem and a.stem == b.stem) or not set(a.ids).isdisjoint(b.ids):
        return True
    if a.doi and b.doi:
        a, b = replace(a, doi="", stem=""), replace(b, doi="", stem="")
    return compare(a, b).decision is Decision.MERGE
