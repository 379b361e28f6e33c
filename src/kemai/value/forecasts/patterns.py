"""Which method a customer's own pattern of buying asks for, by stated rules; and why some get no forecast.

The cut between regular and intermittent, 1.32 months between purchases, and the one between even and uneven amounts,
a squared variation of 0.49, are those of Syntetos, Boylan and Croston (2005).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kemai.value.forecasts.season import YEAR, seasons
from kemai.value.forecasts.series import NEVER, Series
from kemai.value.measures.stability import FEWEST_MONTHS

if TYPE_CHECKING:
    import numpy as np

WINDOW = 24
EVERY, UNEVEN = 1.32, 0.49
FADING = 2.0  # silent for more than twice the usual interval
OWN_SEASON, COMPANY_SEASON, TREND = "own_season", "company_season", "trend"
CROSTON, ADIDA, TSB, NAIVE = "croston_sba", "adida", "tsb", "seasonal_naive"
METHODS = (OWN_SEASON, COMPANY_SEASON, TREND, CROSTON, ADIDA, TSB, NAIVE)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A method or a reason for each row, never both; `index` is the season each row is freed from."""

    method: np.ndarray
    reason: np.ndarray
    index: np.ndarray


def pattern_of(series: Series, company: np.ndarray | None) -> Pattern:
    """The pattern of every customer; `company` is the company's seasonal index where it has one.

    Reasons: no_purchase, too_few_months (under six), no_recent_purchase (none in the last twelve months),
    one_month_only (of the last 24), no_positive_mean.
    """
    import numpy as np

    recent, bought = _window(series)
    months = np.minimum(series.length, WINDOW)
    active = bought.sum(axis=1)
    every = months / np.maximum(active, 1)
    index, is_own = _indices(series, company, every < EVERY)
    method = np.select(
        [every < EVERY, _silence(bought) > FADING * every, _variation(recent, bought) < UNEVEN],
        [np.where(is_own, OWN_SEASON, TREND if company is None else COMPANY_SEASON), TSB, CROSTON],
        ADIDA,
    ).astype(object)
    reason = np.select(
        [
            series.first == NEVER, series.length < FEWEST_MONTHS, ~bought[:, -YEAR:].any(axis=1), active < 2,
            recent.sum(axis=1) <= 0,
        ],
        ["no_purchase", "too_few_months", "no_recent_purchase", "one_month_only", "no_positive_mean"],
        "",
    ).astype(object)  # fmt: skip
    is_known = reason == ""
    method[~is_known], reason[is_known] = None, None
    return Pattern(method, reason, index)


def _window(series: Series) -> tuple[np.ndarray, np.ndarray]:
    """The last 24 months, nothing before a series begins; and in which of them something was bought."""
    import numpy as np

    amounts = series.amounts[:, -WINDOW:]
    places = np.arange(series.amounts.shape[1])[-WINDOW:]
    inside = (places >= series.first[:, None]) & (series.first[:, None] != NEVER)
    recent = np.where(inside, amounts, 0.0)
    return recent, recent > 0


def _silence(bought: np.ndarray) -> np.ndarray:
    """Months without a purchase at the end."""
    silence: np.ndarray = bought[:, ::-1].argmax(axis=1)
    return silence


def _variation(recent: np.ndarray, bought: np.ndarray) -> np.ndarray:
    """Squared coefficient of variation of the months with purchases."""
    import numpy as np

    count = np.maximum(bought.sum(axis=1), 1)
    paid = np.where(bought, recent, 0.0)
    mean = paid.sum(axis=1) / count
    spread = (np.where(bought, recent - mean[:, None], 0.0) ** 2).sum(axis=1) / count
    squared: np.ndarray = spread / np.where(mean > 0, mean, 1.0) ** 2
    return squared


def _indices(
    series: Series, company: np.ndarray | None, is_regular: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Each row's index: where two years show one of its own, the mean of that and the company's; else the company's
    alone, else all ones. Two years are few, so the company's steadies them."""
    import numpy as np

    rows = len(series.first)
    index = np.tile(np.ones(YEAR) if company is None else company, (rows, 1))
    is_own = np.zeros(rows, dtype=bool)
    asked = np.flatnonzero(is_regular & (series.length >= WINDOW))
    if len(asked):
        found, is_season = seasons(series.amounts[asked, -WINDOW:])
        own = found if company is None else (found + company) / 2
        index[asked[is_season]] = own[is_season]
        is_own[asked] = is_season
    return index, is_own
