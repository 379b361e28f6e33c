"""Sale lines of an import: its own end with themselves, those it had replaced count again. None is deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from kemai.business.trade.facts import note_dirty
from kemai.business.trade.facts.dirty import months_of_batch
from kemai.business.trade.models import SaleLine
from kemai.foundation.among import Among
from kemai.foundation.batches.models import Batch, unlanded_ids
from kemai.foundation.faults import fault
from kemai.oversight.exchange.undoing.created import CreatedCustomers, named
from kemai.oversight.exchange.undoing.plan import MOST, Conflict, Undo
from kemai.oversight.exchange.undoing.products import CreatedProducts

CHUNK = 5_000
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
_NAMED = ("line_key", "order_no", "line_no", "customer_id", *_COMPARED)


class Lines:
    """The versions that the import wrote. Kept ones move to the undo's own batch, with their place in the chain."""

    key = "lines"

    def counts(self, undo: Undo) -> dict[str, int]:
        written, ended = _written(undo.batch).filter(ended_by=None), _ended(undo.batch)
        return {
            "lines_go": written.count(), "lines_back": ended.count(),
            "fen": _total(ended) - _total(written),
        }  # fmt: skip

    def conflicts(self, undo: Undo) -> Iterator[Conflict]:
        yield from named(list(self._replaced(undo)))
        yield from named(list(self._returned(undo)))

    def prepare(self, undo: Undo) -> None:
        undo.made["months"] = months_of_batch(undo.batch.pk)
        kept = SaleLine.objects.filter(Among("id", sorted(undo.stays(self.key))))
        for customer, product in kept.values_list("customer_id", "product_id"):  # whom a kept line names
            undo.stays(CreatedCustomers.key).update([customer] if customer else [])
            undo.stays(CreatedProducts.key).update([product] if product else [])

    def touched(self, undo: Undo, customer_ids: list[int]) -> bool:
        return _written(undo.batch).filter(Among("customer_id", customer_ids)).exists()

    def switch(self, undo: Undo) -> None:
        note_dirty(undo.made["months"])
        kept = SaleLine.objects.filter(Among("id", sorted(undo.stays(self.key))))
        keys = list(kept.values_list("line_key", flat=True))
        kept.update(batch_id=undo.carrier_id)
        _ended(undo.batch).filter(Among("line_key", keys)).update(ended_by=undo.carrier_id)

    def settle(self, batch: Batch) -> None:
        while some := dict(_ended(batch).order_by("pk").values_list("pk", "line_key")[:CHUNK]):
            with transaction.atomic():
                later = _replaced_meanwhile(batch, list(some.values()))
                taken = {pk: later[key] for pk, key in some.items() if key in later}
                for pk, by in taken.items():
                    SaleLine.objects.filter(pk=pk).update(ended_by=by)
                free = [pk for pk in some if pk not in taken]
                SaleLine.objects.filter(Among("id", free)).update(ended_by=None)
            fault("exchange.undo_settling")
        last = 0
        mine = _written(batch).filter(ended_by=None).order_by("pk").values_list("pk", flat=True)
        while ids := list(mine.filter(pk__gt=last)[:CHUNK]):
            last = ids[-1]
            SaleLine.objects.filter(Among("id", ids)).update(ended_by=batch.pk)
            fault("exchange.undo_settling")

    def _replaced(self, undo: Undo) -> Iterator[Conflict]:
        """Lines that a later import or posting has put a new version in place of."""
        rows = _written(undo.batch).filter(ended_by__isnull=False).exclude(ended_by__in=unlanded_ids())
        replaced = list(rows.order_by("pk").values("pk", "ended_by", *_NAMED)[:MOST])
        keys = [row["line_key"] for row in replaced]
        before = _by_key(_ended(undo.batch).filter(Among("line_key", keys)))
        now = _by_key(SaleLine.objects.landed().filter(Among("line_key", keys)))
        batches = Batch.objects.in_bulk({row["ended_by"] for row in replaced})
        for row in replaced:
            old, new = before.get(row["line_key"], {}), now.get(row["line_key"], {})
            later = batches[row["ended_by"]]
            same = Conflict(
                self.key, row["pk"], row["customer_id"], "", "", by=later.person_name, at=later.landed_at,
                later=later.pk, kind=_called(row),
            )  # fmt: skip
            for name in [n for n in _COMPARED if row[n] != new.get(n)] or ["amount_fen"]:
                yield replace(
                    same,
                    field=name.split("__")[0],
                    before=old.get(name),
                    imported=row[name],
                    now=new.get(name),
                )

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
            _written(undo.batch).filter(Among("order_no", orders), ended_by=None).values("pk", *_NAMED)
        )
        batches = Batch.objects.in_bulk({batch for *_, batch in wanted})
        for order, customer, fen, batch in wanted:
            for row in sold:
                if (row["order_no"], row["customer_id"]) == (order, customer):
                    yield Conflict(
                        self.key, row["pk"], customer, "", "", "amount_fen", None, row["amount_fen"],
                        row["amount_fen"] + fen, batches[batch].person_name, batches[batch].landed_at,
                        "trade.sale.returned", _called(row), batch,
                    )  # fmt: skip


def _called(row: dict[str, Any]) -> str:
    """How people call a line: by its order, or by its day."""
    return "/".join(x for x in (row["order_no"], row["line_no"]) if x) or f"{row['day']:%Y-%m-%d}"


def _written(batch: Batch) -> QuerySet[SaleLine]:
    return SaleLine.objects.filter(batch_id=batch.pk)


def _ended(batch: Batch) -> QuerySet[SaleLine]:
    """Lines that the batch replaced; lines that ended with themselves are its own."""
    return SaleLine.objects.filter(ended_by=batch.pk).exclude(batch_id=F("ended_by"))


def _total(lines: QuerySet[SaleLine]) -> int:
    return int(lines.aggregate(sum=Sum("amount_fen"))["sum"] or 0)


def _by_key(lines: QuerySet[SaleLine]) -> dict[str, dict[str, Any]]:
    return {row["line_key"]: row for row in lines.values(*_NAMED)}


def _replaced_meanwhile(batch: Batch, keys: list[str]) -> dict[str, int]:
    """By whom lines of the batch were replaced after all, in the very moment of the switch."""
    ended = _written(batch).filter(Among("line_key", keys), ended_by__isnull=False).exclude(ended_by=batch.pk)
    return {key: by for key, by in ended.values_list("line_key", "ended_by") if by}
