"""The part `forecast` of a run: what each customer and the company will buy, and how far such forecasts were off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kemai.business.valuation.models import Forecast
from kemai.business.valuation.runs.counted import lines_of
from kemai.business.valuation.runs.parts import Found, Given, Part

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from kemai.value.forecasts.report import Forecasts

KEY = "forecast"
AHEAD = 12
SHOWN = 24  # months of history that the file and the summary keep
YEAR, LEAST = 12, 6
CHANGE = 0.10


def part() -> Part:
    """How a run makes it."""
    return Part(KEY, lambda: Forecast, work)


def work(given: Given) -> Found:
    """Forecasts of all who ever bought."""
    from kemai.value.forecasts.report import forecasts_of

    with given.engine() as engine:
        lines = lines_of(engine, given)
        lines = lines.filter(lines.customer_key.notnull())
        found = forecasts_of(lines, given.as_of, AHEAD, key="customer_key")
    return Found(_table(found), _summary(found))


def _table(found: Forecasts) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    from kemai.value.forecasts.report import spans_of

    ahead, series = found.ahead, found.series
    known = np.array([reason is None for reason in ahead.reason], dtype=bool)
    columns: dict[str, Any] = {
        "customer_key": series.ids.cast(pa.int64()), "method": pa.array(ahead.method, pa.string()),
        "reason": pa.array(ahead.reason, pa.string()), "months": pa.array(series.length, pa.int64()),
    }  # fmt: skip
    columns |= {f"{name}_fen": _integers(fen) for name, fen in spans_of(ahead, AHEAD).items()}
    columns |= {
        f"month_{n + 1}_fen": _integers(np.where(known, ahead.mean[:, n], np.nan)) for n in range(AHEAD)
    }
    columns |= _years(found, known)
    for name, fen in (("history", series.amounts[:, -SHOWN:]), ("lows", ahead.low[:, :AHEAD]), ("highs", ahead.high[:, :AHEAD])):  # fmt: skip
        columns[name] = pa.FixedSizeListArray.from_arrays(pa.array(fen.astype("int64").ravel()), fen.shape[1])
    return pa.table(columns)


def _years(found: Forecasts, known: np.ndarray) -> dict[str, Any]:
    """The last twelve complete months beside the twelve before, and where the next twelve lead."""
    import numpy as np
    import pyarrow as pa

    series = found.series
    now, before = series.amounts[:, -YEAR:], series.amounts[:, -2 * YEAR : -YEAR]
    length = series.length
    next_12, sales = found.ahead.mean.sum(axis=1), now.sum(axis=1)
    can_compare = known & (length >= YEAR) & (sales > 0)
    change = next_12 / np.where(sales > 0, sales, 1) - 1
    label = np.select([~can_compare, change > CHANGE, change < -CHANGE], ["", "up", "down"], "flat")
    return {
        "label": pa.array([each or None for each in label], pa.string()), "sales_now_fen": _integers(sales),
        "sales_before_fen": _integers(np.where(length > YEAR, before.sum(axis=1), np.nan)),
        "cv_now": _variation(now, np.minimum(length, YEAR)),
        "cv_before": _variation(before, np.clip(length - YEAR, 0, YEAR)),
    }  # fmt: skip


def _variation(months: np.ndarray, length: np.ndarray) -> pa.Array:
    """CV of the last `length` of twelve months (3.9); none under six of them or without a positive mean."""
    import numpy as np
    import pyarrow as pa

    inside = np.arange(YEAR) >= YEAR - length[:, None]
    count = np.maximum(length, 1)
    mean = np.where(inside, months, 0).sum(axis=1) / count
    spread = (np.where(inside, months - mean[:, None], 0.0) ** 2).sum(axis=1) / count
    is_rated = (length >= LEAST) & (mean > 0)
    return pa.array(
        np.where(is_rated, np.sqrt(spread) / np.where(is_rated, mean, 1), np.nan), from_pandas=True
    )


def _integers(fen: np.ndarray) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    gone = np.isnan(fen)
    return pa.array(np.where(gone, 0, fen).astype("int64"), pa.int64(), mask=gone)


def _summary(found: Forecasts) -> dict[str, Any]:
    from collections import Counter
    from dataclasses import asdict

    series, company = found.series, found.company
    total = series.amounts[:, -SHOWN:].sum(axis=0)
    return {
        "history": [[f"{day:%Y-%m}", int(fen)] for day, fen in zip(series.edges[-SHOWN - 1 : -1], total, strict=True)],
        "months": [f"{day:%Y-%m}" for day in series.ahead(AHEAD)],
        "mean": list(company.mean), "low": list(company.low[:AHEAD]), "high": list(company.high[:AHEAD]),
        "spans": {str(span): list(company.span(span)) for span in (3, 6, 12)},
        "season": list(company.season) if company.season else None,
        "accuracy": [asdict(line) for line in found.accuracy],
        "methods": dict(Counter(each for each in found.ahead.method if each)),
        "reasons": dict(Counter(each for each in found.ahead.reason if each)),
    }  # fmt: skip
