"""Invoices, receipts, targets and stock counts of an import. Only those that name a customer or a product which goes
as well are deleted, with it."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from kemai.business.trade.models import StaffTarget
from kemai.oversight.exchange.undoing.versions import Versions


class Book(Versions):
    """One book; `called` is the column by which people call its rows."""

    key, going, coming = "book", "book_go", "book_back"

    def __init__(
        self, model: type[Model], keys: tuple[str, ...], compared: tuple[str, ...], called: str
    ) -> None:
        super().__init__(model, keys, compared)
        self._called = called

    def called(self, row: dict[str, Any]) -> str:
        return str(row[self._called])

    def _told(self) -> tuple[str, ...]:
        return (self._called,)


class StaffTargets(Book):
    """Targets of persons and units that came with those of customers."""

    key, going, coming = "staff_target", "staff_go", "staff_back"

    def __init__(self) -> None:
        super().__init__(StaffTarget, ("period", "person_id", "unit_id"), ("amount_fen",), "period")

    def called(self, row: dict[str, Any]) -> str:
        return f"{row['person__name'] or row['unit__name']} {row['period']}"

    def _told(self) -> tuple[str, ...]:
        return ("period", "person__name", "unit__name")
