"""Reads of the archive; each starts from the actor, and another's record is simply not there."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kemai.business.archives.layers import with_layers
from kemai.business.archives.models import (
    BulkEdit,
    CompetingProduct,
    Contact,
    ContactNote,
    Customer,
    CustomField,
    DeliveryAddress,
    MassChange,
    Merge,
    Ownership,
    ServiceItem,
    StateChange,
    TeamMember,
    UniqueTogether,
)
from kemai.business.archives.names import name_key
from kemai.business.archives.search import search
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import Assignment, Person
from kemai.foundation.access.roles import ROLES
from kemai.foundation.access.scopes import restrict
from kemai.foundation.moments import kept_for_a_moment
from kemai.foundation.prepared import prepared

__all__ = [
    "Moved",
    "absorbed_ids",
    "bulk_edit_by_id",
    "competing_products",
    "contact_by_id",
    "contacts_called",
    "contacts_of",
    "custom_field_by_id",
    "custom_fields",
    "customer_by_code",
    "customer_by_id",
    "customers_called",
    "delivery_addresses",
    "first_possible_owners",
    "is_on_team",
    "latest_owners",
    "latest_states",
    "mass_change_by_id",
    "merge_by_id",
    "merges_of",
    "notes_of",
    "ownership_history",
    "people_of",
    "possible_owners",
    "search",
    "service_items",
    "state_history",
    "team_of",
    "unique_rule_by_id",
    "waiting_proposal",
]
PEOPLE = 200


class Moved(LookupError):
    """The customer was merged into another, whose code is given."""

    def __init__(self, asked: str, code: str) -> None:
        super().__init__(_("客户「%(old)s」已经并入「%(code)s」。") % {"old": asked, "code": code})
        self.code = code


def customer_by_code(actor: Actor, code: str) -> Customer:
    """The customer with owner, unit and layers. Raises LookupError when it is not there for the actor, Moved when
    it was merged into one that is."""
    try:
        return _one(_by_code(actor, code=code), code)
    except LookupError:
        survivor = restrict(Customer.objects.filter(merges__code=code, merges__undone_at=None), actor).first()
        if survivor is None:
            raise
    raise Moved(code, survivor.code)


@prepared
def _by_code(actor: Actor, *, code: str) -> QuerySet[Customer]:
    rows = restrict(Customer.objects.filter(code=code), actor).select_related("owner", "unit")
    return with_layers(rows).order_by("pk")[:1]


def customer_by_id(actor: Actor, pk: int) -> Customer:
    """The same by id."""
    return _one(restrict(Customer.objects.filter(pk=pk), actor)[:1], str(pk))


def customers_called(actor: Actor, text: str) -> list[Customer]:
    """Whom this very text names among those the actor sees: by code, else credit code, else name; at most six."""
    wanted = text.strip()
    seen = restrict(Customer.objects.all(), actor)
    ways = (Q(code=wanted), Q(uscc=wanted.upper()), Q(name_key=name_key(wanted)[:200]), Q(short_name=wanted))
    for way in ways if wanted else ():
        if found := list(seen.filter(way).order_by("code")[:6]):
            return found
    return []


def contacts_of(actor: Actor, customer: Customer) -> QuerySet[Contact]:
    """The customer's contacts, active and primary first."""
    return restrict(Contact.objects.filter(customer=customer), actor)


def cards_elsewhere(actor: Actor, contact: Contact) -> list[Contact]:
    """The person's cards at other customers that the actor sees, with their customers; nothing tells of the rest."""
    if contact.individual_id is None:
        return []
    rows = Contact.objects.filter(individual=contact.individual_id).exclude(pk=contact.pk)
    return list(
        restrict(rows, actor)
        .select_related("customer")
        .order_by("-is_active", "customer__name", "pk")[:PEOPLE]
    )


