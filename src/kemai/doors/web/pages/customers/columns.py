"""The columns of the list: what each is called, what it means, who may see it, by what it sorts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kemai.business.archives.custom_fields import active_fields, column_of, label_of
from kemai.business.archives.directory import ListQuery
from kemai.business.archives.directory.askable import Askable
from kemai.business.archives.directory.telling import tellable_fields
from kemai.business.valuation.leading import leading_definition, leading_scheme
from kemai.business.valuation.own.cards import card_words
from kemai.business.valuation.own.reading import Own, own_measures
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.schemes import measure_name, scheme_name
from kemai.doors.web.pages.customers.asking import address
from kemai.doors.web.pages.customers.drafting import about
from kemai.foundation.access.actor import Actor
from kemai.foundation.moments import kept_for_a_moment
from kemai.foundation.money import unit_word
from kemai.foundation.preferences.views import save_view, views_of

SCREEN, NAME = "customers_columns", "columns"
SHOWN_ALREADY = {
    "code", "name", "region", "category", "size", "type", "state", "class", "rank", "ev", "sales_12m", "last_order_on",
    "last_contact_on", "next_step_on",
}  # fmt: skip
"""Fields that a column of the house's own shows, in words or beside something else."""
STANDARD = ("region", "class", "sales", "spark", "yoy", "last_order", "last_contact", "next_step", "owner")


@dataclass(frozen=True)
class Column:
    """`sort` is the facet it sorts by ("" for none), `cell` the class that places it on a phone; `asked` is the field
    behind a column that shows just what is stored, `needs` are further field rights it rests on."""

    key: str
    label: str
    explain: str
    sort: str = ""
    group: str = "basics"
    is_number: bool = False
    unit: str = ""
    first: str = ""
    cell: str = ""
    asked: Askable | None = None
    needs: tuple[str, ...] = ()


def offered(actor: Actor) -> list[Column]:
    """The columns that the actor may choose from."""
    house = _house(actor)
    known = SHOWN_ALREADY | {c.key for c in house}
    return [*house, *(_stored(f) for f in tellable_fields(actor) if f.key not in known)]


def _house(actor: Actor) -> list[Column]:
    """Those that the house has words and marks for."""
    return [c for c in _all() if all(_is_seen(actor, group) for group in (c.group, *c.needs))]


def _is_seen(actor: Actor, group: str) -> bool:
    """Of everybody, or of the actor's own customers."""
    return group == "basics" or actor.sees(group) or actor.own_sights.get(group) == "visible"


def by_subject(columns: list[Column]) -> dict[str, list[Column]]:
    """The columns under what they are about."""
    made: dict[str, list[Column]] = {}
    for column in columns:
        made.setdefault(about(column.asked) if column.asked else _("常用"), []).append(column)
    return made


def _stored(field: Askable) -> Column:
    is_number = field.kind in ("money", "number")
    unit = unit_word() if field.kind == "money" else ""
    label = _("企业负责人") if field.key == "principal" else str(field.label)  # not who of us is responsible
    return Column(field.key, label, "", "", field.group, is_number, unit, asked=field)


@kept_for_a_moment
def _all() -> list[Column]:
    """All there are; a list asks for them three times."""
    return [
        Column("code", _("编号"), _("系统给的编号，不会变"), "code"),
        Column("region", _("地区"), _("档案里填的地区"), "region", cell="c4"),
        Column("category", _("类别"), _("档案里填的类别"), "category"),
        Column("size", _("规模"), _("档案里填的规模"), "size"),
        Column("type", _("类型"), _("零售消费、企业、经销商或内部"), "type"),
        Column("state", _("状态"), _("潜在、目标、现实、流失或非客户；由订单和人决定"), "state"),
        Column(
            "class",
            _("级别"),
            _("按%(scheme)s分的级，旁边是这次升降的名次") % {"scheme": scheme_name(leading_scheme())},
            "rank",
            "value",
            cell="c2",
        ),
        *_value(),
        *_worth(),
        Column(
            "ev",
            _("期望价值"),
            _("现实客户：近 12 月销售 + 预期增量 × 把握；潜在客户：需求 × 份额 × 把握"),
            "ev",
            "value",
            True,
            unit_word(),
            "-",
        ),
        Column(
            "sales",
            _("12 月销售"),
            _("截至估值日的近 12 个月净销售，退货已减"),
            "sales_12m",
            "sales",
            True,
            unit_word(),
            "-",
            "c3",
        ),
        Column("spark", _("近 12 月"), _("每月净销售，最右是本月"), "", "sales"),
        Column("yoy", _("同比"), _("近 12 月与再前 12 月相比；上年没有就不比"), "", "sales", True),
        Column(
            "last_order", _("最近订单"), _("最近一张没取消的订单的日期"), "last_order_on", "sales", first="-"
        ),
        Column(
            "last_contact",
            _("最近联系"),
            _("最近一次记下的联系和记的人"),
            "last_contact_on",
            "agenda",
            first="-",
        ),
        Column("next_step", _("下一步"), _("最早要做的一件事"), "next_step_on", "agenda", cell="c5"),
        Column("owner", _("负责人"), _("现在归谁管；同一个人的排在一起"), "owner"),
        *_measured(),
        *_own(),
    ]


