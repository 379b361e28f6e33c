"""The same task for the owners of many customers: for all of them or for none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.agenda.actions.tasks import add_task
from kemai.business.archives.actions import BulkRefused, chosen_customers
from kemai.foundation.access.actor import Actor


def add_task_many(*, actor: Actor, codes: Sequence[str], title: str, due_on: date) -> int:
    """A task each for whoever owns the customer; gives how many. Raises BulkRefused, with the counts, when a customer is
    out of sight or nobody's."""
    actor.require("agenda.log", _("你的岗位不能安排任务。"))
    with transaction.atomic():
        chosen = chosen_customers(actor, codes)
        nobodys = [c for c in chosen if c.owner is None]
        if nobodys:
            names = _("、").join(str(c) for c in nobodys[:5])
            said = _("有 %(n)s 家没人负责（%(names)s），一件都没安排。先给它们定负责人。") % {
                "n": len(nobodys), "names": names
            }  # fmt: skip
            raise BulkRefused(said, len(chosen), len(chosen) - len(nobodys))
        for customer in chosen:
            add_task(actor=actor, customer=customer, title=title, due_on=due_on, person=customer.owner)
    return len(chosen)
