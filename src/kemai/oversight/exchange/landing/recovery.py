"""Clears what a killed or cancelled import left behind: rows that nobody could ever see, and work after the flip."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Model, Q

from kemai.business.archives.indexing import forget_customers
from kemai.business.archives.layers import LAYERS
from kemai.business.archives.models import (
    CompetingProduct,
    Contact,
    Customer,
    CustomValue,
    DeliveryAddress,
    Ownership,
    StateChange,
    SupplyLink,
)
from kemai.business.prospects.models import Potential
from kemai.business.trade.models import Invoice, Product, Receipt, SaleLine, StaffTarget, StockCount, Target
from kemai.foundation.batches.models import Batch
from kemai.foundation.faults import fault
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.landing.kinds import settle
from kemai.oversight.exchange.landing.lease import Lease
from kemai.oversight.exchange.planning.request import KINDS_NOW

CHUNK = 2_000
VERSIONED: dict[type[Model], str] = {
    **dict.fromkeys((SaleLine, Invoice, Receipt, Target, StaffTarget, StockCount), "ended_by"),
    Potential: "replaced_by_batch_id",
}
"""What is never updated in place, and the column that names the batch by which a version ended."""


def recover_pending(kind: str | None = None) -> int:
    """Settles landed batches, discards those whose import is dead and gives the number of these.

    With `kind` the caller holds its lease. Without, kinds that are being imported are left alone.
    """
    if kind is not None:
        return _recover(kind)
    return sum(_recover_if_free(each) for each in KINDS_NOW)


def settle_undos() -> None:
    """Finishes undos that were killed after their switch. An undo at work holds the leases of all kinds, so whoever
    holds one knows that none is."""
    from kemai.oversight.exchange.undoing.switch import settle_undone

    for batch in Batch.objects.filter(status=Batch.Status.UNDONE, is_settled=False):
        settle_undone(batch)


def discard(batch: Batch) -> None:
    """Deletes all rows of a batch that never landed, in short transactions, and marks it dead."""
    assert batch.status == Batch.Status.PENDING
    for model, column in VERSIONED.items():
        _unend(model, column, batch.pk)
        _delete(model, batch_id=batch.pk)
    for arrived in (Contact, SupplyLink, DeliveryAddress, CompetingProduct):
        _delete(arrived, batch_id=batch.pk)
    _discard_customers(batch.pk)
    _delete(Product, batch_id=batch.pk)
    _delete(Entry, batch_id=batch.pk, sequence=None)
    Batch.objects.filter(pk=batch.pk, status=Batch.Status.PENDING).update(status=Batch.Status.DEAD)


def _recover_if_free(kind: str) -> int:
    lease = Lease(kind)
    unfinished = Q(status=Batch.Status.PENDING) | Q(
        status__in=(Batch.Status.LANDED, Batch.Status.UNDONE), is_settled=False
    )
    if not Batch.objects.filter(unfinished, kind__in=(kind, f"undo:{kind}")).exists() or not lease.take():
        return 0
    try:
        return _recover(kind)
    finally:
        lease.give_back()


def _recover(kind: str) -> int:
    for batch in Batch.objects.filter(kind=kind, status=Batch.Status.LANDED, is_settled=False):
        settle(batch)
    settle_undos()
    dead = list(Batch.objects.filter(kind__in=(kind, f"undo:{kind}"), status=Batch.Status.PENDING))
    for batch in dead:
        discard(batch)
    return len(dead)


def _discard_customers(batch_id: int) -> None:
    for ids in _ids(Customer, batch_id=batch_id):
        with transaction.atomic():
            Ownership.objects.filter(customer_id__in=ids).delete()
            StateChange.objects.filter(customer_id__in=ids).delete()
            CustomValue.objects.filter(customer_id__in=ids).delete()
            for layer in LAYERS:
                layer.model._default_manager.filter(customer_id__in=ids).delete()
            forget_customers(ids)
            Customer.objects.filter(pk__in=ids).delete()
        fault("exchange.recovering")


def _delete(model: type[Model], **which: object) -> None:
    for ids in _ids(model, **which):
        with transaction.atomic():
            model._default_manager.filter(pk__in=ids).delete()
        fault("exchange.recovering")


def _unend(model: type[Model], column: str, batch_id: int) -> None:
    for ids in _ids(model, **{column: batch_id}):
        model._default_manager.filter(pk__in=ids).update(**{column: None})


def _ids(model: type[Model], **which: object) -> Iterator[list[int]]:
    """Ids of the rows that are left, a few thousand at a time."""
    rows = model._default_manager.filter(**which).order_by("pk").values_list("pk", flat=True)
    while ids := list(rows[:CHUNK]):
        yield ids
