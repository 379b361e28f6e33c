"""Writes a contacts plan: new people invisibly, changes of known ones in the flip with before-images."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import polars as pl
from django.utils.translation import gettext as _

from kemai.business.archives.indexing import index_customers
from kemai.business.archives.models import Contact
from kemai.foundation import trail
from kemai.foundation.batches.models import Batch
from kemai.foundation.bulk import new_ids
from kemai.foundation.faults import fault
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.landing import bulk
from kemai.oversight.exchange.landing.customers import INDEX_CHUNK, INDEXED_IN_FLIP
from kemai.oversight.exchange.landing.flip import Flip
from kemai.oversight.exchange.landing.names import create_named
from kemai.oversight.exchange.landing.pace import Pace
from kemai.oversight.exchange.landing.products import before_and_after
from kemai.oversight.exchange.landing.sales import CUSTOMERS, real_ids
from kemai.oversight.exchange.planning.contacts import FIELDS, TEXTS, ContactsPlan
from kemai.oversight.exchange.planning.request import ImportRefused, ImportRequest

ADDED, CHANGED = "archives.contact.added", "archives.contact.changed"


def write_contacts(request: ImportRequest, plan: ContactsPlan, batch: Batch, pace: Pace) -> Flip:
    """New people carry the batch; changes wait for the flip, in which everybody is also found by the new words."""
    created = create_named(request, batch, plan.customers.new(), Pace(pace.stage, first=CUSTOMERS))
    done, touched = 0, set[int]()
    for rows in _parts(plan, pace):
        request.check_cancelled()
        rows = rows.with_columns(real_ids(rows["customer_ref"], created).alias("customer_id"))
        if len(touched) <= INDEXED_IN_FLIP:
            touched.update(rows["customer_id"])
        with pace.chunk(len(rows)):
            _add(request, batch, rows.filter(pl.col("old_id").is_null()))
            _note(request, batch, CHANGED, rows.filter(pl.col("old_id").is_not_null()))
        fault("exchange.chunk")
        done += len(rows)
        request.progress(done, plan.rows.rows, "write")
    later = len(touched) > INDEXED_IN_FLIP

    def change() -> None:
        for rows in plan.rows.batches():
            _change(rows.filter(pl.col("old_id").is_not_null()))
        if not later:
            index_customers(sorted(touched))

    return Flip(inside=[change], settles=later, payload={"revalues": bool(len(created))})


def settle_contacts(batch: Batch) -> None:
    """The search words of the customers whose people a landed batch touched, in short transactions."""
    entries = Entry.objects.filter(batch_id=batch.pk, verb__in=(ADDED, CHANGED), sequence=None)
    ids = iter(entries.order_by("customer_id").values_list("customer_id", flat=True).distinct())
    while some := list(islice(ids, INDEX_CHUNK)):
        index_customers([pk for pk in some if pk])
        fault("exchange.settling")


def _parts(plan: ContactsPlan, pace: Pace) -> Iterator[pl.DataFrame]:
    for rows in plan.rows.batches():
        yield from pace.parts(rows)


def _add(request: ImportRequest, batch: Batch, rows: pl.DataFrame) -> None:
    if not len(rows):
        return
    rows = rows.with_columns(pl.Series("id", new_ids(Contact._meta.db_table, len(rows)), pl.Int64))
    stored = rows.select(
        "id", "customer_id", "name", pl.col(TEXTS).fill_null(""), "birthday", pl.col("is_lunar").fill_null(False)
    )  # fmt: skip
    bulk.insert(Contact, stored, batch_id=batch.pk)
    _note(request, batch, ADDED, rows.with_columns(pl.col("id").alias("old_id")))


def _note(request: ImportRequest, batch: Batch, verb: str, rows: pl.DataFrame) -> None:
    """What each person was and is; a new one was nobody, so that the name is told as well."""
    told = FIELDS if verb == CHANGED else ("name", *FIELDS)
    rows = rows if verb == CHANGED else rows.with_columns(pl.lit(None, pl.String).alias("before_name"))
    trail.record_rows(
        actor=request.actor, verb=verb, subject_type="contact", batch_id=batch.pk,
        rows=[(row["old_id"], row["customer_id"], before_and_after(row, told)) for row in rows.iter_rows(named=True)],
    )  # fmt: skip


def _change(rows: pl.DataFrame) -> None:
    """Only over the version that was planned against: nobody's edit in between is lost."""
    values = rows.select(
        pl.col(TEXTS).fill_null(""), "birthday", pl.col("is_lunar").fill_null(False), "old_id", "version"
    )
    if bulk.update(Contact, values, sets="version = old.version + 1", where="version") != len(rows):
        raise ImportRefused(_("有联系人刚被别人改过，什么都没有入账；请再核对一次。"))
