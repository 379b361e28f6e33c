"""Fields of the company's own: which there are, what may be written in them, what customers have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kemai.business.archives.layers import decimal_of
from kemai.business.archives.models import Customer, CustomField, CustomValue
from kemai.foundation.moments import kept_for_a_moment
from kemai.foundation.money import amount_text
from kemai.foundation.prepared import prepared

Kind = CustomField.Kind
PREFIX = "own"
LONGEST = 200
MOST = 10**15
FEWEST_DECIMALS = Decimal("0.001")
# Fields that come with the product (S4.89, S4.90, S1.105, S4.95); a company changes their options or retires them.
BUILTIN: dict[str, Any] = {
    "tier": gettext_lazy("档次"), "system": gettext_lazy("客户系统"), "composition": gettext_lazy("客户构成"),
    "tags": pgettext_lazy("archive", "标签"), "contract_on": gettext_lazy("签约日期"),
    "source": gettext_lazy("客户来源"), "industry_position": gettext_lazy("行业地位"), "route": gettext_lazy("路线"),
    "route_order": gettext_lazy("路线次序"), "call_time": gettext_lazy("方便联系的时间"),
}  # fmt: skip
Texts = tuple[str, ...]


@kept_for_a_moment
def active_fields() -> tuple[CustomField, ...]:
    """The fields in use, in order."""
    return tuple(_active_fields(None))


@prepared
def _active_fields(_nobody: None) -> QuerySet[CustomField]:
    return CustomField.objects.filter(is_active=True)


def field_of(key: str) -> CustomField | None:
    """The field in use with this key."""
    return next((f for f in active_fields() if f.key == key), None)


def builtin_field(name: str) -> CustomField | None:
    """The field in use that came with the product under this name."""
    return next((f for f in active_fields() if f.builtin == name), None)


def label_of(field: CustomField) -> str:
    """Its name: the company's word, or ours in the reader's language as long as the company left it."""
    known = BUILTIN.get(field.builtin)
    return str(known) if known is not None and field.label == str(_plain(known)) else field.label


@cache
def _plain(lazy: Any) -> str:
    """The source's own word; there are as many as built-in fields."""
    from django.utils.translation import override

    with override("zh-hans"):
        return str(lazy)


def fields_for(customer: Customer) -> list[CustomField]:
    """The fields that customers of its type have."""
    return [f for f in active_fields() if not f.types or customer.type in f.types]


def values_of(customer_ids: Collection[int], fields: Iterable[CustomField]) -> dict[int, dict[int, Texts]]:
    """{customer: {field: texts}} of customers the caller may see."""
    found: dict[int, dict[int, Texts]] = defaultdict(dict)
    rows = CustomValue.objects.filter(customer_id__in=customer_ids, field_id__in=[f.pk for f in fields])
    for customer_id, field_id, text in rows.order_by("pk").values_list("customer_id", "field_id", "text"):
        found[customer_id][field_id] = (*found[customer_id].get(field_id, ()), text)
    return found


def choices_of(field: CustomField) -> list[tuple[str, str]]:
    """What one can choose in a field, as (text, as people read it); nothing for what is written freely."""
    texts = ("1", "0") if field.kind == Kind.FLAG else tuple(field.options)
    return [(text, shown(field, (text,))) for text in texts]


def own_cells(customer_ids: Collection[int], keys: Collection[str]) -> dict[int, dict[str, str]]:
    """{customer: {key: text}} of the fields among these keys, in one query, for lists and files."""
    fields = [f for f in active_fields() if f.key in keys]
    if not fields or not customer_ids:
        return {}
    held = values_of(customer_ids, fields)
    return {pk: {f.key: shown(f, texts[f.pk]) for f in fields if f.pk in texts} for pk, texts in held.items()}


def missing(customer: Customer, state: str) -> list[CustomField]:
    """Fields that have to be filled in a state and are not."""
    asked = [f for f in fields_for(customer) if state in f.required_in]
    if not asked:
        return []
    held = values_of([customer.pk], asked)[customer.pk]
    return [f for f in asked if not held.get(f.pk)]


def cleaned(field: CustomField, given: Any) -> list[dict[str, Any]]:
    """What is stored for what was written (a text, or several for a choice of some). Raises ValueError with a sentence."""
    texts = [str(each).strip() for each in (given if isinstance(given, list | tuple) else [given])]
    texts = list(dict.fromkeys(text for text in texts if text and text != "None"))
    if field.kind != Kind.CHOICES and len(texts) > 1:
        raise ValueError(_("只能填一个。"))
    return [_CLEANERS[field.kind](field, text) for text in texts]


def shown(field: CustomField, texts: Texts) -> str:
    """The value as people read it."""
    return _("、").join(_said(field, text) for text in texts)


def _said(field: CustomField, text: str) -> str:
    if field.kind == Kind.FLAG:
        return _("是") if text == "1" else _("否")
    if field.kind == Kind.MONEY:
        return amount_text(int(Decimal(text) * 100)) or ""
    return text


def _chosen(field: CustomField, text: str) -> dict[str, Any]:
    if text not in field.options:
        raise ValueError(_("「%(text)s」不在选项里，可选：%(options)s。") % {
            "text": text[:40], "options": _("、").join(field.options[:12])
        })  # fmt: skip
    return {"text": text}


def _text(field: CustomField, text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise ValueError(_("太长了，最多 %(n)s 个字。") % {"n": LONGEST})
    return {"text": text}


def _number(field: CustomField, text: str) -> dict[str, Any]:
    found = decimal_of(text)
    if found != found.quantize(FEWEST_DECIMALS):
        raise ValueError(_("最多三位小数。"))
    return _counted(found, 1000)


def _money(field: CustomField, text: str) -> dict[str, Any]:
    found = decimal_of(text)
    if found * 100 != (found * 100).to_integral_value():
        raise ValueError(_("金额最多两位小数。"))
    return _counted(found, 100)


def _counted(found: Decimal, parts: int) -> dict[str, Any]:
    if abs(found) > MOST:
        raise ValueError(_("数字太大了。"))
    plain = f"{found:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return {"text": plain or "0", "number": int(found * parts)}


def _day(field: CustomField, text: str) -> dict[str, Any]:
    try:
        found = date.fromisoformat(text.replace("/", "-"))
    except ValueError as odd:
        raise ValueError(_("日期要写成 2026-11-23。")) from odd
    return {"text": found.isoformat(), "day": found}


def _flag(field: CustomField, text: str) -> dict[str, Any]:
    if text.lower() in ("1", "是", "yes", "y", "true", "有", "对", "√"):
        return {"text": "1"}
    if text.lower() in ("0", "否", "no", "n", "false", "无", "不", "×"):
        return {"text": "0"}
    raise ValueError(_("请写是或否。"))


_CLEANERS: dict[str, Callable[[CustomField, str], dict[str, Any]]] = {
    Kind.TEXT: _text, Kind.CHOICE: _chosen, Kind.CHOICES: _chosen, Kind.NUMBER: _number, Kind.MONEY: _money,
    Kind.DAY: _day, Kind.FLAG: _flag,
}  # fmt: skip
