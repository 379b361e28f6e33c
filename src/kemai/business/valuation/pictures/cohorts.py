"""Cohorts over what the actor sees: who came when, and how many of them order again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from kemai.business.valuation.models import Run
from kemai.business.valuation.pictures import course_part
from kemai.business.valuation.pictures.seen import may_look, seen_rows, sees_everybody
from kemai.business.valuation.runs.parts import part_summary
from kemai.foundation.access.actor import Actor
from kemai.value.measures.cohorts import MONTHS


@dataclass(frozen=True)
class Cohort:
    """Customers by the period of their first order; a place in the lists is an age: active customers, net sales in yuan,
    sales in percent of those of age 0 (None where these are not positive)."""

    first_day: date
    customers: int
    active: tuple[int, ...]
    sales: tuple[float, ...]
    sales_share: tuple[float | None, ...]

    @property
    def retention(self) -> list[float]:
        """Percent of the customers that ordered, by age."""
        return [active * 100 / self.customers for active in self.active]


def cohorts(actor: Actor, run: Run, by: str) -> list[Cohort]:
    """By month or quarter, oldest first. Raises LookupError for another period."""
    may_look(actor)
    if by not in MONTHS:
        raise LookupError(by)
    summary: Any = part_summary(run, course_part.KEY)
    if summary is None:
        return []
    if sees_everybody(actor):
        return _grouped(summary["cohorts"][by])
    return _grouped(course_part.cohort_lists(seen_rows(actor, run, course_part.KEY), run.as_of, by))


def _grouped(rows: list[list[Any]]) -> list[Cohort]:
    by_day: dict[str, list[list[Any]]] = {}
    for row in rows:
        by_day.setdefault(row[0], []).append(row)
    return [
        Cohort(date.fromisoformat(day), each[0][2], *(tuple(row[at] for row in each) for at in (3, 4, 5)))
        for day, each in by_day.items()
    ]
