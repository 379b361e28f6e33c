"""The ledger at one moment: which batches count, and which days are waiting to be read again.

A refresh takes a while, and imports start, land and end meanwhile. All its pieces are read as of this moment, so
that a batch is in all of them or in none, and so that a line which a later import ends stands here all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kemai.business.trade.facts.dirty import dirty_days
from kemai.foundation.batches.models import Batch, unlanded_ids


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Batches up to `horizon` count, but for the `hidden` ones."""

    horizon: int
    hidden: tuple[int, ...]
    dirty: Mapping[date, datetime]
    undone: int = 0  # batches undone so far: their lines move out of the way while pieces are being read

    def sql(self, alias: str) -> str:
        """Whether a line counts at this moment, as SQL text."""
        ids = ", ".join(str(each) for each in (*self.hidden, 0))
        return (
            f"{alias}.batch_id <= {self.horizon} AND {alias}.batch_id NOT IN ({ids}) AND ({alias}.ended_by IS NULL "
            f"OR {alias}.ended_by > {self.horizon} OR {alias}.ended_by IN ({ids}))"
        )


def take_snapshot() -> Snapshot:
    """The moment between two equal readings: nothing landed or was undone from the first to the second.

    Landing and undoing note their days in the same transaction, so an equal reading of the notes tells.
    """
    while True:
        undone = undone_batches()
        horizon = Batch.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        before, hidden = dirty_days(), unlanded_ids()
        if before == dirty_days():
            return Snapshot(
                horizon, tuple(sorted(each for each in hidden if each <= horizon)), before, undone
            )


def undone_batches() -> int:
    """How many batches were ever undone."""
    return Batch.objects.filter(status=Batch.Status.UNDONE).count()
