"""The four layers of an archive: what belongs to each, what may be written in a field, how much is filled (S0.7).

The basics are columns of the customer (`fields`), sales are computed (`trade`, `valuation`); credit and operations are
described here, one line a field, and everything that shows, checks or counts them reads these lines.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.translation import gettext as _

from kemai.business.archives import code_lists, fields
from kemai.business.archives.fields import Filled
from kemai.business.archives.models import (
    CompetingProduct,
    Credit,
    Customer,
    DeliveryAddress,
    Operations,
)

MONTH_END = 31
MOST = 2_000_000_000
CASH_TERMS = ("现款", "预付", "货到付款")


@dataclass(frozen=True)
class Field:
    """One field: its kind says how it is written, `guarded` that only the credit role may write it."""

    key: str
    kind: str
    guarded: bool = False


@dataclass(frozen=True)
class Layer:
    """A layer with a record of its own. `counted` groups fields that count as one: a date and its text."""

    key: str
    model: type[Model]
    fields: tuple[Field, ...]
    counted: tuple[tuple[str, ...], ...]

    def field(self, key: str) -> Field | None:
        """The field of this key."""
        return next((f for f in self.fields if f.key == key), None)

    def label(self, key: str) -> str:
        """Its name as people read it."""
        return str(self.model._meta.get_field(key).verbose_name)  # type: ignore[union-attr]


CREDIT = Layer(
    "credit",
    Credit,
    (
        Field("registered_capital_fen", "money"),
        Field("founded_on", "day"),
        Field("business_history", "text"),
        Field("credit_limit_fen", "money", guarded=True),
        Field("credit_days", "number", guarded=True),
        Field("settlement_day", "day_of_month"),
        Field("payment_terms", "choice"),
    ),
    (
        ("registered_capital_fen",), ("founded_on", "business_history"), ("credit_limit_fen",), ("credit_days",),
        ("settlement_day",), ("payment_terms",),
    ),
)  # fmt: skip
OPERATIONS = Layer(
    "operations",
    Operations,
    (
        Field("sales_staff", "number"),
        Field("operating_staff", "number"),
        Field("trade_area", "text"),
        Field("trade_radius_m", "kilometres"),
        Field("floor_area_m2", "number"),
        Field("warehouse_area_m2", "number"),
        Field("delivery_mode", "choice"),
    ),
    (
        ("sales_staff",), ("operating_staff",), ("trade_area", "trade_radius_m"), ("floor_area_m2",),
        ("warehouse_area_m2",), ("delivery_mode",), ("has_delivery_address",), ("has_competing_product",),
    ),
)  # fmt: skip
LAYERS = (CREDIT, OPERATIONS)


def with_layers(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    """The customers with both records and whether they have rows, in the one statement."""
    mine = {"customer": OuterRef("pk"), "is_active": True}
    return rows.select_related("credit", "operations").annotate(
        has_delivery_address=Exists(DeliveryAddress.objects.filter(**mine)),
        has_competing_product=Exists(CompetingProduct.objects.filter(**mine)),
    )


def record_of(layer: Layer, customer: Customer) -> Any:
    """The customer's record of the layer; an empty one, not stored, where there is none."""
    return getattr(customer, layer.key, None) or layer.model(customer=customer, version=0)


def filled_share(layer: Layer, customer: Customer) -> Filled:
    """How many of the layer's fields hold something; the customer comes from `with_layers`. Nought counts as filled."""
    record = record_of(layer, customer)
    values = [[getattr(record, key, getattr(customer, key, None)) for key in keys] for keys in layer.counted]
    return Filled(sum(any(map(_holds, each)) for each in values), len(values))


def _holds(value: Any) -> bool:
    return value is not None and value is not False and value != ""


def shares(customer: Customer, *, credit: bool = True) -> dict[str, Filled]:
    """The filled share of each layer that is kept by hand; credit only for who may see it."""
    found = {"basics": fields.filled_share(customer)}
    return found | {
        layer.key: filled_share(layer, customer) for layer in LAYERS if credit or layer is not CREDIT
    }


