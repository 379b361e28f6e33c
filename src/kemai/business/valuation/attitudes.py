"""What is known of a customer's attitude: the records, and a guess by the rule of loyal purchases that a person confirms."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from kemai import value
from kemai.business.archives.models import Customer
from kemai.business.valuation.models import Attitude, Position
from kemai.business.valuation.queries import published_run
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict


@dataclass(frozen=True)
class Guess:
    """A class nobody has confirmed: `by` rule (three purchases in time, half of the wallet where it is known; S4.8) or
    index; `on_cycle` purchases in a row in time; `index` 0 to 100 or None."""

    attitude: str
    by: str
    on_cycle: int
    index: Decimal | None


def attitude_history(actor: Actor, customer: Customer) -> QuerySet[Attitude]:
    """All records, newest first; none for who may not see values."""
    if not actor.sees("value", customer.owner_id):
        return Attitude.objects.none()
    return restrict(Attitude.objects.filter(customer=customer), actor).order_by("-id")


def position_of(actor: Actor, customer: Customer) -> Position | None:
    """The customer's place in the published run; None where there is none or values are hidden."""
    run = published_run()
    if run is None or not actor.sees("value", customer.owner_id):
        return None
    seen = restrict(Customer.objects.filter(pk=customer.pk), actor)
    return Position.objects.filter(run_id=run.pk, customer_id__in=seen.values("pk")).first()


def guess_of(position: Position | None, share_of_wallet: int | None) -> Guess | None:
    """What the ledger suggests; None where it says nothing."""
    if position is None:
        return None
    on_cycle = position.on_cycle or 0
    index = None if position.loyalty_centi is None else Decimal(position.loyalty_centi) / 100
    if value.is_loyal(on_cycle, share_of_wallet):
        return Guess(Attitude.Kind.LOYAL, "rule", on_cycle, index)
    if position.label_from == "index" and position.label:
        return Guess(position.label, "index", on_cycle, index)
    return None