def own_card_of(actor: Actor, customer: Customer) -> Contact:
    """The card of a retail customer that is the person himself; one that is not stored where none was begun."""
    rows = contacts_of(actor, customer).filter(is_self=True).select_related("individual")
    begun = rows.order_by("pk").first()
    found = begun or Contact(
        customer=customer,
        name=customer.name[:60],
        phone=customer.phone,
        email=customer.email,
        is_self=True,
        version=0,
    )
    found.customer = customer
    return found


def contacts_called(actor: Actor, text: str, limit: int) -> list[Contact]:
    """Active contacts whose name begins so, at customers the actor sees; nobody for who does not see contacts."""
    if not text.strip() or not actor.sees("contacts"):
        return []
    rows = Contact.objects.filter(name__startswith=text.strip(), is_active=True).select_related("customer")
    return list(restrict(rows, actor).order_by("name", "pk")[:limit])


@kept_for_a_moment
def is_on_team(actor: Actor, customer: Customer) -> bool:
    """Whether the actor owns the customer or works on it beside the owner today."""
    if actor.person_id is None:
        return False
    if customer.owner_id == actor.person_id:
        return True
    return team_of(actor, customer).filter(person_id=actor.person_id).exists()


def notes_of(actor: Actor, customer: Customer, contact: Contact | None = None) -> QuerySet[ContactNote]:
    """Notes in use about the customer's people, or about one of them: private ones for the account team alone."""
    if not actor.sees("contacts", customer.owner_id):
        return ContactNote.objects.none()
    rows = restrict(ContactNote.objects.filter(contact__customer=customer, is_active=True), actor)
    rows = rows.filter(contact=contact) if contact else rows
    return rows if is_on_team(actor, customer) else rows.filter(privacy=ContactNote.Privacy.ALL)


@kept_for_a_moment
def people_of(actor: Actor, customer: Customer) -> tuple[Contact, ...]:
    """Who still works there, primary first; at most PEOPLE of them, read once for a page."""
    return tuple(_people(actor, customer_id=customer.pk))


@prepared
def _people(actor: Actor, *, customer_id: int) -> QuerySet[Contact]:
    return restrict(Contact.objects.filter(customer_id=customer_id, is_active=True), actor)[:PEOPLE]


def delivery_addresses(actor: Actor, customer: Customer) -> QuerySet[DeliveryAddress]:
    """Where goods go, the default first, then those in use."""
    return restrict(DeliveryAddress.objects.filter(customer=customer), actor)


def competing_products(actor: Actor, customer: Customer) -> QuerySet[CompetingProduct]:
    """What the customer buys elsewhere, in use and the largest share first."""
    return restrict(CompetingProduct.objects.filter(customer=customer), actor)


@kept_for_a_moment
def service_items(actor: Actor, customer: Customer) -> tuple[ServiceItem, ...]:
    """What the customer gets that others do not, in use first (S1.131)."""
    return tuple(restrict(ServiceItem.objects.filter(customer=customer), actor)[:PEOPLE])


def state_history(actor: Actor, customer: Customer) -> QuerySet[StateChange]:
    """Moves of the state, newest first."""
    return restrict(StateChange.objects.filter(customer=customer), actor)


@prepared
def latest_states(actor: Actor, limit: int, *, customer_id: int) -> QuerySet[StateChange]:
    """The last moves of a customer's state, newest first, as a list."""
    return restrict(StateChange.objects.filter(customer_id=customer_id), actor)[:limit]


@prepared
def latest_owners(actor: Actor, limit: int, *, customer_id: int) -> QuerySet[Ownership]:
    """Whose a customer was lately, newest first, as a list."""
    return restrict(Ownership.objects.filter(customer_id=customer_id), actor).select_related("person")[:limit]


def ownership_history(actor: Actor, customer: Customer) -> QuerySet[Ownership]:
    """Whose it was, newest first."""
    return restrict(Ownership.objects.filter(customer=customer), actor).select_related("person")


