"""Reasons in words: one line for a list, and what would move a customer up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.valuation import queries
from kemai.business.valuation.models import Run, Standing
from kemai.business.valuation.own.reading import in_unit
from kemai.business.valuation.ranking.labels import amount as amount
from kemai.business.valuation.ranking.labels import class_word as class_word
from kemai.business.valuation.reading import is_past, population_of
from kemai.business.valuation.runs.past_runs import past_standings
from kemai.business.valuation.schemes import measure_name
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import OrgUnit, Person
from kemai.foundation.money import figure, short_text
from kemai.value.formulas import unit_of
from kemai.value.measures.quality import is_knocked_out
from kemai.value.schemes.definition import OWN


def reasons(actor: Actor, run: Run, key: str, ids: Sequence[int]) -> dict[int, str]:
    """{customer id: one line} for rows that the actor sees."""
    rows = _rows(actor, run, ids)
    codes = dict(Customer.objects.filter(pk__in=list(rows)).values_list("pk", "code"))
    names = population_names(run, rows.values())
    return {pk: one_line(run, row, codes[pk], key, names) for pk, row in rows.items()}


def _rows(actor: Actor, run: Run, ids: Sequence[int]) -> dict[int, Standing]:
    if is_past(run):
        return past_standings(actor, run, ids)
    return {s.customer_id: s for s in queries.standings_among(actor, run, ids)}


def one_line(run: Run, row: Standing, code: str, key: str, names: Mapping[str, str] | None = None) -> str:
    """The formula with its figures, and how far the next class is: 82.6 + 20.0 × 50% = 92.6 万，差 4.6 万 入 A."""
    found = queries.explanation(run, row, code, key)
    if found.value is None or is_knocked_out(found.reason):
        return queries.reason_text(found.reason)
    names = population_names(run, [row]) if names is None else names
    parts = (formula_line(row, key, found), place_line(row, found, names), move_line(found))
    return _("，").join(part for part in parts if part)


def place_line(row: Standing, found: Any, names: Mapping[str, str]) -> str:
    """The place, where it counts among the customers of a unit or of a person; nothing for the whole company."""
    among = names.get(row.population or "")
    if found.rank is None or among is None:
        return ""
    return _("第 %(rank)s / %(n)s 名，在%(among)s的客户里") % {
        "rank": found.rank, "n": found.n, "among": among
    }  # fmt: skip


def population_names(run: Run, rows: Iterable[Standing]) -> dict[str, str]:
    """{population: a person's or a unit's name} of the rows; empty where the whole company is one population."""
    kind = population_of(run)
    if kind == "all":
        return {}
    model: type[Person | OrgUnit] = Person if kind == "owner" else OrgUnit
    ids = {int(found) for row in rows if (found := row.population or "").isdigit()}
    named = {
        str(pk): str(name) for pk, name in model._default_manager.filter(pk__in=ids).values_list("pk", "name")
    }
    return {"none": _("没有业务员") if kind == "owner" else _("没有单位"), **named}


def formula_line(row: Standing, key: str, found: Any) -> str:
    """How the value came about."""
    if found.measure.startswith(OWN):
        return f"{measure_name(found.measure)} {worded(found.value, found.unit)}"
    if key == "ev_abc" and row.ev_kind == "existing":
        return _existing(row)
    if key == "ev_abc":
        return _("%(mp)s × %(es)s × %(p)s = %(ev)s") % {
            "mp": figure(row.mp_fen or 0), "es": _percent(row.es_bp), "p": _percent(row.p_bp), "ev": short_text(row.ev_fen or 0)
        }  # fmt: skip
    if key == "rfm":
        return _("R%(r)s F%(f)s M%(m)s：%(days)s 天前，%(orders)s 单，%(money)s") % {
            "r": row.r, "f": row.f, "m": row.m, "days": row.recency_days, "orders": row.rfm_orders, "money": short_text(row.rfm_sales_fen or 0)
        }  # fmt: skip
    if key == "quality":
        return _("得分 %(score)s") % {"score": Decimal(found.value) / 100}
    if key == "profit_abc":
        return _("近 12 月毛利 %(v)s") % {"v": short_text(found.value)}
    return (
        _("近 12 月净销售 %(v)s") % {"v": short_text(found.value)}
        if found.unit == "yuan"
        else str(found.value)
    )


def _existing(row: Standing) -> str:
    if row.av_fen is None or row.p_bp is None:
        return _("近 12 月销售 %(cb)s，没估增量") % {"cb": short_text(row.cb_fen or 0)}
    return _("%(cb)s + %(av)s × %(p)s = %(ev)s") % {
        "cb": figure(row.cb_fen or 0), "av": figure(row.av_fen), "p": _percent(row.p_bp), "ev": short_text(row.ev_fen or 0)
    }  # fmt: skip


def move_line(found: Any) -> str:
    """What the next class would take, rounded up so that the figure said is enough."""
    move = found.move
    if move is None:
        return ""
    to = class_word(move.to)
    if found.unit == "yuan":
        return _("再多 %(more)s 进 %(to)s") % {"more": short_text(move.more, up=True), "to": to}
    more = worded(move.more, found.unit) if found.measure.startswith(OWN) else Decimal(move.more) / 100
    return _("差 %(more)s 进 %(to)s") % {"more": more, "to": to}


def worded(number: int, unit: str) -> str:
    """A value of an own measure with its unit: 12.3 万, 820 元/小时."""
    return in_unit(number, unit, unit_of(unit).factor)


def _percent(bp: int | None) -> str:
    return "" if bp is None else f"{Decimal(bp) / 100:g}%"
