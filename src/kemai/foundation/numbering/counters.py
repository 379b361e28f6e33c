"""Counters that hand out numbers under concurrency: one conditional update, then a read in the same transaction."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from kemai.foundation.numbering.models import Counter


def reserve(series: str, count: int) -> range:
    """`count` numbers in a row, never given before and never again, even when they are not used."""
    with transaction.atomic():
        Counter.objects.get_or_create(series=series)
        Counter.objects.filter(series=series).update(last=F("last") + count)
        last = Counter.objects.values_list("last", flat=True).get(series=series)
    return range(last - count + 1, last + 1)
