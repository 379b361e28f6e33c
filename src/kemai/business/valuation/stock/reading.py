"""Stock and consumption of all customers together, by person, unit or region, beside the forecast (S1.113)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from kemai.business.trade.by_key import BY
from kemai.business.valuation.forecasts.reading import check
from kemai.business.valuation.models import Run, StockStanding
from kemai.business.valuation.runs.within_sight import gathered
from kemai.foundation.access.actor import Actor


@dataclass(frozen=True, slots=True)
class StockSum:
    """Pieces of all products of some customers. `cover_days` is None where nothing was sold out; `odd` and `single` are
    products whose counts can't be right or were counted once."""

    key: Any
    customers: int
    closing: Decimal
    sold_out: Decimal
    per_day: Decimal
    order: Decimal
    next_month: Decimal
    odd: int
    single: int

    @property
    def cover_days(self) -> Decimal | None:
        """How long the stock lasts at the rate of all together."""
        return (self.closing / self.per_day).quantize(Decimal("0.1")) if self.per_day > 0 else None


def stocks(actor: Actor, run: Run) -> QuerySet[StockStanding]:
    """The run's rows of customers the actor may see."""
    return gathered(StockStanding.objects.filter(run_id=run.pk), actor)


def stock_sums(actor: Actor, run: Run, by: str) -> list[StockSum]:
    """Sums by "unit", "owner" or "region", the largest stock first; they add up to the total."""
    check(actor)
    names = (
        "closing_milli",
        "sold_out_milli",
        "day_milli",
        "order_milli",
        "next_month_milli",
        "odd",
        "single",
    )
    rows = stocks(actor, run).order_by().values_list(BY[by])
    found = rows.annotate(n=Count("pk"), **{f"s_{name}": Sum(name, default=0) for name in names})
    sums = [_sum(*row) for row in found]
    return sorted(sums, key=lambda each: (-each.closing, str(each.key)))


def together(sums: list[StockSum]) -> StockSum:
    """All of them as one."""

    def added(name: str) -> Any:
        return sum((getattr(each, name) for each in sums), type(getattr(sums[0], name))(0))

    names = ("customers", "closing", "sold_out", "per_day", "order", "next_month", "odd", "single")
    return StockSum(None, *(added(name) for name in names))


def _sum(key: Any, customers: int, *amounts: Any) -> StockSum:
    closing, sold_out, per_day, order, next_month = (_pieces(each) for each in amounts[:5])
    return StockSum(key, customers, closing, sold_out, per_day, order, next_month, amounts[5], amounts[6])


def _pieces(milli: float) -> Decimal:
    return (Decimal(str(milli)) / 1000).quantize(Decimal("0.001"))
