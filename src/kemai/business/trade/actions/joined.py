"""What follows in the ledger when customers are merged or taken apart."""

from __future__ import annotations

from kemai.business.archives.actions import refresh_states
from kemai.business.trade.facts import note_dirty
from kemai.business.trade.models import SaleLine
from kemai.business.trade.order_facts import order_facts
from kemai.foundation.access.actor import Actor


def ledger_joined(actor: Actor, customer_ids: list[int]) -> None:
    """The days of their lines are read again for the next valuation, and their states follow their orders."""
    lines = SaleLine.objects.filter(customer_id__in=customer_ids).order_by()
    note_dirty(lines.values_list("day", flat=True).distinct())
    refresh_states(actor=actor, facts=order_facts(customer_ids=customer_ids))
