"""The customer as it stands, held until the transaction ends: the first line of most writes on the archive."""

from __future__ import annotations

from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict


def locked_customer(actor: Actor, customer: Customer) -> Customer:
    """Reads the customer again and locks its row. Raises LookupError when it is not there for the actor."""
    rows = restrict(Customer.objects.filter(pk=customer.pk), actor)
    found = rows.select_for_update(of=("self",)).first()
    if found is None:
        raise LookupError(customer.code)
    return found
