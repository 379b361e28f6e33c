"""Whose a customer is: from, to and reason."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from kemai.business.archives.actions.customers import unit_of
from kemai.business.archives.actions.locking import locked_customer
from kemai.business.archives.models import Customer, Ownership
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused, actor_of
from kemai.foundation.access.models import Person
from kemai.foundation.notifications import notify


def assign_owner(*, actor: Actor, customer: Customer, person: Person, reason: str) -> None:
    """Ends the present ownership today and begins the new one; an edit that began before is then stale."""
    actor.require("customer.assign", _("换负责人要主管来做。"))
    if not reason.strip():
        raise Refused(_("换负责人要写原因。"))
    if not person.is_active:
        raise Refused(_("%(name)s 已停用，不能接手客户。") % {"name": person.name})
    with transaction.atomic():
        now = locked_customer(actor, customer)
        if not sees_own(person, actor):
            raise Refused(_("%(name)s 的岗位不带客户。") % {"name": person.name})
        if now.owner_id == person.pk:
            return
        Ownership.objects.filter(customer=now, ends_on=None).update(ends_on=actor.today)
        spell = Ownership.objects.create(
            customer=now, person=person, starts_on=actor.today, reason=reason[:200], assigned_by=actor.name
        )
        unit = unit_of(actor, person)
        Customer.objects.filter(pk=now.pk).update(owner=person, unit_id=unit, version=F("version") + 1)
        trail.record(
            actor=actor, verb="archives.customer.assigned", subject_type="customer", subject_id=now.pk,
            customer_id=now.pk, changes={"owner": [now.owner.name if now.owner else None, person.name]}, reason=reason,
        )  # fmt: skip
        if person.pk != actor.person_id:
            _tell(actor, now, person, spell)


def _tell(actor: Actor, customer: Customer, person: Person, spell: Ownership) -> None:
    """News for the new owner, in his language."""
    name = customer.short_name or customer.name
    with override(person.language):
        title = _("%(who)s 把 %(name)s 交给你负责") % {"who": actor.name, "name": name}
    notify(
        person_id=person.pk, key=f"archives.assigned:{spell.pk}", title=title, body=spell.reason,
        link=f"/customers/{customer.code}/", kind="customer", customer_id=customer.pk,
    )  # fmt: skip


def sees_own(person: Person, actor: Actor) -> bool:
    """Whether the person's role has customers of its own."""
    return actor_of(person, actor.today).sees_own
