"""Versioned rows of an import: its own end with themselves, those it had put a new version in place of count again.

None is deleted here. A kept row moves to the undo's own batch, with its place in the chain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import F, Model, QuerySet

from kemai.foundation.among import Among
from kemai.foundation.batches.models import Batch, unlanded_ids
from kemai.foundation.faults import fault
from kemai.oversight.exchange.undoing.created import CreatedCustomers, named
from kemai.oversight.exchange.undoing.plan import MOST, Conflict, Undo
from kemai.oversight.exchange.undoing.products import CreatedProducts

CHUNK = 5_000
Name = tuple[Any, ...]


class Versions:
    """One table of versions. `keys` name a row, the first of them is looked up; `compared` is what a version may
    change; `ended` is the column that says which batch put the next in place."""

    key: str
    ended = "ended_by"
    going, coming = "", ""  # names of the preview's figures
    plain = ""  # the column that stands where a later version changed none of the compared ones; the first without

    def __init__(self, model: type[Model], keys: tuple[str, ...], compared: tuple[str, ...]) -> None:
        self._model, self._keys, self._compared = model, keys, compared
        self._has_customer = any(f.name == "customer" for f in model._meta.concrete_fields)
        self._has_product = any(f.name == "product" for f in model._meta.concrete_fields)

    def counts(self, undo: Undo) -> dict[str, int]:
        return {self.going: self._standing(undo.batch).count(), self.coming: self._ended(undo.batch).count()}

    def conflicts(self, undo: Undo) -> Iterator[Conflict]:
        yield from named(list(self._replaced(undo)))

    def prepare(self, undo: Undo) -> None:
        """Whom and what a kept row names stays as well."""
        kept = self._kept(undo)
        if self._has_customer:
            customers = kept.exclude(customer_id=None).values_list("customer_id", flat=True)
            undo.stays(CreatedCustomers.key).update(customers)
        if self._has_product:
            products = kept.exclude(product_id=None).values_list("product_id", flat=True)
            undo.stays(CreatedProducts.key).update(products)

    def touched(self, undo: Undo, customer_ids: list[int]) -> bool:
        if not self._has_customer:
            return False
        return self._written(undo.batch).filter(Among("customer_id", customer_ids)).exists()

    def switch(self, undo: Undo) -> None:
        kept = {self._name(row) for row in self._kept(undo).values(*self._keys)}
        self._kept(undo).update(batch_id=undo.carrier_id)
        before = self._within(self._ended(undo.batch), kept).values("pk", *self._keys)
        ids = [row["pk"] for row in before if self._name(row) in kept]
        self._rows().filter(Among("id", ids)).update(**{self.ended: undo.carrier_id})

    def settle(self, batch: Batch) -> None:
        while some := list(self._ended(batch).order_by("pk").values("pk", *self._keys)[:CHUNK]):
            with transaction.atomic():
                later = self._replaced_meanwhile(batch, {self._name(row) for row in some})
                for row in some:
                    if self._name(row) in later:
                        self._rows().filter(pk=row["pk"]).update(**{self.ended: later[self._name(row)]})
                free = [row["pk"] for row in some if self._name(row) not in later]
                self._rows().filter(Among("id", free)).update(**{self.ended: None})
            fault("exchange.undo_settling")
        self._end_with_themselves(batch, self._standing(batch))

    def called(self, row: dict[str, Any]) -> str:
        """How people call the row."""
        raise NotImplementedError

    def _end_with_themselves(self, batch: Batch, rows: QuerySet[Any]) -> None:
        last, ids_of = 0, rows.order_by("pk").values_list("pk", flat=True)
        while ids := list(ids_of.filter(pk__gt=last)[:CHUNK]):
            last = ids[-1]
            self._rows().filter(Among("id", ids)).update(**{self.ended: batch.pk})
            fault("exchange.undo_settling")

    def _replaced(self, undo: Undo) -> Iterator[Conflict]:
        """Rows that a later import or posting has put a new version in place of."""
        rows = (
            self._written(undo.batch)
            .exclude(**{self.ended: None})
            .exclude(**{f"{self.ended}__in": unlanded_ids()})
        )
        whose = ("customer_id",) if self._has_customer else ()
        columns = ("pk", *whose, self.ended, *self._keys, *self._compared, *self._told())
        replaced = list(rows.order_by("pk").values(*dict.fromkeys(columns))[:MOST])
        wanted = {self._name(row) for row in replaced}
        before, now = self._by_name(self._ended(undo.batch), wanted), self._by_name(self._current(), wanted)
        batches = Batch.objects.in_bulk({row[self.ended] for row in replaced})
        for row in replaced:
            later, new = batches[row[self.ended]], now.get(self._name(row), {})
            same = Conflict(
                self.key, row["pk"], row.get("customer_id"), "", "", by=later.person_name, at=later.landed_at,
                later=later.pk, kind=self.called(row),
            )  # fmt: skip
            yield from self._differing(same, before.get(self._name(row), {}), row, new)

    def _differing(
        self, same: Conflict, old: dict[str, Any], row: dict[str, Any], new: dict[str, Any]
    ) -> Iterator[Conflict]:
        for name in [n for n in self._compared if row[n] != new.get(n)] or [self.plain or self._compared[0]]:
            yield replace(
                same, field=name.split("__")[0], before=old.get(name), imported=row[name], now=new.get(name)
            )

    def _replaced_meanwhile(self, batch: Batch, wanted: Collection[Name]) -> dict[Name, int]:
        """By whom rows of the batch were replaced after all, in the very moment of the switch."""
        others = self._written(batch).exclude(**{self.ended: None}).exclude(**{self.ended: batch.pk})
        found = self._within(others, wanted).values(self.ended, *self._keys)
        return {self._name(row): row[self.ended] for row in found if self._name(row) in wanted}

    def _told(self) -> tuple[str, ...]:
        """Further columns by which a row is called."""
        return ()

    def _rows(self) -> QuerySet[Any]:
        return self._model._base_manager.all()

    def _current(self) -> QuerySet[Any]:
        """The versions that readers see."""
        return self._model._default_manager.landed()  # type: ignore[attr-defined,no-any-return]

    def _written(self, batch: Batch) -> QuerySet[Any]:
        return self._rows().filter(batch_id=batch.pk)

    def _standing(self, batch: Batch) -> QuerySet[Any]:
        """Rows of the batch that nothing has replaced."""
        return self._written(batch).filter(**{self.ended: None})

    def _ended(self, batch: Batch) -> QuerySet[Any]:
        """Rows that the batch replaced; rows that ended with themselves are its own."""
        return self._rows().filter(**{self.ended: batch.pk}).exclude(batch_id=F(self.ended))

    def _kept(self, undo: Undo) -> QuerySet[Any]:
        return self._rows().filter(Among("id", sorted(undo.stays(self.key))))

    def _name(self, row: dict[str, Any]) -> Name:
        return tuple(row[key] for key in self._keys)

    def _by_name(self, rows: QuerySet[Any], wanted: Collection[Name]) -> dict[Name, dict[str, Any]]:
        found = self._within(rows, wanted).values(*dict.fromkeys((*self._keys, *self._compared)))
        return {self._name(row): row for row in found}

    def _within(self, rows: QuerySet[Any], wanted: Collection[Name]) -> QuerySet[Any]:
        return rows.filter(Among(self._keys[0], sorted({name[0] for name in wanted})))
