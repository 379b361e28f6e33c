"""Stability and persistence (3.9): how even a customer's months are, how unbroken, and where they are going.

The series is net sales of the last complete months, zeros included from the month of the first order.
Everything is exact in whole fen until the last division.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kemai.value.arguments import at_least_one
from kemai.value.exact import sum_or_zero
from kemai.value.windows import as_date, complete_months

if TYPE_CHECKING:
    from ibis.expr.types import Table

FEWEST_MONTHS = 6
STABLE, FLUCTUATING = 0.25, 0.50
TREND = 0.10
# Cuts are compared with this slack, so that a ratio that is exactly the cut falls on the better side.
SLACK = 1e-12
STEPS = ("series_sum", "moment_t", "square_sum", "active_months")

Keep = Callable[[str, Any], Any]


def stability(sales: Any, as_of: date, months: int = 12) -> Table:
    """How stable and how persistent each customer of `sales` is.

    `sales` as for `rfm`. The result has customer_id, months (length of the series), mean (yuan a month), cv,
    label (stable, fluctuating, unstable), active_ratio, streak, longest_gap (months), slope (yuan a month),
    trend_per_year (fraction), r2 (null for an even series), trend (up, flat, down) and reason: no_purchase,
    too_few_months (under six), no_positive_mean. FactError for a series of less than a month.
    """
    from kemai.value.measures.rfm import is_order_line
    from kemai.value.tables import sale_lines

    day, length = as_date(as_of), at_least_one(months, "months")
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


def with_stability(series: Table, as_of: date, months: int, keep: Keep = lambda name, table: table) -> Table:
    """`series`, which has first_order_on and the month columns, with all the columns of this measure.

    `keep` may materialise a step: each is used many times by the next, and an engine that pastes one into the
    other would work it out as often.
    """
    columns = [f"month_{i}" for i in range(months)]
    table = keep("series_start", series.mutate(first_index=_first_index(series, as_of, months)))
    table = table.mutate(stability_months=(months - table.first_index).cast("int64"))
    table = keep("series_sums", table.mutate(**_persistence(table, columns), **_moments(table, columns)))
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


def _persistence(table: Table, series: Sequence[str]) -> dict[str, Any]:
    """Gaps and streak from the places of the last active and the last idle month: flat, without running state."""
    import ibis

    active = [(table[name] > 0) & (table.first_index <= i) for i, name in enumerate(series)]
    start, last = table.first_index - 1, len(series) - 1
    seen = [each.ifelse(i, -1) for i, each in enumerate(active)]
    idle = [each.ifelse(-1, i) for i, each in enumerate(active)]
    gaps = [i - ibis.greatest(start, *seen[: i + 1]) for i in range(len(series))]
    return {
        "active_months": reduce(lambda a, b: a + b, (each.cast("int64") for each in active)),
        "streak": (last - ibis.greatest(start, *idle)).cast("int64"),
        "longest_gap": ibis.greatest(0, *gaps).cast("int64"),
    }


def _moments(table: Table, series: Sequence[str]) -> dict[str, Any]:
    """Exact sums: of the series, and of the series times twice the distance from its middle month."""
    n, first = table.stability_months, table.first_index
    inside = [(first <= i).ifelse(table[name], 0) for i, name in enumerate(series)]
    total = reduce(lambda a, b: a + b, inside)
    position = [2 * (i - first) - (n - 1) for i in range(len(series))]
    moment = reduce(lambda a, b: a + b, (x * u for x, u in zip(inside, position, strict=True)))
    mean = total / n.nullif(0)
    squares = (
        (first <= i).ifelse((table[name] - mean) * (table[name] - mean), 0.0) for i, name in enumerate(series)
    )
    return {"series_sum": total, "moment_t": moment, "square_sum": reduce(lambda a, b: a + b, squares)}


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
