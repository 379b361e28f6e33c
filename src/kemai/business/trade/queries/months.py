"""Sales by month beside last year's (S0.11), straight from the customer's own lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from kemai.business.archives.models import Customer
from kemai.business.trade.models import SaleLine
from kemai.business.trade.month_of import MonthOf, first_day
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.preferences.company import company_setting
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
    lines = restrict(
        SaleLine.objects.filter(customer_id__in=ids, day__gte=shown[0], day__lte=actor.today), actor
    )
    rows = (
        lines.filter(status__in=company_setting("valuation.statuses"))
        .annotate(month=MonthOf("day"))
        .order_by()
    )
    found: dict[int, dict[str, int]] = {}
    for pk, month, total in rows.values_list("customer_id", "month").annotate(sum=Sum("amount_fen")):
        found.setdefault(pk, {})[month] = total
    return {pk: [by.get(f"{month:%Y-%m}", 0) for month in shown] for pk, by in found.items()}


def _sums(
    actor: Actor, customer: Customer, start: date, last_day: date
) -> tuple[dict[date, int], dict[date, int]]:
    """Net sales by month from `start` to today, and by month up to `last_day`. One statement."""
    lines = restrict(SaleLine.objects.filter(customer=customer), actor)
    lines = lines.filter(
        status__in=company_setting("valuation.statuses"), day__gte=start, day__lte=actor.today
    )
    rows = (
        lines.annotate(month=MonthOf("day"))
        .order_by()
        .values_list("month")
        .annotate(total=Sum("amount_fen"), upto=Sum("amount_fen", filter=Q(day__lte=last_day), default=0))
    )
    found = [(first_day(month), total, upto) for month, total, upto in rows]
    return {month: total for month, total, _upto in found}, {month: upto for month, _total, upto in found}
