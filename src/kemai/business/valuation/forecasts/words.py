"""Methods, reasons and developments of forecasts in words that a shop owner uses."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from kemai import value
from kemai.business.valuation.models import Forecast
from kemai.value.measures.development import Development


def method_word(method: str) -> str:
    """The name of a method."""
    return {
        "own_season": _("自己的淡旺季加趋势"), "company_season": _("公司的淡旺季加趋势"), "trend": _("趋势"),
        "croston_sba": _("隔月采购（Croston-SBA）"), "adida": _("零散采购（ADIDA）"), "tsb": _("越买越少（TSB）"),
        "seasonal_naive": _("照去年同月"), "all": _("合计"),
    }.get(method, method)  # fmt: skip


def method_why(method: str) -> str:
    """Which pattern of buying asks for it."""
    return {
        "own_season": _("几乎月月买，两年的淡旺季相像"), "company_season": _("几乎月月买，自己还看不出淡旺季，借全公司的"),
        "trend": _("几乎月月买，公司也看不出淡旺季"), "croston_sba": _("隔一阵买一次，每次的量差不多"),
        "adida": _("隔一阵买一次，每次的量差得多"), "tsb": _("隔一阵买一次，最近停得比平时长一倍以上"),
        "seasonal_naive": _("回头检验时，照去年同月比公式更准"),
    }.get(method, "")  # fmt: skip


def reason_word(reason: str | None) -> str:
    """Why there is no forecast."""
    return {
        "no_purchase": _("从没买过"), "too_few_months": _("不到 6 个月"), "no_recent_purchase": _("近 12 个月没有买过"),
        "one_month_only": _("近 24 个月只有一个月买过"), "no_positive_mean": _("近两年净销售不是正数"),
    }.get(reason or "", reason or "")  # fmt: skip


def label_word(label: str | None) -> str:
    """Where the next twelve months lead, beside the last."""
    return {"up": _("看涨"), "flat": _("持平"), "down": _("看跌")}.get(label or "", "")


def stability_word(label: str | None) -> str:
    """How even the months are, and whether one can count on the customer (S1.167)."""
    return {
        "stable": _("稳定的订单来源"), "fluctuating": _("有波动"), "unstable": _("不稳定"),
    }.get(label or "", "")  # fmt: skip


def development_of(row: Forecast) -> Development:
    """The last twelve complete months beside the twelve before."""
    return value.development(row.cv_before, row.cv_now, _yuan(row.sales_before_fen), _yuan(row.sales_now_fen))


def development_sentence(row: Forecast) -> str:
    """更稳了，+10%; "" where there is no year to compare with (S3.25)."""
    found = development_of(row)
    words = {"more_stable": _("更稳了"), "as_stable": _("一样稳"), "less_stable": _("没以前稳")}
    parts = [words[found.steadiness]] if found.steadiness else []
    if found.growth is not None:
        parts.append(f"{found.growth:+.0f}%".replace("-", "−"))
    return _("，").join(parts)


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen) / 100
