"""Sales by month beside last year's (S0.11), straight from the customer's own lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum

from kemai.business.archives.models import Customer
from kemai.business.trade.models import SaleLine
from kemai.business.trade.month_of import MonthOf, first_day
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.preferences.company import company_setting
from kemai.foundation.prepared import prepared
from kemai.value.windows import months_before


@dataclass(frozen=True, slots=True)
class MonthSales:
    """Net sales of one calendar month, and of the same month a year before."""

    month: date
    amount_fen: int
    last_year_fen: int


@dataclass(frozen=True, slots=True)
class MonthlySales:
    """The last months, oldest first; the last one is the running month."""

    months: tuple[MonthSales, ...]
    year_to_date_fen: int
    last_year_to_date_fen: int

    @property
    def total_fen(self) -> int:
        """The sum of the months shown."""
        return sum(month.amount_fen for month in self.months)


def monthly_sales(actor: Actor, customer: Customer, months: int = 12) -> MonthlySales | None:
    """Net sales of the last `months` calendar months up to today; None where the actor may not see sales.

    Year to date compares with last year up to the same day.
    """
    if not actor.sees("sales", customer.owner_id):
        return None
    this = actor.today.replace(day=1)
    shown = [months_before(this, back) for back in range(months - 1, -1, -1)]
    last_day = months_before(actor.today, 12)
    by_month, upto = _sums(
        actor, customer, min(months_before(shown[0], 12), date(last_day.year, 1, 1)), last_day
    )
    return MonthlySales(
        months=tuple(
            MonthSales(month, by_month.get(month, 0), by_month.get(months_before(month, 12), 0))
            for month in shown
        ),
        year_to_date_fen=sum(fen for month, fen in by_month.items() if month.year == this.year),
        last_year_to_date_fen=sum(fen for month, fen in upto.items() if month.year == last_day.year),
    )


def months_of_many(actor: Actor, customers: Sequence[Customer], months: int = 12) -> dict[int, list[int]]:
    """Net sales of each of the last months, oldest first, for a page of customers whose sales the actor sees."""
    this = actor.today.replace(day=1)
    shown = [months_before(this, back) for back in range(months - 1, -1, -1)]
    ids = [c.pk for c in customers if actor.sees("sales", c.owner_id)]
    found: dict[int, dict[str, int]] = {}
    rows: list[Any] = _monthly_of(actor, shown[0], **{f"id{at}": pk for at, pk in enumerate(ids)})
    for pk, month, total in rows:
        found.setdefault(pk, {})[month] = total
    return {pk: [by.get(f"{month:%Y-%m}", 0) for month in shown] for pk, by in found.items()}


@prepared
def _monthly_of(actor: Actor, start: date, **ids: int) -> QuerySet[Any]:
    """(customer, month, net sales) of a few customers since `start`."""
    few = SaleLine.objects.filter(customer_id__in=list(ids.values()), day__gte=start, day__lte=actor.today)
    counted = restrict(few, actor).filter(status__in=company_setting("valuation.statuses"))
    rows = counted.annotate(month=MonthOf("day")).order_by().values_list("customer_id", "month")
    return rows.annotate(sum=Sum("amount_fen"))


@prepared
def _monthly(actor: Actor, start: date, last_day: date, *, customer_id: int) -> QuerySet[Any]:
    """(month, net sales, net sales up to `last_day`) of a customer since `start`."""
    lines = restrict(SaleLine.objects.filter(customer_id=customer_id), actor).filter(
        status__in=company_setting("valuation.statuses"), day__gte=start, day__lte=actor.today
    )
    months = lines.annotate(month=MonthOf("day")).order_by().values_list("month")
    upto = Sum("amount_fen", filter=Q(day__lte=last_day), default=0)
    return months.annotate(total=Sum("amount_fen"), upto=upto)


def _sums(
    actor: Actor, customer: Customer, start: date, last_day: date
) -> tuple[dict[date, int], dict[date, int]]:
    """Net sales by month from `start` to today, and by month up to `last_day`. One statement."""
    rows: list[Any] = _monthly(actor, start, last_day, customer_id=customer.pk)
    found = [(first_day(month), total, upto) for month, total, upto in rows]
    return {month: total for month, total, _upto in found}, {month: upto for month, _total, upto in found}
