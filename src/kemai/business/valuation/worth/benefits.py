"""What a customer earns with us beside what we earn with it, a period a line (S0.15, S1.100, S1.71, S1.166)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from kemai.business.archives.models import Customer
from kemai.business.trade.queries.orders import counted_lines
from kemai.business.valuation.models import Benefit, MissingLine
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.money import yuan
from kemai.value.measures.ratios import account_profit, benefit_share, investment_return

Kind = Benefit.Kind
FROM_US = (Kind.REBATE, Kind.DISCOUNT, Kind.PROMOTION)
"""What it earns with us and we pay for; its own margin it earns by selling on, and costs us nothing."""
MOST = 12


@dataclass(frozen=True)
class BothSides:
    """One period. Amounts are fen; profit and what follows from it are None where costs of some lines are missing."""

    period: str
    starts_on: date
    ends_on: date
    entries: tuple[Benefit, ...]
    sales_fen: int
    cost_fen: int | None
    benefit_fen: int
    own_margin_fen: int | None
    service_fen: int
    investment_fen: int
    profit_fen: int | None
    profit_share: Decimal | None
    benefit_share: Decimal | None
    investment_return: Decimal | None


def benefits_of(actor: Actor, customer: Customer) -> list[Benefit]:
    """The entries, newest period first; nothing for who does not see margins of the customer."""
    if not actor.sees("margin", customer.owner_id):
        return []
    return list(restrict(Benefit.objects.filter(customer=customer), actor)[: MOST * len(Kind.values)])


def benefit_by_id(actor: Actor, customer: Customer, pk: int) -> Benefit:
    """One entry. Raises LookupError."""
    found = next((each for each in benefits_of(actor, customer) if each.pk == pk), None)
    if found is None:
        raise LookupError(pk)
    return found


def missing_lines_of(actor: Actor, customer: Customer) -> list[MissingLine]:
    """What it could buy beyond today, as estimated; nothing for who does not see margins of the customer."""
    if not actor.sees("margin", customer.owner_id):
        return []
    return list(restrict(MissingLine.objects.filter(customer=customer), actor)[:50])


def missing_line_by_id(actor: Actor, customer: Customer, pk: int) -> MissingLine:
    """One estimate. Raises LookupError."""
    found = next((each for each in missing_lines_of(actor, customer) if each.pk == pk), None)
    if found is None:
        raise LookupError(pk)
    return found


def both_sides(actor: Actor, customer: Customer) -> list[BothSides]:
    """The periods with an entry, newest first; the ledger is asked once for all of them."""
    by_period: dict[str, list[Benefit]] = {}
    for each in benefits_of(actor, customer):
        by_period.setdefault(each.period, []).append(each)
    periods = list(by_period)[:MOST]
    if not periods:
        return []
    sums = _sums(actor, customer, [by_period[p][0] for p in periods])
    return [_period(p, by_period[p], sums) for p in periods]


def _sums(actor: Actor, customer: Customer, firsts: list[Benefit]) -> dict[str, int | None]:
    """{"sales_2026", "cost_2026", "missing_2026", …}: sums and lines without cost of each period."""
    asked: dict[str, Any] = {}
    for each in firsts:
        inside = Q(day__gte=each.starts_on, day__lte=each.ends_on)
        asked |= {f"sales_{each.period}": Sum("amount_fen", filter=inside), f"cost_{each.period}": Sum("cost_fen", filter=inside),
                  f"missing_{each.period}": Count("pk", filter=inside & Q(cost_fen=None))}  # fmt: skip
    names = {key: f"a{n}" for n, key in enumerate(asked)}
    found = (
        counted_lines(actor, customer.pk)
        .order_by()
        .aggregate(**{names[key]: each for key, each in asked.items()})
    )
    return {key: found[name] for key, name in names.items()}


def _period(period: str, entries: list[Benefit], sums: dict[str, int | None]) -> BothSides:
    by_kind = {e.kind: e.amount_fen for e in entries}
    sales = sums[f"sales_{period}"] or 0
    cost = sums[f"cost_{period}"] if not sums[f"missing_{period}"] else None
    benefit = sum(by_kind.get(kind, 0) for kind in FROM_US)
    service, investment = by_kind.get(Kind.SERVICE, 0), by_kind.get(Kind.INVESTMENT, 0)
    profit, share = (
        (None, None)
        if cost is None
        else account_profit(yuan(sales), yuan(cost), yuan(benefit), yuan(service))
    )
    return BothSides(
        period, entries[0].starts_on, entries[0].ends_on, tuple(entries), sales, cost, benefit, by_kind.get(Kind.OWN_MARGIN), service, investment,
        None if profit is None else int(profit * 100), share, benefit_share(yuan(benefit), yuan(sales)),
        None if profit is None else investment_return(profit, yuan(investment)),
    )  # fmt: skip
