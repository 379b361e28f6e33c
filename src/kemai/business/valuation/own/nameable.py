"""The measures that a formula may name: each one line, with its Chinese name, unit, field right, and where it lies.

Whoever adds a part to a run lends its columns here, by one `register_nameable` a column from its app's `ready()`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from kemai.business.valuation.gates import groups_of_column
from kemai.value.formulas import Name

STANDINGS = "standings"


@dataclass(frozen=True, slots=True)
class Nameable:
    """`table` is STANDINGS or the key of a part, `column` holds whole units, `factor` of which make one `unit` (see
    `value.formulas.UNITS`); `group` is the field right that one needs to see it; `reason` the column that says why it
    is missing, "" for none; where that says nothing, `empty` does, and `absent` where the customer has no row at all."""

    key: str
    label: Any
    unit: str
    group: str
    column: str
    factor: int = 1
    table: str = STANDINGS
    reason: str = ""
    empty: str = ""
    absent: str = "no_purchase"

    @property
    def name(self) -> Name:
        """As formulas read it: by the key and by the Chinese name in either script, whatever the reader's language."""
        also = (_said_in("zh-hant", self.label),)
        return Name(self.key, chinese(self.label), self.unit, self.factor, also)


_known: dict[str, Nameable] = {}


def register_nameable(*measures: Nameable) -> None:
    """Called once at start."""
    for each in measures:
        _known[each.key] = each


def nameables() -> dict[str, Nameable]:
    """All by their keys."""
    return dict(_known)


def groups_of(keys: Iterable[str], gates: Collection[str]) -> tuple[str, ...]:
    """The field rights that one needs to see what is made of these measures, where a run went by these gates; those of
    unknown ones are the strictest."""
    groups = {"value"}
    for key in keys:
        groups |= {_known[key].group, *_of_gates(_known[key], gates)} if key in _known else {"margin"}
    return tuple(sorted(groups))


def _of_gates(named: Nameable, gates: Collection[str]) -> tuple[str, ...]:
    return groups_of_column(named.column, gates) if named.table == STANDINGS else ()


def chinese(label: Any) -> str:
    """The source text of a translated label: formulas keep one language."""
    return _said_in("zh-hans", label)


def _said_in(language: str, label: Any) -> str:
    with override(language):
        return str(label)


