"""Delivery addresses and competing products: added, changed, taken out of use; none is ever deleted (S0.10)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from kemai.business.archives.actions.checking import Invalid, each_cleaned, fitting, phone
from kemai.business.archives.actions.locking import locked_customer
from kemai.business.archives.layers import decimal_of
from kemai.business.archives.models import CompetingProduct, Customer, DeliveryAddress, ServiceItem
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict

Row = TypeVar("Row", DeliveryAddress, CompetingProduct, ServiceItem)
WHOLE = 10_000
FIELDS: dict[type[Any], tuple[str, ...]] = {
    DeliveryAddress: ("address", "receiver", "phone", "is_default"),
    CompetingProduct: ("brand", "price_fen", "share_bp"),
    ServiceItem: ("what",),
}
VERBS: dict[type[Any], str] = {
    DeliveryAddress: "delivery_address",
    CompetingProduct: "competing_product",
    ServiceItem: "service_item",
}


class RowConflict(Refused):
    """Somebody else changed the row first."""

    status = 409

    def __init__(self, current: Any) -> None:
        super().__init__(_("没存上：别人刚改过「%(name)s」，请看了再改。") % {"name": current})
        self.current = current


def add_row(*, actor: Actor, customer: Customer, kind: type[Row], **given: Any) -> Row:
    """Adds a delivery address or a competing product. Raises Invalid for a wrong field, and for shares above 100 %."""
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    first = FIELDS[kind][0]
    clean = cleaned_row(kind, {first: given.get(first, ""), **given})
    with transaction.atomic():
        locked_customer(actor, customer)
        row = kind(customer=customer, **clean)
        if isinstance(row, DeliveryAddress):
            row.is_default = _takes_default(row)
        row.save(force_insert=True)
        _within_whole(row)
        _told(actor, row, "added", {k: [None, v] for k, v in clean.items() if v not in (None, "", False)})
    return row


def change_row(*, actor: Actor, row: Row, version: int, **changes: Any) -> Row:
    """Changes a row as it was seen. Raises RowConflict when it is no longer that version."""
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    with transaction.atomic():
        now = _locked(actor, row)
        if now.version != version:
            raise RowConflict(now)
        clean = cleaned_row(type(row), changes)
        diff = {k: [getattr(now, k), v] for k, v in clean.items() if getattr(now, k) != v}
        if diff.get("is_default") == [True, False]:
            raise Invalid({"is_default": _("先把另一处设为默认。")})
        if diff:
            for key, (_old, new) in diff.items():
                setattr(now, key, new)
            if isinstance(now, DeliveryAddress) and diff.get("is_default"):
                _takes_default(now)
            type(row).objects.filter(pk=now.pk).update(
                version=F("version") + 1, **{k: new for k, (_old, new) in diff.items()}
            )
            _within_whole(now)
            _told(actor, now, "changed", diff)
        now.refresh_from_db()
    return now


def remove_row(*, actor: Actor, row: Row) -> Row:
    """Takes a row out of use; the next address in use becomes the default."""
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    with transaction.atomic():
        now = _locked(actor, row)
        if now.is_active:
            more: dict[str, Any] = {"is_default": False} if isinstance(now, DeliveryAddress) else {}
            type(row).objects.filter(pk=now.pk).update(version=F("version") + 1, is_active=False, **more)
            if isinstance(now, DeliveryAddress) and now.is_default:
                _next_default(now)
            _told(actor, now, "removed", {"is_active": [True, False]})
        now.refresh_from_db()
    return now


def restore_row(*, actor: Actor, row: Row) -> Row:
    """Undoes `remove_row`. Raises Invalid when the shares would go above 100 %."""
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    with transaction.atomic():
        now = _locked(actor, row)
        if not now.is_active:
            now.is_active = True
            more: dict[str, Any] = {}
            if isinstance(now, DeliveryAddress):
                more = {"is_default": _takes_default(now)}
            type(row).objects.filter(pk=now.pk).update(version=F("version") + 1, is_active=True, **more)
            _within_whole(now)
            _told(actor, now, "restored", {"is_active": [False, True]})
        now.refresh_from_db()
    return now


def _takes_default(row: DeliveryAddress) -> bool:
    """Whether the address is the default from now on: it asks to be, or is the only one in use. Others give way."""
    others = DeliveryAddress.objects.filter(customer_id=row.customer_id, is_active=True).exclude(pk=row.pk)
    if row.is_default:
        others.filter(is_default=True).update(is_default=False, version=F("version") + 1)
        return True
    return not others.exists()


def _next_default(gone: DeliveryAddress) -> None:
    left = DeliveryAddress.objects.filter(customer_id=gone.customer_id, is_active=True).exclude(pk=gone.pk)
    following = left.order_by("pk").first()
    if following:
        left.filter(pk=following.pk).update(is_default=True, version=F("version") + 1)


def _within_whole(row: Any) -> None:
    """Shares of one customer's competing products add up to 100 % at most; raises Invalid, which undoes the write."""
    if not isinstance(row, CompetingProduct):
        return
    mine = CompetingProduct.objects.filter(customer_id=row.customer_id, is_active=True)
    total = mine.aggregate(total=Sum("share_bp"))["total"] or 0
    if total > WHOLE:
        sentence = _("各家占比加起来是 %(total)s%%，超过了 100%%。") % {"total": f"{Decimal(total) / 100:g}"}
        raise Invalid({"share_bp": sentence})


