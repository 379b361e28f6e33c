"""People and supply links of an import: new ones go, changed ones are as they were, unless somebody has worked on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from kemai.business.archives.indexing import index_customers
from kemai.business.archives.models import Customer
from kemai.foundation import trail
from kemai.foundation.among import Among
from kemai.foundation.batches.models import Batch
from kemai.foundation.faults import fault
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.landing.beside import first_is_default
from kemai.oversight.exchange.landing.customers import INDEX_CHUNK
from kemai.oversight.exchange.undoing.changed import Changed, restore
from kemai.oversight.exchange.undoing.created import CreatedCustomers, named
from kemai.oversight.exchange.undoing.plan import Conflict, Undo, changes_of, later_entries

CHUNK = 1_000


class ArrivedRows:
    """Rows that carry the batch. `told` are the columns that the trail keeps of them when they go."""

    def __init__(self, model: type[Model], subject: str, told: tuple[str, ...]) -> None:
        self.key, self._model, self._subject, self._told = f"{subject}_new", model, subject, told

    def counts(self, undo: Undo) -> dict[str, int]:
        return {f"{self._subject}_go": self._mine(undo.batch).count()}

    def conflicts(self, undo: Undo) -> Iterator[Conflict]:
        mine = dict(self._mine(undo.batch).values_list("pk", "customer_id"))
        entries: Any = later_entries(undo, subject_type=self._subject)
        found = [
            Conflict(self.key, e.subject_id or 0, mine[e.subject_id or 0], "", "", name, None, old, new, e.actor_name, e.at,
                     e.verb, later=e.batch_id)
            for e in entries.filter(Among("subject_id", list(mine)))
            for name, (old, new) in (changes_of(e) or {"": [None, None]}).items()
        ]  # fmt: skip
        told = {each.row for each in found}
        found += [
            Conflict(self.key, pk, mine[pk], "", "", kind=label)
            for pk, label in self._used(list(mine))
            if pk not in told
        ]
        yield from named(found)

    def prepare(self, undo: Undo) -> None:
        stays = undo.stays(self.key)
        kept = self._rows().filter(Among("id", sorted(stays)))
        undo.stays(CreatedCustomers.key).update(kept.values_list("customer_id", flat=True))
        if any(field.name == "dealer" for field in self._model._meta.concrete_fields):
            undo.stays(CreatedCustomers.key).update(kept.values_list("dealer_id", flat=True))
        ids = iter(
            [
                pk
                for pk in self._mine(undo.batch).order_by("pk").values_list("pk", flat=True)
                if pk not in stays
            ]
        )
        while some := list(islice(ids, CHUNK)):
            undo.check_cancelled()
            rows = (
                self._rows().filter(Among("id", some)).order_by("pk").values("pk", "customer_id", *self._told)
            )
            with undo.pace.chunk(len(some)):
                trail.record_rows(
                    actor=undo.actor, verb=f"archives.{self._subject}.withdrawn", subject_type=self._subject,
                    batch_id=undo.carrier_id,
                    rows=[(r["pk"], r["customer_id"], {k: [r[k], None] for k in self._told if r[k] not in (None, "")}) for r in rows],
                )  # fmt: skip
            fault("exchange.undo_chunk")

    def touched(self, undo: Undo, customer_ids: list[int]) -> bool:
        return self._mine(undo.batch).filter(Among("customer_id", customer_ids)).exists()

    def switch(self, undo: Undo) -> None:
        self._mine(undo.batch).filter(Among("id", sorted(undo.stays(self.key)))).update(batch_id=None)

    def settle(self, batch: Batch) -> None:
        while rows := dict(self._mine(batch).order_by("pk").values_list("pk", "customer_id")[:CHUNK]):
            with transaction.atomic():
                used = {pk for pk, _label in self._used(list(rows))}  # somebody was quicker than the switch
                self._rows().filter(Among("id", sorted(used))).update(batch_id=None)
                self._rows().filter(Among("id", [pk for pk in rows if pk not in used])).delete()
                _index(rows.values())
            fault("exchange.undo_settling")

    def _used(self, ids: list[int]) -> Iterator[tuple[int, str]]:
        """Rows that records of others name, and what names them."""
        fields: Any = self._model._meta.get_fields(include_hidden=True)
        for relation in (f for f in fields if f.auto_created and not f.concrete and f.one_to_many):
            model, column = relation.related_model, relation.field.attname
            label = model._meta.label_lower + (f".{column}" if model is self._model else "")
            used = model._base_manager.filter(Among(column, ids)).order_by()
            for pk in used.values_list(column, flat=True).distinct():
                yield pk, label

    def _rows(self) -> QuerySet[Any]:
        return self._model._base_manager.all()

    def _mine(self, batch: Batch) -> QuerySet[Any]:
        return self._rows().filter(batch_id=batch.pk)


class ArrivedAddresses(ArrivedRows):
    """Delivery addresses: a default that goes leaves it to the next."""

    def settle(self, batch: Batch) -> None:
        customers = set(self._mine(batch).filter(is_default=True).values_list("customer_id", flat=True))
        super().settle(batch)
        first_is_default(sorted(customers))


class ChangedRows(Changed):
    """Known rows whose cells the import changed."""

    def __init__(self, model: type[Model], subject: str, later: tuple[str, ...]) -> None:
        self._model, self._subject = model, subject
        verb = f"archives.{subject}.changed"
        verbs = tuple(f"archives.{subject}.{what}" for what in ("changed", *later))
        super().__init__(subject, verb, verbs, f"archives.{subject}.restored")

    def switch(self, undo: Undo) -> None:
        restore(self._model, undo.made[self.key])

    def settle(self, batch: Batch) -> None:
        back = Entry.objects.filter(batch_id=batch.undone_by, verb=self.restored, sequence=None)
        ids = iter(back.order_by("customer_id").values_list("customer_id", flat=True).distinct())
        while some := [pk for pk in islice(ids, INDEX_CHUNK) if pk]:
            _index(some)
            fault("exchange.undo_settling")

    def _customer(self, pk: int) -> int | None:
        found: Any = self._model._base_manager.filter(pk=pk).values_list("customer_id", flat=True)
        return found.first()  # type: ignore[no-any-return]

    def _about(self, later: Any, ours: Any) -> Any:
        return later.filter(subject_type=self._subject, subject_id__in=ours.values("subject_id"))

    def _later(self, undo: Undo, ids: list[int]) -> Iterable[Entry]:
        entries: Any = later_entries(undo, verb__in=self.later, subject_type=self._subject)
        return list(entries.filter(Among("subject_id", ids)))


def _index(customer_ids: Iterable[int]) -> None:
    there = Customer.objects.filter(Among("id", sorted(set(customer_ids)))).values_list("pk", flat=True)
    index_customers(list(there))
