from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from harvester.schedule.times import Cron, Every, length, missed

HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
SEEN = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "after", "following"),
    [
        ("0 3 * * 1", "2026-11-23T01:59", ["2026-11-23T02:00", "2026-11-30T02:00"]),
        ("0 3 * * MON", "2026-11-23T02:00", ["2026-11-30T02:00"]),
        # The clocks go forward from 2 to 3: what was to run in between runs then.
        ("30 2 * * *", "2026-03-28T12:00", ["2026-03-29T01:00", "2026-03-30T00:30"]),
        # And back from 3 to 2: once, in the first of the two hours.
        ("30 2 * * *", "2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),
        ("30 2 * * *", "2026-10-25T01:10", ["2026-10-26T01:30"]),
        ("0 */6 * * *", "2026-10-24T22:00", ["2026-10-25T05:00"]),
        ("0 0 29 2 *", "2026-03-01T00:00", ["2028-02-28T23:00"]),
    ],
)
def test_cron_runs_by_the_clocks_of_its_zone(cron: str, after: str, following: list[str]) -> None:
    times = Cron(cron, BERLIN)
    moment = utc(after)
    for expected in following:
        moment = times.after(moment)
        assert moment == utc(expected)


def test_missed_slots_become_the_last_of_them() -> None:
    nightly = Cron("0 3 * * *", ZoneInfo("UTC"))
    assert nightly.latest(None, SEEN, utc("2026-11-24T02:59:59")) is None
    assert nightly.latest(None, SEEN, utc("2026-11-24T03:00")) == utc("2026-11-24T03:00")
    assert nightly.latest(utc("2026-11-24T03:00"), SEEN, utc("2026-11-24T20:00")) is None
    assert nightly.latest(utc("2026-11-24T03:00"), SEEN, utc("2026-11-28T20:00")) == utc("2026-11-28T03:00")
    assert missed(nightly, utc("2026-11-24T03:00"), utc("2026-11-28T03:00")) == 3
    often = Every(6 * HOUR)
    assert often.latest(SEEN, SEEN, SEEN + 5 * HOUR) is None
    assert often.latest(SEEN, SEEN, SEEN + 27 * HOUR) == SEEN + 24 * HOUR
    assert missed(often, SEEN, SEEN + 24 * HOUR) == 3


def test_a_job_every_so_often_runs_when_it_is_first_seen_and_does_not_drift() -> None:
    often = Every(6 * HOUR)
    assert often.latest(None, SEEN, SEEN) == SEEN
    assert often.latest(SEEN, SEEN, SEEN + 6 * HOUR + timedelta(minutes=50)) == SEEN + 6 * HOUR
    assert often.following(SEEN, SEEN) == SEEN + 6 * HOUR


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("0 3 * *", "no cron expression; write minute, hour, day of month, month and day of week: 0 3 \\* \\* 1"),
        ("0 3 * * someday", r"no cron expression \(bad day-of-week\)"),
        ("0 0 31 2 *", r"no cron expression \(bad day-of-month\)"),
    ],
)
def test_what_is_no_cron_expression_is_told(expression: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Cron(expression, BERLIN)


@pytest.mark.parametrize("text", ["6", "h", "-1 h", "6 months", "six hours", ""])
def test_what_is_no_length_of_time_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="write a number and s, min, h, d or w"):
        length(text)
