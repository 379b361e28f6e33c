"""Croston-SBA, TSB and ADIDA of all customers at once: the rate a month of who buys now and then.

The formulas are those of statsforecast, whose models take one series a call; a test holds both side by side. A month is
a row here too, so that a step is one operation over all customers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kemai.value.forecasts.patterns import ADIDA, CROSTON, TSB, last_place
from kemai.value.forecasts.smoothing import next_values

if TYPE_CHECKING:
    import numpy as np

SMOOTHING = 0.1  # of Croston and TSB
DEBIASED = 0.95  # what Syntetos and Boylan take off Croston's rate
IN_ORDER = 8  # from so many numbers on, NumPy adds up a row of them in another order than one after the other


def rates_of(months: np.ndarray, length: np.ndarray, method: np.ndarray) -> np.ndarray:
    """The rate of each customer by its method; `months[c, i]` begins `length[i]` months before the last row and is never
    negative."""
    import numpy as np

    found = np.zeros(len(length))
    for each, work in ((CROSTON, _croston), (TSB, _tsb), (ADIDA, _adida)):
        at = np.flatnonzero(method == each)
        if len(at):
            found[at] = work(months.take(at, axis=1), length[at])
    return found


def _croston(months: np.ndarray, length: np.ndarray) -> np.ndarray:
    """What is bought when something is, by the months it takes until then."""
    import numpy as np

    demand, interval = _Smoothed(len(length)), _Smoothed(len(length))
    last = len(months) - length - 1.0
    for place, row in enumerate(months):
        is_bought = (place >= len(months) - length) & (row != 0)
        demand.take(row, is_bought)
        interval.take(place - last, is_bought)
        last = np.where(is_bought, place, last)
    every = interval.value
    rate: np.ndarray = demand.value / np.where(every != 0, every, 1.0) * DEBIASED
    return rate


def _tsb(months: np.ndarray, length: np.ndarray) -> np.ndarray:
    """What is bought when something is, times how likely that still is."""
    demand, chance = _Smoothed(len(length)), _Smoothed(len(length))
    for place, row in enumerate(months):
        is_inside = place >= len(months) - length
        demand.take(row, is_inside & (row != 0))
        chance.take((row != 0).astype(float), is_inside)
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
    bought &= np.arange(len(months))[:, None] >= len(months) - length
    count = bought.view(np.int8).sum(axis=0, dtype=np.int8)
    last = length - len(months) + last_place(bought)
    together = np.where(count > 0, np.rint(last / np.maximum(count, 1)), 1).astype(int)
    many = length // np.maximum(together, 1)
    at = np.flatnonzero((count > 0) & (many > 0))
    at = at[
        np.argsort(-many[at], kind="stable")
    ]  # the longest first: what has begun is then always the first so many
    found = np.zeros(len(length))
    if len(at):
        sums = _put_together(months, at, together[at], int(many[at[0]]))
        found[at] = next_values(sums, many[at]) / together[at]
    return found


def _put_together(months: np.ndarray, at: np.ndarray, together: np.ndarray, most: int) -> np.ndarray:
    """The sums of each customer of `at`, the last ones in the last of `most` rows."""
    import numpy as np

    sums = np.zeros((most, len(at)))
    for level in np.unique(together).tolist():
        here = np.flatnonzero(together == level)
        many = min(len(months) // level, most)
        rows = months[len(months) - level * many :].take(at[here], axis=1).reshape(many, level, len(here))
        sums[most - many :, here] = _added(rows)
    return sums


def _added(rows: np.ndarray) -> Any:
    """Sums over the second axis, each as NumPy adds up the numbers of one customer."""
    import numpy as np

    if rows.shape[1] < IN_ORDER:
        return rows.sum(axis=1)
    return np.ascontiguousarray(rows.transpose(2, 0, 1)).sum(axis=2).T