def overall(customer: Customer, *, credit: bool = True) -> Filled:
    """The filled share of these layers together (S0.7)."""
    each = shares(customer, credit=credit).values()
    return Filled(sum(one.filled for one in each), sum(one.total for one in each))


def cleaned(layer: Layer, key: str, value: Any) -> Any:
    """A value of a field as it is stored, from a form's text or as it is. Raises ValueError with the sentence."""
    field = layer.field(key)
    if field is None:
        raise ValueError(_("没有这个字段。"))
    text = value.strip() if isinstance(value, str) else value
    empty = "" if field.kind in ("text", "choice") else None
    if text in (None, ""):
        return empty
    if field.kind == "choice":
        return _chosen(key, text)
    if field.kind == "text":
        return _short_enough(layer, key, str(text))
    return _READERS[field.kind](text)


def settlement_date(day: int, month: date) -> date:
    """The day of settlement in a month: the 31st is its last day, so is a day that it does not have (S0.9)."""
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))


def next_settlement(day: int, today: date) -> date:
    """The next day of settlement, today included."""
    this = settlement_date(day, today)
    if this >= today:
        return this
    first = today.replace(day=28)
    return settlement_date(day, date.fromordinal(first.toordinal() + 4).replace(day=1))


def warnings(record: Any) -> list[str]:
    """What does not go together in the credit layer (S4.76)."""
    if record.payment_terms in CASH_TERMS and record.credit_limit_fen:
        return [_("付款条件是%(terms)s，却给了信用额度。请核对一下。") % {"terms": record.payment_terms}]
    return []


def _short_enough(layer: Layer, key: str, text: str) -> str:
    longest = layer.model._meta.get_field(key).max_length  # type: ignore[union-attr]
    if longest and len(text) > longest:
        raise ValueError(_("太长了，最多 %(n)s 个字。") % {"n": longest})
    return text


def _chosen(key: str, text: str) -> str:
    if text not in code_lists.values(key):
        raise ValueError(_("请从表里选。"))
    return text


def number_of(value: Any, most: int = MOST) -> int:
    """A whole number, from a form's text or as it is. Raises ValueError with a sentence."""
    found = decimal_of(value)
    if found != found.to_integral_value():
        raise ValueError(_("要写整数。"))
    return _within(int(found), most)


def money_of(value: Any) -> int:
    """Fen: a whole number is fen already, a text is yuan."""
    if isinstance(value, int):
        return _within(value, 10**15)
    fen = decimal_of(value) * 100
    if fen != fen.to_integral_value():
        raise ValueError(_("金额最多两位小数。"))
    return _within(int(fen), 10**15)


def _kilometres(value: Any) -> int:
    """Metres: a whole number is metres already, a text is kilometres."""
    if isinstance(value, int):
        return _within(value, 20_000_000)
    metres = decimal_of(value) * 1000
    if metres != metres.to_integral_value():
        raise ValueError(_("公里最多三位小数。"))
    return _within(int(metres), 20_000_000)


def _day_of_month(value: Any) -> int:
    found = number_of(value)
    if not 1 <= found <= MONTH_END:
        raise ValueError(_("结账日期是每月 1 到 31 日，31 就是月末。"))
    return found


def date_of(value: Any) -> date:
    """A day, from a form's text or as it is. Raises ValueError with a sentence."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as odd:
        raise ValueError(_("日期要写成 2026-11-23。")) from odd


def decimal_of(value: Any) -> Decimal:
    """A number as people write it. Raises ValueError with a sentence."""
    try:
        found = Decimal(str(value).replace(",", "").replace("，", "").strip())
    except InvalidOperation as odd:
        raise ValueError(_("要写数字。")) from odd
    if not found.is_finite():
        raise ValueError(_("要写数字。"))
    return found


def _within(number: int, most: int) -> int:
    if number < 0:
        raise ValueError(_("不能小于 0。"))
    if number > most:
        raise ValueError(_("数字太大了。"))
    return number


_READERS: dict[str, Callable[[Any], Any]] = {
    "number": number_of, "money": money_of, "kilometres": _kilometres, "day_of_month": _day_of_month, "day": date_of,
}  # fmt: skip
