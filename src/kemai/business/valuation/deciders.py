"""Who decides about a customer: the nearest manager above its unit, else who leads the company."""

from __future__ import annotations

from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor, actor_of
from kemai.foundation.access.models import Assignment, Person
from kemai.foundation.access.roles import ROLES

DUTY = "customer.confirm"
DECIDING = tuple(key for key, role in ROLES.items() if DUTY in role.duties)


def manager_for(customer: Customer, actor: Actor) -> tuple[Person, bool] | None:
    """The person, and whether he keeps an agenda; never who asks himself. None where nobody may."""
    above = [int(each) for each in customer.unit.path.strip("/").split("/")] if customer.unit else []
    me = actor.person_id or 0
    rows = Assignment.objects.filter(role__in=DECIDING, person__is_active=True).exclude(person_id=me)
    found = sorted(rows.select_related("person"), key=lambda each: _distance(each, above))
    for each in found:
        if _distance(each, above)[0] < len(above) or ROLES[each.role].scope == "all":
            rights = actor_of(each.person, actor.today)
            if rights.may(DUTY):
                return each.person, rights.may("agenda.log")
    return None


def _distance(each: Assignment, above: list[int]) -> tuple[int, int]:
    """How many units lie between; who sees all comes after who leads a unit above."""
    if ROLES[each.role].scope != "unit" or each.unit_id is None or each.unit_id not in above:
        return len(above), each.pk
    return len(above) - 1 - above.index(each.unit_id), each.pk
