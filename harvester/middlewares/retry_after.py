"""Retry-After (RFC 9110, section 10.2.3): how long a server asks to be left alone, as seconds or as a date."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

ASKING = frozenset({429, 503})
"""Statuses beside redirects whose Retry-After is heeded (RFC 9110, section 15.6.4; RFC 6585, section 4)."""

_LONGEST = 400 * 86400  # seconds; more is no wish but a slip, and would leave the calendar


def heeded(status: int) -> bool:
    """Return whether a Retry-After means something with a status: 429, 503, and redirects."""
    return status in ASKING or 300 <= status < 400


def retry_after(value: str, now: datetime) -> datetime | None:
    """Return until when a host wants to be left alone; None for what is neither seconds nor a date to come.

    >>> now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> [str(retry_after(value, now)) for value in ("120", "Sun, 01 Mar 2026 12:05:00 GMT", "soon")]
    ['2026-03-01 12:02:00+00:00', '2026-03-01 12:05:00+00:00', 'None']
    """
    text = value.strip()
    if re.fullmatch(r"[0-9]+", text):
        seconds = _LONGEST if len(text) > 9 else min(int(text), _LONGEST)
        return now + timedelta(seconds=seconds) if seconds else None
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    # An HTTP date is in GMT (section 5.6.7); one without a zone says so less clearly.
    when = when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    return min(when, now + timedelta(seconds=_LONGEST)) if when > now else None
