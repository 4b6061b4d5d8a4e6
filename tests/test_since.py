"""Moments as people write them."""

from datetime import UTC, datetime

import pytest

from harvester.errors import UsageError
from harvester.since import since

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("7d", "2026-11-15T12:00:00+00:00"),
        (" 2 W ", "2026-11-08T12:00:00+00:00"),
        ("90m", "2026-11-22T10:30:00+00:00"),
        ("12h", "2026-11-22T00:00:00+00:00"),
        ("45s", "2026-11-22T11:59:15+00:00"),
        ("2026-11-01", "2026-11-01T00:00:00+00:00"),
        ("2026-11-01 08:30", "2026-11-01T08:30:00+00:00"),
        ("2026-11-01T08:30+01:00", "2026-11-01T07:30:00+00:00"),
    ],
)
def test_a_moment_is_a_length_of_time_or_a_date(raw: str, moment: str) -> None:
    assert since(raw, NOW).isoformat() == moment


@pytest.mark.parametrize("raw", ["", "soon", "7", "7 fortnights", "-7d", "2026-13-01", "999999w", "12.11.2026"])
def test_anything_else_is_refused(raw: str) -> None:
    with pytest.raises(UsageError, match="is no moment; write 7d, 12h"):
        since(raw, NOW)
