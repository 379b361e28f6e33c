"""What every page of 估值 shares: its places at the side, and its table as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kemai.business.valuation.actions import save_parameters
from kemai.business.valuation.effort.reading import sees_effort
from kemai.business.valuation.value_classes.exclusions import may_see_value_classes
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest
from kemai.doors.web.tables import TYPES
from kemai.foundation.access.actor import Actor, Refused
from kemai.oversight.exchange.export.writing import write_table
from kemai.value import SchemeError

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


def show(
    request: ActorRequest, template: str, current: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page within the frame. `note` stands beside the title; `export_href` (see `export_href`) opens the menu."""
    shell = {
        "places": places(request.actor, current), "place_label": label_of(current), "is_first": current == "valuation", "note": "",
        "export_href": "",
    }  # fmt: skip
    return render(request, f"valuation/{template}", {**shell, **context}, status=status)


def saved_parameters(
    request: ActorRequest, key: str, names: Iterable[str], back: str, *, at_once: bool = False
) -> HttpResponse:
    """The named fields of the form kept as the next version of a group of parameters, then the page at `back`; `at_once`
    where pages count with them without waiting for a run. Raises Refused with the sentence of what makes no sense."""
    given = {name: request.POST.get(name, "") for name in names}
    try:
        kept = save_parameters(
            actor=request.actor, key=key, values=given, reason=request.POST.get("reason", "")
        )
    except SchemeError as wrong:
        raise Refused(str(wrong)) from wrong
    used = gettext("存好了，现在看的就是它") if at_once else gettext("存好了，下次估值起用")
    messages.success(request, used if kept else gettext("没有改动"))
    return HttpResponseRedirect(reverse(back))


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
