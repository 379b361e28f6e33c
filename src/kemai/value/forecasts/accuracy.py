"""How well the methods would have done: the last months held out, forecast from what was known before, and compared.

The error is the WAPE, the sum of absolute errors over the sum of absolute sales, customer by customer and month by month;
the yardstick is last year's months again (seasonal naive) for the same customers and months.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kemai.value.forecasts.outlook import Ahead, look_ahead
from kemai.value.forecasts.patterns import METHODS, NAIVE
from kemai.value.forecasts.season import YEAR

if TYPE_CHECKING:
    import numpy as np

    from kemai.value.forecasts.series import Series

HELD_OUT = 3
LEAST_COMPARED = 20  # fewer customers say nothing about a method


@dataclass(frozen=True, slots=True)
class Accuracy:
    """WAPE in percent over `customers` who could be compared; `total_error` is how far the sum of them all was off.

    `is_beaten`: last year's months again did better, and are used instead. None where nothing was sold.
    """

    method: str
    customers: int
    wape: float | None
    naive_wape: float | None
    total_error: float | None
    is_beaten: bool


def backtest(series: Series, level: int) -> list[Accuracy]:
    """A line for each method that had anybody to compare, then one for what is used of them, "all".

    Compared are customers known for a year before the months held out; without any the list is empty.
    """
    import numpy as np

    if series.amounts.shape[1] < YEAR + HELD_OUT:
        return []
    before = series.until(HELD_OUT)
    found = look_ahead(before, HELD_OUT, level)
    names = found.method.astype(str)
    is_compared = (before.length >= YEAR) & np.isin(names, METHODS)
    actual = series.amounts[:, -HELD_OUT:]
    naive = np.maximum(before.amounts[:, -YEAR : -YEAR + HELD_OUT], 0.0)
    lines = [
        _line(method, names == method, is_compared, actual, found.mean, naive)
        for method in METHODS
        if (is_compared & (names == method)).any()
    ]
    if not lines:
        return []
    beaten = [line.method for line in lines if line.is_beaten]
    used = np.where(np.isin(names, beaten)[:, None], naive, found.mean)
    return [*lines, _line("all", is_compared, is_compared, actual, used, naive)]


def beaten_methods(lines: list[Accuracy]) -> frozenset[str]:
    """The methods that last year's months beat."""
    return frozenset(line.method for line in lines if line.is_beaten and line.method != "all")


def _line(
    method: str, rows: np.ndarray, is_compared: np.ndarray, actual: np.ndarray, mean: np.ndarray, naive: np.ndarray
) -> Accuracy:  # fmt: skip
    at = rows & is_compared
    wape, plain = _wape(actual[at], mean[at]), _wape(actual[at], naive[at])
    count = int(at.sum())
    can_lose = method not in ("all", NAIVE) and count >= LEAST_COMPARED
    is_beaten = can_lose and wape is not None and plain is not None and wape > plain
    return Accuracy(method, count, wape, plain, _total_error(actual[at], mean[at]), is_beaten)


def _wape(actual: np.ndarray, mean: np.ndarray) -> float | None:
    import numpy as np

    sold = float(np.abs(actual).sum())
    return float(np.abs(actual - mean).sum()) * 100 / sold if sold else None


def _total_error(actual: np.ndarray, mean: np.ndarray) -> float | None:
    sold = float(actual.sum())
    return float(mean.sum() - sold) * 100 / sold if sold > 0 else None


__all__ = ["HELD_OUT", "Accuracy", "Ahead", "backtest", "beaten_methods"]
