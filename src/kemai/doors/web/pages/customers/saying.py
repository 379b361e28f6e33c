"""A filter expression as people read it, and the values that can be chosen in its conditions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kemai.business.archives import code_lists
from kemai.business.archives.custom_fields import shown
from kemai.business.archives.directory import filter_choices
from kemai.business.archives.directory.askable import Askable, askable, own_of
from kemai.business.archives.models import Part
from kemai.business.archives.queries import possible_owners
from kemai.business.valuation.leading import leading_definition
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.ranking.labels import class_word
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.models import OrgUnit, Person
from kemai.foundation.filters import Condition, Expression

MOST = 200


def operator_words(kind: str = "") -> dict[str, str]:
    """What each operator is called, for fields of this kind."""
    counted = {"from": _("至少"), "to": _("至多")} if kind in ("number", "money") else {}
    return {
        "is": _("是"), "not": _("不是"), "any": _("是其中之一"), "has": _("包含"), "from": _("从"), "to": _("到"),
        "filled": _("已填"), "blank": _("未填"), **counted,
    }  # fmt: skip


def said(actor: Actor, expression: Expression, *, inner: bool = False) -> str:
    """One sentence part, groups inside groups in brackets."""
    if isinstance(expression, Condition):
        return _condition(actor, expression)
    word = _(" 且 ") if expression.join == "and" else _(" 或 ")
    text = word.join(said(actor, item, inner=True) for item in expression.items)
    return _("（%(text)s）") % {"text": text} if inner and len(expression.items) > 1 else text


def _condition(actor: Actor, asked: Condition) -> str:
    try:
        field = askable(actor, asked.field)
    except Refused:
        return asked.field
    values = _("、").join(value_words(field, asked.values))
    return " ".join(
        part for part in (str(field.label), operator_words(field.kind)[asked.operator], values) if part
    )


def value_words(field: Askable, values: tuple[str, ...]) -> list[str]:
    """The values as people read them."""
    known: dict[str, Any] = {key: str(label) for key, label in field.options}
    own = own_of(field)
    if field.kind == "person":
        known = dict(Person.objects.filter(login__in=values).values_list("login", "name"))
    elif field.kind == "unit":
        ids = [int(v) for v in values if v.isascii() and v.isdigit() and len(v) < 12]
        known = {str(pk): name for pk, name in OrgUnit.objects.filter(pk__in=ids).values_list("pk", "name")}
    elif field.kind == "part":
        known = {key: str(label) for key, label in Part.choices}
    elif field.kind == "day":
        return [_day(value) for value in values]
    elif field.key in ("class", "tier"):
        return [class_word(value) for value in values]
    elif own is not None and field.options:
        known = {value: shown(own, (value,)) for value in values}
    return [known.get(value, value) for value in values]


def _day(text: str) -> str:
    number = text.lstrip("+-")
    if not number.isdigit() or len(number) > 5:
        return text
    if int(number) == 0:
        return _("今天")
    return (_("%(n)s 天前") if text.startswith("-") else _("%(n)s 天后")) % {"n": number}


def choices_for(actor: Actor, field: Askable) -> list[tuple[str, str]]:
    """What can be chosen as a value; nothing where one writes."""
    if field.options:
        return [(key, str(label)) for key, label in field.options]
    if field.kind == "person":
        return [(p.login, p.name) for p in possible_owners(actor)[:MOST]]
    if field.kind == "unit":
        units = OrgUnit.objects.all() if actor.sees_all else OrgUnit.objects.filter(pk__in=actor.units)
        return [(str(u.pk), u.name) for u in units[:MOST]]
    if field.kind == "part":
        return [(k, str(v)) for k, v in Part.choices if k != Part.CREDIT or actor.sees("credit")]
    if field.key == "class":
        return [(c, class_word(c)) for c in leading_definition(published_run()).classes]
    if field.key in ("region", "category", "size"):
        return [(v, v) for v in filter_choices(actor, (field.key,))[field.key]]
    return [(v, v) for v in code_lists.values(field.key)] if field.key in code_lists.STARTERS else []
