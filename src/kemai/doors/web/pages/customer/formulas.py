"""A value as its formula with the figures in it: parts that the popover sets in a row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.valuation.queries import reason_text
from kemai.doors.web.pages.customer.words import class_word
from kemai.foundation.money import short_text
from kemai.value.measures.quality import is_knocked_out
from kemai.value.windows import months_before

Part = str | tuple[str, str]


def formula_of(row: Any, key: str, found: Any) -> list[Part]:
    """Figures and signs; empty where there is no value."""
    if found.value is None:
        return []
    if key == "ev_abc":
        return _expected(row)
    if key == "rfm":
        return _rfm(row, found)
    if key == "quality":
        if is_knocked_out(found.reason):
            return [(_("门槛"), reason_text(found.reason)), "→", (_("评语"), class_word(found.label))]
        return [
            (_("销售、毛利、年限的加权得分"), f"{found.value / 100:.1f}"),
            "→",
            (_("评语"), class_word(found.label)),
        ]
    if key == "profit_abc":
        return [
            (_("近 12 月销售"), _wan(row.sales_12m_fen)),
            "−",
            (_("成本"), _wan((row.sales_12m_fen or 0) - found.value)),
            "=",
            (_("毛利"), _wan(found.value)),
        ]
    if found.unit != "yuan":
        return [(_("分值"), str(found.value))]
    back = row.returns_12m_fen or 0
    if found.value != row.sales_12m_fen:
        return [(_("历史净销售"), _wan(found.value))]
    return [
        (_("近 12 月开出"), _wan(found.value + abs(back))),
        "−",
        (_("退货"), _wan(abs(back))),
        "=",
        (_("净销售"), _wan(found.value)),
    ]


def _expected(row: Any) -> list[Part]:
    total = (_("期望价值"), _wan(row.ev_fen))
    if row.ev_kind == "prospect":
        return [
            (_("需求潜力"), _wan(row.mp_fen)),
            "×",
            (_("预期份额"), _percent(row.es_bp)),
            "×",
            (_("把握"), _percent(row.p_bp)),
            "=",
            total,
        ]
    if row.av_fen is None or row.p_bp is None:
        return [(_("近 12 月销售"), _wan(row.cb_fen)), "=", total]
    return [
        (_("近 12 月销售"), _wan(row.cb_fen)),
        "+",
        (_("预期增量"), _wan(row.av_fen)),
        "×",
        (_("把握"), _percent(row.p_bp)),
        "=",
        total,
    ]


def _rfm(row: Any, found: Any) -> list[Part]:
    return [
        (_("%(n)s 天前下单") % {"n": row.recency_days}, f"R {row.r}"), (_("%(n)s 单") % {"n": row.rfm_orders}, f"F {row.f}"),
        (_wan(row.rfm_sales_fen), f"M {row.m}"), "→", (_("客群"), class_word(found.label)),
    ]  # fmt: skip


def window_of(run: Any, months: int) -> str:
    """From which day to which the figures are."""
    start = months_before(run.as_of, months) + timedelta(days=1)
    return _("窗口 %(a)s 至 %(b)s") % {"a": start, "b": run.as_of}


def _wan(fen: int | None) -> str:
    return _("没有") if fen is None else short_text(fen)


def _percent(bp: int | None) -> str:
    return "" if bp is None else f"{bp / 100:g}%"
