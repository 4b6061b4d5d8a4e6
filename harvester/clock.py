"""The time of day, from one place, so that a week can be lived through in minutes.

With the environment variable ``HARVESTER_NOW`` a process begins at that moment, and its time runs on from there as time
does: what it writes, the leases that it takes and what is due for it belong to that day.
"""

from datetime import UTC, datetime, timedelta
from functools import cache

from harvester.errors import UsageError
from harvester.settings import HARVESTER_NOW


def utc_now() -> datetime:
    """Return the moment that it is, in UTC. Raises `UsageError` where ``HARVESTER_NOW`` is no moment."""
    ahead = _ahead()
    return datetime.now(UTC) + ahead


@cache
def _ahead() -> timedelta:
    """Return how far the process lives ahead of the present, fixed when it first asks for the time."""
    if not HARVESTER_NOW:
        return timedelta(0)
    try:
        begin = datetime.fromisoformat(HARVESTER_NOW)
    except ValueError as error:
        raise UsageError(f"HARVESTER_NOW={HARVESTER_NOW!r} is no moment; write 2026-11-23T03:00:00+00:00") from error
    if begin.tzinfo is None:
        raise UsageError(f"HARVESTER_NOW={HARVESTER_NOW!r} has no time zone; write {HARVESTER_NOW}+00:00")
    return begin - datetime.now(UTC)
