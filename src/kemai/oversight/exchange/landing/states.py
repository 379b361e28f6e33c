"""Customers whose orders an import touches move through their states in the flip itself."""

from __future__ import annotations

from kemai.business.archives.actions import refresh_states
from kemai.business.trade.order_facts import order_facts
from kemai.foundation.batches.models import Batch
from kemai.oversight.exchange.planning.request import ImportRequest


class StatesOfBatch:
    """The order facts as they will be, worked out before the short transaction that needs them."""

    def __init__(self, request: ImportRequest, batch: Batch) -> None:
        self._request, self._batch = request, batch
        self._facts = order_facts(batch_id=batch.pk, as_if_landed=batch.pk)
        self.customers = len(self._facts)

    def refresh(self) -> None:
        """Inside the flip: states and order dates follow the sales."""
        refresh_states(actor=self._request.actor, facts=self._facts, batch_id=self._batch.pk)
