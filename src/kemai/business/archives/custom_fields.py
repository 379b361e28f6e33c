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
RANGED, BETWEEN = ("number", "day"), ".."  # columns that have ranges, and how a range is written
FEWEST_DECIMALS = Decimal("0.001")
# Fields that come with the product (S4.89, S4.90, S1.105, S4.95); a company changes their options or retires them.
BUILTIN: dict[str, Any] = {
    "tier": gettext_lazy("档次"), "system": gettext_lazy("客户系统"), "composition": gettext_lazy("客户构成"),
    "tags": pgettext_lazy("archive", "标签"), "contract_on": gettext_lazy("签约日期"),
    "source": gettext_lazy("客户来源"), "industry_position": gettext_lazy("行业地位"), "route": gettext_lazy("路线"),
    "route_order": gettext_lazy("路线次序"), "call_time": gettext_lazy("方便联系的时间"),
}  # fmt: skip
# Their options, in the reader's language; what is kept is the Chinese word.
OPTIONS: dict[str, Any] = {
    "重要": pgettext_lazy("option", "重要"),
    "特殊": pgettext_lazy("option", "特殊"),
    "一般": pgettext_lazy("option", "一般"),
    "单体": pgettext_lazy("option", "单体"),
    "连锁": pgettext_lazy("option", "连锁"),
    "集团": pgettext_lazy("option", "集团"),
    "终端": pgettext_lazy("option", "终端"),
    "经销商": pgettext_lazy("option", "经销商"),
    "批发商": pgettext_lazy("option", "批发商"),
    "个人": pgettext_lazy("option", "个人"),
    "重点跟进": pgettext_lazy("option", "重点跟进"),
    "季节性": pgettext_lazy("option", "季节性"),
    "新品试点": pgettext_lazy("option", "新品试点"),
    "转介绍": pgettext_lazy("option", "转介绍"),
    "上门": pgettext_lazy("option", "上门"),
    "展会": pgettext_lazy("option", "展会"),
    "广告": pgettext_lazy("option", "广告"),
    "网络": pgettext_lazy("option", "网络"),
    "老客户": pgettext_lazy("option", "老客户"),
    "龙头": pgettext_lazy("option", "龙头"),
    "领先": pgettext_lazy("option", "领先"),
    "中等": pgettext_lazy("option", "中等"),
}
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


def field_by_id(pk: int) -> CustomField | None:
    """The field in use with this id."""
    return next((f for f in active_fields() if f.pk == pk), None)


def column_of(field: CustomField) -> str:
    """Which column of a value orders the field; "" where a customer has several values."""
    if field.kind == Kind.CHOICES:
        return ""
    return {Kind.NUMBER: "number", Kind.MONEY: "number", Kind.DAY: "day"}.get(field.kind, "text")  # type: ignore[call-overload,no-any-return]


def range_of(field: CustomField, text: str) -> tuple[Any, Any]:
    """The ends of a range such as `100..500` or `2026-01-01..` as the column holds them; an open end is None.

    Raises ValueError with a sentence.
    """
    found = [_end(field, end) for end in text.split(BETWEEN, 1)]
    if found == [None, None]:
        raise ValueError(_("「%(field)s」的范围至少写一头。") % {"field": label_of(field)})
    return found[0], found[1]


def range_word(field: CustomField, text: str) -> str:
    """A range as people read it; what can't be read stays as it is."""
    low, _dots, high = (end.strip() for end in text.partition(BETWEEN))
    try:
        range_of(field, text)
        low, high = (shown(field, (cleaned(field, end)[0]["text"],)) if end else "" for end in (low, high))
    except ValueError:
        return text
    if low and high:
        return _("%(a)s 到 %(b)s") % {"a": low, "b": high}
    return _("%(a)s 起") % {"a": low} if low else _("到 %(b)s") % {"b": high}


def is_range(field: CustomField, text: str) -> bool:
    """Whether a value of a filter is a range of the field."""
    return column_of(field) in RANGED and BETWEEN in text


def _end(field: CustomField, text: str) -> Any:
    if not text.strip():
        return None
    try:
        return cleaned(field, text)[0][column_of(field)]
    except ValueError as odd:
        raise ValueError(f"{label_of(field)}：{odd}") from odd


def builtin_field(name: str) -> CustomField | None:
    """The field in use that came with the product under this name."""
    return next((f for f in active_fields() if f.builtin == name), None)


def label_of(field: CustomField) -> str:
    """Its name: the company's word, or ours in the reader's language as long as the company left it."""
    known = BUILTIN.get(field.builtin)
    return str(known) if known is not None and field.label == str(_plain(known)) else field.label


def option_word(field: CustomField, text: str) -> str:
    """An option as people read it: ours in the reader's language, the company's own as it is. What is kept stays."""
    known = OPTIONS.get(text) if field.builtin else None
    return str(known) if known is not None else text


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


def values_stored(field: CustomField, texts: Iterable[str]) -> list[dict[str, Any]]:
    """The rows of values that were checked before, with the key by which they must not repeat; a text that the
    definition no longer takes is kept as it is."""
    made = []
    for text in texts:
        try:
            value = _CLEANERS[field.kind](field, text)
        except ValueError:
            value = {"text": text}
        made.append({**value, "unique_key": unique_key(field, value["text"])})
    return made


def unique_key(field: CustomField, text: str) -> str | None:
    """By what a value that must not repeat is told from others; None where it may."""
    return f"{field.pk}:{text.casefold()}" if field.is_unique else None


def shown(field: CustomField, texts: Texts) -> str:
    """The value as people read it."""
    return _("、").join(_said(field, text) for text in texts)


def _said(field: CustomField, text: str) -> str:
    if field.kind == Kind.FLAG:
        return _("是") if text == "1" else _("否")
    if field.kind == Kind.MONEY:
        return amount_text(int(Decimal(text) * 100)) or ""
    return option_word(field, text)


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
    if text.lower() in ("1", "是", "yes", "y", "true", "有", "对", "對", "√"):
        return {"text": "1"}
    if text.lower() in ("0", "否", "no", "n", "false", "无", "無", "不", "×"):
        return {"text": "0"}
    raise ValueError(_("请写是或否。"))


_CLEANERS: dict[str, Callable[[CustomField, str], dict[str, Any]]] = {
    Kind.TEXT: _text, Kind.CHOICE: _chosen, Kind.CHOICES: _chosen, Kind.NUMBER: _number, Kind.MONEY: _money,
    Kind.DAY: _day, Kind.FLAG: _flag,
}  # fmt: skip
