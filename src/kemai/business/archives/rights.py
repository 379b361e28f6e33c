"""How customers and their records are restricted: paths, account teams, imports that have not landed."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from kemai.business.archives.merging import one_each, one_each_stays, only_one
from kemai.business.archives.models import (
    ArchiveCheck,
    CompetingProduct,
    Contact,
    ContactNote,
    Credit,
    Customer,
    CustomField,
    CustomValue,
    DeliveryAddress,
    Merge,
    MergedRows,
    Operations,
    Ownership,
    ServiceItem,
    StateChange,
    SupplyLink,
    SupplyMove,
    TeamMember,
)
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import Term, register_extra, register_landed, register_path
from kemai.foundation.batches.models import unlanded_ids
from kemai.foundation.files.models import StoredFile
from kemai.foundation.moments import bring_ids_along, kept_for_a_moment
from kemai.foundation.notifications.models import Notification
from kemai.foundation.registry import customer_columns, verb_groups


def register() -> None:
    """Called once at start."""
    register_path(Customer, "")
    for model in (
        ArchiveCheck,
        Contact,
        Credit,
        CustomValue,
        Operations,
        DeliveryAddress,
        CompetingProduct,
        ServiceItem,
        Ownership,
        StateChange,
        SupplyLink,
        TeamMember,
    ):
        register_path(model, "customer")
    register_path(ContactNote, "contact__customer")
    register_path(SupplyMove, "dealer")
    register_path(Merge, "survivor")
    register_path(MergedRows, "merge__survivor")
    register_extra(team_accounts)
    for arriving in (Customer, Contact, SupplyLink, DeliveryAddress, CompetingProduct):
        register_landed(arriving, landed)
    verb_groups.register("archives.credit", "credit")
    customer_columns.register("notifications", (Notification, "customer_id"))
    customer_columns.register("files", (StoredFile, "customer_id"))
    _once()


def _once() -> None:
    """What a customer has once; a merge leaves the survivor's."""
    only_one(Contact, {"is_primary": True}, is_primary=False)
    only_one(Contact, {"is_self": True}, is_self=False)
    only_one(DeliveryAddress, {"is_default": True}, is_default=False)
    only_one(Ownership, {"ends_on": None}, ends_on=lambda today: today)
    one_each(CustomValue, _place_of)
    one_each_stays(StoredFile, lambda file: (file.group, file.sha256))
    only_one(StateChange, {"status": "proposed"}, status="refused")


def _place_of(value: CustomValue) -> tuple[int, str]:
    """A field holds one value, a choice of some each option once."""
    several = value.field.kind == CustomField.Kind.CHOICES
    return (value.field_id, value.text if several else "")


def team_accounts(actor: Actor) -> list[Term]:
    """Customers on whose team the actor is today, and the subsidiaries of named accounts."""
    ids = _team_ids(actor.person_id, actor.today)
    return [Term("id", ids), Term("parent_id", ids)] if ids else []


@kept_for_a_moment
def _team_ids(person_id: int | None, today: date) -> tuple[int, ...]:
    mine = TeamMember.objects.filter(person_id=person_id, starts_on__lte=today).filter(  # type: ignore[misc]
        Q(ends_on=None) | Q(ends_on__gte=today)
    )
    return tuple(sorted(set(mine.values_list("customer_id", flat=True))))


bring_ids_along(
    _team_ids,
    "m.customer_id",
    "FROM archives_teammember m WHERE m.person_id = p.id AND m.starts_on <= {today}"
    " AND (m.ends_on IS NULL OR m.ends_on >= {today})",
    lambda person_id, today: (person_id, today),
)


def landed(prefix: str) -> Q:
    """Hides rows of imports that have not landed; costs nothing while there is none."""
    waiting = unlanded_ids()
    if not waiting:
        return Q()
    return Q(**{f"{prefix}batch_id__isnull": True}) | ~Q(**{f"{prefix}batch_id__in": waiting})
