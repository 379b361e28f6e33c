"""Stability and persistence (3.9): how even a customer's months are, how unbroken, and where they are going.

The series is net sales of the last complete months, zeros included from the month of the first order.
Everything is exact in whole fen until the last division.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import reduce
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from kemai.value.arguments import at_least_one
from kemai.value.errors import FactError
from kemai.value.exact import sum_or_zero
from kemai.value.windows import as_date, complete_months

if TYPE_CHECKING:
    from ibis.expr.types import Table

FEWEST_MONTHS, MOST_MONTHS = 6, 60
STABLE, FLUCTUATING = 0.25, 0.50
TREND = 0.10
# Cuts are compared with this slack, so that a ratio that is exactly the cut falls on the better side.
SLACK = 1e-12
STEPS = ("series_sum", "moment_t", "square_sum", "active_months")


def stability(sales: Any, as_of: date, months: int = 12) -> Table:
    """How stable and how persistent each customer of `sales` is.

    `sales` as for `rfm`. The result has customer_id, months (length of the series), mean (yuan a month), cv,
    label (stable, fluctuating, unstable), active_ratio, streak, longest_gap (months), slope (yuan a month),
    trend_per_year (fraction), r2 (null for an even series), trend (up, flat, down) and reason: no_purchase,
    too_few_months (under six), no_positive_mean. Lines after `as_of` do not exist.
    FactError names a column of the wrong shape, and a series of less than a month or more than 60.
    """
    from kemai.value.measures.rfm import is_order_line
    from kemai.value.tables import sale_lines

    day, length = as_date(as_of), at_least_one(months, "months")
    if length > MOST_MONTHS:
        raise FactError(f"months：至多是 {MOST_MONTHS}", code="out_of_range", column="months")
    lines = sale_lines(sales)
    lines = lines.filter(lines.day <= day)
    sums = month_sums(lines, day, length)
    base = lines.group_by("customer_id").aggregate(
        first_order_on=lines.day.min(where=is_order_line(lines)), **sums
    )
    table = with_stability(base, day, length)
    money = {"mean": table.stability_mean_fen_exact / 100, "slope": table.slope_fen / 100}
    return table.select(
        "customer_id", table.stability_months.name("months"), money["mean"].name("mean"),
        table.stability_cv.name("cv"), table.stability_label.name("label"), "active_ratio", "streak",
        "longest_gap", money["slope"].name("slope"), "trend_per_year", table.trend_r2.name("r2"), "trend",
        table.stability_reason.name("reason"),
    )  # fmt: skip


def month_sums(lines: Table, as_of: date, months: int) -> dict[str, Any]:
    """Aggregations month_0 (oldest) to month_<n-1>: net sales in fen of each complete month."""
    edges = complete_months(as_of, months)
    spans = pairwise(edges)
    return {
        f"month_{i}": sum_or_zero(lines.amount_fen, where=(lines.day >= first) & (lines.day < after))
        for i, (first, after) in enumerate(spans)
    }


def with_stability(series: Table, as_of: date, months: int) -> Table:
    """`series`, which has first_order_on and the month columns, with all the columns of this measure.

    Each step is used many times by the next: see `compiling.plainly`, which keeps them apart.
    """
    columns = [f"month_{i}" for i in range(months)]
    table = series.mutate(first_index=_first_index(series, as_of, months))
    table = table.mutate(stability_months=(months - table.first_index).cast("int64"))
    table = table.mutate(**_persistence(table, columns), **_moments(table, columns))
    return table.mutate(**_ratios(table)).drop("first_index", *columns, *STEPS).mutate(**_labels())


def _first_index(base: Table, as_of: date, months: int) -> Any:
    """Where the series starts: 0, or the month of the first order; `months` when that is not complete yet."""
    import ibis

    edges = complete_months(as_of, months)
    known = base.first_order_on.notnull()
    position = reduce(
        lambda total, edge: total + (base.first_order_on >= edge).cast("int64"),
        edges[1:],
        ibis.literal(0, "int64"),
    )
    return known.ifelse(position, None)


def _inside(table: Table, series: Sequence[str]) -> list[Any]:
    """1 for each month from the first order on, else 0: a factor costs less than a condition."""
    return [(table.first_index <= i).cast("int64") for i in range(len(series))]


def _persistence(table: Table, series: Sequence[str]) -> dict[str, Any]:
    """The streak counts back from the last month; the longest gap is by the place of the last active month before each."""
    import ibis

    inside = _inside(table, series)
    active = [(table[name] > 0).cast("int64") * one for name, one in zip(series, inside, strict=True)]
    seen = [each * (i + 1) - 1 for i, each in enumerate(active)]
    before = [*accumulate(seen, ibis.greatest, initial=table.first_index - 1)][1:]
    return {
        "active_months": reduce(lambda a, b: a + b, active),
        "streak": reduce(lambda streak, each: (streak + 1) * each, active, ibis.literal(0, "int64")),
        "longest_gap": ibis.greatest(0, *(i - each for i, each in enumerate(before))).cast("int64"),
    }


def _moments(table: Table, series: Sequence[str]) -> dict[str, Any]:
    """Exact sums: of the series, and of the series times twice the distance from its middle month."""
    n, first, ones = table.stability_months, table.first_index, _inside(table, series)
    inside = [table[name] * one for name, one in zip(series, ones, strict=True)]
    total = reduce(lambda a, b: a + b, inside)
    # The sum of x * (2 * (i - first) - (n - 1)), with the part that is the same for all months taken out.
    turned = reduce(lambda a, b: a + b, (x * (2 * i) for i, x in enumerate(inside)))
    mean = total / n.nullif(0)
    squares = (
        (table[name] - mean) * (table[name] - mean) * one for name, one in zip(series, ones, strict=True)
    )
    return {
        "series_sum": total,
        "moment_t": turned - total * (2 * first + n - 1),
        "square_sum": reduce(lambda a, b: a + b, squares),
    }


def _ratios(table: Table) -> dict[str, Any]:
    import ibis

    n = table.stability_months
    long_enough = n >= FEWEST_MONTHS
    rated = long_enough & (table.series_sum > 0)
    mean = table.series_sum / n.nullif(0)
    # With u = 2t - (n-1): slope = 2 * sum(u*x) / sum(u*u), and sum(u*u) = n(n*n-1)/3.
    spread = n * (n * n - 1) / 3
    slope = 2 * table.moment_t / spread.nullif(0)
    explained = table.moment_t.cast("float64") * table.moment_t / (spread * table.square_sum).nullif(0.0)
    reason = ibis.cases(
        (table.first_order_on.isnull(), "no_purchase"),
        (~long_enough, "too_few_months"),
        (~rated, "no_positive_mean"),
    )
    return {
        "stability_mean_fen_exact": long_enough.ifelse(mean, None),
        "stability_cv": rated.ifelse((table.square_sum / n.nullif(0)).sqrt() / mean.nullif(0), None),
        "active_ratio": long_enough.ifelse(table.active_months / n.nullif(0), None),
        "slope_fen": long_enough.ifelse(slope, None),
        "trend_per_year": rated.ifelse(12 * slope / mean.nullif(0), None),
        "trend_r2": rated.ifelse(explained, None),
        "stability_reason": reason,
        "streak": long_enough.ifelse(table.streak, None),
        "longest_gap": long_enough.ifelse(table.longest_gap, None),
    }


def _labels() -> dict[str, Any]:
    import ibis

    return {
        "stability_label": lambda t: ibis.cases(
            (t.stability_cv <= STABLE + SLACK, "stable"),
            (t.stability_cv <= FLUCTUATING + SLACK, "fluctuating"),
            (t.stability_cv.notnull(), "unstable"),
        ),
        "trend": lambda t: ibis.cases(
            (t.trend_per_year > TREND + SLACK, "up"),
            (t.trend_per_year < -TREND - SLACK, "down"),
            (t.trend_per_year.notnull(), "flat"),
        ),
    }


def priority_tag(score_centi: Any, cv: Any, trend: Any) -> Any:
    """P1 for a quality customer that is stable and not falling, P2 for another quality customer, P3 for the rest."""
    import ibis

    good = score_centi >= 8_000
    steady = (cv <= STABLE + SLACK) & (trend != "down")
    return ibis.cases(
        (ibis.coalesce(good & steady, False), "P1"),
        (ibis.coalesce(good, False), "P2"),
        (score_centi.notnull(), "P3"),
    )
