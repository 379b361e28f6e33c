"""Step one: sale lines added up by customer, everything that needs the ten million rows in a single pass."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.engine.settings import EngineSettings
from kemai.value.exact import sum_of, sum_or_zero
from kemai.value.measures.rfm import is_order_line, order_key
from kemai.value.measures.stability import month_sums
from kemai.value.windows import days_start, months_start

if TYPE_CHECKING:
    from ibis.expr.types import Table


def counted_lines(sales: Table, as_of: date, settings: EngineSettings) -> Table:
    """The lines that count: of the right status, not after the as-of date."""
    return sales.filter(sales.status.isin(settings.statuses), sales.day <= as_of)


def by_customer(sales: Table, as_of: date, settings: EngineSettings) -> Table:
    """One row a customer (and one for null, the anonymous sales) with the sums of all windows."""
    lines = counted_lines(sales, as_of, settings)
    lines = lines.mutate(is_order=is_order_line(lines), order_key=order_key(lines))
    lines = lines.mutate(
        margin_fen=lines.amount_fen - lines.cost_fen,
        moved_milli=lines.is_order.ifelse(lines.quantity_milli, -lines.quantity_milli.abs()),
    )
    year, prior = months_start(as_of), months_start(as_of, 24)
    in_year = lines.day >= year
    return lines.group_by("customer_id").aggregate(
        **_dates_and_orders(lines, in_year, lines.day >= days_start(as_of, settings.rfm_window_days)),
        sales_12m_fen=sum_or_zero(lines.amount_fen, where=in_year),
        sales_prior_12m_fen=sum_or_zero(lines.amount_fen, where=(lines.day >= prior) & (lines.day < year)),
        sales_all_fen=sum_or_zero(lines.amount_fen),
        returns_12m_fen=sum_or_zero(-lines.amount_fen, where=in_year & ~lines.is_order),
        profit_12m_fen=sum_of(lines.margin_fen, where=in_year),
        profit_lines=lines.margin_fen.count(where=in_year),
        quantity_12m_milli=sum_of(lines.moved_milli, where=in_year),
        **month_sums(lines, as_of, settings.stability_months),
    )


def _dates_and_orders(lines: Table, in_year: Any, in_window: Any) -> dict[str, Any]:
    return {
        "lines": lines.count(),
        "lines_12m": lines.count(where=in_year),
        "first_order_on": lines.day.min(where=lines.is_order),
        "last_order_on": lines.day.max(where=lines.is_order),
        "orders_12m": lines.order_key.nunique(where=lines.is_order & in_year),
        "rfm_orders": lines.order_key.nunique(where=lines.is_order & in_window),
        "rfm_sales_fen": sum_or_zero(lines.amount_fen, where=in_window),
    }
