"""Datestamps of OAI-PMH (version 2.0, section 3.3): UTC, as a day or to the second."""

import re
from datetime import UTC, datetime, timedelta

_DATESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?")


def is_datestamp(text: str) -> bool:
    """Return whether a text is a datestamp.

    >>> is_datestamp("2026-01-31"), is_datestamp("2026-01-31T12:00:00Z"), is_datestamp("2026-02-31")
    (True, True, False)
    """
    return _DATESTAMP.fullmatch(text) is not None and moment(text) is not None


def is_day(text: str) -> bool:
    """Return whether a datestamp is a day, without the time."""
    return "T" not in text


def moment(text: str) -> datetime | None:
    """Return the moment of a datestamp, of a day its beginning; None for what is none.

    >>> str(moment("2026-01-31T12:00:00.123Z")), moment("yesterday")
    ('2026-01-31 12:00:00.123000+00:00', None)
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def stamp(when: datetime) -> str:
    """Return a moment as a datestamp to the second."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def overlapping(cursor: str, *, days: bool) -> str | None:
    """Return from when to ask where everything was seen up to a cursor: one unit before, since ``from`` is inclusive.

    ``days``: whether the repository knows days only. None for a cursor that is no datestamp.

    >>> overlapping("2026-03-01T00:00:00Z", days=True), overlapping("2026-03-01T00:00:00Z", days=False)
    ('2026-02-28', '2026-02-28T23:59:59Z')
    """
    when = moment(cursor)
    if when is None:
        return None
    return (when - timedelta(days=1)).strftime("%Y-%m-%d") if days else stamp(when - timedelta(seconds=1))
