"""What the parts of a run read together: one DuckDB, and in it the purchases by customer and day, added up once.

Most parts look at days, none at the products of a line: a row for *customer, day, direction* is all that they need, and
there are a third as many of them as lines. The table is made when the first part asks, and spilled to the run's folder
where memory ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.business.valuation.runs.files import folder

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

INTERNAL, NON = "internal", "non"
MEMORY = "2GB"
QUARTERS = 8  # at whose ends states are looked back at
SUMMED = ("lines", "amount_fen", "margin_lines")


class Shelf:
    """The engine and the tables of one run; `close` forgets them."""

    def __init__(
        self,
        as_of: date,
        sales: list[str],
        statuses: tuple[str, ...],
        customers: pa.Table,
        order_days: list[str] | None = None,
    ) -> None:
        self._as_of, self._sales, self._statuses = as_of, sales, statuses
        self._customers, self._order_days = customers, order_days
        self._database: Any = None
        self._made: set[str] = set()

    @contextmanager
    def engine(self) -> Iterator[Any]:
        """An Ibis connection to the shared engine; its temporary tables and views go with it."""
        import ibis

        from kemai.value.compiling import plainly

        with closing(self._opened().cursor()) as cursor, plainly():
            yield ibis.duckdb.from_connection(cursor)

    def close(self) -> None:
        """Nothing of it stays."""
        if self._database is not None:
            self._database.close()
            self._database = None
            self._made.clear()

    def people(self, engine: Any) -> Table:
        """customer_id, customer_key, is_valued: everybody known."""
        if "people" not in self._made:
            engine.con.register("customers_given", self._customers)
            table = engine.table("customers_given")
            is_ours, is_none = table.type.fill_null("") == INTERNAL, table.state.fill_null("") == NON
            engine.create_table(
                "people", table.select("customer_id", "customer_key", is_valued=~is_ours & ~is_none)
            )
            engine.con.unregister("customers_given")
            self._made.add("people")
        return engine.table("people")  # type: ignore[no-any-return]

    def days(self, engine: Any) -> Table:
        """customer_id, customer_key (null of who is not known), is_valued, day, kind (sale, return), amount_fen, lines,
        margin_fen, margin_lines: what counts as sales up to the as-of date."""
        if "sold_days" not in self._made:
            engine.create_table("sold_days", self._added_up(engine))
            self._made.add("sold_days")
        return engine.table("sold_days")  # type: ignore[no-any-return]

    def purchases(self, engine: Any) -> Table:
        """`value.states.cycle.purchases` of everybody who ever bought that were the last ones at a quarter end of the last two
        years or on the as-of date, and is_valued."""
        from kemai.value.measures.rfm import is_order_line
        from kemai.value.states.cycle import purchases
        from kemai.value.states.history import quarter_ends

        if "purchases" not in self._made:
            days = self.days(engine)
            bought = days.filter(is_order_line(days))  # once a customer and day, as they lie here
            bought = bought.select("customer_id", "is_valued", bought_on="day")
            engine.create_table("purchases", purchases(bought, quarter_ends(self._as_of, QUARTERS)))
            self._made.add("purchases")
        return engine.table("purchases")  # type: ignore[no-any-return]

    def cycles(self, engine: Any) -> Table:
        """`own_cycles` of everybody who ever bought, and is_valued."""
        from kemai.value.states.cycle import last_purchases

        return last_purchases(self.purchases(engine))

    def _added_up(self, engine: Any) -> Table:
        import ibis

        from kemai.value.exact import sum_of, sum_or_zero

        rows = self._rows(engine)
        rows = rows.filter(
            rows.status.isin(self._statuses), rows.day <= self._as_of, rows.customer_id.notnull()
        )
        sums = rows.group_by("customer_id", "day", "is_order").aggregate(
            **{name: sum_or_zero(rows[name]) for name in SUMMED}, margin_fen=sum_of(rows.margin_fen)
        )
        table = sums.left_join(self.people(engine), "customer_id")
        return table.select(
            "customer_id", "customer_key", "day", *SUMMED, "margin_fen", is_valued=table.is_valued.fill_null(False),
            kind=table.is_order.ifelse(ibis.literal("sale"), ibis.literal("return")),
        )  # fmt: skip

    def _rows(self, engine: Any) -> Table:
        """The condensed months where the run has them, else the lines in the same shape."""
        from kemai.value.engine.order_days import as_ledger

        if self._order_days is not None:
            return engine.read_parquet(self._order_days)  # type: ignore[no-any-return]
        return as_ledger(engine.read_parquet(self._sales))

    def _opened(self) -> Any:
        import duckdb

        if self._database is None:
            self._database = duckdb.connect(
                config={"threads": 2, "memory_limit": MEMORY, "temp_directory": str(folder())}
            )
        return self._database
