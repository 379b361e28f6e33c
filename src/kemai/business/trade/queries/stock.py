"""Stock and consumption of one customer's products, from its counts and what was delivered between (S1.109, S1.112)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from kemai import value
from kemai.business.archives.models import Customer
from kemai.business.trade.models import StockCount
from kemai.business.trade.queries.orders import counted_lines
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.value.channel.stock import Consumption as RateOfUse
from kemai.value.windows import months_before

ORDERS_DAYS = 90  # the span of the rate where nothing was counted twice
MOST, READ = 20, 500


@dataclass(frozen=True, slots=True)
class ProductStock:
    """Quantities in pieces. `source` is counts or orders; with orders there is no stock to speak of (reason
    no_opening_count, one count alone, or no_count). count_error and no_consumption as `value.consumption` has them.
    `next_month` is what the rate gives for the month `month`."""

    name: str
    counted_on: date | None
    days: int | None
    opening: Decimal | None
    delivered: Decimal | None
    closing: Decimal | None
    sold_out: Decimal | None
    per_day: Decimal | None
    cover_days: Decimal | None
    order: Decimal | None
    next_month: Decimal | None
    month: date
    source: str
    reason: str | None


def stock_of(actor: Actor, customer: Customer) -> list[ProductStock]:
    """Each product that was counted, the latest count first; without any count one line from the orders of 90 days. Empty
    where sales are hidden or nothing is known of quantities. Two statements."""
    if not actor.sees("sales", customer.owner_id):
        return []
    counts = restrict(StockCount.objects.filter(customer=customer, counted_on__lte=actor.today), actor)
    rows = counts.order_by("-counted_on", "product__name").values_list(
        "product_id", "product__name", "counted_on", "quantity_milli"
    )
    by_product: dict[Any, list[Any]] = {}
    for row in rows[:READ]:
        by_product.setdefault(row[0], []).append(row)
    if not by_product:
        return _from_orders(actor, customer)
    pairs = [some[:2] for some in list(by_product.values())[:MOST]]
    moved = _moved(actor, customer, pairs)
    return [_counted(actor, pair, moved) for pair in pairs]


def _moved(actor: Actor, customer: Customer, pairs: list[list[Any]]) -> list[tuple[Any, date, int]]:
    """(product, day, thousandths) of what was delivered between the first of the counts and the last."""
    opened = [pair[1][2] for pair in pairs if len(pair) > 1]
    if not opened:
        return []
    lines = counted_lines(actor, customer.pk).filter(
        day__gt=min(opened), day__lte=max(pair[0][2] for pair in pairs)
    )
    sums = lines.filter(quantity_milli__isnull=False).order_by().values_list("product_id", "day")
    return list(sums.annotate(sum=Sum("quantity_milli")))


def _counted(actor: Actor, last_two: list[Any], moved: list[tuple[Any, date, int]]) -> ProductStock:
    product, name, counted_on, closing = last_two[0]
    month, closed = _next_month(actor.today), Decimal(closing) / 1000
    shape = {
        "name": name or "",
        "counted_on": counted_on,
        "month": month,
        "closing": closed,
        "source": "counts",
    }
    if len(last_two) < 2:
        return _nothing(shape, "no_opening_count")
    opened_on, opening = last_two[1][2], Decimal(last_two[1][3]) / 1000
    mine = (milli for each, day, milli in moved if product in (None, each) and opened_on < day <= counted_on)
    delivered = Decimal(sum(mine)) / 1000
    shape |= {"opening": opening, "delivered": delivered, "days": (counted_on - opened_on).days}
    if opening + delivered - closed < 0:
        return _nothing(shape, "count_error")
    back = max(-delivered, Decimal(0))
    found = value.consumption(opening, max(delivered, Decimal(0)), closed, shape["days"], back)
    return ProductStock(
        **shape, sold_out=found.sold_out, per_day=found.per_day, cover_days=found.cover_days,
        order=value.suggested_order(found.sold_out, closed), next_month=_ahead(found, month), reason=found.reason,
    )  # fmt: skip


def _from_orders(actor: Actor, customer: Customer) -> list[ProductStock]:
    """Nothing was counted: what was delivered stands for what was used, and says so."""
    lines = counted_lines(actor, customer.pk).filter(day__gt=actor.today - timedelta(days=ORDERS_DAYS))
    delivered = _quantity(lines.filter(day__lte=actor.today))
    if delivered <= 0:
        return []
    month = _next_month(actor.today)
    found = value.consumption(None, delivered, None, ORDERS_DAYS)
    shape = {
        "name": "",
        "counted_on": None,
        "month": month,
        "source": "orders",
        "delivered": delivered,
        "days": ORDERS_DAYS,
    }
    made = _nothing(shape, found.reason)
    return [replace(made, sold_out=found.sold_out, per_day=found.per_day, next_month=_ahead(found, month))]


def _ahead(found: RateOfUse, month: date) -> Decimal:
    days = calendar.monthrange(month.year, month.month)[1]
    return Decimal(value.consumption_forecast(found, days))


def _quantity(lines: QuerySet[Any]) -> Decimal:
    return Decimal(lines.order_by().aggregate(sum=Sum("quantity_milli"))["sum"] or 0) / 1000


def _next_month(today: date) -> date:
    return months_before(today.replace(day=1), -1)


def _nothing(shape: dict[str, Any], reason: str | None) -> ProductStock:
    empty = dict.fromkeys(
        (
            "days",
            "opening",
            "delivered",
            "closing",
            "sold_out",
            "per_day",
            "cover_days",
            "order",
            "next_month",
        )
    )
    return ProductStock(**{**empty, **shape, "reason": reason})
