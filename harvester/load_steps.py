"""The part of a load that needs no database: raw records become what the store takes.

Other processes do it (`harvester.ahead`) and load this module alone, so it stands on little.
"""

from dataclasses import dataclass
from typing import NamedTuple

from harvester.derive import Derived, derive
from harvester.formats import BadRecord, Raw, formats, parse
from harvester.items import PageKind, Work
from harvester.normalise import characters
from pipelines.validate import rejection

_LONGEST_KEY = 200
_FIELDS = tuple(Work.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Step:
    """One raw record with what it takes to read it in another process."""

    base: str
    """What the key of the record begins with: its file."""
    format: str
    raw: Raw | BadRecord


class Made(NamedTuple):
    """What a step became."""

    url: str
    reason: str
    kind: PageKind | None = None
    derived: Derived | None = None
    digest: str = ""
    """What tells the record from others of the same key."""
    bad: BadRecord | None = None


def make(steps: list[Step]) -> list[Made]:
    """Read raw records, check them, and derive all that needs no database."""
    return [_made(step) for step in steps]


def _made(step: Step) -> Made:
    raw = step.raw
    found = raw if isinstance(raw, BadRecord) else parse(raw, formats()[step.format])
    if isinstance(found, BadRecord):
        line = found.where.rpartition(":")[2]
        return Made(f"{step.base}#line {line}", f"bad record: {found.reason}", bad=found)
    assert isinstance(raw, Raw)
    digest = raw.digest
    url = f"{step.base}#{_key(found.key) or digest}"
    work = found.work
    if reason := rejection(work):
        return Made(url, f"rejected: {reason}", PageKind.NON_RECORD, digest=digest)
    reader = f"file:{step.format}"
    return Made(url, "record of a file", PageKind.ARTICLE, derive(work, dict.fromkeys(_FIELDS, reader)), digest)


def _key(key: str | None) -> str | None:
    clean = characters.line(key) if key else ""
    return clean if 0 < len(clean) <= _LONGEST_KEY else None
