"""The forecast of every customer and of the company, with how far such forecasts were off (3.9, 3.14, S3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.arguments import whole_number
from kemai.value.errors import FactError
from kemai.value.forecasts.accuracy import Accuracy, backtest, beaten_methods
from kemai.value.forecasts.company import Company, company_ahead
from kemai.value.forecasts.outlook import SUMS, Ahead, asked_for, look_ahead
from kemai.value.forecasts.patterns import METHODS, NONE, REASONS, named
from kemai.value.forecasts.series import Series, series_of
from kemai.value.windows import as_date

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

HISTORY = 36
FEWEST, MOST = 3, 12
LEVEL = 80


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Everything found at once: the series, what is ahead of each customer and of all, and the backtest."""

    series: Series
    ahead: Ahead
    company: Company
    accuracy: list[Accuracy]


def forecasts_of(
    lines: Table, as_of: date, months: int = MOST, level: int = LEVEL, key: str = "customer_id"
) -> Forecasts:
    """From lines of the key, day, amount_fen and kind that all count as sales."""
    series = series_of(lines, as_of, HISTORY, key)
    accuracy, asked = backtest(series), asked_for(months, level)
    ahead = look_ahead(series, asked, beaten_methods(accuracy))
    return Forecasts(series, ahead, company_ahead(series, ahead, asked), accuracy)


def forecast(sales: Any, as_of: date, months: int = MOST, level: int = LEVEL) -> Table:
    """What each customer of `sales` will buy in the next 3 to 12 months, the first being the first incomplete one.

    `sales` as for `rfm`. The result has customer_id, months (complete months known, 36 at most), method (own_season,
    company_season, trend, croston_sba, adida, tsb, seasonal_naive), next_3, next_6, next_12 with low_… and high_…
    (yuan; null beyond `months`), monthly, monthly_low and monthly_high (lists of yuan, one a month) and reason:
    no_purchase, too_few_months (under six), no_recent_purchase, one_month_only, no_positive_mean. The bands hold
    `level` percent. FactError for months outside 3 to 12 or a level outside 50 to 99.
    """
    from kemai.value.reading import read
    from kemai.value.tables import sale_lines

    ahead_for, band = whole_number(months, "months"), whole_number(level, "level")
    if not FEWEST <= ahead_for <= MOST:
        raise FactError("months：只能预测 3 到 12 个月", code="out_of_range", column="months")
    if not 50 <= band <= 99:
        raise FactError("level：区间在 50 到 99 之间", code="out_of_range", column="level")
    found = forecasts_of(sale_lines(sales), as_date(as_of), ahead_for, band)
    return read(_in_yuan(found, ahead_for))


def forecast_accuracy(sales: Any, as_of: date) -> Table:
    """How well the same forecasts did in the last three complete months: method, customers, wape and naive_wape
    (percent), total_error (percent) and is_beaten, a row a method and one for all; without rows where nothing can be
    compared."""
    import pyarrow as pa

    from kemai.value.reading import read
    from kemai.value.tables import sale_lines

    lines = backtest(series_of(sale_lines(sales), as_date(as_of), HISTORY))
    shape = pa.schema([
        ("method", pa.string()), ("customers", pa.int64()), ("wape", pa.float64()), ("naive_wape", pa.float64()),
        ("total_error", pa.float64()), ("is_beaten", pa.bool_()),
    ])  # fmt: skip
    rows = [{name: getattr(line, name) for name in shape.names} for line in lines]
    return read(pa.Table.from_pylist(rows, shape))


def spans_of(ahead: Ahead, months: int) -> dict[str, Any]:
    """next_3, low_3, high_3 … in whole fen, for the spans that fit; 0 where there is no forecast."""
    found: dict[str, Any] = {}
    for place, span in enumerate(each for each in SUMS if each <= months):
        found[f"next_{span}"] = ahead.mean[:span].sum(axis=0)
        found |= {f"low_{span}": ahead.sums_low[place], f"high_{span}": ahead.sums_high[place]}
    return found


def _in_yuan(found: Forecasts, months: int) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    ahead, known = found.ahead, found.ahead.reason == NONE
    spans = spans_of(ahead, months)
    nothing = np.full(len(known), np.nan)
    columns: dict[str, Any] = {
        "customer_id": found.series.ids, "months": pa.array(found.series.length, pa.int64()),
        "method": named(ahead.method, METHODS),
    }  # fmt: skip
    for span in SUMS:
        for name in ("next", "low", "high"):
            fen = np.where(known, spans.get(f"{name}_{span}", nothing), np.nan)
            columns[f"{name}_{span}"] = pa.array(fen / 100, pa.float64(), from_pandas=True)
    for name, fen in (("monthly", ahead.mean.T), ("monthly_low", ahead.low), ("monthly_high", ahead.high)):
        columns[name] = pa.array(_lists(fen / 100, known), pa.list_(pa.float64()))
    columns["reason"] = named(ahead.reason, REASONS)
    return pa.table(columns)


def _lists(rows: Any, known: Any) -> list[list[float] | None]:
    return [row if is_known else None for row, is_known in zip(rows.tolist(), known, strict=True)]
