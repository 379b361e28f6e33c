"""The methods: a straight line that fades where it is weak, rates of those who buy now and then, last year again.

Each gives the mean of every month to come and the standard deviation of every sum that is asked for. All of it is
worked out for all rows at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kemai.value.forecasts import patterns
from kemai.value.forecasts.intermittent import rates_of
from kemai.value.forecasts.season import YEAR, along

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Outlook:
    """`mean[i, h]` of the month h steps ahead (fen); `deviation[i, k]` and `quantile[i]` make the band of the k-th sum."""

    mean: np.ndarray
    deviation: np.ndarray
    quantile: np.ndarray


def trend(
    amounts: np.ndarray, length: np.ndarray, index: np.ndarray, sums: np.ndarray, tail: float
) -> Outlook:
    """The least-squares line over the last twelve months (3.9), freed from the season before and put back after.

    One month ahead it is the line itself. Each further month adds R² times the step before: a strong trend goes on, a
    weak one stands still. `sums` has a column for each sum of months; `tail` is the probability above the band.
    """
    import numpy as np

    k = np.minimum(length, YEAR).astype(float)
    months = min(YEAR, amounts.shape[1])
    place = np.arange(months)
    inside = place >= months - k[:, None]
    y = np.where(inside, amounts[:, -months:] / along(index, months), 0.0)
    x = np.where(inside, place - (months - 1 - (k[:, None] - 1) / 2), 0.0)
    mean, spread = y.sum(axis=1) / k, k * (k * k - 1) / 12
    slope = (x * y).sum(axis=1) / spread
    squares = (np.where(inside, y - mean[:, None], 0.0) ** 2).sum(axis=1)
    explained = np.clip(slope**2 * spread / np.where(squares > 0, squares, 1.0), 0.0, 1.0)
    left = np.maximum(squares - slope**2 * spread, 0.0) / (k - 2)
    distance = (k[:, None] + 1) / 2 + _steps(explained, sums.shape[0])
    weight = along_ahead(index, sums.shape[0])
    variance = (
        (weight**2) @ sums
        + (weight @ sums) ** 2 / k[:, None]
        + ((weight * distance) @ sums) ** 2 / spread[:, None]
    )
    ahead = np.maximum((mean[:, None] + slope[:, None] * distance) * weight, 0.0)
    return Outlook(ahead, np.sqrt(left[:, None] * variance), quantile_of(k - 2, tail))


def rates(
    amounts: np.ndarray, length: np.ndarray, index: np.ndarray, method: np.ndarray, sums: np.ndarray, tail: float
) -> Outlook:  # fmt: skip
    """One rate a month from the method of each row, times the season; the band from how its months spread."""
    import numpy as np

    months = min(patterns.WINDOW, amounts.shape[1])
    k = np.minimum(length, months).astype(int)
    y = np.maximum(amounts[:, -months:], 0.0) / along(index, months)
    inside = np.arange(months) >= months - k[:, None]
    mean = np.where(inside, y, 0.0).sum(axis=1) / k
    squares = (np.where(inside, y - mean[:, None], 0.0) ** 2).sum(axis=1) / (k - 1)
    rate = rates_of(np.where(inside, y, 0.0), k, method)
    weight = along_ahead(index, sums.shape[0])
    variance = (weight**2) @ sums + (weight @ sums) ** 2 / k[:, None]
    ahead = rate.reshape(-1, 1) * weight
    return Outlook(ahead, np.sqrt(squares[:, None] * variance), quantile_of(k - 1, tail))


def last_year(amounts: np.ndarray, sums: np.ndarray, tail: float) -> Outlook:
    """Each month as it was a year before; the band from how the last two years differ, or twice the last one's spread."""
    import numpy as np

    rows, months = amounts.shape
    ahead = np.maximum(amounts[:, months - YEAR :][:, np.arange(sums.shape[0]) % YEAR], 0.0)
    if months >= 2 * YEAR:
        step = amounts[:, -YEAR:] - amounts[:, -2 * YEAR : -YEAR]
        variance = (step**2).mean(axis=1)
    else:
        variance = 2 * amounts[:, -YEAR:].var(axis=1)
    deviation = np.sqrt(variance[:, None] * sums.sum(axis=0))
    return Outlook(ahead, deviation, quantile_of(np.full(rows, YEAR - 1), tail))


def along_ahead(index: np.ndarray, months: int) -> np.ndarray:
    """The index of the months to come."""
    import numpy as np

    return index[:, np.arange(months) % YEAR]


def _steps(explained: np.ndarray, months: int) -> np.ndarray:
    """0, R², R² + R⁴, … for the months ahead."""
    import numpy as np

    powers = explained[:, None] ** np.arange(1, months)
    return np.hstack([np.zeros((len(explained), 1)), powers.cumsum(axis=1)])


def quantile_of(freedom: np.ndarray, tail: float) -> np.ndarray:
    """How many deviations the band reaches to each side."""
    from scipy.special import stdtrit

    return stdtrit(freedom, 1 - tail)  # type: ignore[no-any-return]
