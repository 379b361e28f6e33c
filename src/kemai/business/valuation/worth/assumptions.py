"""What the company assumes about the future of its customers: the group `worth`, its sense, and its library form."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.valuation.parameter_groups import ParameterGroup
from kemai.value import SchemeError
from kemai.value.measures.worth import Outlook

KEY = "worth"
DEFAULTS: Mapping[str, Any] = {
    "margin_from": "customer", "margin_rate": "", "retention_from": "fixed", "retention": "0.8", "discount": "0.1", "years": 5, "history": "nominal",
    "care_cost": "0", "visit_cost": "0", "gift_cost": "0",
}  # fmt: skip
COSTS = ("care_cost", "visit_cost", "gift_cost")
FEW_AT_START = 20
"""Classes that had fewer customers a year ago tell no rate; they take the fixed one."""


def check(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values in stored form. Raises SchemeError with a sentence."""
    found = {
        "margin_from": _one_of(values["margin_from"], ("customer", "rate"), _("毛利从哪来")),
        "margin_rate": _rate(
            values["margin_rate"], _("毛利率"), 0, 1, is_needed=values["margin_from"] == "rate"
        ),
        "retention_from": _one_of(values["retention_from"], ("fixed", "class"), _("保有率从哪来")),
        "retention": _rate(values["retention"], _("保有率"), 0, 1),
        "discount": _rate(values["discount"], _("贴现率"), 0, 1),
        "years": _years(values["years"]),
        "history": _one_of(
            values.get("history") or "nominal", ("nominal", "discounted"), _("历史价值怎么算")
        ),
    }
    names = {"care_cost": _("关怀费用"), "visit_cost": _("拜访费用"), "gift_cost": _("礼品费用")}
    return found | {key: _yuan(values[key], name) for key, name in names.items()}


def group() -> ParameterGroup:
    """As the parameters know it."""
    return ParameterGroup(KEY, DEFAULTS, check)


def outlook_of(values: Mapping[str, Any]) -> Outlook:
    """The library's form of stored values."""
    cost = sum(Decimal(values[key]) for key in COSTS) * 100
    return Outlook(
        discount=float(values["discount"]), years=int(values["years"]), retention_cost_fen=int(cost),
        margin_rate=float(values["margin_rate"]) if values["margin_rate"] else None, own_margin=values["margin_from"] == "customer",
        grown_history=grows_history(values),
    )  # fmt: skip


def grows_history(values: Mapping[str, Any]) -> bool:
    """Whether the past is taken in money of the as-of date; runs from before that could be chosen took it as it was."""
    return values.get("history") == "discounted"


def retention_by_class(values: Mapping[str, Any], by_class: Mapping[str, Any]) -> dict[str, float]:
    """{class: fraction that stays a year}, of classes with enough customers; empty where one figure holds for all."""
    if values["retention_from"] != "class":
        return {}
    known = {
        c: rate for c, rate in by_class.items() if rate["start"] >= FEW_AT_START and rate["churn"] is not None
    }
    return {c: 1 - rate["churn"] / 100 for c, rate in known.items()}


def _one_of(value: Any, known: tuple[str, ...], name: str) -> str:
    if value not in known:
        raise SchemeError(_("%(name)s选一个。") % {"name": name}, code="bad_choice")
    return str(value)


def _number(value: Any, name: str) -> Decimal:
    text = str(value).strip().replace(",", "")
    try:
        found = Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except InvalidOperation:
        raise SchemeError(_("%(name)s看不懂。") % {"name": name}, code="bad_number") from None
    if not found.is_finite():
        raise SchemeError(_("%(name)s看不懂。") % {"name": name}, code="bad_number")
    return found


def _rate(value: Any, name: str, low: int, high: int, *, is_needed: bool = True) -> str:
    if not str(value).strip() and not is_needed:
        return ""
    if not str(value).strip():
        raise SchemeError(_("要填%(name)s。") % {"name": name}, code="missing")
    found = _number(value, name)
    if not low <= found <= high:
        raise SchemeError(_("%(name)s要在 0%% 到 100%% 之间。") % {"name": name}, code="out_of_range")
    return f"{found.normalize():f}"


def _years(value: Any) -> int:
    found = _number(value, _("看几年"))
    if found != found.to_integral_value() or not 1 <= found <= 30:
        raise SchemeError(_("看几年要在 1 到 30 之间。"), code="bad_years")
    return int(found)


def _yuan(value: Any, name: str) -> str:
    found = _number(str(value).strip() or "0", name)
    if not 0 <= found <= 100_000_000 or found != round(found, 2):
        raise SchemeError(
            _("%(name)s要是不小于 0 的金额，最多两位小数。") % {"name": name}, code="out_of_range"
        )
    return f"{found.normalize():f}"
