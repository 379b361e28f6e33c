"""The set of all own fields as published versions: what was asked for then is still told by its own version (S0.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kemai.business.archives.custom_fields import active_fields
from kemai.business.archives.models import Customer, FieldSet
from kemai.business.archives.uniqueness import rules
from kemai.foundation.access.actor import Actor

SHAPE = ("label", "kind", "options", "types", "required_in", "is_unique", "version")


@dataclass(frozen=True)
class Difference:
    """What a version has changed against the one before it, by the labels of the fields."""

    added: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]


def published(actor: Actor) -> QuerySet[FieldSet]:
    """All versions, the newest first: for who defines the fields. Raises Refused."""
    actor.require("archive.design", _("字段由档案专员或领导来定。"))
    return FieldSet.objects.order_by("-number")


def current_number() -> int:
    """The version in force; 0 before any."""
    return FieldSet.objects.order_by("-number").values_list("number", flat=True).first() or 0


def as_they_are() -> tuple[list[dict[str, Any]], list[list[str]]]:
    """The fields and combinations in use now, as a version keeps them."""
    fields = [{"key": f.key, **{name: getattr(f, name) for name in SHAPE}} for f in active_fields()]
    return fields, [list(rule.fields) for rule in rules()]


def difference(before: FieldSet | None, after: FieldSet) -> Difference:
    """What came, went and changed between two versions."""
    old = {f["key"]: f for f in (before.fields if before else ())}
    new = {f["key"]: f for f in after.fields}
    return Difference(
        tuple(f["label"] for key, f in new.items() if key not in old),
        tuple(f["label"] for key, f in old.items() if key not in new),
        tuple(f["label"] for key, f in new.items() if key in old and f != old[key]),
    )


def combination_words(names: list[str], version: FieldSet) -> list[str]:
    """The fields of a combination as that version called them."""
    own = {f["key"]: f["label"] for f in version.fields}
    basics = {f.name: str(f.verbose_name) for f in Customer._meta.concrete_fields}
    return [own.get(name) or basics.get(name, name) for name in names]
