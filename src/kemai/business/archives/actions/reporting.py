"""Who reports to whom at a customer: one superior each, at the same customer, and never in a circle."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kemai.business.archives.actions.contacts import ContactConflict
from kemai.business.archives.actions.locking import locked_customer
from kemai.business.archives.models import Contact, Customer
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict


class ReportingRefused(Refused):
    """A line that can't be drawn."""

    status = 422


def report_to(*, actor: Actor, contact: Contact, superior: int | None, version: int) -> Contact:
    """Puts a person below another of the customer, by id, or below nobody. Raises ContactConflict over another version."""
    actor.require("contact.edit", _("你的岗位不能改联系人。"))
    with transaction.atomic():
        customer = locked_customer(actor, contact.customer)
        people = {c.pk: c for c in restrict(Contact.objects.filter(customer=customer), actor)}
        now = people.get(contact.pk)
        if now is None or not actor.sees("contacts", customer.owner_id):
            raise LookupError(contact.pk)
        if now.version != version:
            raise ContactConflict(now)
        if now.reports_to_id == superior:
            return now
        _may_stand(people, now, superior)
        Contact.objects.filter(pk=now.pk).update(reports_to=superior, version=F("version") + 1)
        _told(actor, customer, now, people)
        now.refresh_from_db()
    return now


def forget_lines_between_customers(customer_ids: list[int]) -> None:
    """Lines whose ends lie at two customers since these were taken apart are gone, in the caller's transaction."""
    rows = Contact.objects.filter(customer_id__in=customer_ids, reports_to__isnull=False)
    crossing = rows.exclude(reports_to__customer_id=F("customer_id")).values_list("pk", flat=True)
    Contact.objects.filter(pk__in=list(crossing)).update(reports_to=None, version=F("version") + 1)


def _may_stand(people: dict[int, Contact], now: Contact, superior: int | None) -> None:
    if superior is None:
        return
    if superior not in people:
        raise ReportingRefused(_("上级要是这家的联系人。"))
    at: int | None = superior
    for _step in people:
        if at is None:
            return
        if at == now.pk:
            names = {"name": now.name, "other": people[superior].name}
            raise ReportingRefused(_("%(other)s 在 %(name)s 下面，反过来就绕成圈了。") % names if superior != now.pk
                                   else _("自己不能是自己的上级。"))  # fmt: skip
        at = people[at].reports_to_id if at in people else None


def _told(actor: Actor, customer: Customer, now: Contact, people: dict[int, Contact]) -> None:
    was = people.get(now.reports_to_id or 0)
    stands = Contact.objects.filter(pk=now.pk).values_list("reports_to__name", flat=True).first()
    trail.record(
        actor=actor, verb="archives.contact.reports", subject_type="contact", subject_id=now.pk, customer_id=customer.pk,
        changes={"name": [None, now.name], "reports_to": [was.name if was else None, stands]},
    )  # fmt: skip
