"""Which records describe one work: comparing two, and partitioning many.

>>> from harvester.match import compare
>>> a = {"title": "On counting things twice", "authors": ["Lovelace, Ada"], "year": 2024}
>>> compare(a, {**a, "authors": ["A. Lovelace"], "title": "On Counting Things Twice."}).decision
<Decision.MERGE: 'merge'>
"""

from harvester.match.clusters import Partition, partition
from harvester.match.decision import Decision, Edge, Match, Relation
from harvester.match.judge import compare
from harvester.match.keys import KEY_CAPS, blocking_keys, identity_keys
from harvester.match.record import Prepared, pack, prepare, unpack

__all__ = [
    "KEY_CAPS", "Decision", "Edge", "Match", "Partition", "Prepared", "Relation",
    "blocking_keys", "compare", "identity_keys", "pack", "partition", "prepare",
    "unpack",
]  # fmt: skip
