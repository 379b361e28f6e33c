"""What a customer's months are made of: their margin beside last year's, and their product lines. Each is asked for by
who wants to see it; the months are those of its monthly sales."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from kemai.business.archives.models import Customer
from kemai.business.trade.month_of import MonthOf, first_day
from kemai.business.trade.queries.orders import counted_lines
from kemai.foundation.access.actor import Actor
from kemai.value.windows import months_before

MONTHS = 12
LINES = 4


@dataclass(frozen=True, slots=True)
class MonthMargin:
    """Sales less cost of a month and of the same month a year before, in fen: None where a line of it has no cost."""

    month: date
    margin_fen: int | None
    last_year_fen: int | None


@dataclass(frozen=True, slots=True)
class LineMonths:
    """Net sales of one product line in each of the months, oldest first; "" is what has no line, None the others."""

    line: str | None
    fen: tuple[int, ...]


def monthly_margin(actor: Actor, customer: Customer) -> tuple[MonthMargin, ...] | None:
    """Twelve months up to today, oldest first; None where the actor may not see margins."""
    if not (actor.sees("sales", customer.owner_id) and actor.sees("margin", customer.owner_id)):
        return None
    shown = _shown(actor)
    rows = _lines(actor, customer, months_before(shown[0], MONTHS)).values_list("month")
    found = {
        first_day(month): None if unknown else total - (cost or 0)
        for month, total, cost, unknown in rows.annotate(
            total=Sum("amount_fen"), cost=Sum("cost_fen"), unknown=Count("pk", filter=Q(cost_fen=None))
        )
    }
    return tuple(MonthMargin(m, found.get(m, 0), found.get(months_before(m, MONTHS), 0)) for m in shown)


def monthly_lines(actor: Actor, customer: Customer) -> tuple[LineMonths, ...] | None:
    """The largest product lines of the last twelve months, the others in one; None where sales are hidden."""
    if not actor.sees("sales", customer.owner_id):
        return None
    shown = _shown(actor)
    by_line: dict[str, dict[date, int]] = defaultdict(dict)
    rows = _lines(actor, customer, shown[0]).annotate(line=F("product__line")).values_list("line", "month")
    for line, month, total in rows.annotate(total=Sum("amount_fen")):
        each = by_line[line or ""]
        each[first_day(month)] = each.get(first_day(month), 0) + total
    made = [LineMonths(line, tuple(by.get(month, 0) for month in shown)) for line, by in by_line.items()]
    made.sort(key=lambda each: (-sum(each.fen), each.line or ""))
    if len(made) <= LINES + 1:
        return tuple(made)
    others = tuple(map(sum, zip(*(each.fen for each in made[LINES:]), strict=True)))
    return (*made[:LINES], LineMonths(None, others))


def _shown(actor: Actor) -> list[date]:
    this = actor.today.replace(day=1)
    return [months_before(this, back) for back in range(MONTHS - 1, -1, -1)]


def _lines(actor: Actor, customer: Customer, start: date) -> QuerySet[Any]:
    few = counted_lines(actor, customer.pk).filter(day__gte=start, day__lte=actor.today)
    return few.annotate(month=MonthOf("day")).order_by()
