"""The tree of units: adding, renaming, moving with everything below, removing what is empty."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.models import OrgUnit

DEEPEST = 20


def unit_by_path(*, actor: Actor, path: str, create: bool = False) -> OrgUnit:
    """The unit at "总部/华东大区". Raises LookupError unless missing units may be made."""
    unit: OrgUnit | None = None
    for name in filter(None, (part.strip() for part in path.split("/"))):
        found = OrgUnit.objects.filter(parent=unit, name=name).first()
        if found is None and unit is None:
            found = OrgUnit.objects.filter(name=name).first()
        if found is None and not create:
            raise LookupError(_("没有单位「%(name)s」；要新建就加 --create-unit。") % {"name": name})
        unit = found or add_unit(actor=actor, name=name, parent=unit)
    if unit is None:
        raise LookupError(_("单位要写名称。"))
    return unit


def add_unit(*, actor: Actor, name: str, parent: OrgUnit | None = None) -> OrgUnit:
    """A unit below another one. Needs the duty unit.manage."""
    actor.require("unit.manage", _("单位由管理员来建。"))
    name = _checked_name(name, parent)
    if parent and parent.path.count("/") > DEEPEST:
        raise Refused(_("单位最多 %(n)s 层。") % {"n": DEEPEST})
    with transaction.atomic():
        unit = OrgUnit.objects.create(name=name, parent=parent)
        unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
        unit.save(update_fields=["path"])
        _told(actor, unit, "access.unit.added", {"name": [None, name]})
    return unit


def rename_unit(*, actor: Actor, unit: OrgUnit, name: str) -> None:
    """Gives a unit another name, once below its parent."""
    actor.require("unit.manage", _("单位由管理员来改。"))
    if (name := name.strip()) == unit.name:
        return
    name, old = _checked_name(name, unit.parent), unit.name
    with transaction.atomic():
        unit.name = name
        unit.save(update_fields=["name"])
        _told(actor, unit, "access.unit.renamed", {"name": [old, name]})


def move_unit(*, actor: Actor, unit: OrgUnit, parent: OrgUnit) -> None:
    """Hangs a unit with everything below it under another one; never under itself or its own (A12)."""
    actor.require("unit.manage", _("单位由管理员来挪。"))
    with transaction.atomic():
        known = {u.pk: u for u in OrgUnit.objects.select_for_update().order_by("pk")}
        unit, parent = known[unit.pk], known[parent.pk]
        if parent.path.startswith(unit.path):
            raise Refused(_("不能挪到自己或自己的下级下面。"))
        if unit.parent_id == parent.pk:
            return
        _checked_name(unit.name, parent)
        old, new = unit.path, f"{parent.path}{unit.pk}/"
        below = [u for u in known.values() if u.path.startswith(old)]
        if max(u.path.count("/") for u in below) - old.count("/") + new.count("/") - 1 > DEEPEST:
            raise Refused(_("单位最多 %(n)s 层。") % {"n": DEEPEST})
        OrgUnit.objects.filter(pk=unit.pk).update(parent=parent)
        OrgUnit.objects.filter(path__startswith=old).update(
            path=Concat(Value(new), Substr("path", len(old) + 1))
        )
        before = known[unit.parent_id].name if unit.parent_id else None
        _told(actor, unit, "access.unit.moved", {"parent": [before, parent.name]})


def remove_unit(*, actor: Actor, unit: OrgUnit) -> None:
    """Removes a unit that holds no unit, no person and no customer."""
    actor.require("unit.manage", _("单位由管理员来撤。"))
    try:
        with transaction.atomic():
            pk, name = unit.pk, unit.name
            OrgUnit.objects.get(pk=pk).delete()
            _told(actor, unit, "access.unit.removed", {"name": [name, None]}, pk)
    except (ProtectedError, IntegrityError) as used:
        raise Refused(_("「%(name)s」下面还有单位、人或客户，先挪走再撤。") % {"name": unit.name}) from used


def _checked_name(name: str, parent: OrgUnit | None) -> str:
    name = name.strip()
    if not name or len(name) > 80 or "/" in name:
        raise Refused(_("单位名称要填，最多 80 个字，不带斜线。"))
    if OrgUnit.objects.filter(parent=parent, name=name).exists():
        raise Refused(_("这下面已经有「%(name)s」了。") % {"name": name})
    return name


def _told(
    actor: Actor, unit: OrgUnit, verb: str, changes: dict[str, list[Any]], pk: int | None = None
) -> None:
    trail.record(actor=actor, verb=verb, subject_type="unit", subject_id=pk or unit.pk, changes=changes)
