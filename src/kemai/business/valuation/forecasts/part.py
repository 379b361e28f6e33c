"""The part `forecast` of a run: what each customer and the company will buy, and how far such forecasts were off."""

from __future__ import annotations

from collections.abc import Sequence
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
LABELS = ("up", "flat", "down")


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
    """The model's columns and, a column a month, the history and both bands: lists would be slower to write and to read."""
    import numpy as np
    import pyarrow as pa

    from kemai.value.forecasts.patterns import METHODS, NONE, REASONS, named
    from kemai.value.forecasts.report import spans_of

    ahead, series = found.ahead, found.series
    known = ahead.reason == NONE
    columns: dict[str, Any] = {
        "customer_key": series.ids.cast(pa.int64()), "method": named(ahead.method, METHODS),
        "reason": named(ahead.reason, REASONS), "months": pa.array(series.length, pa.int64()),
    }  # fmt: skip
    columns |= {f"{name}_fen": pa.array(fen, mask=~known) for name, fen in spans_of(ahead, AHEAD).items()}
    columns |= {f"month_{n + 1}_fen": pa.array(fen, mask=~known) for n, fen in enumerate(ahead.mean)}
    columns |= _years(found, known)
    for name, months in (("history", series.amounts[-SHOWN:]), ("low", ahead.low.T), ("high", ahead.high.T)):
        columns |= {
            f"{name}_month_{n}_fen": pa.array(np.ascontiguousarray(fen, np.int64))
            for n, fen in enumerate(months, 1)
        }
    return pa.table(columns)


def _years(found: Forecasts, known: np.ndarray) -> dict[str, Any]:
    """The last twelve complete months beside the twelve before, and where the next twelve lead."""
    import numpy as np
    import pyarrow as pa

    from kemai.value.forecasts.patterns import NONE, named

    series = found.series
    now, before = series.amounts[-YEAR:], series.amounts[-2 * YEAR : -YEAR]
    length = series.length
    next_12, sales = found.ahead.mean.sum(axis=0), now.sum(axis=0)
    can_compare = known & (length >= YEAR) & (sales > 0)
    change = next_12 / np.where(sales > 0, sales, 1) - 1
    label = np.select(
        [change > CHANGE, change < -CHANGE], [LABELS.index("up"), LABELS.index("down")], LABELS.index("flat")
    )
    return {
        "label": named(np.where(can_compare, label, NONE), LABELS), "sales_now_fen": pa.array(sales.astype(np.int64)),
        "sales_before_fen": pa.array(before.sum(axis=0).astype(np.int64), mask=length <= YEAR),
        "cv_now": _variation(now, np.minimum(length, YEAR)),
        "cv_before": _variation(before, np.clip(length - YEAR, 0, YEAR)),
    }  # fmt: skip


def _variation(months: np.ndarray, length: np.ndarray) -> pa.Array:
    """CV of the last `length` of twelve months (3.9); none under six of them or without a positive mean."""
    import numpy as np
    import pyarrow as pa

    inside = np.arange(YEAR)[:, None] >= YEAR - length
    count = np.maximum(length, 1)
    mean = np.where(inside, months, 0).sum(axis=0) / count
    spread = (np.where(inside, months - mean, 0.0) ** 2).sum(axis=0) / count
    is_rated = (length >= LEAST) & (mean > 0)
    return pa.array(
        np.where(is_rated, np.sqrt(spread) / np.where(is_rated, mean, 1), np.nan), from_pandas=True
    )


def _summary(found: Forecasts) -> dict[str, Any]:
    from dataclasses import asdict

    from kemai.value.forecasts.patterns import METHODS, REASONS

    series, company = found.series, found.company
    total = series.amounts[-SHOWN:].sum(axis=1)
    return {
        "history": [[f"{day:%Y-%m}", int(fen)] for day, fen in zip(series.edges[-SHOWN - 1 : -1], total, strict=True)],
        "months": [f"{day:%Y-%m}" for day in series.ahead(AHEAD)],
        "mean": list(company.mean), "low": list(company.low[:AHEAD]), "high": list(company.high[:AHEAD]),
        "spans": {str(span): list(company.span(span)) for span in (3, 6, 12)},
        "season": list(company.season) if company.season else None,
        "accuracy": [asdict(line) for line in found.accuracy],
        "methods": _counted(found.ahead.method, METHODS), "reasons": _counted(found.ahead.reason, REASONS),
    }  # fmt: skip


def _counted(places: np.ndarray, names: Sequence[str]) -> dict[str, int]:
    """How many customers have each, in the order in which they are met."""
    met = {int((places == place).argmax()): place for place in range(len(names)) if (places == place).any()}
    return {names[place]: int((places == place).sum()) for _first, place in sorted(met.items())}
