"""One field changed for many customers: all of them or none, and taken back where nobody changed it since (A05)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.business.archives.actions.bulk import BulkRefused, chosen_customers
from kemai.business.archives.actions.checking import Invalid
from kemai.business.archives.actions.custom_fields import write
from kemai.business.archives.actions.customers import change_basics
from kemai.business.archives.actions.uniqueness import hold_together
from kemai.business.archives.custom_fields import cleaned, field_of, values_of
from kemai.business.archives.models import BulkEdit, Customer, CustomField
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict

BASICS = ("region", "category", "size", "ownership", "type")
MODES = ("set", "add", "remove")


def edit_many(
    *, actor: Actor, codes: Sequence[str], field: str, value: Any, mode: str = "set"
) -> BulkEdit | None:
    """Sets a basic field or one of the company's own for many customers; `add` and `remove` are for choices of some.

    Gives the edit that `undo_edit` takes back, None where nothing differed. Raises BulkRefused, with the counts, when
    one of the customers is out of sight or the value can't be theirs; then nothing was changed.
    """
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    with transaction.atomic():
        chosen = _locked(chosen_customers(actor, codes))
        own = field_of(field)
        if own is None and field not in BASICS:
            raise Refused(_("这一项不能一起改。"))
        before = texts_of(chosen, field, own)
        for customer in chosen:
            try:
                _one(actor, customer, field, own, _wanted(before[customer.pk], value, mode))
            except Invalid as wrong:
                said = _("%(name)s：%(problem)s一家都没改。") % {"name": customer, "problem": wrong}
                raise BulkRefused(said, len(chosen), 0) from wrong
        return _noted(actor, field, before, texts_of(_again(chosen), field, own))


def undo_edit(*, actor: Actor, edit: BulkEdit) -> tuple[int, int]:
    """Puts the values back; gives how many went back and how many stay because somebody changed them since."""
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    with transaction.atomic():
        now = BulkEdit.objects.select_for_update().filter(pk=edit.pk, person_id=actor.person_id).first()
        if now is None or now.undone_at:
            raise Refused(_("已经撤销过了。"))
        chosen = list(
            restrict(Customer.objects.filter(pk__in=[int(pk) for pk in now.before]), actor).order_by("pk")
        )
        own = next((f for f in CustomField.objects.all() if f.key == now.field), None)
        held = texts_of(chosen, now.field, own)
        back = [c for c in chosen if list(held[c.pk]) == now.after[str(c.pk)]]
        for customer in back:
            _one(actor, customer, now.field, own, now.before[str(customer.pk)])
        BulkEdit.objects.filter(pk=now.pk).update(undone_at=timezone.now())
    return len(back), len(now.before) - len(back)


def texts_of(
    customers: Sequence[Customer], field: str, own: CustomField | None
) -> dict[int, tuple[str, ...]]:
    """What each customer has in the field."""
    if own is None:
        return {c.pk: (text,) if (text := getattr(c, field)) else () for c in customers}
    held = values_of([c.pk for c in customers], [own])
    return {c.pk: held.get(c.pk, {}).get(own.pk, ()) for c in customers}


def _wanted(before: Sequence[str], value: Any, mode: str) -> list[str]:
    given = [v for v in (value if isinstance(value, list | tuple) else [value]) if str(v).strip()]
    if mode == "add":
        return list(dict.fromkeys([*before, *given]))
    return [v for v in before if v not in given] if mode == "remove" else given


def _one(actor: Actor, customer: Customer, field: str, own: CustomField | None, texts: Sequence[str]) -> None:
    if own is None:
        value = texts[0] if texts else ""
        change_basics(actor=actor, customer=customer, version=customer.version, **{field: value})
        return
    if own.types and customer.type not in own.types and texts:
        raise Invalid({field: _("这一类客户没有这一项，")})
    try:
        found = cleaned(own, list(texts))
    except ValueError as odd:
        raise Invalid({field: str(odd)}) from odd
    if not found and customer.state in own.required_in:
        raise Invalid({field: _("这个状态的客户这一项不能空，")})
    if write(actor, customer, {own: found}):
        hold_together(actor, [customer.pk], [own.key])
        Customer.objects.filter(pk=customer.pk).update(version=F("version") + 1)


def _locked(chosen: Sequence[Customer]) -> list[Customer]:
    rows = Customer.objects.filter(pk__in=[c.pk for c in chosen])
    return list(rows.order_by("pk").select_for_update())


def _again(chosen: Sequence[Customer]) -> list[Customer]:
    return list(Customer.objects.filter(pk__in=[c.pk for c in chosen]))


def _noted(
    actor: Actor, field: str, before: dict[int, tuple[str, ...]], after: dict[int, tuple[str, ...]]
) -> BulkEdit | None:
    changed = [pk for pk in before if before[pk] != after[pk]]
    if not changed:
        return None
    return BulkEdit.objects.create(
        field=field, before={str(pk): list(before[pk]) for pk in changed}, person_id=actor.person_id,
        after={str(pk): list(after[pk]) for pk in changed}, person_name=actor.name[:60],
    )  # fmt: skip
