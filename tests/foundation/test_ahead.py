"""Work made ready ahead comes in order, one ahead and no more, and an error reaches the one who waits for it."""

from __future__ import annotations

import threading
import time

import pytest

from kemai.foundation.ahead import made_ahead, spread


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


def test_work_spread_over_hands_comes_in_order_with_one_item_at_a_time_in_each() -> None:
    busy: set[str] = set()

    def make(hand: str, n: int) -> tuple[str, int]:
        assert hand not in busy
        busy.add(hand)
        time.sleep(0.002 * (n % 3))
        busy.discard(hand)
        return hand, n

    made = list(spread(["a", "b"], range(12), make))
    assert [n for _hand, n in made] == list(range(12))
    assert {hand for hand, _n in made} == {"a", "b"}


def test_a_single_hand_works_where_it_is_asked() -> None:
    here = threading.get_ident()
    assert list(spread(["a"], [1, 2], lambda hand, n: (hand, n, threading.get_ident() == here))) == [
        ("a", 1, True), ("a", 2, True),
    ]  # fmt: skip


def test_nothing_to_make_needs_no_hand() -> None:
    assert list(spread([], [], lambda hand, n: (hand, n))) == []


def test_what_is_not_begun_is_not_made_after_an_error() -> None:
    begun: list[int] = []

    def make(_hand: str, n: int) -> int:
        begun.append(n)
        time.sleep(0.005)
        return 2 // (n - 1)

    with pytest.raises(ZeroDivisionError):
        list(spread(["a", "b"], range(40), make))
    assert len(begun) < 40
