"""Writes the lines of a sales plan as new versions, and prepares their flip."""

from __future__ import annotations

import polars as pl
from django.utils.translation import gettext as _

from kemai.business.trade.facts import note_dirty
from kemai.business.trade.models import SaleLine
from kemai.foundation.ahead import made_ahead
from kemai.foundation.arrow.arriving import Arriving
from kemai.foundation.batches.models import Batch
from kemai.foundation.faults import fault
from kemai.oversight.exchange.landing import bulk
from kemai.oversight.exchange.landing.flip import Flip
from kemai.oversight.exchange.landing.names import create_named, create_products
from kemai.oversight.exchange.landing.pace import Pace
from kemai.oversight.exchange.landing.states import StatesOfBatch
from kemai.oversight.exchange.lean import tidy
from kemai.oversight.exchange.planning.content_keys import settled_keys
from kemai.oversight.exchange.planning.request import ImportRefused, ImportRequest
from kemai.oversight.exchange.planning.sales import SalesPlan

CUSTOMERS = 2_000  # of them weigh as much as ten thousand lines
_COLUMNS = ("line_key", "order_no", "line_no", "day", "customer_id", "product_id", "quantity_milli",
            "amount_fen", "cost_fen", "kind", "status")  # fmt: skip


def write_sales(request: ImportRequest, plan: SalesPlan, batch: Batch, pace: Pace) -> Flip:
    """Writes everything invisibly; the flip it gives shows it."""
    customers = create_named(request, batch, plan.new_customers(), Pace(pace.stage, first=CUSTOMERS))
    tidy()
    products = create_products(batch, plan.products.new, pace)

    def ready(rows: pl.DataFrame) -> tuple[int, list[int], Arriving]:
        lines = _finished(rows, customers, products).select(_COLUMNS)
        arriving = pace.stage.ready(bulk.rows_of(SaleLine, lines, batch_id=batch.pk, ended_by=None))
        return len(rows), rows["old_id"].drop_nulls().to_list(), arriving

    done = 0
    parts = (rows for some in plan.rows.batches() for rows in pace.parts(some))
    for count, old, arriving in made_ahead(parts, ready):
        request.check_cancelled()
        with arriving.at_hand(), pace.chunk(count):
            _end(old, batch)
            arriving.write()
        fault("exchange.chunk")
        done += count
        request.progress(done, plan.rows.rows, "write")
    days = plan.days()
    states = StatesOfBatch(request, batch, plan.known_customers())
    return Flip(
        inside=[lambda: note_dirty(days), states.refresh],
        payload={"months": plan.months(), "customers": states.customers + len(customers)},
        settles=states.settles,
    )


def _end(old: list[int], batch: Batch) -> None:
    """The lines that are replaced, unless somebody was quicker."""
    if bulk.end_rows(SaleLine, old, "ended_by", batch.pk) != len(old):
        raise ImportRefused(_("台账刚被别人改过，什么都没有入账；请再核对一次。"))


def _finished(rows: pl.DataFrame, customers: pl.Series, products: pl.Series) -> pl.DataFrame:
    """The rows with the ids and keys they have now that customers and products are there."""
    named_new = (rows["customer_ref"].fill_null(0) < 0) | (rows["product_ref"].fill_null(0) < 0)
    rows = rows.with_columns(
        real_ids(rows["customer_ref"], customers).alias("customer_ref"),
        real_ids(rows["product_ref"], products).alias("product_ref"),
    )
    return rows.with_columns(
        settled_keys(rows, named_new).alias("line_key"),
        pl.col("order_no", "line_no").fill_null(""),
        pl.col("customer_ref").alias("customer_id"),
        pl.col("product_ref").alias("product_id"),
    )


def real_ids(refs: pl.Series, made: pl.Series) -> pl.Series:
    """Ids for references: those below zero count the created ones, -1 the first."""
    if not len(made):
        return refs
    places = pl.select(pl.when(refs < 0).then(-refs - 1)).to_series()
    return pl.select(pl.coalesce(made.gather(places), refs)).to_series()
