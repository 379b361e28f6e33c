"""The sale lines and customers of a part, as Ibis tables on one engine, in the shape that the library's functions take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

    from kemai.business.valuation.runs.parts import Given

INTERNAL, NON = "internal", "non"


def lent(engine: Any, name: str, table: pa.Table) -> Table:
    """An Arrow table as one of the engine's."""
    engine.con.register(name, table)
    return engine.table(name)  # type: ignore[no-any-return]


def lines_of(engine: Any, given: Given, *, also: tuple[str, ...] = ()) -> Table:
    """The lines that count, up to the as-of date, of known customers: the columns of `sale_lines` in whole fen."""
    lines = engine.read_parquet(given.sales)
    lines = lines.filter(
        lines.status.isin(given.statuses), lines.day <= given.as_of, lines.customer_id.notnull()
    )
    return lines.select("customer_id", "order_no", "day", "amount_fen", "kind", *also)  # type: ignore[no-any-return]


def people_of(engine: Any, given: Given) -> Table:
    """customer_id and customer_key of those who are valued: neither our own departments nor those called no customer."""
    customers = lent(engine, "customers", given.customers)
    is_ours = customers.type.fill_null("") == INTERNAL
    is_none = customers.state.fill_null("") == NON
    return customers.filter(~is_ours & ~is_none).select("customer_id", "customer_key")  # type: ignore[no-any-return]


def classes_of(engine: Any, given: Given, scheme: str) -> Table:
    """customer_id and class by a scheme of the run; nobody where the run did not rank by it."""
    rows = engine.read_parquet(str(given.standings))
    column = f"{scheme}_class" if f"{scheme}_class" in rows.columns else "ev_abc_class"
    rows = rows.select("customer_id", **{"class": rows[column]})
    return rows.filter(rows["class"].notnull())  # type: ignore[no-any-return]
