"""Estimates of an import: those before it are the current ones again, its own end with themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.db import transaction
from django.db.models import F, QuerySet

from kemai.business.prospects.models import Potential
from kemai.foundation.among import Among
from kemai.foundation.batches.models import Batch
from kemai.foundation.faults import fault
from kemai.oversight.exchange.undoing.created import CreatedCustomers, named
from kemai.oversight.exchange.undoing.plan import MOST, Conflict, Undo

CHUNK = 5_000
_COMPARED = ("mp_fen", "es_bp", "p_bp", "av_fen", "horizon_months")


class Estimates:
    """The versions that the import wrote. Kept ones move to the undo's own batch, with their place in the chain."""

    key = "estimates"

    def counts(self, undo: Undo) -> dict[str, int]:
        return {"estimates_go": _written(undo.batch).count(), "estimates_back": _replaced(undo.batch).count()}

    def conflicts(self, undo: Undo) -> Iterator[Conflict]:
        mine = {p.customer_id: p for p in _written(undo.batch).filter(is_current=False).order_by("pk")[:MOST]}
        ids = list(mine)
        before = {p.customer_id: p for p in _replaced(undo.batch).filter(Among("customer_id", ids))}
        now = {p.customer_id: p for p in Potential.objects.filter(Among("customer_id", ids), is_current=True)}
        found = []
        for pk, imported in mine.items():
            new, old = now.get(pk), before.get(pk)
            same = Conflict(
                self.key, imported.pk, pk, "", "", by=new.person_name if new else "", at=new.created_at if new else None,
                later=imported.replaced_by_batch_id, verb="prospects.potential.estimated",
            )  # fmt: skip
            names = [n for n in _COMPARED if getattr(new, n, None) != getattr(imported, n)]
            found += [
                replace(same, field=n, before=getattr(old, n, None), imported=getattr(imported, n), now=getattr(new, n, None))
                for n in names or ["es_bp"]
            ]  # fmt: skip
        yield from named(found)

    def prepare(self, undo: Undo) -> None:
        kept = Potential.objects.filter(Among("id", sorted(undo.stays(self.key))))
        undo.stays(CreatedCustomers.key).update(kept.values_list("customer_id", flat=True))

    def touched(self, undo: Undo, customer_ids: list[int]) -> bool:
        return _written(undo.batch).filter(Among("customer_id", customer_ids)).exists()

    def switch(self, undo: Undo) -> None:
        kept = Potential.objects.filter(Among("id", sorted(undo.stays(self.key))))
        customers = list(kept.values_list("customer_id", flat=True))
        kept.update(batch_id=undo.carrier_id)
        _replaced(undo.batch).filter(Among("customer_id", customers)).update(
            replaced_by_batch_id=undo.carrier_id
        )
        _written(undo.batch).update(is_current=False)
        _replaced(undo.batch).update(is_current=True, replaced_by_batch_id=None)

    def settle(self, batch: Batch) -> None:
        rows = _written(batch).exclude(replaced_by_batch_id=F("batch_id"))
        while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
            with transaction.atomic():
                Potential.objects.filter(Among("id", ids)).update(replaced_by_batch_id=batch.pk)
            fault("exchange.undo_settling")


def _written(batch: Batch) -> QuerySet[Potential]:
    return Potential.objects.filter(batch_id=batch.pk)


def _replaced(batch: Batch) -> QuerySet[Potential]:
    rows = Potential.objects.filter(replaced_by_batch_id=batch.pk)
    return rows.exclude(batch_id=F("replaced_by_batch_id"))
