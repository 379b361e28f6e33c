"""The places of 估值: the questions that it answers, the pages under each, and which of them comes first for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kemai.business.valuation.effort.reading import sees_effort
from kemai.business.valuation.value_classes.exclusions import may_see_value_classes
from kemai.foundation.access.actor import Actor

Opens = Callable[[Actor], bool]


@dataclass(frozen=True, slots=True)
class Place:
    """A page: name of its address, label, icon, and who may open it."""

    name: str
    label: Any
    icon: str
    opens: Opens


def _ranked(actor: Actor) -> bool:
    return actor.may("ranking.view")


def _sees(group: str) -> Opens:
    """Of somebody at least: pages show what the actor sees of each customer."""
    return lambda actor: actor.may("ranking.view") and actor.sees(group, actor.person_id)


def _over_margins(actor: Actor) -> bool:
    return actor.may("ranking.view") and actor.sees("margin")


def _market(actor: Actor) -> bool:
    """A share of what one sees would be wrong."""
    return actor.may("ranking.view") and actor.sees_all and actor.sees("sales")


PLACES: tuple[tuple[Any, tuple[Place, ...]], ...] = (
    (
        pgettext_lazy("valuation", "值多少"),
        (
            Place("valuation_worth", pgettext_lazy("valuation", "客户价值"), "diamond", _over_margins),
            Place(
                "valuation_value_classes",
                pgettext_lazy("valuation", "价值类"),
                "stack-2",
                may_see_value_classes,
            ),
            Place("valuation_rfm", _("RFM 格子"), "table", _ranked),
            Place("valuation_matrix", _("客户矩阵"), "chart-dots", _ranked),
            Place("valuation_methods", _("分法对照"), "scale", _ranked),
            Place("valuation_concentration", _("集中度"), "chart-pie", _ranked),
        ),
    ),
    (
        pgettext_lazy("valuation", "会怎样"),
        (
            Place("valuation_churn", pgettext_lazy("valuation", "谁要走"), "alert-triangle", _ranked),
            Place("valuation_moves", _("级别流动"), "affiliate", _ranked),
            Place("valuation_states", _("状态预测"), "activity-heartbeat", _ranked),
            Place("valuation_cohorts", _("留存"), "users-group", _ranked),
            Place("valuation_forecast", pgettext_lazy("valuation", "销售预测"), "chart-line", _ranked),
        ),
    ),
    (
        pgettext_lazy("valuation", "做到没有"),
        (
            Place("valuation_targets", pgettext_lazy("valuation", "目标"), "checklist", _ranked),
            Place("valuation_effort", pgettext_lazy("valuation", "投入与产出"), "clock", sees_effort),
        ),
    ),
    (
        pgettext_lazy("valuation", "渠道和钱"),
        (
            Place("valuation_channel", pgettext_lazy("valuation", "渠道"), "sitemap", _sees("sales")),
            Place("valuation_stock", pgettext_lazy("valuation", "客户库存"), "building-warehouse", _ranked),
            Place("valuation_credit", pgettext_lazy("valuation", "信用"), "receipt-yuan", _sees("credit")),
            Place("valuation_market", pgettext_lazy("valuation", "市场"), "chart-bar", _market),
        ),
    ),
    (
        pgettext_lazy("valuation", "怎么算的"),
        (Place("valuation", pgettext_lazy("valuation", "历次估值"), "history", _ranked),),
    ),
)
"""The questions that 估值 answers, and the pages under each."""


def places(actor: Actor, current: str) -> list[dict[str, Any]]:
    """The pages that the actor may open, under their headings."""
    made = []
    for title, pages in PLACES:
        open_to = [
            {"label": str(p.label), "icon": p.icon, "href": reverse(p.name), "current": p.name == current}
            for p in pages
            if p.opens(actor)
        ]
        if open_to:
            made.append({"title": str(title), "pages": open_to})
    return made


def label_of(name: str) -> str:
    """What a page is called."""
    return next(str(p.label) for _title, pages in PLACES for p in pages if p.name == name)


def first_place(actor: Actor) -> str:
    """The name of the first page that the actor may open; that of the runs, which is the last, where there is no other."""
    return next((p.name for _title, pages in PLACES for p in pages if p.opens(actor)), "valuation")
