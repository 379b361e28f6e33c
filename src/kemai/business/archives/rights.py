"""How customers and their records are restricted: paths, account teams, imports that have not landed."""

from __future__ import annotations

from django.db.models import Q

from kemai.business.archives.models import Contact, Customer, Ownership, StateChange, TeamMember
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import register_extra, register_landed, register_path
from kemai.foundation.batches.models import unlanded_ids


def register() -> None:
    """Called once at start."""
    register_path(Customer, "")
    for model in (Contact, Ownership, StateChange, TeamMember):
        register_path(model, "customer")
    register_extra(team_accounts)
    register_landed(Customer, landed)


def team_accounts(actor: Actor) -> Q | None:
    """Customers on whose team the actor is today, and the subsidiaries of named accounts."""
    today = actor.today
    mine = TeamMember.objects.filter(person_id=actor.person_id, starts_on__lte=today).filter(  # type: ignore[misc]
        Q(ends_on=None) | Q(ends_on__gte=today)
    )
    ids = sorted(set(mine.values_list("customer_id", flat=True)))
    return Q(pk__in=ids) | Q(parent_id__in=ids) if ids else None


def landed(prefix: str) -> Q:
    """Hides customers of imports that have not landed; costs nothing while there is none."""
    waiting = unlanded_ids()
    if not waiting:
        return Q()
    return Q(**{f"{prefix}batch_id__isnull": True}) | ~Q(**{f"{prefix}batch_id__in": waiting})
