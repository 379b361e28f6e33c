"""Which imports made a customer and changed it since: what its timeline tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime

from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import sees_customer
from kemai.foundation.batches.models import Batch
from kemai.foundation.prepared import prepared
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.queries import imports

MOST = 50
SEEN = (Batch.Status.LANDED, Batch.Status.UNDONE)


@dataclass(frozen=True)
class CustomerImport:
    """One landed import that touched the customer; `import_id` only where the actor may open it."""

    day: date
    number: int
    person_name: str
    is_new: bool
    is_undo: bool  # the undo of import `number`, which had changed it
    import_id: int | None


def imports_of_customer(actor: Actor, customer: Customer) -> list[CustomerImport]:
    """Newest first. Raises LookupError where the actor does not see the customer."""
    if not sees_customer(actor, customer.pk):
        raise LookupError(customer.code)
    return sorted(_found(actor, customer), key=lambda each: -each.number)


@prepared
def _touched(actor: Actor, *, customer_id: int) -> QuerySet[Any]:
    entries = Entry.objects.filter(customer_id=customer_id, batch_id__isnull=False, subject_type="customer")
    return entries.order_by("-pk").values_list("batch_id", flat=True)[:MOST]


def _found(actor: Actor, customer: Customer) -> Iterator[CustomerImport]:
    touched = _touched(actor, customer_id=customer.pk)
    wanted = {pk for pk in (*touched, customer.batch_id) if pk}
    if not wanted:
        return
    opened = dict(imports(actor).filter(batch_id__in=wanted).values_list("batch_id", "pk"))
    for batch in Batch.objects.filter(pk__in=wanted, status__in=SEEN):
        day = localtime(batch.landed_at or batch.started_at).date()
        is_new, undone = batch.pk == customer.batch_id, batch.counts.get("undoes")
        yield CustomerImport(
            day, undone or batch.pk, batch.person_name, is_new, bool(undone), opened.get(undone or batch.pk)
        )
