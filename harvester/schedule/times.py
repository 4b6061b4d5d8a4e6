"""When a job is wanted: every so often, or when a cron expression says so in a time zone.

The moments for which runs are wanted are called slots. They follow from the schedule and from the last slot for which a
run was begun, which is in the database; so a restart loses none, and several that were missed become one run.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

_UNITS = {
    "seconds": ("s", "sec", "second", "seconds"),
    "minutes": ("min", "minute", "minutes"),
    "hours": ("h", "hour", "hours"),
    "days": ("d", "day", "days"),
    "weeks": ("w", "week", "weeks"),
}
_LENGTH = re.compile(r"([0-9]{1,6}(?:\.[0-9]+)?)\s*([a-z]+)")
_SECOND = timedelta(seconds=1)


def length(text: str) -> timedelta:
    """Return a length of time that is written as a number and a unit.

    Raises ``ValueError`` for anything else.

    >>> [str(length(text)) for text in ("6 h", "90s", "1.5 days")]
    ['6:00:00', '0:01:30', '1 day, 12:00:00']
    """
    match = _LENGTH.fullmatch(text.strip().lower())
    unit = next((name for name, spelt in _UNITS.items() if match and match[2] in spelt), None)
    if match is None or unit is None:
        raise ValueError("no length of time; write a number and s, min, h, d or w, such as 6 h")
    return timedelta(**{unit: float(match[1])})


@dataclass(frozen=True, slots=True)
class Every:
    """A slot when the job is first seen, and one each ``period`` after the last."""

    period: timedelta

    def __str__(self) -> str:
        return f"every {in_words(self.period)}"

    def after(self, slot: datetime) -> datetime:
        """Return the slot after another one."""
        return slot + self.period

    def latest(self, last: datetime | None, first_seen: datetime, now: datetime) -> datetime | None:
        """Return the last slot up to now; None where that is ``last``, for which a run was begun already."""
        if last is None:
            return first_seen + (now - first_seen) // self.period * self.period
        missed = (now - last) // self.period
        return last + missed * self.period if missed > 0 else None

    def following(self, last: datetime | None, first_seen: datetime) -> datetime:
        """Return the first slot that no run was begun for."""
        return first_seen if last is None else last + self.period


@dataclass(frozen=True, slots=True)
class Cron:
    """The slots of a cron expression, on the clocks of a time zone; where these are changed, as Debian's cron does it.

    Raises ``ValueError`` for an expression that is none, or that never comes true.
    """

    expression: str
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if len(self.expression.split()) != 5:
            raise ValueError("no cron expression; write minute, hour, day of month, month and day of week: 0 3 * * 1")
        try:
            self.after(datetime(2026, 1, 1, tzinfo=UTC))
        except CronSimError as error:
            said = str(error)
            raise ValueError(f"no cron expression ({said[:1].lower()}{said[1:]}); 0 3 * * 1 is Mondays at 3") from error
        except StopIteration as error:
            raise ValueError("a cron expression for a day that never comes") from error

    def __str__(self) -> str:
        return f"{self.expression} {self.zone}"

    def after(self, slot: datetime) -> datetime:
        """Return the slot after another one."""
        return next(each for each in self._slots(slot) if each > slot)

    def latest(self, last: datetime | None, first_seen: datetime, now: datetime) -> datetime | None:
        """Return the last slot up to now; None where a run was begun for it, or the job was not yet there."""
        backwards = CronSim(self.expression, (now + _SECOND).astimezone(self.zone), reverse=True)
        slot = next(each for each in map(_utc, backwards) if each <= now)
        return slot if slot > (last or first_seen) else None

    def following(self, last: datetime | None, first_seen: datetime) -> datetime:
        """Return the first slot that no run was begun for."""
        return self.after(last or first_seen)

    def _slots(self, since: datetime) -> Iterator[datetime]:
        return map(_utc, CronSim(self.expression, since.astimezone(self.zone)))


Times = Every | Cron


def missed(times: Times, last: datetime | None, slot: datetime, most: int = 100) -> int:
    """Return how many slots between two became the run of the later one; counted up to ``most``."""
    if last is None:
        return 0
    count = 0
    while count < most and (last := times.after(last)) < slot:
        count += 1
    return count


def in_words(time: timedelta) -> str:
    """Return a length of time in its two largest units.

    >>> [in_words(timedelta(seconds=seconds)) for seconds in (0, 90, 21600, 788645)]
    ['0 s', '1 min 30 s', '6 h', '9 d 3 h']
    """
    left = int(time.total_seconds())
    parts = []
    for unit, seconds in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, left = divmod(left, seconds)
        parts.append((count, unit))
    told = list(parts)
    while len(told) > 1 and not told[0][0]:
        told.pop(0)
    return " ".join(f"{count} {unit}" for number, (count, unit) in enumerate(told[:2]) if count or not number)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
