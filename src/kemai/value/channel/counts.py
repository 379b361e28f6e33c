"""Consumption of every counted customer and product at once (3.14, S1.109), from counts and deliveries.

Quantities are whole thousandths inside, decimals outside; the same formulas as `channel.stock` has for one.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.errors import FactError
from kemai.value.exact import sum_or_zero, whole
from kemai.value.windows import as_date

if TYPE_CHECKING:
    from ibis.expr.types import Table

MILLI = 1000
KEYS = ("customer_id", "product")


def stock_report(counts: Any, sales: Any, as_of: date) -> Table:
    """What each customer sold out of each product between its last two counts up to `as_of`.

    `counts` has customer_id, counted_on, quantity, optionally product_code; `sales` has customer_id, day, quantity,
    optionally product_code, kind (a return lowers, whatever its sign) and status (delivered counts). Deliveries of the
    days after the first count up to the second belong to the span; lines without a quantity are left out.

    The result has customer_id, product_code, counted_on, opening, deliveries (less returns), closing, sold_out, days,
    per_day, cover_days, suggested_order (1.5-fold rule, nothing in transit) and reason: no_opening_count (one count
    alone), count_error (a negative sell-out), no_consumption (no cover). FactError names a column of the wrong shape,
    a count below nothing and a customer, product and day counted twice.
    """
    import ibis

    day = as_date(as_of)
    spans = _spans(counts, day)
    moved = _moved(sales)
    inside = [
        *(spans[key] == moved[key] for key in KEYS),
        moved.day > spans.opened_on,
        moved.day <= spans.counted_on,
    ]
    found = spans.left_join(moved, inside)
    sums = found.group_by([*KEYS, "counted_on", "opened_on", "opening", "closing"]).aggregate(
        deliveries=sum_or_zero(found.milli)
    )
    sold = sums.opening + sums.deliveries - sums.closing
    table = sums.mutate(
        sold=(sold >= 0).ifelse(sold, None),
        days=sums.counted_on.delta(sums.opened_on, unit="day").cast("int64"),
        reason=ibis.cases((sums.opening.isnull(), "no_opening_count"), (sold < 0, "count_error"), (sold == 0, "no_consumption")),
    )  # fmt: skip
    wanted = table.sold * 1.5 - table.closing
    amounts = {
        "opening": table.opening, "deliveries": table.opening.notnull().ifelse(table.deliveries, None),
        "closing": table.closing, "sold_out": table.sold,
        "suggested_order": ibis.cases((wanted > 0, wanted), (wanted.notnull(), 0.0)),
    }  # fmt: skip
    return table.select(
        "customer_id", "counted_on", "days", "reason", product_code=table["product"].nullif(""),
        per_day=table.sold / MILLI / table.days, cover_days=table.closing * table.days / table.sold.nullif(0),
        **{name: milli / MILLI for name, milli in amounts.items()},
    )  # fmt: skip


def _spans(counts: Any, day: date) -> Table:
    """The last count of each customer and product, with the one before."""
    import ibis

    from kemai.value.tables import one_row_each, shaped

    kinds = {"customer_id": "text", "counted_on": "day", "quantity": "number"}
    rows = shaped(counts, kinds, {"product_code": "text"})
    if rows.filter((rows.quantity < 0).fill_null(False)).count().to_pyarrow().as_py():
        raise FactError("quantity：盘点的数量不能为负", code="negative", column="quantity")
    rows = rows.mutate(product=rows.product_code.fill_null(""), closing=_milli(rows.quantity))
    rows = one_row_each(rows, "customer_id", "product", "counted_on").filter(rows.counted_on <= day)
    earlier = {"group_by": list(KEYS), "order_by": "counted_on"}
    place = ibis.row_number().over(group_by=list(KEYS), order_by=ibis.desc("counted_on"))
    rows = rows.mutate(
        opened_on=rows.counted_on.lag().over(**earlier), opening=rows.closing.lag().over(**earlier), place=whole(place)
    )  # fmt: skip
    return rows.filter(rows.place == 0).select(*KEYS, "counted_on", "opened_on", "opening", "closing")


def _moved(sales: Any) -> Table:
    from kemai.value.tables import shaped

    kinds = {"customer_id": "text", "day": "day", "quantity": "number"}
    rows = shaped(sales, kinds, {"product_code": "text", "kind": "text", "status": "text"})
    rows = rows.filter((rows.status.fill_null("delivered") == "delivered") & rows.quantity.notnull())
    milli = _milli(rows.quantity)
    signed = (rows.kind == "return").fill_null(False).ifelse(-milli.abs(), milli)
    return rows.select("customer_id", "day", product=rows.product_code.fill_null(""), milli=signed)


def _milli(quantity: Any) -> Any:
    return (quantity * MILLI).round().cast("int64")
