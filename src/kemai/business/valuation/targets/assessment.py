"""Targets held against what was sold and what is to come: by person, unit and customer (S1.110, S1.111).

To the end of a period means: complete months as they were, the running month and later ones as forecast. That adds up:
persons, units and customers all give the same total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.trade.facts import added, sold_in
from kemai.business.trade.periods import Period
from kemai.business.trade.queries import staff_targets, target_sums
from kemai.business.valuation.forecasts.reading import check, month_sums, months_ahead
from kemai.business.valuation.queries import published_run
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import OrgUnit, Person
from kemai.foundation.access.scopes import restrict
from kemai.value.windows import months_before

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """Fen. `target` is one's own, `customers_target` what one's customers are to buy; None where nobody has set any.
    `outlook` is None where the period reaches beyond the forecast or no run has one. `depth` indents units."""

    key: int | None
    label: str
    target: int | None
    customers_target: int | None
    actual: int
    outlook: int | None
    depth: int = 0
    href_code: str = ""

    @property
    def aim(self) -> int | None:
        """What completion is held against: one's own target, else that of one's customers."""
        return self.target if self.target is not None else self.customers_target

    @property
    def completion(self) -> Decimal | None:
        """Percent of the target that was sold, two decimals; None without a target."""
        return _percent(self.actual, self.aim)

    @property
    def outlook_percent(self) -> Decimal | None:
        """The same for what is to be expected at the end."""
        return None if self.outlook is None else _percent(self.outlook, self.aim)

    @property
    def gap(self) -> int | None:
        """What will be missing at the end (negative) or above it."""
        return None if self.aim is None or self.outlook is None else self.outlook - self.aim


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums by key of one period."""

    targets: Mapping[Any, int]
    actual: Mapping[Any, int]
    outlook: Mapping[Any, int] | None

    @property
    def keys(self) -> set[Any]:
        """All that have any of the three."""
        return {*self.targets, *self.actual, *(self.outlook or {})}

    def line(
        self, keys: Iterable[Any], key: int | None, label: str, target: int | None = None, **more: Any
    ) -> Line:
        """The sums of some keys as one line."""
        some = list(keys)
        aims = [self.targets[k] for k in some if k in self.targets]
        outlook = None if self.outlook is None else sum(self.outlook.get(k, 0) for k in some)
        actual = sum(self.actual.get(k, 0) for k in some)
        return Line(key, label, target, sum(aims) if aims else None, actual, outlook, **more)


def figures(actor: Actor, period: Period, by: str, among: dict[str, Any] | None = None) -> Figures:
    """Targets, sales and outlook of a period by "customer", "owner", "unit" or "region", over what the actor sees."""
    check(actor)
    this = actor.today.replace(day=1)
    targets = target_sums(actor, period, by, among)
    spans = [
        (period.start, min(period.end, this)),
        (max(period.start, this), min(period.end, months_before(this, -1))),
    ]
    complete, running = sold_in(actor, spans, by, among)
    actual = added(complete, running)
    to_come = [f"{day:%Y-%m}" for day in period.firsts if day >= this]
    if not to_come:
        return Figures(targets, actual, actual)
    run = published_run()
    if run is None or not set(to_come) <= set(months_ahead(run)):
        return Figures(targets, actual, None)
    return Figures(targets, actual, added(complete, month_sums(actor, run, by, to_come, among)))


def persons(actor: Actor, period: Period) -> list[Line]:
    """Everybody with a target or customers, within one's rights; customers that nobody owns come last."""
    found, (targets, _units) = figures(actor, period, "owner"), staff_targets(actor, period)
    keys = found.keys | set(targets)
    names = dict(Person.objects.filter(pk__in=[k for k in keys if k]).values_list("pk", "name"))
    lines = [found.line([key], key, names[key], targets.get(key)) for key in keys if key in names]
    lines.sort(key=_by_aim)
    left = [key for key in keys if key not in names]
    return [*lines, *([found.line(left, None, _("没有负责人"))] if found.keys & set(left) else [])]


def units(actor: Actor, period: Period) -> list[Line]:
    """The units one leads as a tree, each with all below it; customers outside any unit come last."""
    found, (_persons, targets) = figures(actor, period, "unit"), staff_targets(actor, period)
    known = OrgUnit.objects.all() if actor.sees_all else OrgUnit.objects.filter(pk__in=actor.units)
    tree = list(known.order_by("path"))
    tops = min((unit.path.count("/") for unit in tree), default=0)
    lines = [
        found.line(_below(unit, tree, found.keys), unit.pk, unit.name, targets.get(unit.pk), depth=unit.path.count("/") - tops)
        for unit in tree
    ]  # fmt: skip
    left = found.keys - {unit.pk for unit in tree}
    return [*lines, *([found.line(left, None, _("不在以上单位"))] if left else [])]


def total(actor: Actor, lines: list[Line]) -> Line:
    """All customers that the lines are of, once each; `lines` are persons or customers, which don't overlap."""
    aims = [line.aim for line in lines if line.aim is not None]
    outlooks = [line.outlook for line in lines]
    of_customers = [line.customers_target for line in lines if line.customers_target is not None]
    return Line(
        None, _("合计"), sum(aims) if aims else None, sum(of_customers) if of_customers else None, sum(line.actual for line in lines),
        None if None in outlooks else sum(o or 0 for o in outlooks),
    )  # fmt: skip


def customers(
    actor: Actor, period: Period, start: int = 0, count: int | None = PAGE, owner: int | None = None
) -> tuple[list[Line], int]:
    """Those with a target, the largest first, from `start` on; and how many there are."""
    check(actor)
    among = {"customer__owner_id": owner} if owner else {}
    targets = target_sums(actor, period, "customer", among)
    order = sorted(targets, key=lambda key: (-targets[key], key))
    shown = order[start:] if count is None else order[start : start + count]
    found = figures(actor, period, "customer", among if count is None else {"customer_id__in": shown})
    people = restrict(Customer.objects.filter(pk__in=shown), actor).values_list(
        "pk", "code", "short_name", "name"
    )
    names = {pk: (code, short or name) for pk, code, short, name in people}
    return [
        found.line([key], key, names[key][1], href_code=names[key][0]) for key in shown if key in names
    ], len(order)  # fmt: skip


VIEWS: Mapping[str, Callable[[Actor, Period], list[Line]]] = {"person": persons, "unit": units}


def _below(unit: OrgUnit, tree: list[OrgUnit], keys: set[Any]) -> list[int]:
    return [each.pk for each in tree if each.path.startswith(unit.path) and each.pk in keys]


def _by_aim(line: Line) -> tuple[int, int, str]:
    return (-(line.aim or 0), -line.actual, line.label)


def _percent(part: int, aim: int | None) -> Decimal | None:
    from kemai import value

    return None if not aim else value.completion(Decimal(part) / 100, Decimal(aim) / 100)
