"""Work made ready ahead comes in order, one ahead and no more, and an error reaches the one who waits for it."""

from __future__ import annotations

import threading

import pytest

from kemai.foundation.ahead import made_ahead


def test_results_come_in_the_order_of_the_items_and_of_none_is_none() -> None:
    assert list(made_ahead(range(5), lambda n: n * n)) == [0, 1, 4, 9, 16]
    assert list(made_ahead([], str)) == []


def test_only_one_item_is_drawn_ahead_and_by_the_callers_thread() -> None:
    drawn: list[tuple[int, bool]] = []
    here = threading.get_ident()

    def items():  # type: ignore[no-untyped-def]
        for n in range(5):
            drawn.append((n, threading.get_ident() == here))
            yield n

    made = made_ahead(items(), lambda n: (n, threading.get_ident() == here))
    assert next(made) == (0, False)
    assert drawn == [(0, True), (1, True)]


def test_an_error_is_raised_where_its_result_is_asked_for() -> None:
    made = made_ahead([2, 1, 0], lambda n: 2 // n)
    assert (next(made), next(made)) == (1, 2)
    with pytest.raises(ZeroDivisionError):
        next(made)
