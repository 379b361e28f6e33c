"""All customers' outlooks together: the method of each by its pattern, or last year again where that does better."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kemai.value.forecasts import methods
from kemai.value.forecasts.methods import Asked
from kemai.value.forecasts.patterns import (
    ADIDA,
    COMPANY_SEASON,
    CROSTON,
    NAIVE,
    OWN_SEASON,
    TREND,
    TSB,
    Pattern,
    pattern_of,
)
from kemai.value.forecasts.season import YEAR, season_of
from kemai.value.forecasts.series import NEVER, Series

if TYPE_CHECKING:
    import numpy as np

SUMS = (3, 6, 12)
BLOCK = 65_536  # customers
REGULAR, INTERMITTENT = (OWN_SEASON, COMPANY_SEASON, TREND), (CROSTON, ADIDA, TSB)


@dataclass(frozen=True, slots=True)
class Ahead:
    """Of each customer the method or the reason why there is none (their places in METHODS and REASONS, or NONE), and in
    whole fen `mean[h, i]` of the months to come, 0 without a method.

    Where a band was asked for: `low[i, h]` and `high[i, h]` of each month, `sums_low[k, i]` and `sums_high[k, i]` of the
    sums over those of 3, 6 and 12 months that fit; `variance` of each month and then of each sum, before any rounding
    and added up over the customers.
    """

    method: np.ndarray
    reason: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    sums_low: np.ndarray
    sums_high: np.ndarray
    variance: np.ndarray


def company_season(series: Series) -> np.ndarray | None:
    """The seasonal index of all customers together, from the first month in which anybody bought."""
    import numpy as np

    known = series.first[series.first != NEVER]
    start = int(known.min()) if len(known) else 0
    return season_of(np.asarray(series.amounts[start:].sum(axis=1)))


def asked_for(months: int, level: int | None = None) -> Asked:
    """So many months, with the band of `level` percent around each and around the sums that fit."""
    if level is None:
        return Asked(months)
    return Asked(months, [span for span in SUMS if span <= months], (100 - level) / 200)


def look_ahead(series: Series, asked: Asked, beaten: Collection[int] = ()) -> Ahead:
    """The next months of every customer, with the band if one is asked for.

    Customers of a method in `beaten` get last year's months again, if they are known for a year. Worked out in blocks
    of customers, two at a time: the steps between need many times the memory of what is kept.
    """
    rows, company = len(series.first), company_season(series)
    found = _nothing_yet(rows, asked)

    def work(start: int) -> np.ndarray:
        block = slice(start, start + BLOCK)
        return _fill(found, series.block(block), block, company, asked, beaten)

    with ThreadPoolExecutor(2) as pool:
        for variance in pool.map(work, range(0, rows, BLOCK)):
            found.variance[:] += variance
    return found


def _nothing_yet(rows: int, asked: Asked) -> Ahead:
    import numpy as np

    banded, sums = (0, 0) if asked.tail is None else (asked.months, len(asked.spans))
    low, high = (np.zeros((rows, banded), np.int64) for _each in range(2))
    sums_low, sums_high = (np.zeros((sums, rows), np.int64) for _each in range(2))
    method, reason = (np.empty(rows, np.int8) for _each in range(2))
    mean = np.zeros((asked.months, rows), np.int64)
    return Ahead(method, reason, mean, low, high, sums_low, sums_high, np.zeros(banded + sums))


def _fill(
    found: Ahead, series: Series, block: slice, company: np.ndarray | None, asked: Asked, beaten: Collection[int]
) -> np.ndarray:  # fmt: skip
    """Writes what is ahead of the customers of a block, and gives the sums of their variances."""
    import numpy as np

    pattern = pattern_of(series, company)
    method = np.where(np.isin(pattern.method, list(beaten)) & (series.length >= YEAR), NAIVE, pattern.method)
    found.method[block], found.reason[block] = method, pattern.reason
    variance = np.zeros_like(found.variance)
    for at, part in _parts(series, pattern, method, asked):
        mean = _whole(part.mean)
        found.mean[:, block][:, at] = mean
        if part.deviation is not None and part.quantile is not None:
            _fill_band(found, block, at, asked.summed(mean), part.deviation * part.quantile)
            variance += np.square(part.deviation).sum(axis=1)
    return variance


def _fill_band(found: Ahead, block: slice, at: np.ndarray, middle: np.ndarray, width: np.ndarray) -> None:
    import numpy as np

    low, high = _whole(np.maximum(middle - width, 0)), _whole(middle + width)
    months = len(found.mean)
    found.low[block][at], found.high[block][at] = low[:months].T, high[:months].T
    found.sums_low[:, block][:, at], found.sums_high[:, block][:, at] = low[months:], high[months:]


def _parts(
    series: Series, pattern: Pattern, method: np.ndarray, asked: Asked
) -> Iterator[tuple[np.ndarray, methods.Outlook]]:
    """The customers of each group of methods, and what it finds for them."""
    import numpy as np

    for group in ((NAIVE,), INTERMITTENT, REGULAR):
        at = np.flatnonzero(np.isin(method, group))
        if not len(at):
            continue
        amounts, length = series.amounts[-2 * YEAR :].take(at, axis=1), series.length[at]
        if group == (NAIVE,):
            yield at, methods.last_year(amounts, asked)
        elif group == INTERMITTENT:
            yield at, methods.rates(amounts, length, pattern.shared, method[at], asked)
        else:
            yield at, methods.trend(amounts, length, pattern.index_of(at), asked)


def _whole(fen: np.ndarray) -> np.ndarray:
    """Rounded half up; what is rounded is never negative."""
    import numpy as np

    return np.floor(fen + 0.5)
