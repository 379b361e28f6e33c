"""Writes a customer plan: new customers invisibly, changes of known ones in the flip with before-images."""

from __future__ import annotations

import polars as pl
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer, Ownership
from kemai.business.archives.names import name_key
from kemai.business.archives.search import index_customers
from kemai.foundation import trail
from kemai.foundation.batches.models import Batch
from kemai.foundation.faults import fault
from kemai.foundation.sealing import seal
from kemai.oversight.exchange.landing import bulk
from kemai.oversight.exchange.landing.flip import Flip
from kemai.oversight.exchange.landing.names import create_customers
from kemai.oversight.exchange.landing.pace import Pace
from kemai.oversight.exchange.landing.products import before_and_after
from kemai.oversight.exchange.planning.customers import FIELDS, TEXTS, CustomersPlan
from kemai.oversight.exchange.planning.request import ImportRefused, ImportRequest

_TOLD = tuple(name for name in FIELDS if name != "bank_account_index")


def write_customers(request: ImportRequest, plan: CustomersPlan, batch: Batch, pace: Pace) -> Flip:
    """New rows carry the batch; changed ones wait for the flip, their before-images lie in the trail."""
    done = 0
    for rows in plan.rows.batches(min(pace.rows, 5_000)):
        request.check_cancelled()
        with pace.chunk(len(rows)):
            created = rows.filter(pl.col("old_id").is_null())
            if len(created):
                create_customers(request, batch, _for_insert(created))
            _note_changes(request, batch, rows.filter(pl.col("old_id").is_not_null()))
        fault("exchange.chunk")
        done += len(rows)
        request.progress(done, plan.rows.rows, "write")

    def change() -> None:
        for rows in plan.rows.batches():
            _change(request, rows.filter(pl.col("old_id").is_not_null()))

    return Flip(inside=[change])


def _for_insert(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "code", pl.col("state").fill_null("potential"), pl.col("type").fill_null("enterprise"),
        pl.col([name for name in TEXTS if name != "type"]).fill_null(""), "since", "owner_id", "unit_id",
        "bank_account_index", _sealed(rows),
    )  # fmt: skip


def _note_changes(request: ImportRequest, batch: Batch, rows: pl.DataFrame) -> None:
    if not len(rows):
        return
    trail.record_rows(
        actor=request.actor, verb="archives.customer.changed", subject_type="customer", batch_id=batch.pk,
        rows=[(row["old_id"], row["old_id"], before_and_after(row, _TOLD)) for row in rows.iter_rows(named=True)],
    )  # fmt: skip


def _change(request: ImportRequest, rows: pl.DataFrame) -> None:
    """Only over the version that was planned against: nobody's edit in between is lost."""
    if not len(rows):
        return
    texts = [pl.col(name).fill_null("") for name in TEXTS]
    keys = pl.Series("name_key", [name_key(name)[:200] for name in rows["name"]], pl.String)
    values = rows.select(*texts, keys, "since", "owner_id", "unit_id", "old_id", "version")
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    done = bulk.update(Customer, values, sets=f"version = version + 1, updated_at = '{now}'", where="version")
    if done != len(rows):
        raise ImportRefused(_("有客户刚被别人改过，什么都没有入账；请再核对一次。"))
    banked = rows.filter(pl.col("bank_account").is_not_null())
    bulk.update(Customer, banked.select("bank_account_index", _sealed(banked), "old_id"))
    _pass_on(request, rows.filter(pl.col("owner_id").ne_missing(pl.col("before_owner_id"))))
    renamed = rows.filter(pl.any_horizontal(pl.col(n).ne_missing(pl.col(f"before_{n}")) for n in TEXTS))
    index_customers(renamed["old_id"].to_list())


def _pass_on(request: ImportRequest, rows: pl.DataFrame) -> None:
    """Ends the spells of the owners before and begins those of the new."""
    today = request.actor.today
    Ownership.objects.filter(customer_id__in=rows["old_id"].to_list(), ends_on=None).update(ends_on=today)
    bulk.insert(
        Ownership, rows.select(pl.col("old_id").alias("customer_id"), pl.col("owner_id").alias("person_id")),
        starts_on=today, assigned_by=request.actor.name[:60],
    )  # fmt: skip


def _sealed(rows: pl.DataFrame) -> pl.Series:
    values = [None if text is None else seal(text) for text in rows["bank_account"]]
    return pl.Series("bank_account_sealed", values, pl.Binary)
