"""What hangs on a customer, found from the models themselves, so that no table can be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import DO_NOTHING, Model, QuerySet

from kemai.business.archives.models import Customer
from kemai.foundation.registry import customer_columns


@dataclass(frozen=True)
class Child:
    """A table whose `column` names a customer."""

    model: type[Model]
    column: str

    @property
    def label(self) -> str:
        """The model as `app.name`."""
        return str(self.model._meta.label_lower)

    def of(self, customer_id: int) -> QuerySet[Any]:
        """Every row of the customer, also those that readers do not see."""
        return self.model._base_manager.filter(**{self.column: customer_id})


def children() -> list[Child]:
    """Tables with rows of their own. Figures of a valuation run stay: they tell what was found then of whom."""
    found = [
        Child(relation.related_model, relation.field.attname)
        for relation in _relations()
        if not relation.field.primary_key
    ]
    return found + [Child(model, column) for model, column in customer_columns]


def layers() -> list[type[Model]]:
    """Tables with one row a customer, whose key is the customer's."""
    return [relation.related_model for relation in _relations() if relation.field.primary_key]


def _relations() -> list[Any]:
    fields: Any = Customer._meta.get_fields(include_hidden=True)
    reverse = [f for f in fields if f.auto_created and not f.concrete and (f.one_to_many or f.one_to_one)]
    return [each for each in reverse if each.on_delete is not DO_NOTHING]
