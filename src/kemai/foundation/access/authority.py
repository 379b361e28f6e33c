"""Who may give which right, and whose account he may touch: nobody hands out or overrules more than he holds."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kemai.foundation.access.actor import Actor, Refused, sight_of
from kemai.foundation.access.models import Assignment, OrgUnit, Person
from kemai.foundation.access.roles import FIELD_GROUPS, ROLES, Role

_CLARITY = {"hidden": 0, "masked": 1, "visible": 2}


def check_may_give(actor: Actor, role: str, unit: OrgUnit) -> None:
    """Raises Refused where the role on the unit holds anything that the actor lacks; administrators may give all."""
    actor.require("people.manage", _("岗位由管理员来给。"))
    if role not in ROLES:
        raise Refused(_("没有岗位「%(role)s」。") % {"role": role})
    if is_administrator(actor):
        return
    if not _covers(actor, ROLES[role], unit):
        raise Refused(_("这个岗位的权限比你的大，给不了。"))


def check_may_change(actor: Actor, person: Person) -> None:
    """Raises Refused where the person is oneself, or holds anything that the actor lacks."""
    actor.require("people.manage", _("人员由管理员来管。"))
    if person.pk == actor.person_id:
        raise Refused(_("自己的账号要请另一位管理员来改。"))
    if is_administrator(actor):
        return
    for held in Assignment.objects.filter(person=person).select_related("unit"):
        if held.role in ROLES and not _covers(actor, ROLES[held.role], held.unit):
            raise Refused(_("对方的权限比你的大，你改不了他的账号。"))


def is_administrator(actor: Actor) -> bool:
    """Whether the actor is the operator or holds the administrator's role itself."""
    return actor.is_system or "admin" in actor.roles


def _covers(actor: Actor, role: Role, unit: OrgUnit | None) -> bool:
    """Whether the actor himself has every duty, sight and row that the role on the unit would bring."""
    return role.duties <= actor.duties and _covers_rows(actor, role, unit) and _covers_fields(actor, role)


def _covers_rows(actor: Actor, role: Role, unit: OrgUnit | None) -> bool:
    if actor.sees_all or role.scope == "none":
        return True
    if role.scope == "all" or unit is None or unit.pk not in actor.units:
        return False
    return role.scope in ("unit", "own") or actor.sees_named


def _covers_fields(actor: Actor, role: Role) -> bool:
    return all(
        _CLARITY[sight_of(group, role, own=own)] <= _CLARITY[held.get(group, "hidden")]
        for own, held in ((True, actor.own_sights), (False, actor.sights))
        for group in FIELD_GROUPS
    )
