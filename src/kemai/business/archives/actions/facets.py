"""Live facets that upper subjects publish on the customer's row; they are no change of the archive."""

from __future__ import annotations

from typing import Any

from kemai.business.archives.models import Customer

LIVE = {"last_contact_on", "last_contact_by", "next_step_on", "next_step"}


def publish_live_facets(customer_id: int, **fields: Any) -> None:
    """Sets the given live facets. Raises ValueError for any other field."""
    if not fields.keys() <= LIVE:
        raise ValueError(f"not live facets: {sorted(fields.keys() - LIVE)}")
    Customer.objects.filter(pk=customer_id).update(**fields)
