"""Writes the rows of an invoices, receipts, targets or stock plan as new versions that the flip shows."""

from __future__ import annotations

import polars as pl
from django.utils.translation import gettext as _

from kemai.foundation.batches.models import Batch
from kemai.foundation.faults import fault
from kemai.oversight.exchange.landing import bulk
from kemai.oversight.exchange.landing.flip import Flip
from kemai.oversight.exchange.landing.names import create_named, create_products
from kemai.oversight.exchange.landing.pace import Pace
from kemai.oversight.exchange.landing.sales import CUSTOMERS, real_ids
from kemai.oversight.exchange.planning.ledger_kinds import Ledger, stored
from kemai.oversight.exchange.planning.ledgers import LedgerPlan
from kemai.oversight.exchange.planning.request import ImportRefused, ImportRequest


def write_ledger(request: ImportRequest, plan: LedgerPlan, batch: Batch, pace: Pace) -> Flip:
    """Writes everything invisibly: a version that is replaced stays, and says by which batch it ended."""
    done = 0
    customers = _customers(request, plan, batch, pace)
    products = create_products(batch, plan.products.new, pace)
    for rows in (part for some in plan.rows.batches() for part in pace.parts(some)):
        request.check_cancelled()
        with pace.chunk(len(rows)):
            for ledger, share in plan.shares(rows):
                _end(ledger, share["old_id"].drop_nulls().to_list(), batch)
                fresh = _finished(ledger, share, customers, products)
                bulk.insert(ledger.model, fresh, batch_id=batch.pk, ended_by=None)
        fault("exchange.chunk")
        done += len(rows)
        request.progress(done, plan.rows.rows, "write")
    return Flip(payload={"revalues": bool(len(customers))})


def _customers(request: ImportRequest, plan: LedgerPlan, batch: Batch, pace: Pace) -> dict[int, int]:
    """Creates the customers that the file only names: reference → id."""
    new = plan.new_customers()
    made = create_named(request, batch, new.drop("ref"), Pace(pace.stage, first=CUSTOMERS))
    return dict(zip(new["ref"], made, strict=True))


def _end(ledger: Ledger, old: list[int], batch: Batch) -> None:
    """The rows that are replaced, unless somebody was quicker."""
    if bulk.end_rows(ledger.model, old, "ended_by", batch.pk) != len(old):
        raise ImportRefused(_("台账刚被别人改过，什么都没有入账；请再核对一次。"))


def _finished(
    ledger: Ledger, rows: pl.DataFrame, customers: dict[int, int], products: pl.Series
) -> pl.DataFrame:
    """The rows as the table takes them, with the ids that customers and products have by now."""
    if "customer_ref" in ledger.columns:
        rows = rows.with_columns(pl.col("customer_ref").replace(customers))
    if "product_ref" in rows.columns:
        rows = rows.with_columns(real_ids(rows["product_ref"], products).alias("product_ref"))
    texts = [name for name in ledger.columns if rows.schema[name] == pl.String]
    return rows.with_columns(pl.col(texts).fill_null("")).select(
        pl.col(name).alias(stored(name)) for name in ledger.columns
    )
