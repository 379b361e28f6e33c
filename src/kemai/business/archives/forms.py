"""The form of an enterprise: its groups of fields, what is filled in each, and how much of it (S4.73, S4.75, S4.85)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.archives import layers
from kemai.business.archives.custom_fields import BUILTIN, builtin_field, label_of, shown, values_of
from kemai.business.archives.layers import CREDIT, OPERATIONS
from kemai.business.archives.models import Customer

# Fields of the customer by their own names; of a layer as layer.field; those that came along as own.name.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "basics",
        ("name", "ownership", "region", "address", "website", "email", "postcode", "own.source", "category"),
    ),
    ("traits", ("own.tier", "own.system", "own.composition", "own.tags")),
    ("operation", ("own.industry_position", "credit.founded_on", "operations.operating_staff", "size")),
)


@dataclass(frozen=True)
class FormField:
    """One field; `value` is None where nothing is filled."""

    key: str
    label: str
    value: Any


@dataclass(frozen=True)
class FormGroup:
    """A group with the share that is filled."""

    key: str
    label: str
    fields: tuple[FormField, ...]

    @property
    def filled(self) -> int:
        """How many fields hold something."""
        return sum(field.value not in (None, "") for field in self.fields)

    @property
    def percent(self) -> Decimal:
        """With one decimal, half up: 7 of 9 are 77.8."""
        return Decimal((self.filled * 2000 + len(self.fields)) // (2 * len(self.fields))) / 10


def enterprise_form(customer: Customer, *, credit: bool = True) -> list[FormGroup]:
    """The groups that are kept by hand; the customer comes from `with_layers`. Fields of the credit layer only for who
    may see them; one that the company has taken out of use is left out."""
    labels = {"basics": _("基础资料"), "traits": _("客户特征"), "operation": _("业务状况")}
    own = _own(customer)
    found = []
    for key, names in GROUPS:
        fields = [_field(customer, name, own) for name in names if credit or not name.startswith("credit.")]
        found.append(FormGroup(key, labels[key], tuple(f for f in fields if f)))
    return [group for group in found if group.fields]


def _own(customer: Customer) -> dict[str, FormField]:
    fields = {name: field for name in BUILTIN if (field := builtin_field(name))}
    held = values_of([customer.pk], fields.values()).get(customer.pk, {}) if fields else {}
    return {
        name: FormField(f"own.{name}", label_of(field), shown(field, held.get(field.pk, ())) or None)
        for name, field in fields.items()
    }


def _field(customer: Customer, name: str, own: dict[str, FormField]) -> FormField | None:
    place, _dot, key = name.partition(".")
    if place == "own":
        return own.get(key)
    layer = {"credit": CREDIT, "operations": OPERATIONS}.get(place)
    if layer:
        return FormField(name, layer.label(key), getattr(layers.record_of(layer, customer), key))
    label = str(Customer._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return FormField(name, label, getattr(customer, name) or None)
