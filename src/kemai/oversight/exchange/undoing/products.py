"""Products of an import: changed ones come back, new ones go unless somebody sells them by now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Max, QuerySet

from kemai.business.trade.models import Product, SaleLine, StockCount
from kemai.foundation.among import Among
from kemai.foundation.batches.models import Batch
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.undoing.changed import Changed, restore
from kemai.oversight.exchange.undoing.plan import Conflict, Undo, changes_of, later_entries

CHANGED = "trade.product.changed"
RESTORED = "trade.product.restored"


class ChangedProducts(Changed):
    """Known products; they carry no customer and no version."""

    def __init__(self) -> None:
        super().__init__("products", CHANGED, (CHANGED,), RESTORED)

    def conflicts(self, undo: Undo) -> Iterator[Conflict]:
        yield from _named(list(super().conflicts(undo)))

    def touched(self, undo: Undo, customer_ids: list[int]) -> bool:
        return False

    def switch(self, undo: Undo) -> None:
        restore(Product, undo.made[self.key], versioned=False)

    def _customer(self, pk: int) -> int | None:
        return None

    def _about(self, later: Any, ours: Any) -> Any:
        return later.filter(subject_type="product", subject_id__in=ours.values("subject_id"))

    def _later(self, undo: Undo, ids: list[int]) -> Iterable[Entry]:
        entries: Any = later_entries(undo, verb__in=self.later, subject_type="product")
        return list(entries.filter(Among("subject_id", ids)))


class CreatedProducts:
    """New products of a product file (`named`: one in use is a conflict), or those that a ledger only mentions: of
    these, the ones in use stay."""

    key = "products_created"

    def __init__(self, *, named: bool) -> None:
        self._named = named

    def counts(self, undo: Undo) -> dict[str, int]:
        return {"products_go": _mine(undo.batch).count()}

    def conflicts(self, undo: Undo) -> Iterator[Conflict]:
        if not self._named:
            return
        found = [
            Conflict(self.key, entry.subject_id or 0, None, "", "", name, None, old, new, entry.actor_name, entry.at,
                     entry.verb, later=entry.batch_id)
            for entry in self._changed(undo) for name, (old, new) in changes_of(entry).items()
        ]  # fmt: skip
        told = {each.row for each in found}
        used = {pk: later for pk, later in used_elsewhere(undo.batch).items() if pk not in told}
        batches = Batch.objects.in_bulk(set(used.values()))
        found += [
            Conflict(self.key, pk, None, "", "", kind="trade.saleline", later=later, by=batches[later].person_name,
                     at=batches[later].landed_at)
            for pk, later in used.items()
        ]  # fmt: skip
        yield from _named(found)

    def prepare(self, undo: Undo) -> None:
        if not self._named:
            undo.stays(self.key).update(used_elsewhere(undo.batch))

    def touched(self, undo: Undo, customer_ids: list[int]) -> bool:
        return False

    def switch(self, undo: Undo) -> None:
        _mine(undo.batch).filter(Among("id", sorted(undo.stays(self.key)))).update(batch_id=None)

    def settle(self, batch: Batch) -> None:
        used = used_elsewhere(batch)
        _mine(batch).filter(Among("id", sorted(used))).update(batch_id=None)
        rows = _mine(batch)
        StockCount._base_manager.filter(batch_id=batch.pk, product_id__in=rows.values("pk")).delete()
        rows._raw_delete(rows.db)  # type: ignore[attr-defined]

    @staticmethod
    def _changed(undo: Undo) -> Iterable[Entry]:
        entries: Any = later_entries(undo, verb__in=(CHANGED, RESTORED), subject_type="product")
        return list(entries.filter(subject_id__in=_mine(undo.batch).values("pk")))


def used_elsewhere(batch: Batch) -> dict[int, int]:
    """Products of the batch that lines or counts of other batches name, and the youngest of these batches."""
    if not _mine(batch).exists():
        return {}
    lines = (
        SaleLine.objects.landed().filter(product_id__in=_mine(batch).values("pk")).exclude(batch_id=batch.pk)
    )
    counted = (
        StockCount.objects.landed()
        .filter(product_id__in=_mine(batch).values("pk"))
        .exclude(batch_id=batch.pk)
    )
    found = dict(counted.order_by().values_list("product_id").annotate(Max("batch_id")))
    return found | dict(lines.order_by().values_list("product_id").annotate(Max("batch_id")))


def _mine(batch: Batch) -> QuerySet[Product]:
    return Product.objects.filter(batch_id=batch.pk)


def _named(conflicts: list[Conflict]) -> Iterator[Conflict]:
    from dataclasses import replace

    rows = Product.objects.filter(Among("id", sorted({each.row for each in conflicts})))
    names = {pk: (code, name) for pk, code, name in rows.values_list("pk", "code", "name")}
    for each in conflicts:
        code, name = names.get(each.row, ("", ""))
        yield replace(each, code=code, name=name)
