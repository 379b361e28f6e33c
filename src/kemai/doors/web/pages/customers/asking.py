"""The list's question in an address: text, filters of several values each, sort, place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kemai.business.archives.custom_fields import (
    BETWEEN,
    RANGED,
    active_fields,
    choices_of,
    column_of,
    is_range,
    label_of,
    range_word,
    shown,
)
from kemai.business.archives.directory import BadFilter, ListQuery, filter_choices, list_customers
from kemai.business.archives.directory.facets import BLANK, NOT_FILLED
from kemai.business.archives.models import CustomerType, CustomField, Part, State
from kemai.business.archives.queries import first_possible_owners
from kemai.business.valuation.leading import leading_definition
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.ranking.labels import LEVEL_WORDS, class_word
from kemai.doors.web.pages.customers.saying import said
from kemai.foundation import filters as expressions
from kemai.foundation.access.actor import Actor, units_below
from kemai.foundation.access.models import OrgUnit, Person

FILTERS = (
    "region",
    "category",
    "size",
    "type",
    "class",
    "churn",
    "state",
    "owner",
    "unit",
    "stale",
    "family",
)
GROUPS = {"class": "value", "churn": "value"}
LONGEST_TEXT = 100
PLACES = ("page", "after", "before")


@dataclass(frozen=True)
class Asked:
    """What stands in the address, and the query of the directory that it means."""

    values: dict[str, tuple[str, ...]]
    query: ListQuery

    @property
    def plain(self) -> str:
        """The address without the place: what a view keeps and an export repeats."""
        return urlencode([(k, v) for k, v in (("q", self.query.q), *self.kept) if v])

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Filters and expression as the hidden fields of a form that changes something else."""
        pairs = [(k, ",".join(v)) for k, v in self.values.items()]
        where = self.query.where
        return [*pairs, *([("where", expressions.written(where))] if where else [])]


def parse(data: QueryDict, actor: Actor) -> ListQuery:
    """The question in an address; anything odd is left to the directory to refuse."""
    return asked(data, actor).query


def asked(data: QueryDict, actor: Actor) -> Asked:
    """The question with its values as they were given. A filter may be given several times or with commas."""
    keys = (*FILTERS, *(f.key for f in active_fields()))
    values = {k: found for k in keys if (found := (*_values(data, k), *_range(data, k)))}
    filters: dict[str, tuple[Any, ...]] = dict(values)
    if "unit" in filters:
        filters["unit"] = _units(filters["unit"])
    number = data.get("page", "1")
    sort = data.get("sort") or ("-sales_12m" if actor.sees("sales") else "code")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1
    text = data.get("q", "")[:LONGEST_TEXT].replace("\0", "")
    where = expressions.read(data.get("where", ""))
    query = ListQuery(text, filters, sort, page, data.get("after", ""), data.get("before", ""), where)
    return Asked(values, query)


def _values(data: QueryDict, key: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            part for text in data.getlist(key) for part in text.replace("\0", "").split(",") if part
        )
    )[:60]


def _range(data: QueryDict, key: str) -> tuple[str, ...]:
    """The two boxes of a range, as one value."""
    low, high = (data.get(f"{key}-{end}", "").replace(",", "").strip()[:40] for end in ("from", "to"))
    return (f"{low}{BETWEEN}{high}",) if low or high else ()


def ranges(values: dict[str, tuple[str, ...]]) -> list[dict[str, str]]:
    """The fields that one may ask a range of, with what is asked now."""
    made = []
    for field in (f for f in active_fields() if column_of(f) in RANGED):
        asked_now = next((v for v in values.get(field.key, ()) if is_range(field, v)), "")
        low, _dots, high = asked_now.partition(BETWEEN)
        kind = "date" if column_of(field) == "day" else "text"
        made.append({"key": field.key, "label": label_of(field), "type": kind, "from": low, "to": high})
    return made


def _units(chosen: tuple[str, ...]) -> tuple[int, ...]:
    """A unit stands for everything below it too."""
    ids = [int(v) for v in chosen if v.isascii() and v.isdigit() and len(v) < 12]
    if len(ids) != len(chosen):
        raise BadFilter(_("没有这个单位。"))
    return tuple(sorted(units_below(ids))) or (0,)


def labels() -> dict[str, str]:
    """Names of the filters."""
    return {
        "region": _("地区"), "category": _("类别"), "size": _("规模"), "type": _("类型"), "state": _("状态"),
        "class": _("级别"), "churn": _("流失预警"), "owner": _("负责人"), "unit": _("单位"), "stale": _("该核对"), "family": pgettext("tab", "集团"),
        **{f.key: label_of(f) for f in active_fields()},
    }  # fmt: skip


