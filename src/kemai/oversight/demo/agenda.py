"""What the region managers handed over, so that a handed-over task is seen waiting on both desks."""

from __future__ import annotations

from datetime import date

from kemai.business.agenda.actions import add_task
from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import actor_of
from kemai.foundation.access.models import Person


def load_agenda(today: date) -> None:
    """Three first orders a region, to be followed up."""
    for login in ("sunan", "subei"):
        manager = actor_of(Person.objects.get(login=login), today)
        for customer in Customer.objects.filter(unit_id__in=manager.units, owner__isnull=False).order_by(
            "-code"
        )[:3]:
            add_task(
                actor=manager, customer=customer, title="首单跟进，回我一句", due_on=today, person=customer.owner
            )  # fmt: skip
