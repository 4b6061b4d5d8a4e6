"""What a run and its past say of each field and outcome of a host, side by side.

The past of a run are the earlier runs of its job, or for a run by hand the earlier ones by hand.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from harvester.database.tables import run
from harvester.watch.alarms import COVERAGE
from harvester.watch.books import Counted, covered, ended

BAD = ("blocked", "non_record", "failed")
"""The outcomes of which a sudden rise is an alarm."""

# Of the past, every run of the latest 16, then every second, fourth and eighth, 16 each: 240 runs, which show also a
# slow change, at the cost of 64. Each is the place at which a step ends, and the step.
_THINNED = ((16, 1), (48, 2), (112, 4), (240, 8))


class Key(NamedTuple):
    """What is compared: a field of a host's pages, or an outcome of its visits."""

    host: str
    kind: str
    """`harvester.watch.alarms.COVERAGE`, or the outcome."""
    field: str
    """The field, or again the outcome."""


class Sample(NamedTuple):
    """What one run says of it. For an outcome, ``counted`` has the visits that ended otherwise, as if all were new."""

    run_id: int
    counted: Counted
    reader_version: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A run and its past, the latest first."""

    id: int
    job: str | None
    past: dict[int, datetime]
    """Number of each run, and when it began."""
    started_at: datetime

    def began(self, run_id: int) -> datetime:
        """Return when this run, or one of its past, began."""
        return self.started_at if run_id == self.id else self.past[run_id]


def run_of(connection: Connection, run_id: int) -> Run:
    """Return a run with its past. Raises ``NoResultFound`` for a number that no run has."""
    this = connection.execute(select(run).where(run.c.id == run_id)).one()
    of_job = run.c.job == this.job if this.job is not None else run.c.job.is_(None)
    earlier = select(run.c.id, run.c.started_at).where(of_job, run.c.id < run_id, run.c.spider != "load")
    rows = connection.execute(earlier.order_by(run.c.id.desc()).limit(_THINNED[-1][0]))
    past = {row.id: row.started_at for place, row in enumerate(rows) if place % _step(place) == 0}
    return Run(run_id, this.job, past, this.started_at)


def _step(place: int) -> int:
    return next(step for end, step in _THINNED if place < end)


def hosts_of(connection: Connection, run_id: int) -> list[str]:
    """Return the hosts that a run met; saved pages have none."""
    return sorted({each.host for each in ended(connection, [run_id])} - {""})


def samples(connection: Connection, this: Run, hosts: Sequence[str]) -> dict[Key, list[Sample]]:
    """Return what the run and its past say of some hosts, each run that met the host once, the latest last."""
    run_ids = [*this.past, this.id]
    return _fields(connection, run_ids, hosts) | _outcomes(connection, run_ids, hosts)


def _fields(connection: Connection, run_ids: list[int], hosts: Sequence[str]) -> dict[Key, list[Sample]]:
    found: dict[Key, dict[int, Sample]] = defaultdict(dict)
    read: dict[str, dict[int, dict[str, Counted]]] = defaultdict(lambda: defaultdict(dict))
    for run_id, host, name, counted, version in covered(connection, run_ids, hosts):
        so_far = found[Key(host, COVERAGE, name)].get(run_id, Sample(run_id, Counted()))
        found[Key(host, COVERAGE, name)][run_id] = Sample(run_id, so_far.counted + counted, version)
        # All rows of a version have the same pages; of a field that none of these has or had, there is no row.
        read[host][run_id][version] = Counted(pages=counted.pages, fresh=counted.fresh)
    for key, by_run in found.items():
        for run_id, versions in read[key.host].items():
            none_has_it = Sample(run_id, sum(versions.values(), Counted()), max(versions))
            said = by_run.setdefault(run_id, none_has_it)
            whole = said.counted._replace(pages=none_has_it.counted.pages, fresh=none_has_it.counted.fresh)
            by_run[run_id] = said._replace(counted=whole)
    return _in_order(found)


def _outcomes(connection: Connection, run_ids: list[int], hosts: Sequence[str]) -> dict[Key, list[Sample]]:
    visits: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for run_id, host, outcome, count in ended(connection, run_ids, hosts):
        if outcome != "retry":
            visits[host, run_id][outcome] = count
    found: dict[Key, dict[int, Sample]] = defaultdict(dict)
    for (host, run_id), counts in visits.items():
        every = sum(counts.values())
        for outcome in BAD:
            other = every - counts.get(outcome, 0)
            counted = Counted(pages=every, present=other, fresh=every, fresh_present=other)
            found[Key(host, outcome, outcome)][run_id] = Sample(run_id, counted)
    return _in_order(found)


def _in_order(found: dict[Key, dict[int, Sample]]) -> dict[Key, list[Sample]]:
    return {key: [by_run[each] for each in sorted(by_run)] for key, by_run in found.items()}
