"""The sales and customers of a part, as Ibis tables on one engine, in the shape that the library's functions take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

    from kemai.business.valuation.runs.parts import Given


def lent(engine: Any, name: str, table: pa.Table) -> Table:
    """An Arrow table as one of the engine's."""
    engine.con.register(name, table)
    return engine.table(name)  # type: ignore[no-any-return]


def lines_of(engine: Any, given: Given, *, is_valued: bool = False) -> Table:
    """The sales that count, up to the as-of date: the columns of `sale_lines` in whole fen, a row for all that a customer
    bought or gave back on a day, with `lines`, `margin_fen` and `margin_lines`; `is_valued` leaves out those whom
    `people_of` leaves out."""
    import ibis

    rows = given.shelf.days(engine)
    rows = rows.filter(rows.is_valued) if is_valued else rows
    return rows.mutate(order_no=ibis.null("string"))  # type: ignore[no-any-return]


def people_of(engine: Any, given: Given) -> Table:
    """customer_id and customer_key of those who are valued: neither our own departments nor those called no customer."""
    people = given.shelf.people(engine)
    return people.filter(people.is_valued).select("customer_id", "customer_key")


def classes_of(engine: Any, given: Given, scheme: str) -> Table:
    """customer_id and class by a scheme of the run; nobody where the run did not rank by it."""
    rows = engine.read_parquet(str(given.standings))
    column = f"{scheme}_class" if f"{scheme}_class" in rows.columns else "ev_abc_class"
    rows = rows.select("customer_id", **{"class": rows[column]})
    return rows.filter(rows["class"].notnull())  # type: ignore[no-any-return]
