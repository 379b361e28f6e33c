"""Step one: sale lines added up by customer, in three passes that each read only the lines they need.

One pass with a condition on every sum would put ten million lines through some twenty conditions; the year's sums and
orders need less than half of the lines, and whole files before it are never opened. The passes read a ledger of lines or of orders
alike (see `order_days`), on DuckDB or on Spark.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.engine.settings import EngineSettings
from kemai.value.exact import sum_of, sum_or_zero
from kemai.value.measures.rfm import order_key
from kemai.value.measures.stability import month_sums
from kemai.value.windows import complete_months, days_start, months_start

if TYPE_CHECKING:
    from ibis.expr.types import Table


def counted_lines(ledger: Table, as_of: date, settings: EngineSettings) -> Table:
    """The rows of a ledger (see `order_days`) that count: of the right status, not after the as-of date."""
    return ledger.filter(ledger.status.isin(settings.statuses), ledger.day <= as_of)


def sums_by_customer(ledger: Table, as_of: date, settings: EngineSettings) -> Mapping[str, Table]:
    """Tables of one row a customer (and one for null, the anonymous sales): ever, recent, orders.

    Only `ever` has everybody with a line; who is missing in the others has nothing there.
    """
    lines = counted_lines(ledger, as_of, settings)
    return {
        "ever": _ever(lines, as_of),
        "recent": _recent(lines, as_of, settings),
        "orders": _orders(lines, as_of, settings),
    }


def _ever(lines: Table, as_of: date) -> Table:
    year, prior = months_start(as_of), months_start(as_of, 24)
    return lines.group_by("customer_id").aggregate(
        lines=sum_or_zero(lines.lines),
        first_order_on=lines.day.min(where=lines.is_order),
        last_order_on=lines.day.max(where=lines.is_order),
        sales_all_fen=sum_or_zero(lines.amount_fen),
        sales_prior_12m_fen=sum_or_zero(lines.amount_fen, where=(lines.day >= prior) & (lines.day < year)),
    )


def _recent(lines: Table, as_of: date, settings: EngineSettings) -> Table:
    """Sums of the year, of the RFM window, and of each month of the series."""
    year, window = months_start(as_of), days_start(as_of, settings.rfm_window_days)
    lines = lines.filter(lines.day >= min(year, window, *complete_months(as_of, settings.stability_months)))
    in_year = lines.day >= year
    return lines.group_by("customer_id").aggregate(
        lines_12m=sum_or_zero(lines.lines, where=in_year),
        rfm_sales_fen=sum_or_zero(lines.amount_fen, where=lines.day >= window),
        sales_12m_fen=sum_or_zero(lines.amount_fen, where=in_year),
        returns_12m_fen=sum_or_zero(-lines.amount_fen, where=in_year & ~lines.is_order),
        profit_12m_fen=sum_of(lines.margin_fen, where=in_year),
        profit_lines=sum_or_zero(lines.margin_lines, where=in_year),
        quantity_12m_milli=sum_of(lines.moved_milli, where=in_year),
        **month_sums(lines, as_of, settings.stability_months),
    )


def _orders(lines: Table, as_of: date, settings: EngineSettings) -> Table:
    """How many orders: each once, then counted, which is half the price of two distinct counts."""
    year, window = months_start(as_of), days_start(as_of, settings.rfm_window_days)
    lines = lines.filter(lines.is_order & (lines.day >= min(year, window)) & lines.customer_id.notnull())
    orders: Any = lines.group_by("customer_id", order_key=order_key(lines)).aggregate(last=lines.day.max())
    return orders.group_by("customer_id").aggregate(
        orders_12m=orders.count(where=orders["last"] >= year),
        rfm_orders=orders.count(where=orders["last"] >= window),
    )
