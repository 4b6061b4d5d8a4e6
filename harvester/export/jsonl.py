"""JSON Lines: every field of a work on a line of its own, the one format that loses nothing.

A line is `harvester.items.Work.to_dict`, all fields in the order of their declaration and null where nothing is
known, behind ``id``, the work's key. ``harvester load`` makes the same works of it; the ``id`` is the record's name
there, so a later export from the same place updates the works of an earlier one. What belongs to a record and not to
a work is not in it, see `harvester.export`; nor is what a person decided about pairs of records.
"""

import json
from collections.abc import Iterable, Iterator

from harvester.export import Entry, Format, Options
from harvester.export._text import encoded


def pieces(entries: Iterable[Entry], _: Options) -> Iterator[bytes]:
    """Yield a line for each entry."""
    for entry in entries:
        yield encoded(json.dumps({"id": entry.key, **entry.work.to_dict()}, ensure_ascii=False) + "\n")


FORMAT = Format("jsonl", (".jsonl", ".ndjson"), pieces)
