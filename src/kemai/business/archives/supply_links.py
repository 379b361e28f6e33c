"""Reads of supply links: who stands behind a dealer, who supplies a customer, and the links as the rules read them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Case, F, Q, QuerySet, Value, When

from kemai.business.archives.layers import with_layers
from kemai.business.archives.models import Customer, SupplyLink, SupplyMove
from kemai.business.archives.rights import landed
from kemai.business.archives.supply_rules import Tie
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict, visible_under
from kemai.foundation.among import Among

_TIE = ("pk", "dealer_id", "customer_id", "product_line", "share_bp", "from_on", "to_on")


def visible_links(actor: Actor) -> QuerySet[SupplyLink]:
    """Links of which the actor sees both ends; the others are not there for him."""
    rows = restrict(SupplyLink.objects.all(), actor)
    dealer = visible_under(actor, "dealer")
    return rows if dealer is None else rows.filter(dealer)


def customers_behind(actor: Actor, dealer: Customer, on: date | None = None) -> QuerySet[SupplyLink]:
    """Links to the customers that the dealer supplies, on a day or ever (S0.5)."""
    return _on(visible_links(actor).filter(dealer=dealer).select_related("customer"), on)


def dealers_of(actor: Actor, customer: Customer, on: date | None = None) -> QuerySet[SupplyLink]:
    """Links to those who supply the customer, on a day or ever."""
    return _on(visible_links(actor).filter(customer=customer).select_related("dealer"), on)


def in_order(links: QuerySet[SupplyLink], day: date) -> QuerySet[SupplyLink]:
    """In force on the day first, then those to come, then those that have ended; the largest share first."""
    place = Case(When(to_on__lt=day, then=Value(2)), When(from_on__gt=day, then=Value(1)), default=Value(0))
    return links.annotate(place=place).order_by("place", F("share_bp").desc(nulls_last=True), "pk")


def link_of(actor: Actor, customer: Customer, pk: int) -> SupplyLink:
    """A link on whose one end the customer stands. Raises LookupError."""
    rows = visible_links(actor).filter(Q(dealer=customer) | Q(customer=customer), pk=pk)
    found = rows.select_related("dealer", "customer").first()
    if found is None:
        raise LookupError(pk)
    return found


def moves_of(actor: Actor, dealer: Customer, limit: int = 5) -> list[SupplyMove]:
    """The latest plans of a dealer, newest first."""
    return list(restrict(SupplyMove.objects.filter(dealer=dealer), actor)[:limit])


def archives_of(actor: Actor, ids: Collection[int]) -> dict[int, Customer]:
    """Customers by id with their layers at hand, for `layers.overall`."""
    return {each.pk: each for each in with_layers(restrict(Customer.objects.filter(pk__in=ids), actor))}


def holds(day: date) -> Q:
    """In force on the day; both ends count."""
    return (Q(from_on=None) | Q(from_on__lte=day)) & (Q(to_on=None) | Q(to_on__gte=day))


def ties_to(customer_id: int) -> list[Tie]:
    """All links to one customer, whoever may see them: the rules hold for everybody."""
    return _ties(_landed().filter(customer_id=customer_id))


def ties_above(dealer_id: int) -> list[Tie]:
    """All links by which somebody stands above the dealer, however far up."""
    found: dict[int, Tie] = {}
    below, seen = [dealer_id], {dealer_id}
    while below:
        ties = _ties(_landed().filter(Among("customer_id", below)))
        found |= {tie.key: tie for tie in ties}
        below = sorted({tie.dealer for tie in ties} - seen)
        seen.update(below)
    return list(found.values())


def all_ties() -> list[Tie]:
    """Every link there is."""
    return _ties(_landed())


def _landed() -> QuerySet[SupplyLink]:
    return SupplyLink.objects.filter(landed(""))


def _ties(rows: QuerySet[SupplyLink]) -> list[Tie]:
    return [Tie(*row) for row in rows.order_by().values_list(*_TIE)]


def _on(links: QuerySet[SupplyLink], day: date | None) -> QuerySet[SupplyLink]:
    return links if day is None else links.filter(holds(day))
