"""Counts of the list by one or two dimensions; what is not filled is a group of its own (S0.12, S4.94)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum

from kemai.business.archives.custom_fields import active_fields
from kemai.business.archives.directory import facets as known
from kemai.business.archives.models import Customer, CustomField, CustomValue
from kemai.foundation.access.actor import Actor

if TYPE_CHECKING:
    from kemai.business.archives.directory import ListQuery

PLAIN = ("region", "category", "size", "ownership", "type", "state", "class", "owner")
AMOUNT = "sales_12m"


@dataclass(frozen=True)
class Group:
    """Customers that have these values; None stands for nothing filled. `amount_fen` is null where it was not asked."""

    values: tuple[str | None, ...]
    count: int
    amount_fen: int | None


def dimensions(actor: Actor) -> list[str]:
    """Keys by which the actor may group."""
    own = [f.key for f in active_fields() if f.kind in (CustomField.Kind.CHOICE, CustomField.Kind.FLAG)]
    return [*(k for k in PLAIN if k == "ownership" or actor.sees(known.facets[k].group)), *own]


def grouped(actor: Actor, query: ListQuery, by: Sequence[str], *, amounts: bool = False) -> list[Group]:
    """The groups of everything that matches, the largest first; their counts add up to what the list finds.

    Raises BadFilter for a dimension that is not there for the actor.
    """
    from kemai.business.archives.directory import filter_customers

    rows, names = filter_customers(actor, query), [f"g{i}" for i in range(len(by))]
    for name, key in zip(names, by, strict=True):
        rows = _valued(rows, name, key, actor)
    totals: dict[str, Any] = {"n": Count("pk")}
    if amounts:
        facet = known.facets[AMOUNT]
        rows = _joined(rows, facet)
        totals["amount"] = Sum(known.lookup(facet.path))
    found = rows.order_by().values_list(*names).annotate(**totals)
    groups = [
        Group(tuple(v or None for v in row[: len(by)]), row[len(by)], row[len(by) + 1] if amounts else None)
        for row in found
    ]
    return sorted(groups, key=lambda g: (-g.count, tuple((v is None, v or "") for v in g.values)))


def _valued(rows: QuerySet[Customer], name: str, key: str, actor: Actor) -> QuerySet[Customer]:
    if key not in dimensions(actor):
        raise known.BadFilter(known.unknown(key))
    if key == "ownership":
        return rows.annotate(**{name: F("ownership")})
    facet = known.filter_facet(actor, key)
    if facet.path.startswith(known.OWN):
        held = CustomValue.objects.filter(
            customer=OuterRef("pk"), field_id=int(facet.path.removeprefix(known.OWN))
        )
        return rows.annotate(**{name: Subquery(held.order_by("pk").values("text")[:1])})
    return _joined(rows, facet).annotate(**{name: F(known.lookup(facet.path))})


def _joined(rows: QuerySet[Customer], facet: known.Facet) -> QuerySet[Customer]:
    from kemai.business.archives.directory import with_joined

    return with_joined(rows, facet)
