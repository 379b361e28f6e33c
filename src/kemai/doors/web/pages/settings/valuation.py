"""设置 · 估值口径: which scheme leads, among whom is ranked, which sales count, what makes a good customer."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.valuation import queries
from kemai.business.valuation.actions import save_valuation_settings
from kemai.business.valuation.actions.versions import STATUSES
from kemai.business.valuation.leading import MAY_LEAD
from kemai.business.valuation.parameters import engine_settings
from kemai.business.valuation.scheme_problems import problem_of_scheme
from kemai.business.valuation.schemes import NAMES, ensure_builtin_schemes
from kemai.doors.web.pages.settings.frame import attempted, show
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Refused
from kemai.foundation.preferences.company import company_setting
from kemai.value import EngineSettings, SchemeError

CRITERIA = ("sales", "tenure", "profit")
GATES = ("credit", "profit")


@page
def index(request: ActorRequest) -> HttpResponse:
    """The form, or the change of it with a reason."""
    request.actor.require("scheme.edit", _("估值口径由领导来定。"))
    ensure_builtin_schemes()
    if request.method == "POST":
        return attempted(lambda: _saved(request), lambda text, status: _page(request, text, status))
    return _page(request)


def _saved(request: ActorRequest) -> HttpResponse:
    data = request.POST
    try:
        save_valuation_settings(
            actor=request.actor, reason=data.get("reason", ""), leading_scheme=data.get("leading", ""),
            free_probability=bool(data.get("free_probability")), parameters=_parameters(data),
        )  # fmt: skip
    except SchemeError as wrong:
        raise Refused(problem_of_scheme(wrong)) from wrong
    messages.success(request, _("存好了，下次估值起用"))
    return HttpResponseRedirect(reverse("settings_valuation"))


def _parameters(data: Any) -> dict[str, Any]:
    weights = {name: str(_number(data.get(f"weight_{name}"), 0) / 100) for name in CRITERIA}
    targets = {
        name: str(_number(data.get(f"target_{name}"), 0))
        for name in CRITERIA
        if data.get(f"target_{name}", "").strip()
    }
    return {
        "statuses": data.getlist("status"), "population": data.get("population", "all"), "quality_weights": weights,
        "quality_targets": targets, "quality_gates": [name for name in GATES if name in data.getlist("gate")], "rfm_window_days": int(_number(data.get("window"), 365)),
    }  # fmt: skip


def _number(text: str | None, default: int) -> Decimal:
    try:
        found = Decimal((text or "").strip()[:15] or default)
    except InvalidOperation as wrong:
        raise Refused(_("「%(text)s」不是数字。") % {"text": (text or "")[:15]}) from wrong
    if not found.is_finite() or found < 0:
        raise Refused(_("「%(text)s」不能用。") % {"text": (text or "")[:15]})
    return found.normalize() if found else Decimal(0)


def _page(request: ActorRequest, problem: str = "", status: int = 200) -> HttpResponse:
    run, now = queries.published_run(), engine_settings()
    context = {
        "problem": problem, "schemes": [(key, str(NAMES[key])) for key in MAY_LEAD],
        "leading": company_setting("valuation.leading_scheme"), "population": now.population, "counted": list(now.statuses),
        "populations": [("all", _("全公司一起排")), ("unit", _("各单位分开排")), ("owner", _("各负责人分开排"))],
        "statuses": [(s, {"ordered": _("已下单"), "delivered": _("已发货")}[s]) for s in STATUSES], "window": now.rfm_window_days,
        "free_probability": bool(company_setting("potential.free_probability")), "criteria": _criteria(now),
        "waits": run is not None and EngineSettings.from_json(run.settings) != now, "gates": _gates(now), "may_revalue": request.actor.may("revalue"),
    }  # fmt: skip
    return show(request, "valuation.html", "settings_valuation", context, status=status)


def _gates(now: EngineSettings) -> list[tuple[str, str, str, bool]]:
    """Key, label, help and whether it stands."""
    told = {
        "credit": (
            _("信用等级 BB 或更高"),
            _("没评过信用的不评分；设了以后，看不到信用的岗位也看不到这个评分"),
        ),
        "profit": (_("近 12 月毛利大于 0"), _("算不出毛利的不评分")),
    }
    return [(key, *told[key], key in now.quality_gates) for key in GATES]


def _criteria(now: Any) -> list[dict[str, Any]]:
    labels = {"sales": _("销售额"), "tenure": _("合作年限"), "profit": _("毛利")}
    units = {"sales": _("元"), "tenure": _("年"), "profit": _("元")}
    return [
        {
            "key": key, "label": labels[key], "weight": f"{Decimal(now.quality_weights.get(key, 0)) * 100:f}".rstrip("0").rstrip("."),
            "target": f"{Decimal(now.quality_targets[key]):f}" if key in now.quality_targets else "", "unit": units[key],
        }
        for key in CRITERIA
    ]  # fmt: skip