def team_of(actor: Actor, customer: Customer) -> QuerySet[TeamMember]:
    """Who works on it beside the owner today."""
    rows = restrict(TeamMember.objects.filter(customer=customer, starts_on__lte=actor.today), actor)
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=actor.today)).select_related("person").order_by("pk")


def waiting_proposal(actor: Actor, customer: Customer) -> StateChange | None:
    """A move of the state that somebody proposed and nobody has decided yet."""
    return next(iter(_proposals(actor, customer_id=customer.pk)), None)


@prepared
def _proposals(actor: Actor, *, customer_id: int) -> QuerySet[StateChange]:
    return restrict(StateChange.objects.filter(customer_id=customer_id, status="proposed"), actor)[:1]


def merges_of(actor: Actor, customer: Customer) -> QuerySet[Merge]:
    """What was merged into the customer and is still part of it, the newest first."""
    return restrict(Merge.objects.filter(survivor=customer, undone_at=None), actor)


def merge_by_id(actor: Actor, customer: Customer, pk: int) -> Merge:
    """One of them. Raises LookupError."""
    found = merges_of(actor, customer).filter(pk=pk).first()
    if found is None:
        raise LookupError(pk)
    return found


def absorbed_ids(actor: Actor, customer: Customer) -> list[int]:
    """Under which ids the trail tells of those that are part of the customer."""
    return list(merges_of(actor, customer).values_list("absorbed_id", flat=True))


def bulk_edit_by_id(actor: Actor, pk: int) -> BulkEdit:
    """One's own edit of many customers. Raises LookupError."""
    found = BulkEdit.objects.filter(pk=pk, person_id=actor.person_id).first()
    if found is None:
        raise LookupError(pk)
    return found


def mass_change_by_id(actor: Actor, pk: int) -> MassChange:
    """One's own change of all that matched. Raises LookupError."""
    found = MassChange.objects.filter(pk=pk, person_id=actor.person_id).first()
    if found is None or actor.person_id is None:
        raise LookupError(pk)
    return found


def custom_fields(actor: Actor) -> QuerySet[CustomField]:
    """Every field of the company's own, those in use first: for who defines them."""
    rows = CustomField.objects.order_by("-is_active", "position", "pk")
    return rows if actor.may("archive.design") else rows.filter(is_active=True)


def custom_field_by_id(actor: Actor, pk: int) -> CustomField:
    """One of them. Raises LookupError."""
    found = custom_fields(actor).filter(pk=pk).first()
    if found is None:
        raise LookupError(pk)
    return found


def unique_rule_by_id(actor: Actor, pk: int) -> UniqueTogether:
    """A combination of fields in force. Raises LookupError."""
    found = (
        UniqueTogether.objects.filter(pk=pk, is_active=True).first() if actor.may("archive.design") else None
    )
    if found is None:
        raise LookupError(pk)
    return found


def contact_by_id(actor: Actor, customer: Customer, pk: int) -> Contact:
    """One person of the customer. Raises LookupError."""
    found = contacts_of(actor, customer).select_related("individual").filter(pk=pk).first()
    if found is None:
        raise LookupError(pk)
    found.customer = customer
    return found


def possible_owners(actor: Actor) -> QuerySet[Person]:
    """People whose role has customers of its own, in the actor's units where he leads only some."""
    having = [key for key, role in ROLES.items() if role.scope in ("own", "unit")]
    held = Assignment.objects.filter(role__in=having).filter(Q(ends_on=None) | Q(ends_on__gte=actor.today))
    held = held if actor.sees_all else held.filter(unit_id__in=actor.units)
    return Person.objects.filter(pk__in=held.values("person_id"), is_active=True).order_by("name")


@prepared
def first_possible_owners(actor: Actor, limit: int) -> QuerySet[Person]:
    """The first of them by name, as a list."""
    return possible_owners(actor)[:limit]


def _one(rows: Iterable[Customer], what: str) -> Customer:
    found = next(iter(rows), None)
    if found is None:
        raise LookupError(_("没有客户「%(code)s」，或者不在你能看的范围里。") % {"code": what})
    return found
