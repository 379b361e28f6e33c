"""Invoices, receipts, targets and stock counts of an import. Only those that name a customer or a product which goes
as well are deleted, with it."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

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
