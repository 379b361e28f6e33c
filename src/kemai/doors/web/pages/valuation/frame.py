"""What every page of 估值 shares: its places at the side, and its table as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest
from kemai.doors.web.tables import TYPES
from kemai.foundation.access.actor import Actor
from kemai.oversight.exchange.export.writing import write_table

PLACES: tuple[tuple[str, Any, str, str], ...] = (
    ("valuation", pgettext_lazy("valuation", "历次估值"), "history", "ranking.view"),
    ("valuation_churn", pgettext_lazy("valuation", "谁要走"), "alert-triangle", "ranking.view"),
    ("valuation_worth", pgettext_lazy("valuation", "客户价值"), "diamond", "ranking.view"),
    ("valuation_forecast", pgettext_lazy("valuation", "销售预测"), "chart-line", "ranking.view"),
    ("valuation_targets", pgettext_lazy("valuation", "目标"), "checklist", "ranking.view"),
    ("valuation_stock", pgettext_lazy("valuation", "客户库存"), "building-warehouse", "ranking.view"),
    ("valuation_rfm", _("RFM 格子"), "table", "ranking.view"),
    ("valuation_matrix", _("客户矩阵"), "chart-dots", "ranking.view"),
    ("valuation_moves", _("级别流动"), "affiliate", "ranking.view"),
    ("valuation_states", _("状态预测"), "activity-heartbeat", "ranking.view"),
    ("valuation_cohorts", _("留存"), "stack-2", "ranking.view"),
    ("valuation_concentration", _("集中度"), "chart-pie", "ranking.view"),
    ("valuation_methods", _("分法对照"), "scale", "ranking.view"),
    ("valuation_channel", pgettext_lazy("valuation", "渠道"), "affiliate", "ranking.view"),
    ("valuation_credit", pgettext_lazy("valuation", "信用"), "receipt-yuan", "ranking.view"),
    ("valuation_market", pgettext_lazy("valuation", "市场"), "chart-pie", "ranking.view"),
)
"""Name of the address, label, icon, and the duty that one needs to open the page."""
OVER_MARGINS = {"valuation_worth"}
"""Pages for who sees the margins of everybody within his sight."""


SIGHTS = {"valuation_channel": "sales", "valuation_credit": "credit", "valuation_market": "sales"}
"""The group of fields that a page lives of: who sees none of it is not led there."""


def places(actor: Actor, current: str) -> list[dict[str, Any]]:
    """The pages that the actor may open."""
    return [
        {"label": str(label), "icon": icon, "href": reverse(name), "current": name == current}
        for name, label, icon, duty in PLACES
        if actor.may(duty) and (name not in OVER_MARGINS or actor.sees("margin"))
        if actor.may(duty) and _lives(actor, name)
    ]


def _lives(actor: Actor, name: str) -> bool:
    if name == "valuation_market" and not actor.sees_all:
        return False  # a share of what one sees would be wrong
    return name not in SIGHTS or actor.sees(SIGHTS[name], actor.person_id)


def show(
    request: ActorRequest, template: str, current: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page within the frame. `note` stands beside the title; `export_href` (see `export_href`) opens the menu."""
    shell = {"places": places(request.actor, current), "note": "", "export_href": ""}
    return render(request, f"valuation/{template}", {**shell, **context}, status=status)


def export_href(request: ActorRequest, name: str, **asked: str) -> str:
    """The address of a page's file with what was asked, to which `format=csv` is added; "" for who may not export."""
    if not request.actor.may("export"):
        return ""
    return f"{reverse(name)}?{urlencode({key: text for key, text in asked.items() if text})}&".replace(
        "?&", "?"
    )


def table_file(
    request: ActorRequest, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> FileResponse:
    """The rows as .csv or .xlsx (`?format=`), called `name`. Raises Refused without the duty export."""
    request.actor.require("export", gettext("你的岗位不能导出。"))
    form = request.GET.get("format", "csv")
    if form not in TYPES:
        raise LookupError(form)
    with tempfile.TemporaryDirectory(prefix="kemai-export-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / f"{name}.{form}"
        write_table(path, header, rows)
        file = path.open("rb")  # stays readable after the folder has gone
    return FileResponse(file, as_attachment=True, filename=path.name, content_type=TYPES[form])
