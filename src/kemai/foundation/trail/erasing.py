"""Erases values from the trail on request, without breaking the chain."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from kemai.foundation.access.actor import Actor
from kemai.foundation.trail.chain import record
from kemai.foundation.trail.models import Entry, EntryValues


def erase_values(*, actor: Actor, entry_ids: Iterable[int], reason: str) -> int:
    """Deletes old and new values with their salt; who did what and when stays. Returns how many.

    One entry says who erased how many values and why; the chain still verifies.
    """
    with transaction.atomic():
        ids = sorted(entry_ids)
        count = EntryValues.objects.filter(entry_id__in=ids).delete()[0]
        record(
            actor=actor,
            verb="trail.values.erased",
            subject_type="trail",
            changes={"values": [count, 0]},
            reason=reason,
        )
    return count


def entry_ids_of_customer(customer_id: int) -> list[int]:
    """The entries about one customer, for shredders."""
    return list(Entry.objects.filter(customer_id=customer_id).values_list("pk", flat=True))
