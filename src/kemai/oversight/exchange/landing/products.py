"""Writes a product plan: new products invisibly, changes of known ones in the flip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from kemai.business.trade.models import Product
from kemai.foundation import trail
from kemai.foundation.batches.models import Batch
from kemai.foundation.faults import fault
from kemai.oversight.exchange.landing import bulk
from kemai.oversight.exchange.landing.flip import Flip
from kemai.oversight.exchange.landing.pace import Pace
from kemai.oversight.exchange.planning.products import FIELDS, ProductsPlan
from kemai.oversight.exchange.planning.request import ImportRequest


def write_products(request: ImportRequest, plan: ProductsPlan, batch: Batch, pace: Pace) -> Flip:
    """New rows carry the batch; changed ones wait for the flip."""
    for rows in plan.rows.batches(pace.rows):
        with pace.chunk(len(rows)):
            created = rows.filter(pl.col("old_id").is_null()).select("code", *FIELDS)
            bulk.insert(
                Product, created.with_columns(pl.col("line", "grade").fill_null("")), batch_id=batch.pk
            )
            _note_changes(request, batch, rows.filter(pl.col("old_id").is_not_null()))
        fault("exchange.chunk")

    def change() -> None:
        for rows in plan.rows.batches():
            updated = rows.filter(pl.col("old_id").is_not_null())
            bulk.update(Product, updated.select(*FIELDS, "old_id"))

    return Flip(inside=[change])


def _note_changes(request: ImportRequest, batch: Batch, rows: pl.DataFrame) -> None:
    trail.record_rows(
        actor=request.actor, verb="trade.product.changed", subject_type="product", batch_id=batch.pk,
        rows=[(row["old_id"], None, before_and_after(row, FIELDS)) for row in rows.iter_rows(named=True)],
    )  # fmt: skip


def before_and_after(row: dict[str, Any], fields: Sequence[str]) -> dict[str, list[Any]]:
    """{field: [old, new]} of the cells that change."""
    return {name: [row[f"before_{name}"], row[name]] for name in fields if row[name] != row[f"before_{name}"]}
