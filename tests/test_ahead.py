"""One batch ahead in a second process."""

import os
import time

import pytest

from harvester.ahead import ahead


def double(batch: list[int]) -> list[int]:
    return [2 * each for each in batch]


def own_id(batch: int) -> int:
    return os.getpid()


def die_elsewhere(home: int) -> int:
    if os.getpid() != home:
        os._exit(1)
    return home


def test_results_come_in_order() -> None:
    assert list(ahead(double, iter([[1, 2], [3], [], [4] * 100_000]))) == [[2, 4], [6], [], [8] * 100_000]


@pytest.mark.parametrize("batches", [[], [[1]]])
def test_one_batch_starts_no_process(batches: list[list[int]]) -> None:
    assert list(ahead(double, batches)) == [double(each) for each in batches]


def test_the_second_process_does_all_but_the_first_batch() -> None:
    first, *others = ahead(own_id, range(4))
    assert first == os.getpid()
    assert len(set(others)) == 1
    assert first not in others


def test_a_process_that_dies_costs_no_batch() -> None:
    home = os.getpid()
    assert list(ahead(die_elsewhere, [home] * 4)) == [home] * 4


def test_the_process_ends_with_its_generator() -> None:
    results = ahead(own_id, range(10))
    next(results)
    other = next(results)
    results.close()
    for _ in range(50):
        try:
            os.kill(other, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("the process is still there")
