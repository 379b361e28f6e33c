"""Changing the credit and the operations layer, over the version that was seen."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kemai.business.archives import layers
from kemai.business.archives.actions.checking import Invalid, each_cleaned, plain
from kemai.business.archives.actions.locking import locked_customer
from kemai.business.archives.layers import CREDIT, OPERATIONS, Layer
from kemai.business.archives.models import Customer
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused


class LayerConflict(Refused):
    """Somebody else changed the layer first."""

    status = 409

    def __init__(self, current: Any) -> None:
        super().__init__(_("没存上：别人刚改过这一页，请看了再改。"))
        self.current = current


def change_credit(*, actor: Actor, customer: Customer, version: int, reason: str = "", **changes: Any) -> Any:
    """Changes credit fields; limit and period only for the credit role, with a reason once they were set (S0.9).

    Money is fen, or a text in yuan. Raises Refused, Invalid with a sentence for each field, LayerConflict.
    """
    may_see_credit(actor, customer)
    if not (actor.may("credit.edit") or actor.may("customer.edit")):
        actor.require("credit.edit", _("你的岗位不能改信用资料。"))
    return _change(actor, customer, CREDIT, version, reason, changes)


def change_operations(*, actor: Actor, customer: Customer, version: int, **changes: Any) -> Any:
    """Changes operations fields (S0.10). Raises Refused, Invalid with a sentence for each field, LayerConflict."""
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    return _change(actor, customer, OPERATIONS, version, "", changes)


def may_see_credit(actor: Actor, customer: Customer) -> None:
    """Raises Refused where the credit layer is not for the actor's eyes."""
    if actor.sight("credit", customer.owner_id) != "visible":
        raise Refused(_("你的岗位看不到信用资料。"))


def _change(
    actor: Actor, customer: Customer, layer: Layer, version: int, reason: str, changes: dict[str, Any]
) -> Any:
    with transaction.atomic():
        now = _locked(actor, customer, layer)
        if now.version != version:
            raise LayerConflict(now)
        written = {k: v for k, v in changes.items() if not hasattr(now, k) or getattr(now, k) != v}
        clean = each_cleaned(written, lambda key, value: layers.cleaned(layer, key, value))
        diff = {k: [getattr(now, k), v] for k, v in clean.items() if getattr(now, k) != v}
        if not diff:
            return now
        _guard(actor, layer, diff, reason)
        _store(now, layer, {k: new for k, (_old, new) in diff.items()})
        trail.record(
            actor=actor, verb=f"archives.{layer.key}.changed", subject_type="customer", subject_id=customer.pk,
            customer_id=customer.pk, changes={k: [plain(v) for v in pair] for k, pair in diff.items()},
            reason=reason.strip()[:200],
        )  # fmt: skip
    return layer.model._default_manager.get(pk=customer.pk)


def _locked(actor: Actor, customer: Customer, layer: Layer) -> Any:
    """The record as it stands, its customer locked; an empty one of version 0 where there is none yet."""
    found = locked_customer(actor, customer)
    return layer.model._default_manager.filter(pk=found.pk).first() or layer.model(customer=found, version=0)


def _guard(actor: Actor, layer: Layer, diff: dict[str, list[Any]], reason: str) -> None:
    guarded = [f.key for f in layer.fields if f.guarded and f.key in diff]
    if not guarded:
        return
    actor.require("credit.edit", _("信用额度和信用期限由信用/财务来改。"))
    if any(diff[key][0] is not None for key in guarded) and not reason.strip():
        raise Invalid({"reason": _("改额度或期限要写原因。")})


def _store(now: Any, layer: Layer, values: dict[str, Any]) -> None:
    if now.version:
        layer.model._default_manager.filter(pk=now.pk).update(version=F("version") + 1, **values)
        return
    for key, value in values.items():
        setattr(now, key, value)
    now.version = 1
    try:
        with transaction.atomic():
            now.save(force_insert=True)
    except IntegrityError as clash:
        raise LayerConflict(layer.model._default_manager.get(pk=now.pk)) from clash
