"""How far the relation has come: analysis, first contact, contract, maintenance, each with its day (S1.105)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kemai.business.agenda.models import ContactLog
from kemai.business.archives.custom_fields import builtin_field
from kemai.business.archives.models import Customer, CustomValue
from kemai.business.trade.models import SaleLine
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict


@dataclass(frozen=True)
class RelationStage:
    """A stage and the day it was reached; no day where it was not, or where the day is not for the reader's eyes.
    `is_now` marks the furthest, unless a later one is hidden."""

    key: str
    label: str
    on: date | None
    is_now: bool = False
    is_hidden: bool = False


def relation_stages(actor: Actor, customer: Customer) -> list[RelationStage]:
    """The four stages in order, of a customer the actor sees."""
    agenda, sales = (actor.sees(group, customer.owner_id) for group in ("agenda", "sales"))
    stages = [
        RelationStage(
            "analysis", _("潜在分析"), min(filter(None, (localdate(customer.created_at), customer.since)))
        ),
        RelationStage("first_contact", _("初步接触"), _first_contact(actor, customer), is_hidden=not agenda),
        RelationStage("contract", _("签约"), _contract(customer)),
        RelationStage("maintenance", _("日常维护"), _first_delivery(actor, customer), is_hidden=not sales),
    ]
    reached = [n for n, stage in enumerate(stages) if stage.on][-1]
    if any(stage.is_hidden for stage in stages[reached + 1 :]):
        return stages
    return [replace(stage, is_now=n == reached) for n, stage in enumerate(stages)]


def _first_contact(actor: Actor, customer: Customer) -> date | None:
    if not actor.sees("agenda", customer.owner_id):
        return None
    logs = restrict(ContactLog.objects.filter(customer=customer), actor).order_by("on")
    return logs.values_list("on", flat=True).first()


def _contract(customer: Customer) -> date | None:
    field = builtin_field("contract_on")
    signed = CustomValue.objects.filter(customer=customer, field=field).values_list("day", flat=True)
    return signed.first() if field else None


def _first_delivery(actor: Actor, customer: Customer) -> date | None:
    if not actor.sees("sales", customer.owner_id):
        return None
    lines = restrict(SaleLine.objects.landed().filter(customer=customer), actor)
    delivered = lines.filter(status=SaleLine.Status.DELIVERED, amount_fen__gt=0).order_by("day")
    return delivered.values_list("day", flat=True).first()
