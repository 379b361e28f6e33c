"""Defining fields of the company's own, and filling them for a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kemai.business.archives.actions.checking import Invalid
from kemai.business.archives.actions.customers import Conflict
from kemai.business.archives.actions.field_sets import publish
from kemai.business.archives.actions.locking import locked_customer
from kemai.business.archives.actions.uniqueness import hold_together
from kemai.business.archives.custom_fields import cleaned, fields_for, label_of, unique_key, values_of
from kemai.business.archives.models import Customer, CustomerType, CustomField, CustomValue, State
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused

Kind = CustomField.Kind
MOST_FIELDS, MOST_OPTIONS = 60, 100
SHAPE = ("label", "options", "types", "required_in", "is_unique", "position")


def define_field(*, actor: Actor, label: str, kind: str, **shape: Any) -> CustomField:
    """Adds a field for all customers. Raises Invalid with a sentence for each thing that can't be."""
    actor.require("archive.design", _("字段由档案专员或领导来定。"))
    if kind not in Kind.values:
        raise Invalid({"kind": _("请选怎么填。")})
    with transaction.atomic():
        if CustomField.objects.filter(is_active=True).count() >= MOST_FIELDS:
            raise Refused(_("最多 %(n)s 个字段，先停用几个。") % {"n": MOST_FIELDS})
        clean = _shape(CustomField(kind=kind), {"label": label, **shape})
        field = CustomField.objects.create(kind=kind, **clean)
        _told(actor, "defined", field, {k: [None, v] for k, v in clean.items() if v})
        publish(actor)
    return field


def change_field(*, actor: Actor, field: CustomField, version: int, **shape: Any) -> CustomField:
    """A new version of a field; how it is filled stays. An option in use can't be taken away."""
    actor.require("archive.design", _("字段由档案专员或领导来定。"))
    with transaction.atomic():
        now = CustomField.objects.select_for_update().get(pk=field.pk)
        if now.version != version:
            raise Refused(_("没存上：别人刚改过这个字段，请看了再改。"))
        clean = _shape(now, shape)
        diff = {k: [getattr(now, k), v] for k, v in clean.items() if getattr(now, k) != v}
        if not diff:
            return now
        _keeps_what_is_used(now, clean)
        CustomField.objects.filter(pk=now.pk).update(version=F("version") + 1, **clean)
        if "is_unique" in diff:
            _index_unique(now, unique=clean["is_unique"])
        _told(actor, "changed", now, diff)
        publish(actor)
    now.refresh_from_db()
    return now


def turn_field(*, actor: Actor, field: CustomField, active: bool) -> None:
    """Takes a field out of use, with all values kept, or back into use."""
    actor.require("archive.design", _("字段由档案专员或领导来定。"))
    with transaction.atomic():
        turned = CustomField.objects.filter(pk=field.pk, is_active=not active)
        if turned.update(is_active=active, version=F("version") + 1):
            _told(actor, "restored" if active else "retired", field, {"is_active": [not active, active]})
            publish(actor)


def fill_fields(*, actor: Actor, customer: Customer, version: int, given: Mapping[str, Any]) -> Customer:
    """Writes the fields whose keys are given over the version of the customer that was seen.

    Raises Conflict when somebody was quicker, Invalid with a sentence by field: for what can't be read, what is
    another customer's alone, and what may not be empty in the customer's state.
    """
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    with transaction.atomic():
        now = locked_customer(actor, customer)
        if now.version != version:
            raise Conflict(now)
        known = {f.key: f for f in fields_for(now)}
        wrong = {key: _("没有这个字段。") for key in given.keys() - known.keys()}
        rows: dict[str, list[dict[str, Any]]] = {}
        for key in given.keys() & known.keys():
            try:
                rows[key] = _allowed(now, known[key], given[key])
            except ValueError as odd:
                wrong[key] = str(odd)
        if wrong:
            raise Invalid(wrong)
        if write(actor, now, {known[key]: found for key, found in rows.items()}):
            hold_together(actor, [now.pk], rows)
            Customer.objects.filter(pk=now.pk).update(version=F("version") + 1)
    now.refresh_from_db()
    return now


def write(actor: Actor, customer: Customer, rows: Mapping[CustomField, list[dict[str, Any]]]) -> bool:
    """Replaces what the customer has in these fields, in the caller's transaction; says whether anything changed."""
    held = values_of([customer.pk], rows)[customer.pk]
    diff: dict[str, list[Any]] = {}
    for field, found in rows.items():
        before, after = list(held.get(field.pk, ())), [row["text"] for row in found]
        if before != after:
            _replace(customer, field, found)
            diff[field.key] = [_together(before), _together(after)]
    if diff:
        trail.record(
            actor=actor, verb="archives.custom.filled", subject_type="customer", subject_id=customer.pk,
            customer_id=customer.pk, changes=diff,
        )  # fmt: skip
    return bool(diff)


