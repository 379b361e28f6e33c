"""The measures of the published run that a filter expression of the list may ask about."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from kemai.business.archives.directory.askable import Askable, register_askable, register_askables
from kemai.business.valuation.gates import gates_of
from kemai.business.valuation.own.nameable import groups_of, nameables
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.ranking.labels import LEVEL_WORDS, WORDS
from kemai.foundation.access.actor import Actor

TIERS = ("key", "major", "ordinary", "small")
MEASURES = (
    Askable("class", _("级别"), "choice", "standing__lead_class", "value"),
    Askable("rank", _("名次"), "number", "standing__lead_rank", "value"),
    Askable("ev", _("期望价值"), "money", "standing__ev_fen", "value", 100),
    Askable("sales_12m", _("12 月销售"), "money", "standing__sales_12m_fen", "sales", 100),
    Askable("sales_prior_12m", _("再前 12 月销售"), "money", "standing__sales_prior_12m_fen", "sales", 100),
    Askable("sales_all", _("历来销售"), "money", "standing__sales_all_fen", "sales", 100),
    Askable("orders_12m", _("12 月订单数"), "number", "standing__orders_12m", "sales"),
    Askable("returns_12m", _("12 月退货"), "money", "standing__returns_12m_fen", "sales", 100),
    Askable("recency_days", _("距上次订单的天数"), "number", "standing__recency_days", "sales"),
    Askable("tenure_months", _("合作月数"), "number", "standing__tenure_months", "sales"),
    Askable("profit_12m", _("12 月毛利"), "money", "standing__profit_12m_fen", "margin", 100),
    Askable("need", _("市场潜力"), "money", "standing__mp_fen", "potential", 100),
    Askable("churn", _("流失预警"), "choice", "leaving__level", "value", options=tuple(LEVEL_WORDS.items())),
    Askable("at_risk", _("会丢的销售"), "money", "leaving__at_risk_fen", "sales", 100),
    Askable("overdue", _("周期的倍数"), "number", "leaving__q", "value"),
    Askable("lifetime", _("终身价值"), "money", "worth__lifetime_fen", "margin", 100),
    Askable("current_value", _("现实价值"), "money", "worth__current_fen", "margin", 100),
    Askable("historical_value", _("历史价值"), "money", "worth__historical_fen", "margin", 100),
    Askable("alive", _("还在买的可能"), "number", "worth__alive", "value"),
    Askable(
        "tier",
        _("金字塔的层"),
        "choice",
        "standing__pyramid_class",
        "value",
        options=tuple((key, WORDS[key]) for key in TIERS),
    ),
    Askable("r", _("R 分"), "number", "standing__r", "sales"),
    Askable("f", _("F 分"), "number", "standing__f", "sales"),
    Askable("m", _("M 分"), "number", "standing__m", "sales"),
    Askable("rfm_segment", _("RFM 分群"), "choice", "standing__rfm_segment", "value"),
)


def register() -> None:
    """Called once at start."""
    for measure in MEASURES:
        register_askable(measure)
    register_askables(_quality)


def _quality(actor: Actor) -> Iterator[Askable]:
    """The quality score: for those who see margins and, behind the credit gate, credit."""
    named = nameables()["quality_score"]
    lacking = "" if actor.sees(named.group) else named.group
    if not lacking:  # who sees no margins need not be told of the run
        groups = groups_of((named.key,), gates_of(published_run()))
        lacking = next((each for each in groups if not actor.sees(each)), "")
    group = lacking or named.group
    yield Askable("quality", named.label, "number", f"standing__{named.column}", group, named.factor)
