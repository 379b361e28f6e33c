"""The first rows of a run in the order of an index, of customers that an actor may see."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from kemai.business.archives.keys import seen_keys
from kemai.business.archives.models import Customer
from kemai.business.valuation.models import Run
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import customer_scope, restrict

M = TypeVar("M", bound=Model)
SHARE = 50  # who sees one of so many is soon met on the way


def seen_of(rows: QuerySet[M], actor: Actor, run: Run) -> QuerySet[M]:
    """The rows of customers that the actor may see, for a page of the first ones in an order that an index has.

    Who sees many has each row looked at on the way down; for who sees few of a million, all of them are gathered first.
    """
    if customer_scope(actor) is None:
        return rows
    if len(seen_keys(actor)) * SHARE > run.customers:
        return rows.filter(Exists(restrict(Customer.objects.filter(pk=OuterRef("customer_id")), actor)))
    return rows.filter(customer_id__in=restrict(Customer.objects.all(), actor).values("pk"))
