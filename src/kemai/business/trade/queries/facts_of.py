"""What the ledger says of one customer in six figures (S4.74): how often, how much, in which rhythm, from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kemai.business.archives.models import Customer
from kemai.business.trade.models import SaleLine
from kemai.business.trade.order_facts import STATUSES, order_facts
from kemai.business.trade.queries.record import net_total
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class TradeFacts:
    """Orders and their net amount; mean days between two days with orders, over all of them and over the last year
    (None with fewer than two); the first day and the latest."""

    orders: int
    amount_fen: int
    cycle_days: Decimal | None
    cycle_of_year_days: Decimal | None
    first_on: date | None
    last_on: date | None


def trade_facts(actor: Actor, customer: Customer) -> TradeFacts | None:
    """None where sales are not for the actor's eyes."""
    if not actor.sees("sales", customer.owner_id):
        return None
    lines = restrict(SaleLine.objects.landed().filter(customer=customer, status__in=STATUSES), actor)
    sold = lines.filter(amount_fen__gt=0).exclude(kind=SaleLine.Kind.RETURN)
    days = sorted(set(sold.order_by().values_list("day", flat=True).distinct()))
    lately = [day for day in days if day > actor.today - YEAR]
    [facts] = order_facts(customer_ids=[customer.pk])
    return TradeFacts(
        facts.orders, net_total(actor, customer), _gap(days), _gap(lately), days[0] if days else None,
        days[-1] if days else None,
    )  # fmt: skip


def _gap(days: list[date]) -> Decimal | None:
    """Mean days between neighbours, with one decimal: 1, 11 and 31 October are 15 days apart."""
    if len(days) < 2:
        return None
    return (Decimal((days[-1] - days[0]).days) / (len(days) - 1)).quantize(Decimal("0.1"))
