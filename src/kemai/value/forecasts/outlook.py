"""All customers' outlooks together: the method of each by its pattern, or last year again where that does better."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kemai.value.forecasts import methods
from kemai.value.forecasts.patterns import ADIDA, CROSTON, NAIVE, TSB, pattern_of
from kemai.value.forecasts.season import YEAR, season_of
from kemai.value.forecasts.series import NEVER, Series

if TYPE_CHECKING:
    import numpy as np

SUMS = (3, 6, 12)
BLOCK = 65_536  # customers
INTERMITTENT = (CROSTON, ADIDA, TSB)


@dataclass(frozen=True, slots=True)
class Ahead:
    """Whole fen: `mean[i, h]` of the months to come, `low` and `high` of each month and then of the sums over 3, 6 and
    12 months (null beyond the months asked for); `variance` of the same before any rounding."""

    method: np.ndarray
    reason: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    variance: np.ndarray


def company_season(series: Series) -> np.ndarray | None:
    """The seasonal index of all customers together, from the first month in which anybody bought."""
    import numpy as np

    known = series.first[series.first != NEVER]
    start = int(known.min()) if len(known) else 0
    return season_of(np.asarray(series.amounts[:, start:].sum(axis=0)))


def sums_of(months: int) -> np.ndarray:
    """A column for each month ahead, then one for each of 3, 6, 12 months that fit."""
    import numpy as np

    wholes = [(np.arange(months) < span).astype(float) for span in SUMS if span <= months]
    return np.hstack([np.eye(months), *(column[:, None] for column in wholes)])


def look_ahead(series: Series, months: int, level: int, beaten: Collection[str] = ()) -> Ahead:
    """The next `months` months of every customer, with the band of `level` percent.

    Customers of a method in `beaten` get last year's months again, if they are known for a year. Worked out in blocks
    of customers, two at a time: the steps between need many times the memory of what is kept.
    """
    import numpy as np

    rows, columns = len(series.first), sums_of(months).shape[1]
    company = company_season(series)
    found = Ahead(
        np.empty(rows, dtype=object), np.empty(rows, dtype=object), np.zeros((rows, months)),
        *(np.zeros((rows, columns)) for _each in range(3)),
    )  # fmt: skip

    def work(start: int) -> None:
        block = slice(start, start + BLOCK)
        part = Series(series.ids, series.amounts[block], series.first[block], series.edges)
        _fill(found, block, _ahead(part, company, months, level, beaten))

    with ThreadPoolExecutor(2) as pool:
        for _done in pool.map(work, range(0, rows, BLOCK)):
            pass
    return found


def _fill(found: Ahead, block: slice, part: Ahead) -> None:
    for name in Ahead.__slots__:
        getattr(found, name)[block] = getattr(part, name)


def _ahead(
    series: Series, company: np.ndarray | None, months: int, level: int, beaten: Collection[str]
) -> Ahead:
    import numpy as np

    found = pattern_of(series, company)
    method, sums, tail = found.method.copy(), sums_of(months), (100 - level) / 200
    method[np.isin(method.astype(str), list(beaten)) & (series.length >= YEAR)] = NAIVE
    rows, columns = len(method), sums.shape[1]
    mean, deviation, quantile = np.zeros((rows, months)), np.zeros((rows, columns)), np.zeros(rows)
    names = method.astype(str)
    for group in ((NAIVE,), INTERMITTENT, ("own_season", "company_season", "trend")):
        at = np.flatnonzero(np.isin(names, group))
        if len(at):
            part = _part(series, at, found.index[at], method[at], group, sums, tail)
            mean[at], deviation[at], quantile[at] = part.mean, part.deviation, part.quantile
    mean = _whole(mean)
    middle, width = mean @ sums, deviation * quantile[:, None]
    low, high = _whole(np.maximum(middle - width, 0)), _whole(middle + width)
    return Ahead(method, found.reason, mean, low, high, deviation**2)


def _part(
    series: Series, at: np.ndarray, index: np.ndarray, method: np.ndarray, group: tuple[str, ...],
    sums: np.ndarray, tail: float,
) -> methods.Outlook:  # fmt: skip
    if group == (NAIVE,):
        return methods.last_year(series.amounts[at], sums, tail)
    if group == INTERMITTENT:
        return methods.rates(series.amounts[at], series.length[at], index, method, sums, tail)
    return methods.trend(series.amounts[at], series.length[at], index, sums, tail)


def _whole(fen: np.ndarray) -> np.ndarray:
    """Rounded half up; what is rounded is never negative."""
    import numpy as np

    return np.floor(fen + 0.5)