def cleaned_row(kind: type[Any], given: dict[str, Any]) -> dict[str, Any]:
    """The fields of such a row as they are stored. Raises Invalid with a sentence for each that can't be."""
    unknown = given.keys() - set(FIELDS[kind])
    if unknown:
        raise Invalid({name: _("没有这个字段。") for name in unknown})
    return each_cleaned(given, lambda key, value: _cleaned(kind, key, value))


def _cleaned(kind: type[Any], key: str, value: Any) -> Any:
    text = value.strip() if isinstance(value, str) else value
    if key in ("address", "brand", "what") and not text:
        raise ValueError(_("这一格要填。"))
    if text and key in _CLEANERS:
        text = _CLEANERS[key](text)
    if text in (None, ""):
        return None if key in ("price_fen", "share_bp") else ""
    return fitting(text, getattr(kind._meta.get_field(key), "max_length", None))


def _price(value: Any) -> int:
    """Fen: a whole number is fen already, a text is yuan."""
    fen = Decimal(value) if isinstance(value, int) else decimal_of(value) * 100
    if fen != fen.to_integral_value() or not 0 <= fen <= 10**12:
        raise ValueError(_("金额看不懂，或小数太长。"))
    return int(fen)


def share_of(value: Any) -> int:
    """Hundredths of a percent: a whole number is that already, a text is percent."""
    found = Decimal(value) if isinstance(value, int) else decimal_of(str(value).rstrip("%％")) * 100
    if found != found.to_integral_value() or not 0 <= found <= WHOLE:
        raise ValueError(_("占比是 0 到 100 的百分数，最多两位小数。"))
    return int(found)


_CLEANERS: dict[str, Callable[[Any], Any]] = {"phone": phone, "price_fen": _price, "share_bp": share_of}


def _locked(actor: Actor, row: Row) -> Row:
    """The row as it stands, its customer locked, so that sums over its rows hold."""
    found = restrict(type(row).objects.filter(pk=row.pk), actor).first()
    if found is None:
        raise LookupError(row.pk)
    locked_customer(actor, found.customer)
    found.refresh_from_db()
    return found


def _told(actor: Actor, row: Any, what: str, changes: dict[str, list[Any]]) -> None:
    name = VERBS[type(row)]
    trail.record(
        actor=actor, verb=f"archives.{name}.{what}", subject_type=name, subject_id=row.pk, customer_id=row.customer_id,
        changes=changes,
    )  # fmt: skip
