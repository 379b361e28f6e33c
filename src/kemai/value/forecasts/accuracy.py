"""How well the methods would have done: the last months held out, forecast from what was known before, and compared.

The error is the WAPE, the sum of absolute errors over the sum of absolute sales, customer by customer and month by month;
the yardstick is last year's months again (seasonal naive) for the same customers and months.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kemai.value.forecasts.outlook import Ahead, asked_for, look_ahead
from kemai.value.forecasts.patterns import METHODS, NAIVE, NONE
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


@dataclass(frozen=True, slots=True)
class _Sums:
    """Fen by method of those who could be compared: what they bought, without its sign and with it, what was forecast, and
    how far the forecast and last year's months were off. Whole numbers, so that their order does not matter."""

    customers: np.ndarray
    sold: np.ndarray
    net: np.ndarray
    mean: np.ndarray
    error: np.ndarray
    naive: np.ndarray
    naive_error: np.ndarray


def backtest(series: Series) -> list[Accuracy]:
    """A line for each method that had anybody to compare, then one for what is used of them, "all".

    Compared are customers known for a year before the months held out; without any the list is empty.
    """
    import numpy as np

    if len(series.amounts) < YEAR + HELD_OUT:
        return []
    before = series.until(HELD_OUT)
    sums = _compared(series, before, look_ahead(before, asked_for(HELD_OUT)))
    places = np.flatnonzero(sums.customers).tolist()
    if not places:
        return []
    lines = [_line(place, sums) for place in places]
    beaten = [place for place, line in zip(places, lines, strict=True) if line.is_beaten]
    return [*lines, _line_of_all(sums, beaten)]


def _compared(series: Series, before: Series, found: Ahead) -> _Sums:
    import numpy as np

    at = np.flatnonzero((before.length >= YEAR) & (found.method != NONE))
    actual, mean = (each.take(at, axis=1) for each in (series.amounts[-HELD_OUT:], found.mean))
    naive = np.maximum(before.amounts[-YEAR : -YEAR + HELD_OUT].take(at, axis=1), 0.0)
    columns = (np.abs(actual), actual, mean, np.abs(actual - mean), naive, np.abs(actual - naive))
    of_each = (np.bincount(found.method[at], each.sum(axis=0), len(METHODS)) for each in columns)
    return _Sums(np.bincount(found.method[at], minlength=len(METHODS)), *of_each)


def beaten_methods(lines: list[Accuracy]) -> frozenset[int]:
    """The methods that last year's months beat."""
    return frozenset(METHODS.index(line.method) for line in lines if line.is_beaten and line.method != "all")


def _line(place: int, sums: _Sums) -> Accuracy:
    sold = float(sums.sold[place])
    wape, plain = _wape(float(sums.error[place]), sold), _wape(float(sums.naive_error[place]), sold)
    count = int(sums.customers[place])
    can_lose = place != NAIVE and count >= LEAST_COMPARED
    is_beaten = can_lose and wape is not None and plain is not None and wape > plain
    off = _total_error(float(sums.mean[place]), float(sums.net[place]))
    return Accuracy(METHODS[place], count, wape, plain, off, is_beaten)


def _line_of_all(sums: _Sums, beaten: list[int]) -> Accuracy:
    """What is used: last year's months where they beat the method."""
    mean, error = sums.mean.copy(), sums.error.copy()
    mean[beaten], error[beaten] = sums.naive[beaten], sums.naive_error[beaten]
    sold = float(sums.sold.sum())
    wape, plain = _wape(float(error.sum()), sold), _wape(float(sums.naive_error.sum()), sold)
    off = _total_error(float(mean.sum()), float(sums.net.sum()))
    return Accuracy("all", int(sums.customers.sum()), wape, plain, off, is_beaten=False)


def _wape(error: float, sold: float) -> float | None:
    return error * 100 / sold if sold else None


def _total_error(mean: float, sold: float) -> float | None:
    return (mean - sold) * 100 / sold if sold > 0 else None


__all__ = ["HELD_OUT", "Accuracy", "Ahead", "backtest", "beaten_methods"]
