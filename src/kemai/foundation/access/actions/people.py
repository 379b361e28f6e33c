"""Adding people and units, and giving roles; nobody raises himself, and an administrator always remains."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.models import Assignment, OrgUnit, Person
from kemai.foundation.access.roles import ROLES


def unit_by_path(*, actor: Actor, path: str, create: bool = False) -> OrgUnit:
    """The unit at "总部/华东大区". Raises LookupError unless missing units may be made."""
    unit: OrgUnit | None = None
    for name in filter(None, (part.strip() for part in path.split("/"))):
        found = OrgUnit.objects.filter(parent=unit, name=name).first()
        if found is None and unit is None:
            found = OrgUnit.objects.filter(name=name).first()
        if found is None and not create:
            raise LookupError(_("没有单位「%(name)s」；要新建就加 --create-unit。") % {"name": name})
        unit = found or add_unit(actor=actor, name=name, parent=unit)
    if unit is None:
        raise LookupError(_("单位要写名称。"))
    return unit


def add_unit(*, actor: Actor, name: str, parent: OrgUnit | None = None) -> OrgUnit:
    """A unit below another one. Needs the duty unit.manage."""
    actor.require("unit.manage", _("单位由管理员来建。"))
    with transaction.atomic():
        unit = OrgUnit.objects.create(name=name[:80], parent=parent)
        unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
        unit.save(update_fields=["path"])
        trail.record(
            actor=actor,
            verb="access.unit.added",
            subject_type="unit",
            subject_id=unit.pk,
            changes={"name": [None, name]},
        )
    return unit


def add_person(*, actor: Actor, login: str, name: str, password: str) -> Person:
    """Somebody who can sign in, without any right yet. Needs the duty people.manage."""
    actor.require("people.manage", _("加人由管理员来做。"))
    if Person.objects.filter(login=login).exists():
        raise Refused(_("登录名 %(login)s 已经有了。") % {"login": login})
    person = Person(login=login, name=name)
    try:
        validate_password(password, person)
    except ValidationError as weak:
        raise Refused(" ".join(weak.messages)) from weak
    person.set_password(password)
    with transaction.atomic():
        person.save()
        trail.record(
            actor=actor,
            verb="access.person.added",
            subject_type="person",
            subject_id=person.pk,
            changes={"login": [None, login]},
        )
    return person


def assign_role(*, actor: Actor, person: Person, role: str, unit: OrgUnit) -> Assignment:
    """Gives a person a role on a unit. Nobody gives himself anything."""
    actor.require("people.manage", _("给岗位由管理员来做。"))
    if role not in ROLES:
        raise Refused(_("没有岗位「%(role)s」。") % {"role": role})
    if person.pk == actor.person_id:
        raise Refused(_("不能给自己加岗位。"))
    with transaction.atomic():
        given, _made = Assignment.objects.get_or_create(person=person, role=role, unit=unit)
        trail.record(
            actor=actor, verb="access.role.given", subject_type="person", subject_id=person.pk,
            changes={"role": [None, role], "unit": [None, unit.name]},
        )  # fmt: skip
    return given


def set_active(*, actor: Actor, person: Person, active: bool) -> None:
    """Lets a person in or keeps him out from the next request on; the last administrator stays."""
    actor.require("people.manage", _("停用由管理员来做。"))
    if not active and (person.pk == actor.person_id or _is_last_admin(person)):
        raise Refused(_("不能停用自己或最后一个管理员。"))
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(is_active=active)
        trail.record(
            actor=actor, verb="access.person.switched", subject_type="person", subject_id=person.pk,
            changes={"is_active": [person.is_active, active]},
        )  # fmt: skip


def _is_last_admin(person: Person) -> bool:
    admins = Assignment.objects.filter(role="admin", person__is_active=True)
    return admins.filter(person=person).exists() and not admins.exclude(person=person).exists()
