"""Who works on a customer beside its owner: people join the account team and leave it again."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kemai.business.archives.actions.checking import Invalid
from kemai.business.archives.actions.locking import locked_customer
from kemai.business.archives.models import Customer, TeamMember
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused, actor_of
from kemai.foundation.access.models import Person
from kemai.foundation.access.scopes import restrict

ROLES = ("team", "named")


def add_team_member(
    *, actor: Actor, customer: Customer, person: Person, role: str = "team", ends_on: date | None = None
) -> TeamMember:
    """Somebody sees and works on the customer from today, perhaps until a day."""
    actor.require("customer.assign", _("客户团队由主管来定。"))
    _check(actor, person, role, ends_on)
    with transaction.atomic():
        now = locked_customer(actor, customer)
        if now.owner_id == person.pk:
            raise Refused(_("%(name)s 就是负责人。") % {"name": person.name})
        here = TeamMember.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=actor.today), customer=now, person=person
        )
        if here.exists():
            raise Refused(_("%(name)s 已经在团队里。") % {"name": person.name})
        member = TeamMember.objects.create(
            customer=now, person=person, role=role, starts_on=actor.today, ends_on=ends_on
        )
        _told(actor, member, "joined", {"person": [None, person.name], "ends_on": [None, _plain(ends_on)]})
    return member


def end_team_member(*, actor: Actor, member: TeamMember, reason: str = "") -> None:
    """Takes somebody off the team: from now on he no longer sees the customer through it."""
    actor.require("customer.assign", _("客户团队由主管来定。"))
    with transaction.atomic():
        now = restrict(TeamMember.objects.filter(pk=member.pk), actor).select_related("person").first()
        if now is None:
            raise LookupError(member.pk)
        yesterday = date.fromordinal(actor.today.toordinal() - 1)
        TeamMember.objects.filter(pk=now.pk).update(ends_on=yesterday)
        _told(actor, now, "left", {"person": [now.person.name, None]}, reason)


def _check(actor: Actor, person: Person, role: str, ends_on: date | None) -> None:
    if role not in ROLES:
        raise Invalid({"role": _("没有这种团队角色。")})
    if ends_on is not None and ends_on < actor.today:
        raise Invalid({"ends_on": _("结束日期已经过了。")})
    theirs = actor_of(person, actor.today)
    if not theirs.sees_named and not theirs.sees_all:
        raise Refused(_("%(name)s 的岗位不看客户，不能进团队。") % {"name": person.name})


def _plain(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _told(
    actor: Actor, member: TeamMember, what: str, changes: dict[str, list[str | None]], reason: str = ""
) -> None:
    trail.record(
        actor=actor, verb=f"archives.team.{what}", subject_type="team_member", subject_id=member.pk,
        customer_id=member.customer_id, changes=changes, reason=reason,
    )  # fmt: skip
