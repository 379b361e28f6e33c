"""Writes a customer plan: new customers invisibly, changes of known ones in the flip with before-images."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice

import polars as pl
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.business.archives.indexing import index_customers
from kemai.business.archives.models import Customer, Ownership
from kemai.business.archives.names import name_key
from kemai.foundation import trail
from kemai.foundation.among import Among
from kemai.foundation.batches.models import Batch
from kemai.foundation.faults import fault
from kemai.foundation.sealing import seal
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.landing import bulk
from kemai.oversight.exchange.landing.beside import Beside
from kemai.oversight.exchange.landing.flip import Flip
from kemai.oversight.exchange.landing.layers import change_layers, columns_in, note_layer_changes
from kemai.oversight.exchange.landing.names import create_customers
from kemai.oversight.exchange.landing.pace import Pace
from kemai.oversight.exchange.landing.products import before_and_after
from kemai.oversight.exchange.models import OverwrittenAccount
from kemai.oversight.exchange.planning.customers import FIELDS, TEXTS, CustomersPlan
from kemai.oversight.exchange.planning.request import ImportRefused, ImportRequest

INDEXED_IN_FLIP, INDEX_CHUNK = 2_000, 1_000
_CHANGED = "archives.customer.changed"
_TOLD = tuple(name for name in FIELDS if name != "bank_account_index")
_IS_RENAMED = pl.any_horizontal(
    pl.col(name).ne_missing(pl.col(f"before_{name}"))
    for name in ("name", "short_name", "principal", "uscc", "phone")
)


def write_customers(request: ImportRequest, plan: CustomersPlan, batch: Batch, pace: Pace) -> Flip:
    """New rows carry the batch; changed ones wait for the flip, their before-images lie in the trail."""
    done, renamed = 0, 0
    beside, waiting = Beside(request, batch, plan.own, plan.listed), deque[pl.DataFrame]()
    for ids in create_customers(request, batch, _created(plan, pace, beside, waiting), pace):
        if beside.columns:
            with pace.chunk(len(ids)):
                beside.add(waiting.popleft().with_columns(ids.alias("id")))
        fault("exchange.chunk")
        done += len(ids)
        request.progress(done, plan.rows.rows, "write")
    for changed in _parts(plan, pace, pl.col("old_id").is_not_null()):
        request.check_cancelled()
        renamed += len(changed.filter(_IS_RENAMED))
        with pace.chunk(len(changed)):
            _note_changes(request, batch, changed)
            beside.note(changed)
        fault("exchange.chunk")
        done += len(changed)
        request.progress(done, plan.rows.rows, "write")
    later = renamed > INDEXED_IN_FLIP

    def change() -> None:
        for rows in plan.rows.batches():
            known = rows.filter(pl.col("old_id").is_not_null())
            _change(request, batch, known, indexes=not later)
            beside.change(known)

    return Flip(inside=[change], settles=later)


def settle_customers(batch: Batch) -> None:
    """The search words of the customers that a landed batch changed, in short transactions."""
    entries = Entry.objects.filter(batch_id=batch.pk, verb=_CHANGED, sequence=None).order_by("pk")
    ids = iter([pk for pk in entries.values_list("customer_id", flat=True) if pk])
    while some := list(islice(ids, INDEX_CHUNK)):
        index_customers(some)
        fault("exchange.settling")


def _parts(plan: CustomersPlan, pace: Pace, which: pl.Expr) -> Iterator[pl.DataFrame]:
    for rows in plan.rows.batches():
        yield from pace.parts(rows.filter(which))


def _created(
    plan: CustomersPlan, pace: Pace, beside: Beside, waiting: deque[pl.DataFrame]
) -> Iterator[pl.DataFrame]:
    """The parts of new customers; what each has beside them waits until they have ids."""
    for part in _parts(plan, pace, pl.col("old_id").is_null()):
        waiting.append(part.select(beside.columns))
        yield _for_insert(part)


def _for_insert(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "code", pl.col("state").fill_null("potential"), pl.col("type").fill_null("enterprise"),
        pl.col([name for name in TEXTS if name != "type"]).fill_null(""), "since", "owner_id", "unit_id",
        "bank_account_index", _sealed(rows), *columns_in(rows),
    )  # fmt: skip


def _note_changes(request: ImportRequest, batch: Batch, rows: pl.DataFrame) -> None:
    changed = rows.filter(pl.any_horizontal(_differs(name) for name in FIELDS))
    trail.record_rows(
        actor=request.actor, verb=_CHANGED, subject_type="customer", batch_id=batch.pk,
        rows=[(row["old_id"], row["old_id"], before_and_after(row, _TOLD)) for row in changed.iter_rows(named=True)],
    )  # fmt: skip
    note_layer_changes(request, batch, rows)


def _change(request: ImportRequest, batch: Batch, rows: pl.DataFrame, *, indexes: bool) -> None:
    """Only over the version that was planned against: nobody's edit in between is lost. Only the columns in which
    some row differs: the lock is held, and each column more is an index more."""
    if not len(rows):
        return
    differing = [n for n in (*TEXTS, "since", "owner_id", "unit_id") if len(rows.filter(_differs(n)))]
    values = rows.select(
        *(pl.col(name).fill_null("") if name in TEXTS else name for name in differing), "old_id", "version"
    )
    if "name" in differing:
        keys = [name_key(name)[:200] for name in rows["name"]]
        values = values.with_columns(pl.Series("name_key", keys, pl.String))
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    done = bulk.update(
        Customer, values, sets=f"version = old.version + 1, updated_at = '{now}'", where="version"
    )
    if done != len(rows):
        raise ImportRefused(_("有客户刚被别人改过，什么都没有入账；请再核对一次。"))
    banked = rows.filter(pl.col("bank_account").is_not_null())
    _keep_accounts(batch, banked.filter(_differs("bank_account_index"))["old_id"].to_list())
    bulk.update(Customer, banked.select("bank_account_index", _sealed(banked), "old_id"))
    change_layers(rows)
    _pass_on(request, rows.filter(_differs("owner_id")))
    if indexes:
        index_customers(rows.filter(_IS_RENAMED)["old_id"].to_list())


def _differs(name: str) -> pl.Expr:
    return pl.col(name).ne_missing(pl.col(f"before_{name}"))


def _keep_accounts(batch: Batch, ids: list[int]) -> None:
    """The sealed accounts that are about to be written over, for an undo."""
    held = Customer.objects.filter(Among("id", ids)).values_list(
        "pk", "bank_account_sealed", "bank_account_index"
    )
    OverwrittenAccount.objects.bulk_create(
        OverwrittenAccount(batch_id=batch.pk, customer_id=pk, sealed=sealed, index=index)
        for pk, sealed, index in held
    )


def _pass_on(request: ImportRequest, rows: pl.DataFrame) -> None:
    """Ends the spells of the owners before and begins those of the new."""
    today = request.actor.today
    if not len(rows):
        return
    spells = Ownership.objects.filter(Among("customer_id", rows["old_id"].to_list()), ends_on=None)
    spells.update(ends_on=today)
    bulk.insert(
        Ownership, rows.select(pl.col("old_id").alias("customer_id"), pl.col("owner_id").alias("person_id")),
        starts_on=today, assigned_by=request.actor.name[:60],
    )  # fmt: skip


def _sealed(rows: pl.DataFrame) -> pl.Series:
    values = [None if text is None else seal(text) for text in rows["bank_account"]]
    return pl.Series("bank_account_sealed", values, pl.Binary)
