"""RFM (3.1): days since the last order, orders and sales of a window, each scored 5 to 1 by rank.

`score = 5 - floor((rank - 1) * 5 / n)` with competition ranking, so that equal values always score alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.arguments import at_least_one
from kemai.value.exact import floor_div, sum_or_zero, to_yuan, whole
from kemai.value.windows import as_date, days_start

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Column, Table

FEWEST_CUSTOMERS = 5
WEIGHTS_MILLI = (300, 300, 400)
# (R high, F high, M high) -> segment
SEGMENTS: Mapping[tuple[bool, bool, bool], str] = {
    (True, True, True): "重要价值",
    (False, True, True): "重要保持",
    (True, False, True): "重要发展",
    (False, False, True): "重要挽留",
    (True, True, False): "一般价值",
    (False, True, False): "一般保持",
    (True, False, False): "一般发展",
    (False, False, False): "一般挽留",
}


def rfm(sales: Any, as_of: date, window_days: int = 365) -> Table:
    """Score every customer of `sales` by recency, frequency and money.

    `sales` needs customer_id (text), order_no, day, amount (yuan); optionally kind (sale, return, monthly) and status
    (only delivered lines count). The window ends on `as_of` and has `window_days` days. The result has customer_id,
    recency_days (since the last order of all time, 0 is today), frequency (orders in the window), monetary (net yuan in the
    window), r, f, m (5 is best, 1 worst, equal numbers score alike), code (555), segment and reason: no_purchase for a
    customer with returns alone, too_few_customers when fewer than five can be compared. Lines after `as_of` do not exist.
    FactError names a column of the wrong shape, and a window of less than a day.

    >>> from datetime import date
    >>> sales = {"customer_id": list("abcdea"), "order_no": [1, 2, 3, 4, 5, 6], "day": [date(2026, 6, d) for d in (1, 2, 3, 4, 5, 30)],
    ...          "amount": [10, 20, 30, 40, 50, 60.5]}
    >>> rows = {row["customer_id"]: row for row in rfm(sales, date(2026, 6, 30)).to_pyarrow().to_pylist()}
    >>> rows["a"]["recency_days"], rows["a"]["frequency"], str(rows["a"]["monetary"]), rows["a"]["code"], rows["e"]["code"]
    (0, 2, '70.50', '555', '444')
    """
    from kemai.value.tables import sale_lines

    day, length = as_date(as_of), at_least_one(window_days, "window_days")
    base = _by_customer(sale_lines(sales), day, days_start(day, length))
    scored = scored_table(base)
    return scored.select(
        "customer_id", "recency_days", "frequency", to_yuan(scored.monetary_fen).name("monetary"),
        "r", "f", "m", scored.rfm_code.name("code"), scored.rfm_segment.name("segment"),
        scored.rfm_missing.name("reason"),
    )  # fmt: skip


def is_order_line(lines: Table) -> BooleanValue:
    """A line that makes an order and renews recency: no return, no negative amount."""
    return (lines.kind != "return") & (lines.amount_fen >= 0)


def order_key(lines: Table) -> Column:
    """What counts as one order: its number; lines without one count a day as one order."""
    return lines.order_no.fill_null(lines.day.cast("string"))


def _by_customer(lines: Table, as_of: date, start: date) -> Table:
    import ibis

    lines = lines.filter(lines.day <= as_of)
    order, inside = is_order_line(lines), lines.day >= start
    last = lines.day.max(where=order)
    table = lines.mutate(order_key=order_key(lines)).group_by("customer_id").aggregate(
        last_order_on=last,
        frequency=lambda t: t.order_key.nunique(where=order & inside),
        monetary_fen=sum_or_zero(lines.amount_fen, where=inside),
    )  # fmt: skip
    bought = table.last_order_on.notnull()
    return table.mutate(
        recency_days=ibis.literal(as_of).delta(table.last_order_on, unit="day").cast("int64"),
        frequency=bought.ifelse(table.frequency, None),
        monetary_fen=bought.ifelse(table.monetary_fen, None),
    )


def scored_table(base: Table, high: int = 4, weights_milli: tuple[int, int, int] = WEIGHTS_MILLI) -> Table:
    """`base` with r, f, m, rfm_code, rfm_score_milli, rfm_segment and rfm_missing.

    `base` has recency_days, frequency and monetary_fen, null for customers that take no part.
    """
    import ibis

    # Ranks stand in a step of their own: a window written twice would be computed twice.
    ranked = base.mutate(
        rfm_n=whole(base.recency_days.count().over(ibis.window())),
        r=_rank(base.recency_days.asc()),
        f=_rank(base.frequency.desc()),
        m=_rank(base.monetary_fen.desc()),
    )
    return scored_by_rank(ranked, high, weights_milli)


def scored_by_rank(
    ranked: Table, high: int = 4, weights_milli: tuple[int, int, int] = WEIGHTS_MILLI
) -> Table:
    """The same from a table that has the ranks already: r, f and m from 0, and `rfm_n`, how many were compared."""
    import ibis

    ranked = ranked.mutate(
        **{name: 5 - floor_div(ranked[name] * 5, ranked.rfm_n.nullif(0)) for name in "rfm"}
    )
    ranked = ranked.mutate(
        f=(ranked.frequency <= 0).ifelse(1, ranked.f), m=(ranked.monetary_fen <= 0).ifelse(1, ranked.m)
    )
    enough = ranked.recency_days.notnull() & (ranked.rfm_n >= FEWEST_CUSTOMERS)
    ranked = ranked.mutate(**{name: enough.ifelse(ranked[name], None).cast("int64") for name in "rfm"})
    weights = zip("rfm", weights_milli, strict=True)
    missing = ibis.cases((ranked.recency_days.isnull(), "no_purchase"), (~enough, "too_few_customers"))
    return ranked.mutate(
        rfm_code=(ranked.r * 100 + ranked.f * 10 + ranked.m).cast("string"),
        rfm_score_milli=sum((ranked[name] * weight for name, weight in weights), ibis.literal(0, "int64")),
        rfm_segment=_segment(ranked, high),
        rfm_missing=missing,
    )


def _rank(order: Any) -> Any:
    """Competition rank from 0; nulls stand last."""
    import ibis

    return whole(ibis.rank().over(ibis.window(order_by=order)))


def _segment(table: Table, high: int) -> Any:
    import ibis

    def side(name: str, is_high: bool) -> Any:
        return table[name] >= high if is_high else table[name] < high

    return ibis.cases(
        *((side("r", r) & side("f", f) & side("m", m), segment) for (r, f, m), segment in SEGMENTS.items())
    )
