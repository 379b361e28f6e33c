"""Simple exponential smoothing of many series of different lengths, each with the smoothing that would have foretold it
best, found by golden section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

LEAST, MOST = 0.1, 0.3  # between which the smoothing is looked for
NEAR = 1e-12
GOLDEN = (5**0.5 - 1) / 2
AT_ONCE = 4096  # series: what a step touches stays near the processor


def next_values(sums: np.ndarray, many: np.ndarray) -> np.ndarray:
    """The next value of each series, a column of `sums` whose last `many` rows count; the longest series come first."""
    import numpy as np

    found = np.empty(len(many))
    for start in range(0, len(many), AT_ONCE):
        rows = slice(start, start + AT_ONCE)
        longest = int(many[start])
        series = _Series(np.ascontiguousarray(sums[len(sums) - longest :, rows]), longest - many[rows])
        found[rows] = series.next_by(_best(series))
    return found


class _Series:
    """Series that end together and begin one after the other, at row `starts` (ascending)."""

    def __init__(self, rows: np.ndarray, starts: np.ndarray) -> None:
        import numpy as np

        self.rows, self.starts = rows, starts
        self.first = rows[starts, np.arange(len(starts))]
        self.begun = np.searchsorted(starts, np.arange(len(rows)), side="right").tolist()
        self._value, self._rest, self._step = (np.empty(len(starts)) for _each in range(3))

    def next_by(self, smoothing: np.ndarray) -> np.ndarray:
        """What is foretold after the last row."""
        import numpy as np

        value, rest = self.first.copy(), 1 - smoothing
        for row, n in zip(self.rows, self.begun, strict=True):
            value[:n] = smoothing[:n] * row[:n] + rest[:n] * value[:n]
        return np.asarray(value)

    def squares(self, smoothing: np.ndarray) -> np.ndarray:
        """The squared errors of foretelling each row from those before it."""
        import numpy as np

        squares = np.zeros(len(self.starts))
        self._value[:] = self.first
        np.subtract(1, smoothing, out=self._rest)
        for place in range(1, len(self.rows)):
            n = self.begun[place - 1]
            value, step = self._value[:n], self._step[:n]
            np.multiply(self._rest[:n], value, out=value)
            np.multiply(smoothing[:n], self.rows[place - 1, :n], out=step)
            np.add(value, step, out=value)
            np.subtract(self.rows[place, :n], value, out=step)
            np.multiply(step, step, out=step)
            np.add(squares[:n], step, out=squares[:n])
        return squares

    def those(self, which: np.ndarray) -> _Series:
        """Some of them."""
        return _Series(self.rows[:, which], self.starts[which])


def _best(series: _Series) -> Any:
    """The smoothing of least squares. Of the two places between `low` and `high` the worse becomes a bound, and the better
    one stays as `kept` beside a new one, `asked`; where both do alike, the search is over, at what lies between."""
    import numpy as np

    many = len(series.starts)
    found, left = np.empty(many), np.arange(many)
    low, high = np.full(many, LEAST), np.full(many, MOST)
    kept, asked = high - (high - low) * GOLDEN, low + (high - low) * GOLDEN
    kept_at, asked_at = series.squares(kept), series.squares(asked)
    over = np.zeros(many, dtype=bool)
    width = MOST - LEAST
    while width > NEAR:
        ends = (kept_at == asked_at) & ~over
        if ends.any():
            found[left[ends]] = (low[ends] + high[ends]) / 2
            over |= ends
            if 2 * np.count_nonzero(over) > len(over):
                go_on = np.flatnonzero(~over)
                series, left = series.those(go_on), left[go_on]
                low, high, kept, asked, kept_at, asked_at = (
                    each[go_on] for each in (low, high, kept, asked, kept_at, asked_at)
                )
                over = np.zeros(len(left), dtype=bool)
                if not len(left):
                    return found
        is_better = asked_at < kept_at
        worse = np.where(is_better, kept, asked)
        kept = np.where(is_better, asked, kept)
        kept_at = np.minimum(asked_at, kept_at)
        goes_left = kept < worse
        high = np.where(goes_left, worse, high)
        low = np.where(goes_left, low, worse)
        step = (high - low) * GOLDEN
        asked = np.where(goes_left, high - step, low + step)
        asked_at = series.squares(asked)
        width *= GOLDEN
    found[left[~over]] = ((low + high) / 2)[~over]
    return found