def _own() -> list[Column]:
    """The company's own fields."""
    return [
        Column(f.key, label_of(f), _("公司自己的字段"), f.key if column_of(f) else "")
        for f in active_fields()
    ]


def _worth() -> list[Column]:
    """Who is leaving, and what it is worth."""
    money = unit_word()
    return [
        Column(
            "churn",
            _("流失预警"),
            _("按它自己的下单周期，拖了几倍；按会丢的销售排"),
            "at_risk",
            "value",
            first="-",
        ),
        Column(
            "at_risk",
            _("会丢的销售"),
            _("到最近一单为止一年的净销售；稳定的是 0"),
            "at_risk",
            "sales",
            True,
            money,
            "-",
        ),
        Column(
            "lifetime",
            _("终身价值"),
            _("现实价值 + 潜在价值，只看将来"),
            "lifetime",
            "margin",
            True,
            money,
            "-",
        ),
        Column("alive", _("还在买的可能"), _("按全公司来买的规律估"), "", "value", True),
    ]


def _measured() -> list[Column]:
    """What parts of the run found: the value class and the company's own measures."""
    own = [
        Column(
            m.key, m.name, _explain(m), m.key, m.groups[0], True, first="-", needs=m.groups
        )
        for m in own_measures()
    ]  # fmt: skip
    return [Column("value_class", _("价值类"), _("按实际价值和潜在价值分的类"), "", "margin"), *own]


def _explain(own: Own) -> str:
    if own.card is not None:
        return _("评分卡：%(words)s") % {"words": card_words(own.card)}
    return _("自定指标：%(formula)s") % {"formula": own.formula}


def _value() -> list[Column]:
    """What the leading scheme ranks by, where no column of its own shows that already."""
    scheme = leading_definition(published_run())
    if scheme.measure in ("expected_value", "sales_12m"):
        return []
    unit = unit_word() if scheme.measure_spec.unit == "yuan" else ""
    name = measure_name(scheme.measure)
    return [Column("value", name, _("分级按它排"), "rank", "value", True, unit)]


def chosen(actor: Actor, of_view: str = "") -> list[Column]:
    """The columns of the view at hand, or the person's, in the house's order, or the standard ones."""
    kept = of_view or next(
        (v.query for v in views_of(actor, SCREEN) if v.person_id == actor.person_id and v.name == NAME), ""
    )
    wanted, house = set(kept.split(",")) if kept else set(STANDARD), _house(actor)
    if not kept and not any(c.key == "class" for c in house):
        wanted.add("state")
    is_house_enough = wanted <= {c.key for c in house}
    return [c for c in (house if is_house_enough else offered(actor)) if c.key in wanted]


def keep(actor: Actor, keys: list[str]) -> None:
    """Remembers the person's columns; none at all means the standard ones."""
    known = [c.key for c in offered(actor) if c.key in keys]
    save_view(actor=actor, name=NAME, query=",".join(known or STANDARD), screen=SCREEN)


def heads(data: QueryDict, query: ListQuery, columns: list[Column]) -> list[dict[str, Any]]:
    """What the table's head shows, the name first."""
    name = Column("name", pgettext("column", "客户"), _("简称；悬停看全称"), "name")
    return [_head(data, query, c) for c in (name, *columns)]


def _head(data: QueryDict, query: ListQuery, column: Column) -> dict[str, Any]:
    made: dict[str, Any] = {
        "key": column.key,
        "label": column.label,
        "num": column.is_number,
        "unit": column.unit or None,
    }
    if not column.sort:
        return made
    is_current, down = query.sort.lstrip("-") == column.sort, query.sort.startswith("-")
    turned = ("" if down else "-") + column.sort if is_current else column.first + column.sort
    sort = ("descending" if down else "ascending") if is_current else None
    return made | {"sort": sort, "href": address(data, sort=turned), "attrs": {"title": column.explain}}
