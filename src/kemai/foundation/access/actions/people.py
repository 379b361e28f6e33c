"""Adding people, giving and taking roles, letting in and keeping out; nobody raises himself, and an administrator
always remains."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kemai.foundation import trail
from kemai.foundation.access.actions.passwords import checked_password, unlock
from kemai.foundation.access.actions.units import add_unit, unit_by_path
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.authority import check_may_change, check_may_give
from kemai.foundation.access.models import Assignment, OrgUnit, Person

__all__ = [
    "add_person",
    "add_person_with_role",
    "add_unit",
    "assign_role",
    "change_person",
    "reset_password",
    "set_active",
    "take_role",
    "unit_by_path",
]

Hash = Callable[[str], str]


def add_person(
    *, actor: Actor, login: str, name: str, password: str, email: str = "", hashed: Hash = make_password
) -> Person:
    """Somebody who can sign in, without any right yet. Needs the duty people.manage. `hashed` makes what is kept of the
    password; who adds many with one password may remember its hash."""
    actor.require("people.manage", _("加人由管理员来做。"))
    person = Person(login=_checked_login(login), name=_checked_name(name), email=_checked_email(email))
    person.password = hashed(checked_password(password, person))
    try:
        with transaction.atomic():
            person.save()
            _told(actor, person, "access.person.added", {"login": [None, person.login], "name": [None, name]})
    except IntegrityError as clash:
        raise Refused(_("登录名 %(login)s 已经有了。") % {"login": person.login}) from clash
    return person


def add_person_with_role(
    *, actor: Actor, login: str, name: str, password: str, email: str, with_role: tuple[str, OrgUnit] | None
) -> Person:
    """The same with a first role on a unit; both or neither."""
    with transaction.atomic():
        person = add_person(actor=actor, login=login, name=name, password=password, email=email)
        if with_role:
            assign_role(actor=actor, person=person, role=with_role[0], unit=with_role[1])
    return person


def change_person(*, actor: Actor, person: Person, name: str, email: str = "") -> None:
    """Changes the name and the e-mail of somebody whose rights are not greater than the actor's."""
    check_may_change(actor, person)
    new = {"name": _checked_name(name), "email": _checked_email(email)}
    changes: dict[str, list[Any]] = {
        k: [getattr(person, k), v] for k, v in new.items() if getattr(person, k) != v
    }
    if not changes:
        return
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(**new)
        _told(actor, person, "access.person.changed", changes)
    person.refresh_from_db()


def reset_password(*, actor: Actor, person: Person, password: str) -> None:
    """Sets another password for somebody else: his sessions end at once, and a lock after wrong tries is lifted."""
    check_may_change(actor, person)
    person.set_password(checked_password(password, person))
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(password=person.password)
        _told(actor, person, "access.password.reset", {})
    unlock(person)


def assign_role(
    *,
    actor: Actor,
    person: Person,
    role: str,
    unit: OrgUnit,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Assignment:
    """Gives a person a role on a unit, perhaps from a day to a day; given again, the days are changed.

    Nobody gives himself anything, nor what he lacks, nor to somebody whose rights are greater.
    """
    check_may_give(actor, role, unit)
    if person.pk == actor.person_id:
        raise Refused(_("不能给自己加岗位。"))
    check_may_change(actor, person)
    _check_days(actor, starts_on, ends_on)
    with transaction.atomic():
        if role == "admin" and (ends_on or starts_on) and _is_last_admin(actor, person, unit.pk):
            raise Refused(_("他是最后一位管理员，管理员岗位不能有期限。"))
        given, _made = Assignment.objects.update_or_create(
            person=person, role=role, unit=unit, defaults={"starts_on": starts_on, "ends_on": ends_on}
        )
        _told(actor, person, "access.role.given", {
            "role": [None, role], "unit": [None, unit.name], "starts_on": [None, starts_on], "ends_on": [None, ends_on],
        })  # fmt: skip
    return given


def take_role(*, actor: Actor, assignment: Assignment) -> None:
    """Takes a role away from the next request on. One's own stays, and so does the last administrator's."""
    person = assignment.person
    check_may_change(actor, person)
    with transaction.atomic():
        if assignment.role == "admin" and _is_last_admin(actor, person, assignment.unit_id):
            raise Refused(_("他是最后一位管理员，先给别人加上管理员岗位。"))
        Assignment.objects.filter(pk=assignment.pk).delete()
        unit = assignment.unit.name if assignment.unit else None
        _told(actor, person, "access.role.taken", {"role": [assignment.role, None], "unit": [unit, None]})


def set_active(*, actor: Actor, person: Person, active: bool) -> None:
    """Lets a person in or keeps him out from the next request on; oneself and the last administrator stay."""
    check_may_change(actor, person)
    with transaction.atomic():
        if not active and _is_last_admin(actor, person):
            raise Refused(_("他是最后一位管理员，不能停用。"))
        Person.objects.filter(pk=person.pk).update(is_active=active)
        _told(actor, person, "access.person.switched", {"is_active": [person.is_active, active]})
    person.is_active = active


def _is_last_admin(actor: Actor, person: Person, without_unit: int | None = None) -> bool:
    """Whether nobody would administer for good without this person (or without his role on one unit).

    The rows stay locked until the transaction ends, so that two administrators can't remove each other at once.
    """
    rows = Assignment.objects.select_for_update().filter(role="admin").values_list("pk", flat=True)
    lasting = Assignment.objects.filter(Q(starts_on=None) | Q(starts_on__lte=actor.today))
    lasting = lasting.filter(pk__in=list(rows), person__is_active=True, ends_on=None)
    gone = Q(person=person) if without_unit is None else Q(person=person, unit_id=without_unit)
    return lasting.filter(gone).exists() and not lasting.exclude(gone).exists()


def _check_days(actor: Actor, starts_on: date | None, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise Refused(_("结束日期在开始日期前面。"))
    if ends_on and ends_on < actor.today - timedelta(days=1):
        raise Refused(_("结束日期已经过去了。"))


def _checked_login(login: str) -> str:
    login = login.strip()
    if not login or len(login) > 60 or any(c.isspace() for c in login):
        raise Refused(_("登录名要填，不带空格，最多 60 个字。"))
    if Person.objects.filter(login__iexact=login).exists():
        raise Refused(_("登录名 %(login)s 已经有了。") % {"login": login})
    return login


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 60:
        raise Refused(_("姓名要填，最多 60 个字。"))
    return name


def _checked_email(email: str) -> str:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    email = email.strip()
    if email:
        try:
            validate_email(email)
        except ValidationError as wrong:
            raise Refused(_("电子邮件「%(email)s」不对。") % {"email": email}) from wrong
    return email


def _told(actor: Actor, person: Person, verb: str, changes: dict[str, list[Any]]) -> None:
    trail.record(actor=actor, verb=verb, subject_type="person", subject_id=person.pk, changes=changes)
