"""A customer's orders as events: the latest ones, the first, the largest; and what it buys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from kemai.business.archives.models import Customer
from kemai.business.trade.models import SaleLine
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.preferences.company import company_setting
from kemai.foundation.prepared import prepared


@dataclass(frozen=True, slots=True)
class Order:
    """Lines of one number on one day, returns apart."""

    day: date
    order_no: str
    amount_fen: int
    lines: int
    product: str


@dataclass(frozen=True, slots=True)
class Orders:
    """The latest orders, newest first, and the two that people remember."""

    latest: tuple[Order, ...]
    first: Order | None
    largest: Order | None


@dataclass(frozen=True, slots=True)
class Share:
    """What one product brings: net sales, quantity, last day."""

    code: str
    name: str
    line: str
    amount_fen: int
    quantity_milli: int | None
    last_on: date


def orders_of(actor: Actor, customer: Customer, limit: int = 20) -> Orders:
    """Orders that count as sales; nothing where sales are hidden. One statement."""
    if not actor.sees("sales", customer.owner_id):
        return Orders((), None, None)
    found = _ranked(actor, limit, customer_id=customer.pk)
    by_rank: dict[str, dict[int, Order]] = {
        key: {r[key]: _order(r) for r in found} for key in ("newest", "oldest", "size")
    }
    latest = [order for rank, order in sorted(by_rank["newest"].items()) if rank <= limit]
    return Orders(tuple(latest), by_rank["oldest"].get(1), by_rank["size"].get(1))


@prepared
def _ranked(actor: Actor, limit: int, *, customer_id: int) -> QuerySet[Any]:
    lines = counted_lines(actor, customer_id).filter(amount_fen__gt=0).values("day", "order_no")
    rows: Any = lines.annotate(
        sum=Sum("amount_fen"), lines=Count("pk"), product=Max("product__name")
    ).order_by()
    ranked = rows.annotate(
        newest=_rank(F("day").desc(), F("order_no").desc()),
        oldest=_rank(F("day").asc(), F("order_no").asc()),
        size=_rank(F("sum").desc(), F("day").desc(), F("order_no").desc()),
    )
    found: QuerySet[Any] = ranked.filter(Q(newest__lte=limit) | Q(oldest=1) | Q(size=1))
    return found


def product_mix(actor: Actor, customer: Customer, start: date, end: date) -> list[Share] | None:
    """Net sales by product between two days, both included, the largest first; None where sales are hidden."""
    if not actor.sees("sales", customer.owner_id):
        return None
    rows = counted_lines(actor, customer.pk).filter(day__gte=start, day__lte=end).order_by()
    named = rows.values("product__code", "product__name", "product__line")
    found: Any = named.annotate(
        sum=Sum("amount_fen"), quantity=Sum("quantity_milli"), last=Max("day")
    ).order_by("-sum")
    return [
        Share(r["product__code"] or "", r["product__name"] or "", r["product__line"] or "", r["sum"], r["quantity"], r["last"])
        for r in found
    ]  # fmt: skip


def _rank(*by: Any) -> Window:
    return Window(RowNumber(), order_by=list(by))


def counted_lines(actor: Actor, customer_id: int) -> QuerySet[SaleLine]:
    """The customer's lines in the states that the company counts as sales."""
    lines = restrict(SaleLine.objects.filter(customer_id=customer_id), actor)
    return lines.filter(Q(status__in=company_setting("valuation.statuses")))


def _order(row: dict[str, Any]) -> Order:
    return Order(row["day"], row["order_no"] or "", row["sum"], row["lines"], row["product"] or "")
