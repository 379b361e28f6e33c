"""Groups of companies: the tree around a customer, as far as the actor sees it.

Another's company is not there: the tree begins below it and ends above it, and nothing tells that it was left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db import connection

from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.among import Among

Kin = Literal["self", "above", "sibling", "below", "other"]
_TABLE = Customer._meta.db_table
_STEP = {
    "up": f"SELECT c.id, c.parent_id FROM {_TABLE} c JOIN kin k ON c.id = k.parent_id",
    "down": f"SELECT c.id, c.parent_id FROM {_TABLE} c JOIN kin k ON c.parent_id = k.id",
}


@dataclass(frozen=True)
class Member:
    """One company of a group: how deep below the top it stands (0 is the top), and what it is to the one asked about."""

    customer: Customer
    depth: int
    kin: Kin


def family_of(actor: Actor, customer: Customer) -> list[Member]:
    """The group around a customer that the actor sees, each company followed by its subsidiaries; alone, it is one.

    As many statements for a deep group as for a flat one.
    """
    above = _line(actor, customer)
    ids = [pk for pk, _parent in _related(above[-1], "down")]
    rows = restrict(Customer.objects.filter(Among("id", ids)), actor).select_related("owner")
    below: dict[int | None, list[Customer]] = {}
    for each in rows.order_by("-code"):
        below.setdefault(each.parent_id, []).append(each)
        if each.pk == above[-1]:
            top = each
    return _in_order(top, below, customer, above)


def ancestors(customer: Customer) -> list[int]:
    """Who stands above a customer, the nearest first, whoever may see them: the rules hold for everybody."""
    parents = dict(_related(customer.pk, "up"))
    line, at = [customer.pk], parents.get(customer.pk)
    while at is not None and at not in line:
        line.append(at)
        at = parents.get(at)
    return line[1:]


def parent_of(actor: Actor, customer: Customer) -> Customer | None:
    """The parent, where the actor sees it."""
    return (
        restrict(Customer.objects.filter(pk=customer.parent_id), actor).first()
        if customer.parent_id
        else None
    )


def _line(actor: Actor, customer: Customer) -> list[int]:
    """The customer and those above it, up to the last that the actor sees without a gap."""
    chain = ancestors(customer)
    seen = set(restrict(Customer.objects.filter(Among("id", chain)), actor).values_list("pk", flat=True))
    line = [customer.pk]
    for pk in chain:
        if pk not in seen:
            break
        line.append(pk)
    return line


def _in_order(
    top: Customer, below: dict[int | None, list[Customer]], asked: Customer, above: list[int]
) -> list[Member]:
    found: list[Member] = []
    waiting, under = [(top, 0, top.pk == asked.pk)], set[int]()
    while waiting:
        each, depth, is_under = waiting.pop()
        if each.pk in under:
            continue
        under.add(each.pk)
        found.append(Member(each, depth, _kin(each, asked, above, is_under)))
        waiting += [(c, depth + 1, is_under or c.pk == asked.pk) for c in below.get(each.pk, ())]
    return found


def _kin(each: Customer, asked: Customer, above: list[int], is_under: bool) -> Kin:
    if each.pk == asked.pk:
        return "self"
    if each.pk in above:
        return "above"
    if is_under:
        return "below"
    return "sibling" if each.parent_id in above[1:2] else "other"


def _related(pk: int, way: Literal["up", "down"]) -> list[tuple[int, int | None]]:
    """The customer and everybody above or below it, as (id, parent); a circle in old data ends by itself."""
    start = f"SELECT id, parent_id FROM {_TABLE} WHERE id = %s"
    text = f"WITH RECURSIVE kin (id, parent_id) AS ({start} UNION {_STEP[way]}) SELECT id, parent_id FROM kin"
    with connection.cursor() as cursor:
        cursor.execute(text, [pk])
        return list(cursor.fetchall())
