"""What is sold, as the whole company sees it."""

from __future__ import annotations

from django.db.models import QuerySet

from kemai.business.trade.models import Product
from kemai.foundation.access.actor import Actor
from kemai.foundation.batches.models import unlanded_ids


def products(actor: Actor) -> QuerySet[Product]:
    """The products of landed imports; nothing for somebody who sees no customers."""
    if not actor.sees_customers:
        return Product.objects.none()
    return Product.objects.exclude(batch_id__in=unlanded_ids())
