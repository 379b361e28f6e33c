"""Step two, first half: one row a customer with every measure that needs no rank."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.engine.settings import EngineSettings
from kemai.value.measures.expected import expected_value_columns
from kemai.value.measures.stability import with_stability

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
)
NULL_WITHOUT_A_LINE = ("profit_12m_fen", "quantity_12m_milli")


def base_table(table: Table, as_of: date, settings: EngineSettings) -> Table:
    """seq with the columns that come of a customer's own sums and estimates (see `alignment`): those sums where somebody
    bought, expected value and tenure."""
    import ibis

    bought = table.first_order_on.notnull()
    sums = {
        **{name: bought.ifelse(table[name].fill_null(0), None) for name in NULL_WHEN_NEVER_BOUGHT},
        **{name: bought.ifelse(table[name], None) for name in NULL_WITHOUT_A_LINE},
    }
    table = table.mutate(**{name: table[name].fill_null(0) for name in ("lines_12m", "profit_lines")}, **sums)
    bought = table.first_order_on.notnull()
    own = dict(
        population=_population(table, settings),
        takes_part=~ibis.coalesce(table.type.isin(settings.exclude_types), False),
        ev_state_fits=~ibis.coalesce(table.state.isin(settings.exclude_states_from_ev), False),
        recency_days=ibis.literal(as_of).delta(table.last_order_on, unit="day").cast("int64"),
        tenure_months=_whole_months(table.since.fill_null(table.first_order_on), as_of),
        sales_missing=bought.ifelse(ibis.null("string"), "no_purchase"),
        **_profit_and_quantity(table),
    )
    expected = expected_value_columns(table, settings.horizon_months)
    return table.select("seq", **{name: table[name] for name in sums} | own | expected)


def stability_table(whole: Table, as_of: date, settings: EngineSettings) -> Table:
    """seq with the columns of stability and persistence."""
    months = {name: whole[name].fill_null(0) for name in month_names(settings)}
    series = whole.select("seq", "first_order_on", **months)
    return with_stability(series, as_of, settings.stability_months).drop("first_order_on")


def month_names(settings: EngineSettings) -> list[str]:
    """The columns of the months of the series, which only `stability_table` reads."""
    return [f"month_{i}" for i in range(settings.stability_months)]


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
