"""Points in the past as people write them: a date, a time, or how long ago."""

import re
from datetime import UTC, datetime, timedelta

from harvester.clock import utc_now
from harvester.errors import UsageError

_AGO = re.compile(r"([0-9]{1,6})\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def since(raw: str, now: datetime | None = None) -> datetime:
    """Return the moment that ``7d``, ``12h``, ``2026-11-01`` or ``2026-11-01T08:30+01:00`` stands for.

    A length of time (``s``, ``m`` for minutes, ``h``, ``d``, ``w``) counts back from ``now``, by default the present. A
    date is its midnight; without a zone both are UTC. Raises `UsageError` for anything else.

    >>> since("7d", datetime(2026, 11, 22, tzinfo=UTC)).isoformat()
    '2026-11-15T00:00:00+00:00'
    >>> since("2026-11-01T08:30+01:00").isoformat()
    '2026-11-01T07:30:00+00:00'
    """
    text = raw.strip()
    try:
        if ago := _AGO.fullmatch(text.lower()):
            return (now or utc_now()) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{raw!r} is no moment; write 7d, 12h, 30m, 2026-11-01 or 2026-11-01T08:30+01:00") from error
