"""States and order dates follow the sales back: exactly to where an import found them, unless something moved them since."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from django.db import transaction

from kemai.business.archives.actions import refresh_states, take_back_moves
from kemai.business.trade.order_facts import OrderFacts, order_facts
from kemai.foundation.access.actor import system_actor
from kemai.foundation.batches.models import Batch
from kemai.foundation.clock import business_today
from kemai.foundation.faults import fault
from kemai.oversight.exchange.landing.states import touched
from kemai.oversight.exchange.undoing.created import CreatedCustomers
from kemai.oversight.exchange.undoing.plan import Conflict, Undo

CHUNK = 2_000
IN_SWITCH = 4_000  # customers; beyond, they follow in short transactions right after it


class Standings:
    """The customers known before whose lines the import added or replaced. The last part of a sales import: it wants
    to know which customers and lines stay."""

    key = "standings"

    def counts(self, undo: Undo) -> dict[str, int]:
        return {"customers_follow": len(touched(undo.batch))}

    def conflicts(self, undo: Undo) -> Iterator[Conflict]:
        return iter(())

    def prepare(self, undo: Undo) -> None:
        ids = touched(undo.batch)
        undo.made["customers"] = len(ids)
        undo.made["states_later"] = len(ids) > IN_SWITCH
        facts: list[OrderFacts] = []
        for some in _slices(np.array([], np.int64) if len(ids) > IN_SWITCH else ids):
            facts += order_facts(customer_ids=some, as_if_undone=undo.batch.pk)
        undo.made[self.key] = facts

    def touched(self, undo: Undo, customer_ids: list[int]) -> bool:
        return bool(np.isin(customer_ids, touched(undo.batch)).any())

    def switch(self, undo: Undo) -> None:
        stay = undo.stays(CreatedCustomers.key)
        facts = {f.customer_id: f for f in undo.made[self.key]}
        facts |= {f.customer_id: f for f in order_facts(customer_ids=sorted(stay))}
        take_back_moves(batch_id=undo.batch.pk, customer_ids=list(facts))
        refresh_states(actor=undo.actor, facts=facts.values(), batch_id=undo.carrier_id)

    def settle(self, batch: Batch) -> None:
        if not (batch.counts.get("undo") or {}).get("states_later"):
            return
        actor = system_actor(business_today())
        for ids in _slices(touched(batch)):
            with transaction.atomic():
                take_back_moves(batch_id=batch.pk, customer_ids=ids)
                refresh_states(actor=actor, facts=order_facts(customer_ids=ids), batch_id=batch.undone_by)
            fault("exchange.undo_settling")


def _slices(ids: np.ndarray) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK].tolist()
