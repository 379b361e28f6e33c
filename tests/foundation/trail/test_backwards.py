"""Values of a past moment: told by the first change after it, or the last before it where something was erased (S1.114)."""

from __future__ import annotations

import doctest
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kemai.foundation.trail import Step, Stood, as_it_stood, backwards

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def at(day: int) -> datetime:
    return BEGIN + timedelta(days=day)


def step(day: int, **changes: Any) -> Step:
    return Step(at(day), changes)


def erased(day: int) -> Step:
    return Step(at(day), None)


def stood(steps: list[Step], day: int, now: str = "c") -> Stood:
    return as_it_stood({"x": now}, steps, at(day))["x"]


def test_the_old_value_stands_until_it_is_changed_and_other_fields_do_not_matter() -> None:
    steps = [step(1, x=["a", "b"]), step(3, y=[1, 2]), step(5, x=["b", "c"])]
    assert [stood(steps, day).value for day in (0, 1, 2, 5, 6)] == ["a", "a", "b", "b", "c"]
    assert all(stood(steps, day).is_known for day in range(7))


def test_the_worked_example_is_right() -> None:
    assert doctest.testmod(backwards).failed == 0


def test_a_change_at_the_very_moment_has_not_happened_yet() -> None:
    assert stood([step(5, x=["b", "c"])], 5).value == "b"


def test_without_a_change_it_is_what_it_is_now() -> None:
    assert stood([], 3) == Stood("c")


def test_an_erased_change_makes_unknown_only_what_it_may_have_changed() -> None:
    steps = [step(1, x=["a", "b"]), erased(5), step(9, x=["d", "c"])]
    assert stood(steps, 0) == Stood("a")
    assert stood(steps, 3) == Stood("b"), "known from before"
    assert stood(steps, 7) == Stood("d"), "told by the change after it"
    assert stood(steps, 10) == Stood("c")
    assert not stood([erased(5)], 3).is_known
    assert not stood([step(1, x=["a", "b"]), erased(2), erased(5)], 3).is_known
    assert stood([erased(2)], 3) == Stood("c"), "erased before the moment, nothing since"


@given(
    st.lists(st.tuples(st.sampled_from("xy"), st.integers(0, 3), st.booleans()), max_size=12),
    st.integers(0, 13),
)
def test_it_never_says_what_was_not_so(happened: list[tuple[str, int, bool]], day: int) -> None:
    state: dict[str, int] = {"x": 0, "y": 0}
    steps, truth = [], dict(state)
    for n, (field, value, is_erased) in enumerate(happened):
        if n < day:
            truth[field] = value
        steps.append(Step(at(n), None if is_erased else {field: [state[field], value]}))
        state[field] = value
    found = as_it_stood(state, steps, at(day))
    for field, value in found.items():
        assert not value.is_known or value.value == truth[field]
    if not any(is_erased for *_rest, is_erased in happened):
        assert all(value.is_known for value in found.values())
