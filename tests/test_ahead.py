"""Batches ahead in other processes."""

import os
import time

import pytest

from harvester.ahead import ahead


def double(batch: list[int]) -> list[int]:
    return [2 * each for each in batch]


def own_id(batch: int) -> int:
    time.sleep(0.05)
    return os.getpid()


def refuse(batch: int) -> int:
    raise ValueError(f"no {batch}")


def die_elsewhere(home: int) -> int:
    if os.getpid() != home:
        os._exit(1)
    return home


def test_results_come_in_order() -> None:
    assert list(ahead(double, iter([[1, 2], [3], [], [4] * 100_000]))) == [[2, 4], [6], [], [8] * 100_000]


@pytest.mark.parametrize("batches", [[], [[1]]])
def test_one_batch_starts_no_process(batches: list[list[int]]) -> None:
    assert list(ahead(double, batches)) == [double(each) for each in batches]


def test_this_process_and_the_others_share_the_batches() -> None:
    who = list(ahead(own_id, range(40), processes=2))
    assert len(set(who)) == 3
    assert os.getpid() in who


def test_without_others_this_process_does_all() -> None:
    assert set(ahead(own_id, range(3), processes=0)) == {os.getpid()}


def test_what_a_batch_raises_is_raised_here() -> None:
    results = ahead(refuse, [1, 2, 3])
    with pytest.raises(ValueError, match="no 1"):
        next(results)


def test_a_process_that_dies_costs_no_batch() -> None:
    home = os.getpid()
    assert list(ahead(die_elsewhere, [home] * 4)) == [home] * 4


def test_the_processes_end_with_the_generator() -> None:
    results = ahead(own_id, range(100))
    other = next(each for each in results if each != os.getpid())
    results.close()
    with pytest.raises(ProcessLookupError):
        os.kill(other, 0)