def _together(texts: Sequence[str]) -> str | None:
    return "、".join(texts) or None


def _allowed(customer: Customer, field: CustomField, given: Any) -> list[dict[str, Any]]:
    found = cleaned(field, given)
    if not found and customer.state in field.required_in:
        raise ValueError(_("%(state)s客户要填「%(field)s」。") % {
            "state": customer.get_state_display(), "field": label_of(field)
        })  # fmt: skip
    return found


def _replace(customer: Customer, field: CustomField, found: list[dict[str, Any]]) -> None:
    CustomValue.objects.filter(customer=customer, field=field).delete()
    made = [
        CustomValue(customer=customer, field=field, unique_key=unique_key(field, row["text"]), **row)
        for row in found
    ]
    try:
        with transaction.atomic():
            CustomValue.objects.bulk_create(made)
    except IntegrityError as clash:
        said = _("「%(text)s」已经是别的客户的，这一项不能重复。") % {"text": found[0]["text"]}
        raise Invalid({field.key: said}) from clash


def _index_unique(field: CustomField, *, unique: bool) -> None:
    """Makes the values unique from now on, or no longer. Raises Invalid where some are double."""
    rows = list(CustomValue.objects.filter(field=field))
    for row in rows:
        row.unique_key = f"{field.pk}:{row.text.casefold()}" if unique else None
    try:
        with transaction.atomic():
            CustomValue.objects.bulk_update(rows, ["unique_key"], batch_size=500)
    except IntegrityError as clash:
        raise Invalid({"is_unique": _("现在就有重复的值，先改掉再设为不能重复。")}) from clash


def _shape(field: CustomField, shape: Mapping[str, Any]) -> dict[str, Any]:
    """What a definition says, cleaned. Raises Invalid."""
    clean, wrong = {k: v for k, v in shape.items() if k in SHAPE}, dict[str, str]()
    if "label" in clean:
        clean["label"] = str(clean["label"]).strip()
        taken = CustomField.objects.filter(label=clean["label"], is_active=True).exclude(pk=field.pk)
        if not clean["label"]:
            wrong["label"] = _("名称要填。")
        elif len(clean["label"]) > 30:
            wrong["label"] = _("太长了，最多 %(n)s 个字。") % {"n": 30}
        elif taken.exists() or clean["label"] in _names_of_the_house():
            wrong["label"] = _("已经有叫「%(label)s」的字段了。") % {"label": clean["label"]}
    if field.kind in (Kind.CHOICE, Kind.CHOICES):
        clean["options"] = _options(clean.get("options", field.options), wrong)
    else:
        clean.pop("options", None)
    for name, allowed in (("types", CustomerType.values), ("required_in", State.values)):
        if name in clean:
            clean[name] = [v for v in allowed if v in clean[name]]
    if clean.get("is_unique") and field.kind not in (Kind.TEXT, Kind.NUMBER):
        wrong["is_unique"] = _("只有文字和数字能设为不能重复。")
    if wrong:
        raise Invalid(wrong)
    return clean


def _options(given: Any, wrong: dict[str, str]) -> list[str]:
    texts = given.splitlines() if isinstance(given, str) else list(given)
    found = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    if not found:
        wrong["options"] = _("至少写一个选项，一行一个。")
    elif len(found) > MOST_OPTIONS or max(map(len, found)) > 40:
        wrong["options"] = _("最多 %(n)s 个选项，每个最多 40 个字。") % {"n": MOST_OPTIONS}
    elif any("," in text or "、" in text for text in found):
        wrong["options"] = _("选项里不要有逗号和顿号。")
    return found


def _keeps_what_is_used(field: CustomField, clean: Mapping[str, Any]) -> None:
    gone = set(field.options) - set(clean.get("options", field.options))
    used = CustomValue.objects.filter(field=field, text__in=gone).values_list("text", flat=True).distinct()
    if gone and used:
        said = _("「%(options)s」还有客户在用，先改掉再去掉。") % {"options": _("、").join(sorted(used))}
        raise Invalid({"options": said})


def _names_of_the_house() -> set[str]:
    return {str(f.verbose_name) for f in Customer._meta.fields if f.name != "id"}


def _told(actor: Actor, what: str, field: CustomField, changes: dict[str, list[Any]]) -> None:
    trail.record(
        actor=actor, verb=f"archives.field.{what}", subject_type="custom_field", subject_id=field.pk,
        changes=changes,
    )  # fmt: skip