def choices(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen in each filter that the actor may use."""
    made: dict[str, list[tuple[str, str]]] = {
        "state": [(k, str(v)) for k, v in State.choices], "type": [(k, str(v)) for k, v in CustomerType.choices],
    }  # fmt: skip
    if actor.sees("value"):
        classes = leading_definition(published_run()).classes
        levels = [(level, str(word)) for level, word in LEVEL_WORDS.items()]
        made = {"class": [(c, class_word(c)) for c in classes], "churn": levels, **made}
    for key, found in filter_choices(actor, ("region", "category", "size")).items():
        made[key] = [(v, v) for v in found]
    made["stale"] = [(k, str(v)) for k, v in Part.choices if k != Part.CREDIT or actor.sees("credit")]
    for field in active_fields():
        made[field.key] = choices_of(field)  # of texts there is none; numbers and days have ranges
    if actor.sees_all or actor.units:
        made["owner"] = [(p.login, p.name) for p in first_possible_owners(actor, 100)]
        units = OrgUnit.objects.all() if actor.sees_all else OrgUnit.objects.filter(pk__in=actor.units)
        made["unit"] = [(str(u.pk), u.name) for u in units[:100]]
    for key in (*BLANK, *(f.key for f in active_fields())):
        if made.get(key):
            made[key] = [*made[key], (NOT_FILLED, _("未填"))]
    return {k: v for k, v in made.items() if v}


def words(values: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The chosen values as people read them."""
    named: dict[str, dict[str, Any]] = {
        "state": dict(State.choices),
        "type": dict(CustomerType.choices),
        "stale": dict(Part.choices),
        "churn": LEVEL_WORDS,
    }
    if "owner" in values:
        named["owner"] = dict(Person.objects.filter(login__in=values["owner"]).values_list("login", "name"))
    if "unit" in values:
        ids = [int(v) for v in values["unit"] if v.isascii() and v.isdigit() and len(v) < 12]
        named["unit"] = {
            str(pk): name for pk, name in OrgUnit.objects.filter(pk__in=ids).values_list("pk", "name")
        }
    if "class" in values:
        named["class"] = {v: class_word(v) for v in values["class"]}
    for field in active_fields():
        if field.key in values:
            named[field.key] = {v: _own_word(field, v) for v in values[field.key] if v != NOT_FILLED}
    blank = {NOT_FILLED: _("未填")}
    return {k: [str((blank | named.get(k, {})).get(v, v)) for v in found] for k, found in values.items()}


def _own_word(field: CustomField, value: str) -> str:
    if is_range(field, value):
        return range_word(field, value)
    try:
        return shown(field, (value,))
    except ArithmeticError:  # no number at all: it finds nobody, and is shown as it was written
        return value


def address(data: QueryDict, *, drop: str = "", **changes: str) -> str:
    """The list's address with some of it changed, back at the first page."""
    left = (*PLACES, drop, f"{drop}-from", f"{drop}-to")
    kept = {k: ",".join(data.getlist(k)) for k in data if k not in left and data.get(k)}
    return f"{reverse('customers')}?{urlencode(kept | changes)}"


def plain(data: QueryDict) -> str:
    """What a view keeps: everything but the place."""
    return urlencode([(k, kept_text(data, k)) for k in data if data.get(k) and k not in PLACES])


def kept_text(data: QueryDict, key: str) -> str:
    """What stands under a key; of what was typed as much as is looked for."""
    text = ",".join(data.getlist(key))
    return text[:LONGEST_TEXT] if key == "q" else text


def emptying(actor: Actor, data: QueryDict, now: Asked) -> list[dict[str, Any]]:
    """Which condition empties the list: what each would leave when dropped, the most first."""
    spoken = words(now.values)
    conditions = [(k, labels()[k], _("、").join(spoken[k])) for k in now.values]
    if now.query.q.strip():
        conditions.append(("q", _("搜索"), now.query.q))
    if now.query.where:
        conditions.append(("where", _("组合条件"), said(actor, now.query.where)))
    if len(conditions) < 2:
        return []
    found = []
    for key, label, text in conditions:
        left = replace(
            now.query, q="" if key == "q" else now.query.q, page=1, after="", before="",
            filters={k: v for k, v in now.query.filters.items() if k != key},
            where=None if key == "where" else now.query.where,
        )  # fmt: skip
        count = list_customers(actor, left).total  # counts by the narrowest condition, up to a cap
        if count:
            found.append({"label": label, "text": text, "count": count, "href": address(data, drop=key)})
    return sorted(found, key=lambda each: -each["count"])
