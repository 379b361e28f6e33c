"""Step two, first half: one row a customer with every measure that needs no rank."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.engine.settings import EngineSettings
from kemai.value.errors import FactError
from kemai.value.measures.expected import expected_value_columns
from kemai.value.measures.stability import Keep, with_stability

if TYPE_CHECKING:
    from ibis.expr.types import IntegerValue, Table

NULL_WHEN_NEVER_BOUGHT = (
    "orders_12m",
    "rfm_orders",
    "rfm_sales_fen",
    "sales_12m_fen",
    "sales_prior_12m_fen",
    "sales_all_fen",
    "returns_12m_fen",
    "profit_12m_fen",
    "quantity_12m_milli",
)


def numbered(customers: Table) -> Table:
    """The customers with `seq`, their place by code point: a cheap tie-break and the order of the result."""
    import ibis

    order = ibis.row_number().over(ibis.window(order_by=customers.customer_id))
    return customers.mutate(seq=order)


def check_one_row_each(table: Table, name: str) -> None:
    """FactError when a customer has two rows or a row has no customer."""
    known = table.aggregate(
        rows=table.count(), filled=table.customer_id.count(), distinct=table.customer_id.nunique()
    )
    [row] = known.to_pyarrow().to_pylist()
    if row["rows"] != row["filled"] or row["rows"] != row["distinct"]:
        raise FactError(f"{name} 的 customer_id 有空值或重复", code="repeated", column="customer_id")


def base_table(
    customers: Table, sums: Table, potentials: Table, as_of: date, settings: EngineSettings
) -> Table:
    """Customers joined with their sums and estimates, with expected value and tenure.

    The columns of the months stay, for `stability_table`.
    """
    import ibis

    table = customers
    for part in (sums, potentials):
        table = table.left_join(part, "customer_id").drop("customer_id_right")
    bought = table.first_order_on.notnull()
    table = table.mutate(**{name: bought.ifelse(table[name], None) for name in NULL_WHEN_NEVER_BOUGHT})
    table = table.mutate(
        population=_population(table, settings),
        takes_part=~ibis.coalesce(table.type.isin(settings.exclude_types), False),
        ev_state_fits=~ibis.coalesce(table.state.isin(settings.exclude_states_from_ev), False),
        recency_days=ibis.literal(as_of).delta(table.last_order_on, unit="day").cast("int64"),
        tenure_months=_whole_months(table.since.fill_null(table.first_order_on), as_of),
        sales_missing=bought.ifelse(ibis.null("string"), "no_purchase"),
        **_profit_and_quantity(table),
    )
    return table.mutate(**expected_value_columns(table, settings.horizon_months))


def stability_table(whole: Table, as_of: date, settings: EngineSettings, keep: Keep) -> Table:
    """seq with the columns of stability and persistence."""
    months = [f"month_{i}" for i in range(settings.stability_months)]
    series = whole.select("seq", "first_order_on", *months)
    return with_stability(series, as_of, settings.stability_months, keep).drop("first_order_on")


def _population(table: Table, settings: EngineSettings) -> Any:
    import ibis

    columns = {"unit": table.unit_id, "owner": table.owner_id}
    if settings.population not in columns:
        return ibis.literal("all")
    return columns[settings.population].cast("string").fill_null("none")


def _profit_and_quantity(table: Table) -> dict[str, Any]:
    """A customer without a line in the window has 0; one whose lines have no cost has no profit."""
    import ibis

    bought, idle = table.first_order_on.notnull(), table.lines_12m == 0
    return {
        "profit_12m_fen": (bought & idle).ifelse(0, table.profit_12m_fen),
        "profit_missing": ibis.cases(
            (~bought, "no_purchase"), (~idle & (table.profit_lines == 0), "no_cost")
        ),
        "profit_note": ibis.cases(
            (bought & table.profit_lines.between(1, table.lines_12m - 1), "partial_cost")
        ),
        "quantity_12m_milli": (bought & idle).ifelse(0, table.quantity_12m_milli),
        "quantity_missing": ibis.cases(
            (~bought, "no_purchase"), (~idle & table.quantity_12m_milli.isnull(), "no_quantity")
        ),
    }


def _whole_months(since: Any, as_of: date) -> IntegerValue:
    months = (as_of.year - since.year()) * 12 + (as_of.month - since.month())
    return (months - (since.day() > as_of.day).cast("int64")).cast("int64")
