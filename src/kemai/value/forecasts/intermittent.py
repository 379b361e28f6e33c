"""Croston-SBA, TSB and ADIDA of all customers at once: the rate a month of who buys now and then.

The formulas are those of statsforecast, whose models take one series a call; a test holds both side by side. Each works
through the months as columns, so that a step is one operation over all rows.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kemai.value.forecasts.patterns import ADIDA, CROSTON, TSB

if TYPE_CHECKING:
    import numpy as np

SMOOTHING = 0.1  # of Croston and TSB
DEBIASED = 0.95  # what Syntetos and Boylan take off Croston's rate
LEAST, MOST = 0.1, 0.3  # between which ADIDA looks for its smoothing
NEAR = 1e-12
GOLDEN = (5**0.5 - 1) / 2


def rates_of(months: np.ndarray, length: np.ndarray, method: np.ndarray) -> np.ndarray:
    """The rate of each row by its method; a row begins `length` months before the last column and is never negative."""
    import numpy as np

    found, names = np.zeros(len(months)), method.astype(str)
    for name, work in ((CROSTON, _croston), (TSB, _tsb), (ADIDA, _adida)):
        at = np.flatnonzero(names == name)
        if len(at):
            found[at] = work(months[at], length[at])
    return found


def _croston(months: np.ndarray, length: np.ndarray) -> np.ndarray:
    """What is bought when something is, by the months it takes until then."""
    import numpy as np

    demand, interval = _Smoothed(len(months)), _Smoothed(len(months))
    last = months.shape[1] - length - 1.0
    for place, column in enumerate(months.T):
        is_bought = (place >= months.shape[1] - length) & (column != 0)
        demand.take(column, is_bought)
        interval.take(place - last, is_bought)
        last = np.where(is_bought, place, last)
    every = interval.value
    rate: np.ndarray = demand.value / np.where(every != 0, every, 1.0) * DEBIASED
    return rate


def _tsb(months: np.ndarray, length: np.ndarray) -> np.ndarray:
    """What is bought when something is, times how likely that still is."""
    demand, chance = _Smoothed(len(months)), _Smoothed(len(months))
    for place, column in enumerate(months.T):
        is_inside = place >= months.shape[1] - length
        demand.take(column, is_inside & (column != 0))
        chance.take((column != 0).astype(float), is_inside)
    return chance.value * demand.value


class _Smoothed:
    """Simple exponential smoothing of many series that take turns."""

    def __init__(self, rows: int) -> None:
        import numpy as np

        self.value, self._has = np.zeros(rows), np.zeros(rows, dtype=bool)

    def take(self, values: np.ndarray, which: np.ndarray) -> None:
        """The next value of the rows `which`; a series starts at its first."""
        import numpy as np

        before = np.where(self._has, self.value, values)
        self.value = np.where(which, SMOOTHING * values + (1 - SMOOTHING) * before, self.value)
        self._has |= which


def _adida(months: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Months put together until something is bought in most of the sums, the sums smoothed as suits them best."""
    import numpy as np

    bought = months != 0
    bought &= np.arange(months.shape[1]) >= months.shape[1] - length[:, None]
    count, has = bought.sum(axis=1), bought.any(axis=1)
    last = length - bought[:, ::-1].argmax(axis=1)
    together = np.where(has, np.rint(last / np.maximum(count, 1)), 1).astype(int)
    sums = length // np.maximum(together, 1)
    found = np.zeros(len(months))
    shapes, group = np.unique(together * (months.shape[1] + 1) + sums, return_inverse=True)
    for number, shape in enumerate(shapes.tolist()):
        at = np.flatnonzero((group == number) & has)
        level, many = divmod(shape, months.shape[1] + 1)
        if len(at) and many:
            rows = months[at, months.shape[1] - level * many :].reshape(len(at), many, level).sum(axis=2)
            found[at] = _best_smoothed(np.ascontiguousarray(rows.T)) / level
    return found


def _best_smoothed(columns: np.ndarray) -> Any:
    """The next value of each series, its months as columns, by the smoothing that would have foretold it best: found
    by golden section, all series a step at a time; where both sides do alike, what lies between them."""
    import numpy as np

    low, high = np.full(columns.shape[1], LEAST), np.full(columns.shape[1], MOST)
    left, right = high - (high - low) * GOLDEN, low + (high - low) * GOLDEN
    at_left, at_right = _squares(columns, left), _squares(columns, right)
    width = MOST - LEAST
    while width > NEAR:
        goes_left, is_even = at_left < at_right, at_left == at_right
        low = np.where(goes_left | is_even, low, left)
        high = np.where(goes_left & ~is_even, right, high)
        step = (high - low) * GOLDEN
        kept, kept_at = np.where(goes_left, left, right), np.where(goes_left, at_left, at_right)
        asked = np.where(goes_left, high - step, low + step)
        asked_at = _squares(columns, asked)
        left, right = (
            np.where(is_even, left, np.where(goes_left, asked, kept)),
            np.where(is_even, right, np.where(goes_left, kept, asked)),
        )
        at_left, at_right = (
            np.where(is_even, at_left, np.where(goes_left, asked_at, kept_at)),
            np.where(is_even, at_right, np.where(goes_left, kept_at, asked_at)),
        )
        width *= GOLDEN
    smoothing = (low + high) / 2
    value = columns[0].copy()
    for column in columns:
        value = smoothing * column + (1 - smoothing) * value
    return value


def _squares(columns: np.ndarray, smoothing: np.ndarray) -> np.ndarray:
    """The squared errors of foretelling each month from those before it."""
    import numpy as np

    squares, value, rest = np.zeros(columns.shape[1]), columns[0], 1 - smoothing
    for before, column in pairwise(columns):
        value = smoothing * before + rest * value
        squares = squares + (column - value) ** 2
    return squares
