"""构成: how the customers and their sales are spread, and how few carry most of them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.valuation import queries
from kemai.business.valuation.leading import leading_scheme
from kemai.business.valuation.models import Run
from kemai.business.valuation.ranking import composition as spread
from kemai.doors.web.formats import figure
from kemai.doors.web.pages.ranking.asked import Asked
from kemai.doors.web.pages.ranking.page import tabs
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.doors.web.tables import TYPES
from kemai.foundation.access.actor import Actor
from kemai.oversight.exchange.export.composition import export_composition


@page
def show(request: ActorRequest) -> HttpResponse:
    """Concentration, and the customers by one field."""
    actor, run, by = request.actor, queries.published_run(), request.GET.get("by", "region")
    actor.require("ranking.view", _("你的岗位看不到构成。"))
    if by not in spread.BY:
        raise LookupError(by)
    groups = spread.composition(actor, run, by) if run else []
    context = {
        "run": run, "by": by, "by_label": labels()[by], "tabs": tabs(Asked(leading_scheme()), "composition"),
        "groups": [_group(g, by, groups) for g in groups], "customers": sum(g.customers for g in groups),
        "sales": figure(sum(g.sales_fen for g in groups)), "carried": _carried(actor, run) if run else None,
        "fields": [{"label": label, "href": _address(key), "current": key == by} for key, label in labels().items()],
        "note": _("截至 %(day)s，近 12 个月净销售") % {"day": run.as_of} if run else "", "may_export": actor.may("export"),
        "export_href": f"{reverse('ranking_composition_export')}?by={by}", "whole": actor.sees_all,
    }  # fmt: skip
    return render(request, "ranking/composition.html", context)


@page
def export(request: ActorRequest) -> FileResponse:
    """The table of one field as a file."""
    actor, run, by = request.actor, queries.published_run(), request.GET.get("by", "region")
    form = request.GET.get("format", "csv")
    actor.require("export", _("你的岗位不能导出。"))
    if run is None or by not in spread.BY or form not in TYPES:
        raise LookupError(by)
    with tempfile.TemporaryDirectory(prefix="kemai-export-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / f"composition-{by}-{run.pk}.{form}"
        export_composition(actor=actor, run=run, by=by, label=labels()[by], path=path)
        file = path.open("rb")
    return FileResponse(file, as_attachment=True, filename=path.name, content_type=TYPES[form])


def labels() -> dict[str, str]:
    """The fields in words."""
    return {
        "region": _("地区"), "type": _("类型"), "category": _("类别"), "class": _("级别"), "state": _("状态"), "owner": _("负责人"),
    }  # fmt: skip


def _group(group: spread.Group, by: str, groups: list[spread.Group]) -> dict[str, Any]:
    """A line with its bars, the longest of which fills its column."""
    widest = [max(g.customers_share for g in groups) or 1, max(g.sales_share for g in groups) or 1]
    has_list = group.key not in ("", "*")
    return {
        "label": group.label, "customers": group.customers, "customers_share": group.customers_share, "sales_fen": group.sales_fen,
        "sales_share": group.sales_share, "customers_bar": float(group.customers_share * 100 / widest[0]),
        "sales_bar": float(group.sales_share * 100 / widest[1]), "href": f"{reverse('customers')}?{urlencode({by: group.key})}" if has_list else None,
    }  # fmt: skip


def _carried(actor: Actor, run: Run) -> dict[str, Any] | None:
    found = spread.concentration(actor, run)
    if found is None:
        return None
    verdicts = {
        "flatter": _("比「两三成客户占八成销售」更平：大客户没那么要紧，丢一两个伤不了根本。"),
        "inside": _("正合「两三成客户占八成销售」：看住这些人，就看住了八成生意。"),
        "steeper": _("比「两三成客户占八成销售」更集中：少数人一走就伤，先想好谁能补上。"),
    }
    words = [
        (_("前 20%% 的客户带来") % {}, f"{found.top_share:.2f}%"),
        (_("七成销售来自"), _count(found, found.for_70)), (_("八成销售来自"), _count(found, found.for_80)),
        (_("集中度 HHI"), f"{found.hhi:,.0f}"),
    ]  # fmt: skip
    goal = Asked(found.scheme, "goal")
    return {
        "lines": words, "verdict": verdicts[found.verdict], "n": found.n, "goal_count": found.for_80,
        "goal_href": goal.href(), "develop_count": found.n - found.for_80, "develop_href": goal.href(view="develop"),
    }  # fmt: skip


def _count(found: spread.Concentration, customers: int) -> str:
    return _("%(n)s 名，%(p)s") % {"n": f"{customers:,}", "p": f"{found.percent(customers):.1f}%"}


def _address(by: str) -> str:
    return f"{reverse('ranking_composition')}?by={by}"
