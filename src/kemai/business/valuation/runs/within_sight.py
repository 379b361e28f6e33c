"""The rows of a run whose customers an actor may see: all of them gathered first, or each looked at on the way.

To gather is right for counts, sums and all rows; to walk for the first few of many, in an order that an index has.
"""

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


def gathered(rows: QuerySet[M], actor: Actor) -> QuerySet[M]:
    """By all customers that the actor sees."""
    if customer_scope(actor) is None:
        return rows
    return rows.filter(customer_id__in=restrict(Customer.objects.all(), actor).values("pk"))


def walked(rows: QuerySet[M], actor: Actor) -> QuerySet[M]:
    """By a look at the customer of each row."""
    if customer_scope(actor) is None:
        return rows
    return rows.filter(Exists(restrict(Customer.objects.filter(pk=OuterRef("customer_id")), actor)))


def first_of(rows: QuerySet[M], actor: Actor, run: Run) -> QuerySet[M]:
    """For a page of the first ones in an order that an index has: walked by who sees many, gathered by who sees few."""
    if customer_scope(actor) is None:
        return rows
    sees_many = len(seen_keys(actor)) * SHARE > run.customers
    return walked(rows, actor) if sees_many else gathered(rows, actor)
