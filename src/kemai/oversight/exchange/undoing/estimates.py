"""Estimates of an import: those before it are the current ones again at the switch itself, its own end with themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet

from kemai.business.prospects.models import Potential
from kemai.foundation.batches.models import Batch
from kemai.oversight.exchange.undoing.created import named
from kemai.oversight.exchange.undoing.plan import MOST, Conflict, Undo
from kemai.oversight.exchange.undoing.versions import Versions

_COMPARED = ("mp_fen", "es_bp", "p_bp", "av_fen", "horizon_months")


class Estimates(Versions):
    """A customer has one current estimate; a person's own replaces it too, with no batch of its own."""

    key, going, coming = "estimates", "estimates_go", "estimates_back"
    ended, plain = "replaced_by_batch_id", "es_bp"

    def __init__(self) -> None:
        super().__init__(Potential, ("customer_id",), _COMPARED)

    def conflicts(self, undo: Undo) -> Iterator[Conflict]:
        mine = {
            p.customer_id: p for p in self._written(undo.batch).filter(is_current=False).order_by("pk")[:MOST]
        }
        wanted = {(pk,) for pk in mine}
        old, new = (self._by_name(rows, wanted) for rows in (self._ended(undo.batch), self._current()))
        who = {p.customer_id: p for p in self._within(self._current(), wanted)}
        found: list[Conflict] = []
        for pk, imported in mine.items():
            now = who.get(pk)
            same = Conflict(
                self.key, imported.pk, pk, "", "", by=now.person_name if now else "", at=now.created_at if now else None,
                later=imported.replaced_by_batch_id, verb="prospects.potential.estimated",
            )  # fmt: skip
            row = {name: getattr(imported, name) for name in _COMPARED}
            found += self._differing(same, old.get((pk,), {}), row, new.get((pk,), {}))
        yield from named(found)

    def switch(self, undo: Undo) -> None:
        super().switch(undo)
        self._written(undo.batch).update(is_current=False)
        self._ended(undo.batch).update(is_current=True, replaced_by_batch_id=None)

    def settle(self, batch: Batch) -> None:
        others = self._written(batch).exclude(replaced_by_batch_id=F("batch_id"))
        self._end_with_themselves(batch, others)

    def _standing(self, batch: Batch) -> QuerySet[Any]:
        return self._written(batch)

    def _current(self) -> QuerySet[Any]:
        return Potential.objects.filter(is_current=True)
