"""How much of what a customer buys it buys from us, and from whom else (S3.18)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kemai import value
from kemai.business.archives.models import Customer
from kemai.business.archives.queries import competing_products
from kemai.business.prospects.queries import current_potential
from kemai.business.trade.queries import monthly_sales
from kemai.foundation.access.actor import Actor
from kemai.value.exact import half_up

WHOLE_BP = 10_000
YEAR = 12


@dataclass(frozen=True)
class Rival:
    """Another supplier, and what the customer buys there in a year (None: its share is not known)."""

    brand: str
    fen: int | None


@dataclass(frozen=True)
class Wallet:
    """Fen of a year. `share` in percent is None with the reason no_demand. `rest_fen` is bought elsewhere, from nobody of
    whom we know the share."""

    ours_fen: int
    demand_fen: int | None
    share: Decimal | None
    rivals: tuple[Rival, ...]
    rest_fen: int | None
    reason: str | None = None


def wallet_of(actor: Actor, customer: Customer) -> Wallet | None:
    """Ours are the net sales of twelve months, demand is the estimated potential brought to a year, a rival's amount its
    share of the demand. None where sales or potential are hidden."""
    if not actor.sees("sales", customer.owner_id) or not actor.sees("potential", customer.owner_id):
        return None
    sales, estimate = monthly_sales(actor, customer), current_potential(actor, customer)
    ours = max(sales.total_fen, 0) if sales else 0
    others = [each for each in competing_products(actor, customer) if each.is_active]
    if estimate is None or not estimate.mp_fen:
        return Wallet(ours, None, None, tuple(Rival(o.brand, None) for o in others), None, "no_demand")
    demand = half_up(Fraction(estimate.mp_fen * YEAR, estimate.horizon_months))
    rivals = tuple(
        Rival(o.brand, None if o.share_bp is None else half_up(Fraction(demand * o.share_bp, WHOLE_BP)))
        for o in others
    )
    known = [rival.fen for rival in rivals if rival.fen is not None]
    rest = max(demand - ours - sum(known), 0)
    share = value.share_of_wallet(Decimal(ours) / 100, [Decimal(fen) / 100 for fen in (*known, rest)])
    return Wallet(ours, demand, share, rivals, rest)
