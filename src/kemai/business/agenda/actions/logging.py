"""Writing down a contact with a customer, and what comes next."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.business.agenda.actions.publishing import publish
from kemai.business.agenda.actions.reminding import remind_in_time
from kemai.business.agenda.models import ContactLog, Task
from kemai.business.archives.actions.customers import Invalid
from kemai.business.archives.models import Contact, Customer
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict

DAY_MINUTES = 24 * 60
NOTE = 10_000


def log_contact(
    *, actor: Actor, customer: Customer, channel: str, on: date, note: str, minutes: int | None = None,
    contact: Contact | None = None, next_on: date | None = None, next_at: time | None = None, next_title: str = "",
    client_key: str | None = None, travel_minutes: int | None = None,
) -> ContactLog:  # fmt: skip
    """One contact; the same `client_key` twice is one. Tasks of kind contact that it answers are done.

    Raises Invalid with a sentence for each wrong field, LookupError for a customer out of sight.
    """
    actor.require("agenda.log", _("你的岗位不记联系。"))
    author(actor)
    problems = _problems(actor, customer, channel, on, minutes, contact, next_on) | _travel(travel_minutes)
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        if (
            not restrict(Customer.objects.filter(pk=customer.pk), actor)
            .select_for_update(of=("self",))
            .exists()
        ):
            raise LookupError(customer.code)
        known = _sent_before(actor, customer, client_key)
        if known:
            return known
        log = ContactLog.objects.create(
            customer=customer, person_id=author(actor), contact=contact, on=on, channel=channel, minutes=minutes,
            travel_minutes=travel_minutes, note=note.strip()[:NOTE], client_key=client_key or None,
        )  # fmt: skip
        _answer(actor, customer, on, next_on)
        if next_on:
            _next(actor, customer, next_on, next_at, next_title)
        publish(customer.pk)
        _told(actor, log, next_on)
    return log


def author(actor: Actor) -> int:
    """The person behind the actor. Raises Refused for the system, which meets nobody."""
    if actor.person_id is None:
        raise Refused(_("联系要由一个人来记。"))
    return actor.person_id


def _problems(
    actor: Actor, customer: Customer, channel: str, on: date, minutes: int | None, contact: Contact | None, next_on: date | None
) -> dict[str, str]:  # fmt: skip
    wrong = {
        "channel": (channel not in ContactLog.Channel.values, _("没有这种联系方式。")),
        "on": (on > actor.today, _("还没发生的联系不能记，可以记成下一步。")),
        "minutes": (
            minutes is not None and not 0 <= minutes <= DAY_MINUTES,
            _("分钟数要在 0 和 1440 之间。"),
        ),
        "contact": (
            contact is not None and contact.customer_id != customer.pk,
            _("这个联系人不是这家客户的。"),
        ),
        "next_on": (next_on is not None and next_on < on, _("下一步不能早于这次联系。")),
    }
    return {name: sentence for name, (is_wrong, sentence) in wrong.items() if is_wrong}


def _travel(minutes: int | None) -> dict[str, str]:
    is_wrong = minutes is not None and not 0 <= minutes <= DAY_MINUTES
    return {"travel_minutes": _("路上的分钟数要在 0 和 1440 之间。")} if is_wrong else {}


def _sent_before(actor: Actor, customer: Customer, client_key: str | None) -> ContactLog | None:
    known = ContactLog.objects.filter(client_key=client_key).first() if client_key else None
    if known and (known.person_id, known.customer_id) != (actor.person_id, customer.pk):
        raise Refused(_("这一笔的编号已经用过了，请重新打开页面再记。"))
    return known


def _answer(actor: Actor, customer: Customer, on: date, next_on: date | None) -> None:
    """Next contacts that were due are made by this one; a new date replaces those still to come."""
    waiting = Task.objects.filter(
        customer=customer, person_id=author(actor), kind="contact", status=Task.Status.OPEN
    )
    waiting.filter(due_on__lte=on).update(status=Task.Status.DONE, done_at=timezone.now())
    if next_on:
        waiting.update(status=Task.Status.DROPPED)


def _next(actor: Actor, customer: Customer, on: date, at: time | None, title: str) -> Task:
    made = Task.objects.create(
        customer=customer, person_id=author(actor), kind="contact", title=(title.strip() or _("联系"))[:120],
        due_on=on, due_at=at, created_by=actor.name[:60],
    )  # fmt: skip
    remind_in_time(made)
    return made


def _told(actor: Actor, log: ContactLog, next_on: date | None) -> None:
    changes: dict[str, list[Any]] = {"on": [None, log.on], "channel": [None, log.channel]}
    if next_on:
        changes["next_on"] = [None, next_on]
    trail.record(
        actor=actor, verb="agenda.contact.logged", subject_type="contact_log", subject_id=log.pk,
        customer_id=log.customer_id, changes=changes,
    )  # fmt: skip
