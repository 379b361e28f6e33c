"""Reads of estimates: the current one, and how it came about."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet

from kemai.business.archives.models import Customer
from kemai.business.prospects.models import Potential
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.batches.models import unlanded_ids
from kemai.foundation.prepared import prepared


def current_potential(actor: Actor, customer: Customer) -> Potential | None:
    """The estimate that counts now; None when there is none or it is not for the actor's eyes."""
    return potential_history(actor, customer).filter(is_current=True).first()


def latest_potentials(actor: Actor, customer: Customer, limit: int) -> list[Potential]:
    """The last estimates, newest first."""
    if not actor.sees("potential", customer.owner_id):
        return []
    return _latest(actor, limit, customer_id=customer.pk)


@prepared
def _latest(actor: Actor, limit: int, *, customer_id: int) -> QuerySet[Potential]:
    return _landed(restrict(Potential.objects.filter(customer_id=customer_id), actor))[:limit]


def potential_history(actor: Actor, customer: Customer) -> QuerySet[Potential]:
    """All estimates, newest first, with author and date; nothing of an import that has not landed."""
    if not actor.sees("potential", customer.owner_id):
        return Potential.objects.none()
    return _landed(restrict(Potential.objects.filter(customer=customer), actor))


def _landed(rows: QuerySet[Potential]) -> QuerySet[Potential]:
    taken_back = Q(replaced_by_batch_id=F("batch_id"))  # by the undo of their import
    return rows.filter(Q(batch_id=None) | ~(Q(batch_id__in=unlanded_ids()) | taken_back))
