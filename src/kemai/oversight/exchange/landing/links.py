"""Writes a plan of supply links: new ones invisibly, changes of known ones in the flip with before-images."""

from __future__ import annotations

import polars as pl
from django.utils.translation import gettext as _

from kemai.business.archives.actions.links import one_at_a_time
from kemai.business.archives.models import CustomerType, SupplyLink
from kemai.foundation import trail
from kemai.foundation.batches.models import Batch
from kemai.foundation.bulk import new_ids
from kemai.foundation.faults import fault
from kemai.oversight.exchange.landing import bulk
from kemai.oversight.exchange.landing.flip import Flip
from kemai.oversight.exchange.landing.names import create_named
from kemai.oversight.exchange.landing.pace import Pace
from kemai.oversight.exchange.landing.products import before_and_after
from kemai.oversight.exchange.landing.sales import CUSTOMERS, real_ids
from kemai.oversight.exchange.planning.links import FIELDS, LinksPlan, Standing, standing
from kemai.oversight.exchange.planning.request import ImportRefused, ImportRequest

_NEW_FIELDS = ("dealer_id", "product_line", "share_bp", "from_on", "to_on")


def write_links(request: ImportRequest, plan: LinksPlan, batch: Batch, pace: Pace) -> Flip:
    """New links carry the batch; changed ones wait for the flip, which is refused when anybody changed a link."""
    created = create_named(request, batch, _customers(plan), Pace(pace.stage, first=CUSTOMERS))
    added = 0
    for some in plan.rows.batches():
        for rows in pace.parts(some):
            request.check_cancelled()
            rows = rows.with_columns(
                real_ids(rows["dealer_ref"], created).alias("dealer_id"),
                real_ids(rows["customer_ref"], created).alias("customer_id"),
            )
            fresh = rows.filter(pl.col("old_id").is_null())
            with pace.chunk(len(rows)):
                _add(request, batch, fresh)
                _note_changes(request, batch, rows.filter(pl.col("old_id").is_not_null()))
            added += len(fresh)
            fault("exchange.chunk")

    def change() -> None:
        one_at_a_time()
        if standing() != Standing(plan.standing.links + added, plan.standing.versions + added):
            raise ImportRefused(_("渠道关系刚被别人改过，什么都没有入账；请再核对一次。"))
        for rows in plan.rows.batches():
            known = rows.filter(pl.col("old_id").is_not_null())
            bulk.update(SupplyLink, known.select(*FIELDS, "old_id"), sets="version = old.version + 1")

    return Flip(inside=[change], payload={"revalues": bool(len(created))})


def _customers(plan: LinksPlan) -> pl.DataFrame:
    """The customers to be created; who is named as a dealer is one."""
    new = plan.customers.new()
    kinds = [
        CustomerType.DISTRIBUTOR.value if -place in plan.dealers else CustomerType.ENTERPRISE.value
        for place in range(1, len(new) + 1)
    ]
    return new.with_columns(pl.Series("type", kinds, pl.String))


def _add(request: ImportRequest, batch: Batch, rows: pl.DataFrame) -> None:
    if not len(rows):
        return
    rows = rows.with_columns(pl.Series("id", new_ids(SupplyLink._meta.db_table, len(rows)), pl.Int64))
    bulk.insert(SupplyLink, rows.select("id", "customer_id", *_NEW_FIELDS), batch_id=batch.pk)
    told = [
        (row["id"], row["customer_id"], {n: [None, row[n]] for n in _NEW_FIELDS if row[n] not in (None, "")})
        for row in rows.iter_rows(named=True)
    ]
    trail.record_rows(
        actor=request.actor, verb="archives.supply_link.added", subject_type="supply_link", batch_id=batch.pk, rows=told
    )  # fmt: skip


def _note_changes(request: ImportRequest, batch: Batch, rows: pl.DataFrame) -> None:
    trail.record_rows(
        actor=request.actor, verb="archives.supply_link.changed", subject_type="supply_link", batch_id=batch.pk,
        rows=[(row["old_id"], row["customer_id"], before_and_after(row, FIELDS)) for row in rows.iter_rows(named=True)],
    )  # fmt: skip
