"""Every measure that has a name, of one customer, as the published run found it: only what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kemai.business.archives.models import Customer
from kemai.business.valuation.gates import gates_of
from kemai.business.valuation.models import Run
from kemai.business.valuation.own.nameable import STANDINGS, Nameable, groups_of, nameables
from kemai.business.valuation.queries import published_run, standing_of
from kemai.business.valuation.runs.parts import parts
from kemai.foundation.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure in its unit; without a value the `reason` why."""

    label: str
    unit: str
    value: Decimal | None
    reason: str | None


def named_figures(actor: Actor, customer: Customer) -> dict[str, Figure]:
    """By key, of a customer that the actor sees; empty before the first run and where values are hidden."""
    run, standing = published_run(), standing_of(actor, customer)
    if run is None or standing is None:
        return {}
    gates = gates_of(run)
    seen = {
        key: named
        for key, named in nameables().items()
        if all(actor.sees(group, customer.owner_id) for group in groups_of((key,), gates))
    }
    rows = {STANDINGS: standing, **_rows(run, customer, {n.table for n in seen.values()})}
    return {key: _figure(each, rows.get(each.table)) for key, each in seen.items()}


def _rows(run: Run, customer: Customer, tables: set[str]) -> dict[str, Any]:
    """The customer's rows of the parts, one statement each."""
    wanted = {part.key: part.model() for part in parts() if part.key in tables}
    found = {
        key: model._default_manager.filter(run_id=run.pk, customer_id=customer.pk).first()
        for key, model in wanted.items()
    }
    return {key: row for key, row in found.items() if row is not None}


def _figure(named: Nameable, row: Any) -> Figure:
    stored = getattr(row, named.column, None)
    value = None if stored is None else Decimal(str(stored)) / named.factor
    return Figure(str(named.label), named.unit, value, _why(named, row) if value is None else None)


def _why(named: Nameable, row: Any) -> str | None:
    """Why there is no value: nothing is said of the customer at all, or what its row says."""
    if row is None:
        return named.absent
    return (getattr(row, named.reason, None) if named.reason else None) or named.empty or None
