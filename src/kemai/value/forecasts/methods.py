"""The methods: a straight line that fades where it is weak, rates of those who buy now and then, last year again.

Each gives the mean of every month to come and, where spans are asked for, the deviation of every month and of the sums
over these spans. All of it is worked out for all customers at once, a month a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kemai.value.forecasts import patterns
from kemai.value.forecasts.intermittent import rates_of
from kemai.value.forecasts.season import YEAR, along

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Asked:
    """Which `months` ahead, and the band: sums over the first so many months (`spans`), and the probability above it
    (`tail`); without a tail no band is worked out."""

    months: int
    spans: Sequence[int] = ()
    tail: float | None = None

    def summed(self, rows: np.ndarray) -> np.ndarray:
        """The row of each month ahead, and below them the sums over the spans."""
        import numpy as np

        return np.vstack([rows, *(rows[:span].sum(axis=0) for span in self.spans)])


@dataclass(frozen=True, slots=True)
class Outlook:
    """`mean[h, i]` of the month h steps ahead (fen); `deviation[k, i]` and `quantile[i]` make the band of the k-th month or
    sum."""

    mean: np.ndarray
    deviation: np.ndarray | None = None
    quantile: np.ndarray | None = None


def trend(amounts: np.ndarray, length: np.ndarray, index: np.ndarray, asked: Asked) -> Outlook:
    """The least-squares line over the last twelve months (3.9), freed from the season before and put back after.

    One month ahead it is the line itself. Each further month adds R² times the step before: a strong trend goes on, a
    weak one stands still.
    """
    import numpy as np

    k = np.minimum(length, YEAR).astype(float)
    months = min(YEAR, len(amounts))
    place = np.arange(months)[:, None]
    inside = place >= months - k
    y = np.where(inside, amounts[-months:] / along(index, months), 0.0)
    x = np.where(inside, place - (months - 1 - (k - 1) / 2), 0.0)
    mean, spread = y.sum(axis=0) / k, k * (k * k - 1) / 12
    slope = (x * y).sum(axis=0) / spread
    squares = (np.where(inside, y - mean, 0.0) ** 2).sum(axis=0)
    explained = np.clip(slope**2 * spread / np.where(squares > 0, squares, 1.0), 0.0, 1.0)
    distance = (k + 1) / 2 + _steps(explained, asked.months)
    weight = along_ahead(index, asked.months)
    ahead = np.maximum((mean + slope * distance) * weight, 0.0)
    if asked.tail is None:
        return Outlook(ahead)
    left = np.maximum(squares - slope**2 * spread, 0.0) / (k - 2)
    variance = (
        asked.summed(weight**2)
        + asked.summed(weight) ** 2 / k
        + asked.summed(weight * distance) ** 2 / spread
    )
    return Outlook(ahead, np.sqrt(left * variance), quantile_of(k - 2, asked.tail))


def rates(
    amounts: np.ndarray, length: np.ndarray, season: np.ndarray, method: np.ndarray, asked: Asked
) -> Outlook:
    """One rate a month from the method of each customer, times the one season of all of them; the band from how its months
    spread."""
    import numpy as np

    months = min(patterns.WINDOW, len(amounts))
    k = np.minimum(length, months).astype(int)
    inside = np.arange(months)[:, None] >= months - k
    y = np.maximum(amounts[-months:], 0.0)
    y /= along(season, months)[:, None]
    y *= inside
    weight = along_ahead(season, asked.months)[:, None]
    ahead = rates_of(y, k, method) * weight
    if asked.tail is None:
        return Outlook(ahead)
    y -= y.sum(axis=0) / k
    y *= inside
    squares = np.square(y, out=y).sum(axis=0) / (k - 1)
    variance = asked.summed(weight**2) + asked.summed(weight) ** 2 / k
    return Outlook(ahead, np.sqrt(squares * variance), quantile_of(k - 1, asked.tail))


def last_year(amounts: np.ndarray, asked: Asked) -> Outlook:
    """Each month as it was a year before; the band from how the last two years differ, or twice the last one's spread."""
    import numpy as np

    months, rows = amounts.shape
    ahead = np.maximum(amounts[months - YEAR :][np.arange(asked.months) % YEAR], 0.0)
    if asked.tail is None:
        return Outlook(ahead)
    if months >= 2 * YEAR:
        step = amounts[-YEAR:] - amounts[-2 * YEAR : -YEAR]
        variance = (step**2).mean(axis=0)
    else:
        variance = 2 * amounts[-YEAR:].var(axis=0)
    deviation = np.sqrt(variance * asked.summed(np.ones((asked.months, 1))))
    return Outlook(ahead, deviation, quantile_of(np.full(rows, YEAR - 1), asked.tail))


def along_ahead(index: np.ndarray, months: int) -> np.ndarray:
    """The index of the months to come."""
    import numpy as np

    return index[np.arange(months) % YEAR]


def _steps(explained: np.ndarray, months: int) -> np.ndarray:
    """0, R², R² + R⁴, … for the months ahead."""
    import numpy as np

    powers = explained ** np.arange(1, months)[:, None]
    return np.vstack([np.zeros(len(explained)), powers.cumsum(axis=0)])


def quantile_of(freedom: np.ndarray, tail: float) -> np.ndarray:
    """How many deviations the band reaches to each side; `freedom` are whole numbers, mostly small ones."""
    import numpy as np
    from scipy.special import stdtrit

    if freedom.max() > patterns.WINDOW:
        return stdtrit(freedom, 1 - tail)  # type: ignore[no-any-return]
    return np.asarray(stdtrit(np.arange(patterns.WINDOW + 1.0), 1 - tail)[freedom.astype(int)])
