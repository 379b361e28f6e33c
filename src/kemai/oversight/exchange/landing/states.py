"""Customers whose orders an import touches move through their states in the flip itself, or right after it if very many."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from django.db import connection, transaction

from kemai.business.archives.actions import refresh_states
from kemai.business.trade.order_facts import OrderFacts, order_facts
from kemai.foundation.access.actor import system_actor
from kemai.foundation.batches.models import Batch
from kemai.foundation.clock import business_today
from kemai.foundation.faults import fault
from kemai.oversight.exchange.planning.request import ImportRequest

IN_FLIP = 20_000
CHUNK = 2_000

_TOUCHED = """
SELECT DISTINCT customer_id FROM trade_saleline WHERE customer_id IS NOT NULL AND (batch_id = %s OR ended_by = %s)
AND customer_id NOT IN (SELECT id FROM archives_customer WHERE batch_id = %s)
"""


class StatesOfBatch:
    """The known customers of a batch; those it creates are born in the state their orders put them in."""

    def __init__(self, request: ImportRequest, batch: Batch, known: np.ndarray | None) -> None:
        """`known` are these customers where the plan knows them: the ledger would read each line of the batch."""
        self._request, self._batch = request, batch
        ids = touched(batch) if known is None else known
        self.customers = len(ids)
        self.settles = len(ids) > IN_FLIP
        self._facts: list[OrderFacts] = []
        for some in _slices(np.array([]) if self.settles else ids):
            self._facts += order_facts(customer_ids=some, as_if_landed=batch.pk)

    def refresh(self) -> None:
        """Inside the flip: states and order dates follow the sales."""
        refresh_states(actor=self._request.actor, facts=self._facts, batch_id=self._batch.pk)


def settle_states(batch: Batch) -> None:
    """After the flip of a very large batch, in short transactions; doing it twice changes nothing."""
    actor = system_actor(business_today())
    for ids in _slices(touched(batch)):
        with transaction.atomic():
            refresh_states(actor=actor, facts=order_facts(customer_ids=ids), batch_id=batch.pk)
        fault("exchange.settling")


def touched(batch: Batch) -> np.ndarray:
    """Ids of the customers, known before, whose lines the batch adds or replaces."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, [batch.pk] * 3)
        found = np.fromiter((row[0] for row in cursor.fetchall()), np.int64)
    found.sort()
    return found


def _slices(ids: np.ndarray) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK].tolist()
