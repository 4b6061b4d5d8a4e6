import logging
from typing import Any

import pytest
from sqlalchemy import Engine

from harvester.clock import utc_now
from harvester.errors import UsageError
from harvester.watch import Alarm, acknowledge, after_run, alarms
from tests.watch.history import HOST, begin, day, menu, page, visit, wall

ABSTRACT = "What was counted, and why it was counted twice."


def good(number: int, **fields: Any) -> Any:
    """A page with an abstract; one in twenty-five never had one."""
    return page(number, **({} if number % 25 == 0 else {"abstract": ABSTRACT}) | fields)


def run(engine: Engine, number: int, *visits: Any, job: str | None = "daily") -> list[Alarm]:
    run_id = begin(engine, number, job)
    visit(engine, run_id, *visits)
    return after_run(engine, run_id, day(number))


def weeks(engine: Engine, *days: int) -> None:
    for number in days:
        assert run(engine, number, *(good(each) for each in range(50))) == []


def test_a_lost_field_is_one_alarm_at_once_and_no_more_while_it_stays_lost(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    weeks(engine, 0, 1)
    lost = [good(each) if each < 6 else page(each) for each in range(50)]
    with caplog.at_level(logging.WARNING, "harvester"):
        (alarm,) = run(engine, 2, *lost)
    assert str(alarm) == f"{HOST}: abstract 96 % -> 10 %, 50 pages, since 3 Nov 2026"
    assert f"alarm {alarm.id}: {alarm}" in caplog.text
    assert alarm.p < 1e-6
    assert len(alarm.urls) == 10
    assert {int(url.rpartition("/")[2]) for url in alarm.urls} <= set(range(6, 50)) - {25}
    assert run(engine, 3, *lost) == []
    assert [each.id for each in alarms(engine)] == [alarm.id]


def test_it_closes_when_the_field_is_back_and_is_raised_again_when_it_goes_again(engine: Engine) -> None:
    weeks(engine, 0, 1)
    lost = [page(each) for each in range(50)]
    (first,) = run(engine, 2, *lost)
    assert run(engine, 3, *(good(each) for each in range(50))) == []
    assert alarms(engine) == []
    assert [each.closed_by for each in alarms(engine, every=True)] == ["recovered"]
    (second,) = run(engine, 4, *lost)
    assert second.id > first.id


def test_a_few_pages_do_not_close_it(engine: Engine) -> None:
    weeks(engine, 0, 1)
    run(engine, 2, *(page(each) for each in range(50)))
    run(engine, 3, *(good(each) for each in range(1, 6)))
    assert len(alarms(engine)) == 1
    run(engine, 4, *(good(each) for each in range(6, 13)))
    assert alarms(engine) == []


def test_what_is_acknowledged_is_what_is_expected_from_then_on(engine: Engine) -> None:
    weeks(engine, 0, 1)
    both = {"keywords": ["shelves"], "volume": "3"}
    lost = [page(each, **both) for each in range(50)]
    (alarm,) = run(engine, 2, *lost)
    assert acknowledge(engine, alarm.id, utc_now()).id == alarm.id
    assert run(engine, 3, *lost) == []
    assert alarms(engine) == []
    with pytest.raises(UsageError, match=f"alarm {alarm.id} is closed already: acknowledged 20"):
        acknowledge(engine, alarm.id, utc_now())
    with pytest.raises(UsageError, match="there is no alarm 99"):
        acknowledge(engine, 99, utc_now())
    (other,) = run(engine, 4, *(page(each, volume="3") for each in range(50)))
    assert [detail.field for detail in other.details] == ["keywords"]


def test_fields_that_go_together_are_one_alarm(engine: Engine) -> None:
    both = {"keywords": ["shelves"], "first_page": "3", "last_page": "9"}
    for number in (0, 1):
        assert run(engine, number, *(good(each, **both) for each in range(50))) == []
    (alarm,) = run(engine, 2, *(page(each, keywords=["shelves"]) for each in range(50)))
    assert {detail.field for detail in alarm.details} == {"abstract", "first_page", "last_page"}


def test_pages_that_come_for_the_first_time_show_a_loss_too(engine: Engine) -> None:
    for number in range(3):
        new = range(number * 40, number * 40 + 40)
        assert run(engine, number, *(good(each) for each in new)) == []
    (alarm,) = run(engine, 3, *(page(each) for each in range(200, 220)))
    assert [detail.field for detail in alarm.details] == ["abstract"]


def test_runs_of_few_pages_are_looked_at_together(engine: Engine) -> None:
    weeks(engine, 0, 1)
    assert run(engine, 2, *(page(each) for each in range(1, 4))) == []
    raised = [
        alarm for number in range(3, 8) for alarm in run(engine, number, *(page(number * 3 + e) for e in (0, 1, 2)))
    ]
    assert [[detail.field for detail in alarm.details] for alarm in raised] == [["abstract"]]


def test_a_run_that_meets_only_pages_that_never_had_it_has_lost_nothing(engine: Engine) -> None:
    half = [good(each) if each % 2 else page(each) for each in range(100)]
    for number in (0, 1):
        assert run(engine, number, *half) == []
    assert run(engine, 2, *(page(each, volume="1") for each in range(0, 100, 2))) == []


def test_jobs_have_pasts_of_their_own(engine: Engine) -> None:
    weeks(engine, 0, 1)
    theses = [page(each, publisher="A university") for each in range(100, 150)]
    assert run(engine, 2, *theses, job="theses") == []
    assert run(engine, 3, *theses, job=None) == []
    weeks(engine, 4)
    lost = [page(each) for each in range(50)]
    assert len(run(engine, 5, *lost)) == 1
    assert run(engine, 6, *(good(each) for each in range(50)), job=None) == []
    assert len(alarms(engine)) == 1, "a run of another job does not show that it is over"


def test_a_wall_is_an_alarm_when_it_is_still_there_after_a_day(engine: Engine) -> None:
    weeks(engine, 0, 1, 2)
    walls = [wall(each) for each in range(50)]
    assert run(engine, 3, *walls) == []
    assert alarms(engine) == []
    (alarm,) = run(engine, 4, *walls)
    assert str(alarm) == f"{HOST}: blocked 0 % -> 100 %, 50 pages, since 4 Nov 2026"
    assert alarm.urls[0] == f"https://{HOST}/article/0"
    assert run(engine, 5, *walls) == []
    weeks(engine, 6)
    assert alarms(engine) == []


def test_a_wall_of_a_day_is_none(engine: Engine) -> None:
    weeks(engine, 0, 1, 2)
    assert run(engine, 3, *(wall(each) for each in range(50))) == []
    weeks(engine, 4, 5)
    assert alarms(engine, every=True) == []
    assert run(engine, 6, *(wall(each) for each in range(50))) == []


def test_pages_that_are_no_records_any_more_are_an_alarm_at_once(engine: Engine) -> None:
    weeks(engine, 0, 1, 2)
    (alarm,) = run(engine, 3, *(menu(each) for each in range(50)))
    assert str(alarm).startswith(f"{HOST}: non_record 0 % -> 100 %, 50 pages")


def test_the_same_run_again_raises_nothing_twice(engine: Engine) -> None:
    weeks(engine, 0, 1)
    run_id = begin(engine, 2)
    visit(engine, run_id, *(page(each) for each in range(50)))
    assert len(after_run(engine, run_id, day(2))) == 1
    assert after_run(engine, run_id, day(2)) == []
    assert len(alarms(engine)) == 1


def test_a_new_version_of_the_readers_is_named(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    weeks(engine, 0, 1)
    monkeypatch.setattr("pipelines._history.VERSION", "9.9.9")
    (alarm,) = run(engine, 2, *(page(each, host=HOST, volume="7") for each in range(50)))
    assert str(alarm) == f"{HOST}: abstract 96 % -> 0 %, 50 pages, since reader version 9.9.9"


def test_a_slow_loss_is_one_alarm_too(engine: Engine) -> None:
    raised = []
    for number in range(20):
        have = 60 - 3 * max(0, number - 4)
        visits = (page(each, **({"abstract": ABSTRACT} if each < have else {})) for each in range(60))
        raised += run(engine, number, *visits)
    assert [[detail.field for detail in alarm.details] for alarm in raised] == [["abstract"]]
