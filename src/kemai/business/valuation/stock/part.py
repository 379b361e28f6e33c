"""The part `stock` of a run: what customers' counts say of stock, consumption and the next month (S1.109, S1.113)."""

from __future__ import annotations

import calendar
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max

from kemai.business.trade.models import StockCount
from kemai.business.valuation.models import StockStanding
from kemai.business.valuation.runs.parts import Found, Given, Part
from kemai.value.windows import months_before

if TYPE_CHECKING:
    import pyarrow as pa

KEY = "stock"


def part() -> Part:
    """How a run makes it; the state of the counts belongs to the run's inputs."""
    return Part(KEY, lambda: StockStanding, work, _state)


def _state() -> dict[str, Any]:
    found = StockCount.objects.landed().aggregate(counts=Count("pk"), last=Max("pk"))
    return {"counts": found["counts"], "last": found["last"] or 0}


def work(given: Given) -> Found:
    """A row for each customer that was ever counted."""
    import pyarrow as pa

    counts = _counts(given.as_of)
    shape = _shape()
    if not counts["customer_id"]:
        return Found(shape.empty_table())
    with given.engine() as engine:
        lines = engine.read_parquet(given.sales)
        lines = lines.filter(lines.status.isin(given.statuses) & lines.quantity_milli.notnull())
        table = _each_product(engine, pa.table(counts, _counted()), lines, given.as_of)
        days = calendar.monthrange(*_next_month(given.as_of))[1]
        keys = engine.create_table("keys", given.customers.select(["customer_id", "customer_key"]), temp=True)
        found = _summed(table, days).join(keys, "customer_id").order_by("customer_key").to_pyarrow()
    return Found(found.select(shape.names).cast(shape))


def _counts(as_of: date) -> dict[str, list[Any]]:
    rows = StockCount.objects.landed().filter(counted_on__lte=as_of).order_by("pk")
    found = list(rows.values_list("customer__code", "counted_on", "product__code", "quantity_milli"))
    return {
        "customer_id": [row[0] for row in found], "counted_on": [row[1] for row in found],
        "product_code": [row[2] for row in found], "quantity": [row[3] / 1000 for row in found],
    }  # fmt: skip


def _counted() -> pa.Schema:
    import pyarrow as pa

    return pa.schema([
        ("customer_id", pa.string()), ("counted_on", pa.date32()), ("product_code", pa.string()), ("quantity", pa.float64()),
    ])  # fmt: skip


def _each_product(engine: Any, counts: pa.Table, lines: Any, as_of: date) -> Any:
    """The report of every product; a count without one is of all of them, and so are its deliveries."""
    import ibis

    from kemai import value

    counted = engine.create_table("counts", counts, temp=True)
    moved = lines.select(
        "customer_id",
        "day",
        "product_code",
        "kind",
        quantity=lines.quantity_milli / 1000,
        status=lines.status,
    ).mutate(status=ibis.literal("delivered"))  # those that count as sales were chosen already
    moved = moved.semi_join(counted, "customer_id")
    single = value.stock_report(counted.filter(counted.product_code.notnull()), moved, as_of)
    whole = value.stock_report(
        counted.filter(counted.product_code.isnull()), moved.mutate(product_code=ibis.null("string")), as_of
    )
    return single.union(whole)


def _summed(table: Any, days: int) -> Any:
    def milli(column: Any) -> Any:
        return (column.sum() * 1000).round().cast("int64")

    return table.group_by("customer_id").aggregate(
        counted_on=table.counted_on.max(), products=table.count(), closing_milli=milli(table.closing),
        sold_out_milli=milli(table.sold_out), day_milli=table.per_day.sum() * 1000, order_milli=milli(table.suggested_order),
        next_month_milli=milli(table.per_day * days), odd=(table.reason == "count_error").sum().fill_null(0),
        single=(table.reason == "no_opening_count").sum().fill_null(0),
    )  # fmt: skip


def _next_month(day: date) -> tuple[int, int]:
    following = months_before(day, -1)
    return following.year, following.month


def _shape() -> pa.Schema:
    import pyarrow as pa

    names = (
        "products",
        "closing_milli",
        "sold_out_milli",
        "order_milli",
        "next_month_milli",
        "odd",
        "single",
    )
    return pa.schema([
        ("customer_key", pa.int64()), ("counted_on", pa.date32()), ("day_milli", pa.float64()),
        *((name, pa.int64()) for name in names),
    ])  # fmt: skip
