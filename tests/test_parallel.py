"""Work in parallel: order, laziness, exceptions and ends."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitrep.parallel import in_order


@settings(max_examples=20, deadline=None)
@given(delays=st.lists(st.integers(0, 3), max_size=20), workers=st.integers(1, 4))
def test_results_come_in_the_order_of_the_items(delays: list[int], workers: int) -> None:
    def work(item: tuple[int, int]) -> int:
        time.sleep(item[1] / 1000)
        return item[0]

    with ThreadPoolExecutor(workers) as pool:
        assert list(in_order(pool, work, enumerate(delays))) == list(range(len(delays)))
    assert list(in_order(None, work, enumerate(delays))) == list(range(len(delays)))


def test_items_are_taken_as_results_are_asked_for() -> None:
    taken: list[int] = []
    done: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    with ThreadPoolExecutor(1) as pool:
        results = in_order(pool, lambda number: done.append(number), items(), ahead=3)
        for _ in range(5):
            next(results)
        assert len(taken) == 5 + 3
        results.close()  # type: ignore[attr-defined]
    assert len(taken) == 5 + 3
    assert done == list(range(len(done)))


def test_an_exception_stands_where_its_result_is_due() -> None:
    with ThreadPoolExecutor(2) as pool:
        results = in_order(pool, lambda number: 6 // (3 - number), range(5))
        assert [next(results) for _ in range(3)] == [2, 3, 6]
        with pytest.raises(ZeroDivisionError):
            next(results)


def test_work_runs_side_by_side() -> None:
    both = threading.Barrier(2, timeout=20)
    with ThreadPoolExecutor(2) as pool:
        assert len(list(in_order(pool, lambda _: both.wait(), range(4)))) == 4
