"""Invoices, receipts, targets and stock counts of an import: its own rows end with themselves, those it had replaced
count again. Only those that name a customer or a product which goes as well are deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import F, Model, QuerySet

from kemai.foundation.among import Among
from kemai.foundation.batches.models import Batch, unlanded_ids
from kemai.foundation.faults import fault
from kemai.oversight.exchange.undoing.created import CreatedCustomers, named
from kemai.oversight.exchange.undoing.plan import Conflict, Undo
from kemai.oversight.exchange.undoing.products import CreatedProducts

CHUNK = 5_000


class Book:
    """One book. `keys` name a row, the first of them is looked up; `compared` is what a version may change; `called`
    is how people call the row."""

    key = "book"

    def __init__(
        self, model: type[Model], keys: tuple[str, ...], compared: tuple[str, ...], called: str
    ) -> None:
        self._model, self._keys, self._compared, self._called = model, keys, compared, called
        self._has_product = any(f.name == "product" for f in model._meta.concrete_fields)

    def counts(self, undo: Undo) -> dict[str, int]:
        rows = {
            "book_go": self._written(undo.batch).filter(ended_by=None),
            "book_back": self._ended(undo.batch),
        }
        return {name: found.count() for name, found in rows.items()}

    def conflicts(self, undo: Undo) -> Iterator[Conflict]:
        yield from named(list(self._replaced(undo)))

    def prepare(self, undo: Undo) -> None:
        kept = self._kept(undo)
        undo.stays(CreatedCustomers.key).update(kept.values_list("customer_id", flat=True))
        if self._has_product:
            products = kept.exclude(product_id=None).values_list("product_id", flat=True)
            undo.stays(CreatedProducts.key).update(products)

    def touched(self, undo: Undo, customer_ids: list[int]) -> bool:
        return self._written(undo.batch).filter(Among("customer_id", customer_ids)).exists()

    def switch(self, undo: Undo) -> None:
        kept = {self._name(row) for row in self._kept(undo).values(*self._keys)}
        self._kept(undo).update(batch_id=undo.carrier_id)
        before = [pk for pk, name in self._names(self._ended(undo.batch), kept) if name in kept]
        self._rows().filter(Among("id", before)).update(ended_by=undo.carrier_id)

    def settle(self, batch: Batch) -> None:
        while some := list(self._ended(batch).order_by("pk").values("pk", *self._keys)[:CHUNK]):
            with transaction.atomic():
                later = self._replaced_meanwhile(batch, {self._name(row) for row in some})
                for row in some:
                    if self._name(row) in later:
                        self._rows().filter(pk=row["pk"]).update(ended_by=later[self._name(row)])
                free = [row["pk"] for row in some if self._name(row) not in later]
                self._rows().filter(Among("id", free)).update(ended_by=None)
            fault("exchange.undo_settling")
        mine = self._written(batch).filter(ended_by=None).order_by("pk").values_list("pk", flat=True)
        while ids := list(mine[:CHUNK]):
            self._rows().filter(Among("id", ids)).update(ended_by=batch.pk)
            fault("exchange.undo_settling")

    def _replaced(self, undo: Undo) -> Iterator[Conflict]:
        """Rows that a later import has put a new version in place of."""
        rows = self._written(undo.batch).filter(ended_by__isnull=False).exclude(ended_by__in=unlanded_ids())
        columns = ("pk", "customer_id", "ended_by", *self._keys, *self._compared, self._called)
        replaced = list(rows.values(*dict.fromkeys(columns)))
        wanted = {self._name(row) for row in replaced}
        before = self._by_name(self._ended(undo.batch), wanted)
        now = self._by_name(self._model._default_manager.landed(), wanted)  # type: ignore[attr-defined]
        batches = Batch.objects.in_bulk({row["ended_by"] for row in replaced})
        for row in replaced:
            later, new = batches[row["ended_by"]], now.get(self._name(row), {})
            same = Conflict(
                self.key, row["pk"], row["customer_id"], "", "", by=later.person_name, at=later.landed_at,
                later=later.pk, kind=str(row[self._called]),
            )  # fmt: skip
            for name in [n for n in self._compared if row[n] != new.get(n)] or [self._compared[0]]:
                old = before.get(self._name(row), {}).get(name)
                yield replace(same, field=name, before=old, imported=row[name], now=new.get(name))

    def _replaced_meanwhile(self, batch: Batch, wanted: set[Any]) -> dict[Any, int]:
        """By whom rows of the batch were replaced after all, in the very moment of the switch."""
        ended = self._written(batch).filter(ended_by__isnull=False).exclude(ended_by=batch.pk)
        found = self._within(ended, wanted).values("ended_by", *self._keys)
        return {self._name(row): row["ended_by"] for row in found if self._name(row) in wanted}

    def _rows(self) -> QuerySet[Any]:
        return self._model._base_manager.all()

    def _written(self, batch: Batch) -> QuerySet[Any]:
        return self._rows().filter(batch_id=batch.pk)

    def _ended(self, batch: Batch) -> QuerySet[Any]:
        """Rows that the batch replaced; rows that ended with themselves are its own."""
        return self._rows().filter(ended_by=batch.pk).exclude(batch_id=F("ended_by"))

    def _kept(self, undo: Undo) -> QuerySet[Any]:
        return self._rows().filter(Among("id", sorted(undo.stays(self.key))))

    def _name(self, row: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(row[key] for key in self._keys)

    def _names(self, rows: QuerySet[Any], wanted: set[Any]) -> Iterator[tuple[int, tuple[Any, ...]]]:
        for row in self._within(rows, wanted).values("pk", *self._keys):
            yield row["pk"], self._name(row)

    def _by_name(self, rows: QuerySet[Any], wanted: set[Any]) -> dict[Any, dict[str, Any]]:
        found = self._within(rows, wanted).values(*dict.fromkeys((*self._keys, *self._compared)))
        return {self._name(row): row for row in found}

    def _within(self, rows: QuerySet[Any], wanted: set[Any]) -> QuerySet[Any]:
        return rows.filter(Among(self._keys[0], sorted({name[0] for name in wanted})))
