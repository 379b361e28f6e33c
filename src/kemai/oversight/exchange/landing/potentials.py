"""Writes new versions of estimates; the flip makes them the current ones."""

from __future__ import annotations

import polars as pl

from kemai.business.prospects.models import Potential
from kemai.foundation.batches.models import Batch
from kemai.foundation.faults import fault
from kemai.oversight.exchange.landing import bulk
from kemai.oversight.exchange.landing.flip import Flip
from kemai.oversight.exchange.landing.names import create_named
from kemai.oversight.exchange.landing.pace import Pace
from kemai.oversight.exchange.landing.sales import CUSTOMERS, real_ids
from kemai.oversight.exchange.planning.potentials import FIELDS, REASONS, PotentialsPlan
from kemai.oversight.exchange.planning.request import ImportRequest


def write_potentials(request: ImportRequest, plan: PotentialsPlan, batch: Batch, pace: Pace) -> Flip:
    """New versions wait invisibly; the flip retires those they replace."""
    created = create_named(request, batch, plan.customers.new(), Pace(pace.stage, first=CUSTOMERS))
    for rows in plan.rows.batches(pace.rows):
        with pace.chunk(len(rows)):
            old = rows["old_id"].drop_nulls().to_list()
            bulk.end_rows(Potential, old, "replaced_by_batch_id", batch.pk)
            rows = rows.with_columns(
                real_ids(rows["customer_ref"], created).alias("customer_id"),
                pl.col("horizon_months").fill_null(12),
                pl.col(REASONS).fill_null(""),
            )
            bulk.insert(
                Potential, rows.select("customer_id", *FIELDS), batch_id=batch.pk, is_current=False,
                estimated_on=request.actor.today, person_id=request.actor.person_id,
                person_name=request.actor.name[:60],
            )  # fmt: skip
        fault("exchange.chunk")

    def switch() -> None:
        Potential.objects.filter(replaced_by_batch_id=batch.pk).update(is_current=False)
        Potential.objects.filter(batch_id=batch.pk).update(is_current=True)

    return Flip(inside=[switch])