ENGINE = (
    Nameable("sales_12m", _("12 月销售"), "yuan", "sales", "sales_12m_fen", 100, reason="sales_reason"),
    Nameable("sales_prior_12m", _("再前 12 月销售"), "yuan", "sales", "sales_prior_12m_fen", 100, reason="sales_reason"),
    Nameable("sales_all", _("历来销售"), "yuan", "sales", "sales_all_fen", 100, reason="sales_reason"),
    Nameable("profit_12m", _("12 月毛利"), "yuan", "margin", "profit_12m_fen", 100, reason="profit_12m_reason"),
    Nameable("returns_12m", _("12 月退货"), "yuan", "sales", "returns_12m_fen", 100, reason="sales_reason"),
    Nameable("orders_12m", _("12 月订单数"), "count", "sales", "orders_12m", reason="sales_reason"),
    Nameable("quantity_12m", _("12 月数量"), "count", "sales", "quantity_12m_milli", 1000, reason="quantity_12m_reason"),
    Nameable("recency_days", _("距上次订单的天数"), "day", "sales", "recency_days", reason="sales_reason"),
    Nameable("tenure_months", _("合作月数"), "month", "sales", "tenure_months", reason="sales_reason"),
    Nameable("monthly_mean", _("月均销售"), "yuan", "sales", "stability_mean_fen", 100, reason="stability_reason"),
    Nameable("stability_cv", pgettext_lazy("measure", "波动"), "plain", "sales", "stability_cv", reason="stability_reason"),
    Nameable("longest_gap", _("最长没下单月数"), "month", "sales", "longest_gap", reason="stability_reason"),
    Nameable("expected_value", _("期望价值"), "yuan", "value", "ev_fen", 100, reason="ev_reason"),
    Nameable("expected_growth", _("预期增量"), "yuan", "potential", "av_fen", 100, empty="no_estimate"),
    Nameable("probability", _("把握"), "percent", "potential", "p_bp", 100, empty="no_estimate"),
    Nameable("need", _("市场潜力"), "yuan", "potential", "mp_fen", 100, empty="no_estimate"),
    Nameable("expected_share", _("预期份额"), "percent", "potential", "es_bp", 100, empty="no_estimate"),
    Nameable("rfm_score", _("RFM 得分"), "score", "value", "rfm_score_milli", 1000, reason="rfm_reason"),
    Nameable("quality_score", _("质量分"), "score", "margin", "quality_score_centi", 100, reason="quality_reason"),
)  # fmt: skip
EFFORT = (
    Nameable("hours_12m", _("12 月工时"), "hour", "agenda", "minutes", 60, "effort", absent="not_contacted"),
    Nameable(
        "contacts_12m", _("12 月联系次数"), "count", "agenda", "contacts", 1, "effort", absent="not_contacted"
    ),
    Nameable(
        "net_of_time",
        _("毛利减工时"),
        "yuan",
        "margin",
        "net_fen",
        100,
        "effort",
        "reason",
        absent="not_contacted",
    ),
)
VALUE_CLASSES = (
    Nameable("actual_value", _("实际价值"), "yuan", "margin", "av_fen", 100, "value_class", "reason"),
    Nameable("potential_value", _("潜在价值"), "yuan", "margin", "pv_fen", 100, "value_class", "reason"),
    Nameable("value_gap", _("价值差距"), "yuan", "margin", "gap_fen", 100, "value_class", "reason"),
    Nameable(
        "growth",
        _("比上年增长"),
        "percent",
        "sales",
        "growth_bp",
        100,
        "value_class",
        empty="no_sales_before",
    ),
    Nameable(
        "wallet_share",
        _("我们的份额"),
        "percent",
        "potential",
        "wallet_bp",
        100,
        "value_class",
        empty="no_estimate",
    ),
)
WORTH = (
    Nameable(
        "historical_value",
        _("历史价值"),
        "yuan",
        "margin",
        "historical_fen",
        100,
        "worth",
        "historical_reason",
    ),
    Nameable("current_value", _("现实价值"), "yuan", "margin", "current_fen", 100, "worth", "current_reason"),
    Nameable(
        "lifetime_value", _("终身价值"), "yuan", "margin", "lifetime_fen", 100, "worth", "lifetime_reason"
    ),
    Nameable("alive", _("还在买的可能"), "plain", "value", "alive", 1, "worth", "alive_reason"),
)
CHURN = (
    Nameable("sales_at_risk", _("会丢的销售"), "yuan", "sales", "at_risk_fen", 100, "churn", empty="lost"),
    Nameable("cycle_days", _("下单周期"), "day", "sales", "cycle_days", 1, "churn", "reason"),
    Nameable("cycles_overdue", _("周期的倍数"), "plain", "value", "q", 1, "churn", "reason"),
)
FORECAST = (
    Nameable("next_3m", _("未来 3 个月销售"), "yuan", "sales", "next_3_fen", 100, "forecast", "reason"),
    Nameable("next_12m", _("未来 12 个月销售"), "yuan", "sales", "next_12_fen", 100, "forecast", "reason"),
)
CREDIT = (
    Nameable("owed", _("应收"), "yuan", "credit", "net_fen", 100, "credit", absent="no_invoice"),
    Nameable("overdue", _("逾期"), "yuan", "credit", "overdue_fen", 100, "credit", absent="no_invoice"),
    Nameable(
        "days_sales_outstanding",
        _("收款天数"),
        "day",
        "credit",
        "dso_simple_centi",
        100,
        "credit",
        "dso_reason",
        absent="no_invoice",
    ),
    Nameable(
        "limit_use",
        _("额度占用"),
        "percent",
        "credit",
        "use_centi",
        100,
        "credit",
        "use_reason",
        absent="no_invoice",
    ),
)
PARTS = (*EFFORT, *VALUE_CLASSES, *WORTH, *CHURN, *FORECAST, *CREDIT)
