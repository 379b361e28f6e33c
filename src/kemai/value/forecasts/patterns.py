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
    from collections.abc import Sequence

    import numpy as np
    import pyarrow as pa

WINDOW = 24
EVERY, UNEVEN = 1.32, 0.49
FADING = 2.0  # silent for more than twice the usual interval
METHODS = ("own_season", "company_season", "trend", "croston_sba", "adida", "tsb", "seasonal_naive")
OWN_SEASON, COMPANY_SEASON, TREND, CROSTON, ADIDA, TSB, NAIVE = range(len(METHODS))
REASONS = ("no_purchase", "too_few_months", "no_recent_purchase", "one_month_only", "no_positive_mean")
NONE = -1


@dataclass(frozen=True, slots=True)
class Pattern:
    """A method or a reason for each customer, never both: their places in METHODS and REASONS, or NONE.

    Most are freed from one season, `shared[m]`, all ones where the company has none; `own[m, j]` is that of customer
    `own_at[j]`, of those with a season of their own."""

    method: np.ndarray
    reason: np.ndarray
    shared: np.ndarray
    own: np.ndarray
    own_at: np.ndarray

    def index_of(self, at: np.ndarray) -> np.ndarray:
        """The season each of these customers is freed from, a column a customer."""
        import numpy as np

        index = np.repeat(self.shared[:, None], len(at), axis=1)
        is_own = self.method[at] == OWN_SEASON
        index[:, is_own] = self.own[:, np.searchsorted(self.own_at, at[is_own])]
        return index


def named(places: np.ndarray, names: Sequence[str]) -> pa.Array:
    """The names of methods or reasons, null where there is none."""
    import pyarrow as pa

    return pa.array(names, pa.string()).take(pa.array(places, mask=places == NONE))


def pattern_of(series: Series, company: np.ndarray | None) -> Pattern:
    """The pattern of every customer; `company` is the company's seasonal index where it has one.

    Reasons: no_purchase, too_few_months (under six), no_recent_purchase (none in the last twelve months),
    one_month_only (of the last 24), no_positive_mean.
    """
    import numpy as np

    recent = _window(series)
    bought = recent > 0
    active = bought.view(np.int8).sum(axis=0, dtype=np.int8)
    reason = np.select(
        [
            series.first == NEVER, series.length < FEWEST_MONTHS, ~bought[-YEAR:].any(axis=0), active < 2,
            recent.sum(axis=0) <= 0,
        ],
        range(len(REASONS)),
        NONE,
    ).astype(np.int8)  # fmt: skip
    method, at = np.full(len(reason), NONE, np.int8), np.flatnonzero(reason == NONE)
    every = np.minimum(series.length[at], WINDOW) / active[at]
    own, own_at = _own_seasons(series, company, at[every < EVERY])
    recent, bought = recent.take(at, axis=1), bought.take(at, axis=1)
    method[at] = np.select(
        [every < EVERY, _silence(bought) > FADING * every, _variation(recent, bought) < UNEVEN],
        [TREND if company is None else COMPANY_SEASON, TSB, CROSTON],
        ADIDA,
    )
    method[own_at] = OWN_SEASON
    return Pattern(method, reason, np.ones(YEAR) if company is None else company, own, own_at)


def _window(series: Series) -> np.ndarray:
    """The last 24 months, nothing before a series begins."""
    import numpy as np

    places = np.arange(len(series.amounts))[-WINDOW:]
    starts = np.where(series.first == NEVER, len(series.amounts), series.first)
    return np.where(places[:, None] >= starts, series.amounts[-WINDOW:], 0.0)


def _silence(bought: np.ndarray) -> np.ndarray:
    """Months without a purchase at the end."""
    return len(bought) - last_place(bought)


def last_place(marks: np.ndarray) -> np.ndarray:
    """In which month the last mark of each customer is, counted from 1; 0 where there is none."""
    import numpy as np

    places = np.arange(1, len(marks) + 1, dtype=np.int8)
    last: np.ndarray = (marks.view(np.int8) * places[:, None]).max(axis=0)
    return last


def _variation(recent: np.ndarray, bought: np.ndarray) -> np.ndarray:
    """Squared coefficient of variation of the months with purchases."""
    import numpy as np

    count = np.maximum(bought.view(np.int8).sum(axis=0, dtype=np.int8), 1)
    mean = np.where(bought, recent, 0.0).sum(axis=0) / count
    spread = (np.where(bought, recent - mean, 0.0) ** 2).sum(axis=0) / count
    squared: np.ndarray = spread / np.where(mean > 0, mean, 1.0) ** 2
    return squared


def _own_seasons(
    series: Series, company: np.ndarray | None, regular: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The index of each of the `regular` customers whose two years show one of its own, and who they are: the mean of it
    and the company's. Two years are few, so the company's steadies them."""
    import numpy as np

    asked = regular[series.length[regular] >= WINDOW]
    if not len(asked):
        return np.empty((YEAR, 0)), asked
    found, is_season = seasons(np.ascontiguousarray(series.amounts[-WINDOW:].take(asked, axis=1).T))
    own = found[is_season] if company is None else (found[is_season] + company) / 2
    return own.T, asked[is_season]
