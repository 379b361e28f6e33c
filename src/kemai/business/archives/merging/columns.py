"""Which value of two each basic field keeps when two customers become one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from kemai.business.archives.fields import EDITABLE
from kemai.business.archives.models import Customer
from kemai.business.archives.names import name_key

ACCOUNT = ("bank_account_sealed", "bank_account_index")
ANCESTORS = 50


@dataclass(frozen=True)
class Choice:
    """A field that both have filled, with different values; the survivor's is kept unless one asks for the other."""

    key: str
    label: str
    mine: Any
    theirs: Any


def choices(survivor: Customer, absorbed: Customer) -> list[Choice]:
    """The fields one has to decide on."""
    found = []
    for key in EDITABLE:
        mine, theirs = getattr(survivor, key), getattr(absorbed, key)
        if mine and theirs and mine != theirs:
            label = str(Customer._meta.get_field(key).verbose_name)  # type: ignore[union-attr]
            found.append(Choice(key, label, mine, theirs))
    return found


def joined(survivor: Customer, absorbed: Customer, take: Collection[str]) -> dict[str, Any]:
    """The survivor's columns that get another value: what is asked for, and what it lacks."""
    values: dict[str, Any] = {}
    for key in EDITABLE:
        mine, theirs = getattr(survivor, key), getattr(absorbed, key)
        if theirs and (not mine or key in take) and mine != theirs:
            values[key] = theirs
    if "name" in values:
        values["name_key"] = name_key(values["name"])[:200]
    if not survivor.bank_account_sealed and absorbed.bank_account_sealed:
        values |= {column: getattr(absorbed, column) for column in ACCOUNT}
    if survivor.owner_id is None and absorbed.owner_id is not None:
        values |= {"owner_id": absorbed.owner_id, "unit_id": absorbed.unit_id}
    if _descends(survivor, absorbed):
        values["parent_id"] = absorbed.parent_id if absorbed.parent_id != survivor.pk else None
    elif survivor.parent_id is None and absorbed.parent_id and not _descends(absorbed, survivor):
        values["parent_id"] = absorbed.parent_id
    return values


def _descends(customer: Customer, of: Customer) -> bool:
    """Whether one is a parent of the other, at any height."""
    at = customer.parent_id
    for _step in range(ANCESTORS):
        if at is None or at == of.pk:
            break
        at = Customer.objects.filter(pk=at).values_list("parent_id", flat=True).first()
    return at == of.pk
