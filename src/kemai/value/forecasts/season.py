"""The seasonal index: how a month of the year stands to the months around it, once the years agree about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

YEAR = 12
LEAST_YEARS, MOST_YEARS = 2, 3
ALIKE = 0.5  # years that resemble each other less than this are chance, not a season
LOWEST = 0.1


def seasons(amounts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The index of each row and whether it may be believed.

    `amounts` has whole years of months, 24 or 36, oldest first. Each month is divided by the straight line through its
    row; the index is the mean of the years, 12 numbers of mean 1, the last one for the last month. Believed where
    the years correlate by 0.5 or more on average and the line stays above 0.
    """
    import numpy as np

    rows, months = amounts.shape
    line = lines_through(amounts)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.where(line > 0, amounts / line, np.nan).reshape(rows, months // YEAR, YEAR)
        index = np.clip(ratios.mean(axis=1), LOWEST, None)
        index = index / index.mean(axis=1, keepdims=True)
        alike = _likeness(ratios)
    return index, np.nan_to_num(alike, nan=0.0) >= ALIKE


def season_of(total: np.ndarray) -> np.ndarray | None:
    """The index of one series of any length; None where it is shorter than two years or its years differ."""
    years = min(len(total) // YEAR, MOST_YEARS)
    if years < LEAST_YEARS:
        return None
    index, is_season = seasons(total[None, -years * YEAR :])
    return index[0] if is_season[0] else None


def lines_through(amounts: np.ndarray) -> np.ndarray:
    """The least-squares line of each row, at the months of the row."""
    import numpy as np

    x = np.arange(amounts.shape[1]) - (amounts.shape[1] - 1) / 2
    slope = amounts @ x / (x @ x)
    line: np.ndarray = amounts.mean(axis=1, keepdims=True) + slope[:, None] * x
    return line


def along(index: np.ndarray, months: int) -> np.ndarray:
    """The rows of `index`, one for each month of a year, of the last `months` months, oldest first."""
    import numpy as np

    return index[(np.arange(months) - months) % YEAR]


def _likeness(ratios: np.ndarray) -> np.ndarray:
    """Mean correlation of each year with the next."""
    import numpy as np

    centred = ratios - ratios.mean(axis=2, keepdims=True)
    norm = np.sqrt((centred**2).sum(axis=2))
    pairs = (centred[:, 1:] * centred[:, :-1]).sum(axis=2) / (norm[:, 1:] * norm[:, :-1])
    likeness: np.ndarray = pairs.mean(axis=1)
    return likeness
