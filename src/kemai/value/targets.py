"""Sales targets (3.14, S1.110): one total shared out by forecasts, within floors and caps, in whole thousands.

`target_i = T * f_i / sum f`; who would fall below its floor or pass its cap is put there and the rest shared anew.
The targets add up to the total exactly.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kemai.value.arguments import fen_of, not_negative, percent, yuan
from kemai.value.errors import FactError, FactWarning

STEP = 1_000
HIGHEST_INDEX = Decimal(150)


def allocate_target(
    total: Any,
    forecasts: Mapping[str, Any],
    floors: Mapping[str, Any] | None = None,
    caps: Mapping[str, Any] | None = None,
    step: Any = STEP,
) -> dict[str, Decimal]:
    """Targets in yuan for the same keys as `forecasts` (sales forecast or expected value, 0 or more).

    Rounded to `step` yuan by largest remainder, equal remainders to the larger forecast, then by key. A floor or cap
    is kept even where it isn't a whole step. Without any forecast all get the same, with a FactWarning. FactError
    where there is nobody, floors add to more than the total, caps to less, or a floor is above its cap.

    >>> allocate_target(10_000_000, {"甲": 2_400_000, "乙": 3_600_000, "丙": 2_000_000})
    {'甲': Decimal('3000000.00'), '乙': Decimal('4500000.00'), '丙': Decimal('2500000.00')}
    >>> [str(target / 10_000) for target in allocate_target(1_000_000, {"a": 1, "b": 1, "c": 1}).values()]
    ['33.40', '33.30', '33.30']
    """
    whole, unit = fen_of(not_negative(total, "total"), "total"), fen_of(not_negative(step, "step"), "step")
    weights = {key: Fraction(not_negative(each, "forecasts")) for key, each in forecasts.items()}
    low = {key: fen_of(not_negative((floors or {}).get(key, 0), "floors"), "floors") for key in weights}
    high = {key: fen_of(not_negative((caps or {}).get(key, yuan(whole)), "caps"), "caps") for key in weights}
    _check(whole, low, high, floors, caps)
    if not any(weights.values()):
        warnings.warn(FactWarning("没有预测，平均分配", code="no_forecast"), stacklevel=2)
        weights = dict.fromkeys(weights, Fraction(1))
    exact = _within(whole, weights, low, high)
    return {key: yuan(fen) for key, fen in _rounded(whole, unit or 1, exact, weights, low, high).items()}


def _check(whole: int, low: Mapping[str, int], high: Mapping[str, int], floors: Any, caps: Any) -> None:
    if not low:
        raise FactError("forecasts：没有可分配的对象", code="empty", column="forecasts")
    for name, given in (("floors", floors), ("caps", caps)):
        if strangers := set(given or {}) - set(low):
            raise FactError(f"{name}：没有预测的 {min(strangers)}", code="unknown_key", column=name)
    if sum(low.values()) > whole:
        raise FactError("floors：下限之和超过总目标", code="floors_too_high", column="floors")
    if sum(high.values()) < whole:
        raise FactError("caps：上限之和达不到总目标", code="caps_too_low", column="caps")
    for key, floor in low.items():
        if floor > high[key]:
            raise FactError(f"caps：{key} 的上限低于下限", code="cap_below_floor", column="caps", key=key)


def _within(
    whole: int, weights: Mapping[str, Fraction], low: Mapping[str, int], high: Mapping[str, int]
) -> dict[str, Fraction]:
    """Shares by weight held within floor and cap: the side that is missed by more is fixed first."""
    fixed: dict[str, Fraction] = {}
    while free := [key for key in weights if key not in fixed]:
        left = whole - sum(fixed.values())
        among = sum(weights[key] for key in free)
        found = {key: left * (weights[key] / among if among else Fraction(1, len(free))) for key in free}
        short = {key: Fraction(low[key]) for key in free if found[key] < low[key]}
        over = {key: Fraction(high[key]) for key in free if found[key] > high[key]}
        if not short and not over:
            return fixed | found
        missing = sum(short[key] - found[key] for key in short)
        beyond = sum(found[key] - over[key] for key in over)
        fixed |= short if missing >= beyond else over
    return fixed


def _rounded(
    whole: int,
    unit: int,
    exact: Mapping[str, Fraction],
    weights: Mapping[str, Fraction],
    low: Mapping[str, int],
    high: Mapping[str, int],
) -> dict[str, int]:
    """Whole steps (or a floor), then what is left in steps by largest remainder, never above a cap."""
    given = {key: max(int(share // unit) * unit, low[key]) for key, share in exact.items()}
    left = whole - sum(given.values())
    order = sorted(given, key=lambda key: (given[key] - exact[key], -weights[key], key))
    while left > 0:
        for key in order:
            more = min(unit, left, high[key] - given[key])
            given[key], left = given[key] + more, left - more
    return {key: given[key] for key in weights}


def completion(actual: Any, target: Any) -> Decimal | None:
    """Percent of a target that was reached, two decimals; None without a target.

    >>> completion(920, 1000), completion(5, 0)
    (Decimal('92.00'), None)
    """
    if target is None or actual is None:
        return None
    return percent(fen_of(actual, "actual"), fen_of(not_negative(target, "target"), "target"))


def performance_index(actual: Any, target: Any) -> Decimal | None:
    """The completion held within 0 to 150; None without a target (3.6).

    >>> performance_index(920, 1000), performance_index(2000, 1000)
    (Decimal('92.00'), Decimal('150'))
    """
    reached = completion(actual, target)
    return None if reached is None else min(max(reached, Decimal(0)), HIGHEST_INDEX)
