"""How a person consumes, as far as the ledger tells: how much, how often, what, when (S4.68)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, QuerySet, Sum
from django.db.models.functions import TruncMonth

from kemai.business.archives.models import Customer
from kemai.business.trade.models import SaleLine
from kemai.business.trade.queries.orders import counted_lines
from kemai.foundation.access.actor import Actor

WINDOW_DAYS = 365
MOST_LINES = 3
LEAST_MONTHS = 3


@dataclass(frozen=True)
class Consumption:
    """The last 365 days up to `until`, net of returns; money in fen. `last_on` looks back as far as the ledger.

    None is missing: nothing was bought in the window, products carry no grade or line, or fewer than three months are
    known of, which say nothing about peak and low.
    """

    until: date
    orders: int
    amount_fen: int | None
    average_fen: int | None
    grade: str | None
    lines: tuple[str, ...]
    peak: date | None
    low: date | None
    last_on: date | None


def consumption_of(actor: Actor, customer: Customer) -> Consumption | None:
    """What the ledger tells of the customer; None where its sales are hidden from the actor."""
    if not actor.sees("sales", customer.owner_id):
        return None
    every = counted_lines(actor, customer.pk)
    last_on = every.filter(amount_fen__gt=0).aggregate(last=Max("day"))["last"]
    lines = every.filter(day__gt=actor.today - timedelta(days=WINDOW_DAYS), day__lte=actor.today).order_by()
    months = {r["month"]: r["sum"] for r in _by(lines.annotate(month=TruncMonth("day")), "month")}
    if not months:
        return Consumption(actor.today, 0, None, None, None, (), None, None, last_on)
    orders, amount = _orders(lines), sum(months.values())
    grades = _best(lines, "product__grade", 1)
    peak, low = _ends(months)
    return Consumption(
        actor.today, orders, amount, (2 * amount + orders) // (2 * orders) if orders else None, grades[0] if grades else None,
        tuple(_best(lines, "product__line", MOST_LINES)), peak, low, last_on,
    )  # fmt: skip


def _orders(lines: QuerySet[SaleLine]) -> int:
    """Orders of one number on one day; lines without a number make one order a day. Monthly totals are none."""
    bought = lines.filter(amount_fen__gt=0).exclude(kind=SaleLine.Kind.MONTHLY)
    return bought.values("day", "order_no").distinct().count()


def _by(lines: QuerySet[Any], key: str) -> Any:
    return lines.values(key).annotate(sum=Sum("amount_fen"))


def _best(lines: QuerySet[SaleLine], key: str, most: int) -> list[str]:
    """The values of the key with the largest sums, blanks aside."""
    rows = _by(lines.exclude(**{key: ""}).exclude(**{key: None}), key).filter(sum__gt=0).order_by("-sum", key)
    return [row[key] for row in rows[:most]]


def _ends(months: dict[date, int]) -> tuple[date | None, date | None]:
    """The month with the most and the one with the least, the later of equals."""
    if len(months) < LEAST_MONTHS:
        return None, None
    return max(months, key=lambda m: (months[m], m)), min(months, key=lambda m: (months[m], -m.toordinal()))
