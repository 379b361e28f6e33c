"""The company as the sum of its customers, to the fen, and a band that common good and bad months widen.

Customers taken as independent would give a band far too narrow: what befalls the market befalls all of them. So the
width is also found from the company's own series by the same straight line, and the wider of the two holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kemai.value.forecasts import methods
from kemai.value.forecasts.methods import Asked
from kemai.value.forecasts.outlook import SUMS, Ahead, company_season
from kemai.value.forecasts.season import YEAR
from kemai.value.forecasts.series import NEVER, Series
from kemai.value.measures.stability import FEWEST_MONTHS

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Company:
    """Fen: `mean` of each month ahead; `low` and `high` of each month and then of 3, 6 and 12 months."""

    mean: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    season: tuple[float, ...] | None

    def span(self, months: int) -> tuple[int, int, int]:
        """Sum, low and high of the next 3, 6 or 12 months."""
        at = len(self.mean) + SUMS.index(months)
        return sum(self.mean[:months]), self.low[at], self.high[at]


def company_ahead(series: Series, ahead: Ahead, asked: Asked) -> Company:
    """What is ahead of all customers together."""
    import numpy as np

    season, mean = company_season(series), ahead.mean.sum(axis=1)
    width = np.sqrt(ahead.variance) * methods.quantile_of(np.array([1e6]), asked.tail or 0.0)
    total = series.amounts.sum(axis=1)[:, None]
    length = _length(series)
    if length >= FEWEST_MONTHS:
        index = (np.ones(YEAR) if season is None else season)[:, None]
        own = methods.trend(total, np.array([length]), index, asked)
        if own.deviation is not None and own.quantile is not None:
            width = np.maximum(width, own.deviation[:, 0] * own.quantile[0])
    middle = asked.summed(mean[:, None])[:, 0]
    return Company(
        _fen(mean), _fen(np.maximum(middle - width, 0)), _fen(middle + width),
        None if season is None else tuple(float(each) for each in season),
    )  # fmt: skip


def _length(series: Series) -> int:
    known = series.first[series.first != NEVER]
    return int(len(series.amounts) - known.min()) if len(known) else 0


def _fen(amounts: np.ndarray) -> tuple[int, ...]:
    return tuple(int(each + 0.5) for each in amounts)
