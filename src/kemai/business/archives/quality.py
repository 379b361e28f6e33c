"""How good a customer's archive is: complete, right, fresh (3.15; S1.104, S4.77), and which parts are stale (S4.80)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate

from kemai.business.archives import layers
from kemai.business.archives.actions.checking import cleaned
from kemai.business.archives.fields import BASICS
from kemai.business.archives.layers import CREDIT, OPERATIONS
from kemai.business.archives.models import ArchiveCheck, Customer, CustomerType, Part
from kemai.value.measures.archive import ArchiveQuality, rate_archive

# Longest time without a check, in days (3.15).
MAX_AGE: dict[str, int] = {Part.CONTACT: 180, Part.OPERATIONS: 90, Part.CREDIT: 365, Part.BASICS: 365}
MANDATORY = (
    "code",
    "name",
    "address",
    "phone",
    "principal",
    "category",
    "size",
    "ownership",
    "tax_number",
    "postcode",
)
NOT_OF_PERSONS = ("principal", "size", "ownership", "tax_number", "registration_number", "website")
OF_CONTACT = ("phone", "fax", "email", "website")
OF_OURS = ("code",)  # we give it, nobody else can say whether it is right
JUDGED = ("uscc", "postcode", "phone", "fax", "email", "website")


@dataclass(frozen=True)
class PartState:
    """One part: its filled fields, when it was last known to be right, until when that counts."""

    part: str
    filled: tuple[str, ...]
    since: date
    until: date
    checked: ArchiveCheck | None

    def is_stale(self, today: date) -> bool:
        """Whether it has to be checked again."""
        return today > self.until


@dataclass(frozen=True)
class Quality:
    """The index with its three shares, the parts, and the fields that can't be right as they stand."""

    rated: ArchiveQuality
    parts: tuple[PartState, ...]
    invalid: tuple[str, ...]


def quality_of(customer: Customer, today: date, *, credit: bool = True) -> Quality:
    """The customer comes from `with_layers`. Credit counts only for who may see it."""
    latest = _latest(customer)
    parts = tuple(_part(customer, part, latest) for part in Part.values if credit or part != Part.CREDIT)
    invalid = tuple(key for key in JUDGED if not _is_sound(key, getattr(customer, key)))
    return Quality(rate_archive(_counts(customer, parts, invalid, today)), parts, invalid)


def filled_fields(customer: Customer, part: str) -> tuple[str, ...]:
    """Keys of the part's fields that hold something."""
    if part == Part.CREDIT:
        return _held(layers.record_of(CREDIT, customer), [f.key for f in CREDIT.fields])
    if part == Part.OPERATIONS:
        return _held(layers.record_of(OPERATIONS, customer), [f.key for f in OPERATIONS.fields])
    basics = [key for key, _label in BASICS if key != "bank_account" and key not in OF_OURS]
    return _held(customer, OF_CONTACT if part == Part.CONTACT else [k for k in basics if k not in OF_CONTACT])


def oldest(part: str, today: date) -> date:
    """A check on this day or later is fresh."""
    return today - timedelta(days=MAX_AGE[part])


def _held(record: Any, keys: Any) -> tuple[str, ...]:
    return tuple(key for key in keys if getattr(record, key) not in (None, ""))


def _latest(customer: Customer) -> dict[str, ArchiveCheck]:
    """The last check of each part."""
    return {
        check.part: check for check in ArchiveCheck.objects.filter(customer=customer).order_by("on", "pk")
    }


def _part(customer: Customer, part: str, latest: Mapping[str, ArchiveCheck]) -> PartState:
    checked = latest.get(part)
    since = checked.on if checked else localdate(customer.created_at)
    return PartState(
        part, filled_fields(customer, part), since, since + timedelta(days=MAX_AGE[part]), checked
    )


def _counts(
    customer: Customer, parts: tuple[PartState, ...], invalid: tuple[str, ...], today: date
) -> dict[str, int]:
    """What 3.15 counts. A field that can't be right is a wrong check, whether somebody looked or not."""
    applies = [k for k, _l in BASICS if customer.type != CustomerType.RETAIL or k not in NOT_OF_PERSONS]
    filled = [k for k in applies if getattr(customer, "bank_account_sealed" if k == "bank_account" else k)]
    right = {k for p in parts if p.checked for k in p.checked.right if k in p.filled} - set(invalid)
    wrong = {k for p in parts if p.checked for k in p.checked.wrong if k in p.filled} | set(invalid)
    return {
        "mandatory_filled": sum(k in MANDATORY for k in filled), "mandatory_fields": sum(k in MANDATORY for k in applies),
        "optional_filled": sum(k not in MANDATORY for k in filled), "optional_fields": sum(k not in MANDATORY for k in applies),
        "checks_right": len(right), "checks": len(right | wrong),
        "fresh_fields": sum(len(p.filled) for p in parts if not p.is_stale(today)), "dated_fields": sum(len(p.filled) for p in parts),
    }  # fmt: skip


def _is_sound(key: str, value: str) -> bool:
    if not value:
        return True
    try:
        cleaned(key, value)
    except ValueError:
        return False
    return True
