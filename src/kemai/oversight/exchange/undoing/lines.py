"""Sale lines of an import: their days are computed anew, and a line that goods were taken back for is a conflict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet, Sum

from kemai.business.trade.facts import note_dirty
from kemai.business.trade.facts.dirty import days_of_batch
from kemai.business.trade.models import SaleLine
from kemai.foundation.among import Among
from kemai.foundation.batches.models import Batch
from kemai.oversight.exchange.undoing.created import named
from kemai.oversight.exchange.undoing.plan import Conflict, Undo
from kemai.oversight.exchange.undoing.versions import Versions

_COMPARED = (
    "day",
    "customer__code",
    "product__code",
    "quantity_milli",
    "amount_fen",
    "cost_fen",
    "kind",
    "status",
)


class Lines(Versions):
    """The lines that the import wrote."""

    key, going, coming, plain = "lines", "lines_go", "lines_back", "amount_fen"

    def __init__(self) -> None:
        super().__init__(SaleLine, ("line_key",), _COMPARED)

    def counts(self, undo: Undo) -> dict[str, int]:
        fen = _total(self._ended(undo.batch)) - _total(self._standing(undo.batch))
        return {**super().counts(undo), "fen": fen}

    def conflicts(self, undo: Undo) -> Iterator[Conflict]:
        yield from super().conflicts(undo)
        yield from named(list(self._returned(undo)))

    def prepare(self, undo: Undo) -> None:
        undo.made["days"] = days_of_batch(undo.batch.pk)
        super().prepare(undo)

    def switch(self, undo: Undo) -> None:
        note_dirty(undo.made["days"])
        super().switch(undo)

    def called(self, row: dict[str, Any]) -> str:
        """By its order, or by its day."""
        return "/".join(x for x in (row["order_no"], row["line_no"]) if x) or f"{row['day']:%Y-%m-%d}"

    def _told(self) -> tuple[str, ...]:
        return ("order_no", "line_no")

    def _returned(self, undo: Undo) -> Iterator[Conflict]:
        """Lines that somebody took goods back for: without them the return would stand alone."""
        posted = Batch.objects.filter(kind="posting", pk__gt=undo.batch.pk, source="trade.sale.returned")
        returns = SaleLine.objects.landed().filter(
            batch_id__in=posted.values("pk"), kind=SaleLine.Kind.RETURN
        )
        wanted = list(
            returns.exclude(order_no="").values_list("order_no", "customer_id", "amount_fen", "batch_id")
        )
        if not wanted:
            return
        orders = [order for order, *_ in wanted]
        sold = list(
            self._written(undo.batch)
            .filter(Among("order_no", orders), ended_by=None)
            .values("pk", "order_no", "line_no", "customer_id", *_COMPARED)
        )
        batches = Batch.objects.in_bulk({batch for *_, batch in wanted})
        for order, customer, fen, batch in wanted:
            for row in sold:
                if (row["order_no"], row["customer_id"]) == (order, customer):
                    yield Conflict(
                        self.key, row["pk"], customer, "", "", "amount_fen", None, row["amount_fen"],
                        row["amount_fen"] + fen, batches[batch].person_name, batches[batch].landed_at,
                        "trade.sale.returned", self.called(row), batch,
                    )  # fmt: skip


def _total(lines: QuerySet[SaleLine]) -> int:
    return int(lines.aggregate(sum=Sum("amount_fen"))["sum"] or 0)
