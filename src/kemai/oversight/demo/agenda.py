"""The agenda of the story: contacts made, next contacts due, tasks handed over, so that each morning has work."""

from __future__ import annotations

from datetime import date, time, timedelta

from kemai.business.agenda.actions import add_task, log_contact
from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor, actor_of
from kemai.foundation.access.models import Person
from kemai.oversight.demo import story

NEXT = ("年货备货", "查明没下单的原因", "对账", "新品品鉴")
SAID = ("谈了返利，嫌到账慢", "看了陈列，缺中档浓香", "年货订单要等下月", "老板不在，见了采购")
CHANNELS = ("call", "visit", "wechat", "call")
EACH = 14


def load_agenda(today: date) -> None:
    """Some customers of each rep, by the actions that people use; the sliding one has to be asked why."""
    desks: dict[int, list[Customer]] = {}
    rows = (
        Customer.objects.filter(owner__isnull=False, state="actual").select_related("owner").order_by("code")
    )
    for customer in rows:
        desks.setdefault(customer.owner_id or 0, []).append(customer)
    for owner_id, customers in sorted(desks.items()):
        actor = actor_of(Person.objects.get(pk=owner_id), today)
        for place, customer in enumerate(_chosen(customers)):
            _work(actor, customer, place, today)
    _asked(today)  # fmt: skip


def _chosen(customers: list[Customer]) -> list[Customer]:
    """The first ones, and the one that slides away where it is on this desk."""
    huarui = [c for c in customers if c.code == f"KH-{story.HUARUI:05d}"]
    return [*huarui, *(c for c in customers if c not in huarui)][:EACH]


def _work(actor: Actor, customer: Customer, place: int, today: date) -> None:
    """Seven of them are due or late, the others lie on coming days."""
    on = today - timedelta(days=12 + place)
    due = (
        today - timedelta(days=(0, 0, 3, 1, 0, 5, 0)[place])
        if place < 7
        else today + timedelta(days=place - 6)
    )
    is_huarui = customer.code == f"KH-{story.HUARUI:05d}"
    log_contact(
        actor=actor, customer=customer, channel=CHANNELS[place % 4], on=on, minutes=8 + place, note=SAID[place % 4],
        next_on=due, next_at=time(14, 30) if place == 1 else None, next_title=NEXT[1] if is_huarui else NEXT[place % 4],
    )  # fmt: skip
    if place % 5 == 2:
        add_task(actor=actor, customer=customer, title="送中秋余款单", due_on=today)


def _asked(today: date) -> None:
    """What the region managers wait for."""
    for login in ("sunan", "subei"):
        manager = actor_of(Person.objects.get(login=login), today)
        for customer in Customer.objects.filter(unit_id__in=manager.units, owner__isnull=False).order_by(
            "-code"
        )[:3]:
            add_task(
                actor=manager, customer=customer, title="首单跟进，回我一句", due_on=today, person=customer.owner
            )  # fmt: skip
