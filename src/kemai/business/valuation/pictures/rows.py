"""Customers that the actor may see, as a list names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict


@dataclass(frozen=True)
class Named:
    """A customer as a list shows it."""

    pk: int
    code: str
    name: str
    owner: str


def named(actor: Actor, ids: Sequence[int]) -> dict[int, Named]:
    """{id: customer} of those that the actor may see."""
    rows = restrict(Customer.objects.filter(pk__in=list(ids)), actor)
    found = rows.values_list("pk", "code", "short_name", "name", "owner__name")
    return {pk: Named(pk, code, short or name, owner or "") for pk, code, short, name, owner in found}
