"""估值 · 投入与产出: hours against value by class and by person, the neglected, and what customers leave after time."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kemai.business.valuation import queries
from kemai.business.valuation.effort import reading as reads
from kemai.business.valuation.effort.part import DEFAULTS, KEY
from kemai.business.valuation.models import EffortRow, Run
from kemai.business.valuation.parameter_groups import parameter_versions, parameters_of
from kemai.business.valuation.ranking.labels import class_word
from kemai.business.valuation.runs.parts import part_summary
from kemai.doors.web.addresses import address as path_of
from kemai.doors.web.pages.settings.frame import attempted
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.requests import ActorRequest, page

PLACE = "valuation_effort"
PAGE = 25
MOST = 100_000


@page
def show(request: ActorRequest) -> HttpResponse:
    """The page; a POST keeps what an hour costs and the targets, with a reason."""
    if request.method == "POST":
        return attempted(lambda: _saved(request), lambda text, status: _page(request, text, status))
    return _page(request)


@page
def export(request: ActorRequest) -> FileResponse:
    """Customers by what they leave after time, as a file."""
    request.actor.require("export", _("你的岗位不能导出。"))
    run = queries.published_run()
    if run is None:
        raise LookupError(PLACE)
    header = [
        _("编号"),
        pgettext("column", "客户"),
        _("负责人"),
        _("小时"),
        _("毛利（元）"),
        _("毛利减工时（元）"),
        _("份额差（点）"),
        _("说明"),
    ]
    rows = reads.by_difference(request.actor, run, request.GET.get("form", ""), request.GET.get("owner", ""))
    return frame.table_file(request, _("投入与产出"), header, _lines(rows))


def _lines(rows: Any) -> Iterator[list[Any]]:
    for row in islice(rows, MOST):
        cells = _cells(row)
        yield [
            row.customer.code, row.customer.name, cells["owner"], _number(row.minutes, 60), _number(row.profit_fen, 100),
            _number(row.net_fen, 100), _number(row.points_centi, 100), cells["why"],
        ]  # fmt: skip


def _number(whole: int | None, factor: int) -> Decimal | None:
    return None if whole is None else (Decimal(whole) / factor).quantize(Decimal("0.01"))


def _saved(request: ActorRequest) -> HttpResponse:
    return frame.saved_parameters(request, KEY, DEFAULTS, PLACE)


def _page(request: ActorRequest, problem: str = "", status: int = 200) -> HttpResponse:
    actor, run, known = request.actor, queries.published_run(), parameters_of(KEY)
    reads.may_see_effort(actor)
    form, owner = request.GET.get("form", "money"), request.GET.get("owner", "")
    context: dict[str, Any] = {
        "problem": problem, "has_run": run is not None and part_summary(run, KEY) is not None, "known": known, "form": form, "owner": owner,
        "may_edit": actor.may("scheme.edit"), "note": _("截至 %(day)s，看 12 个月") % {"day": run.as_of} if run else "",
        "export_href": frame.export_href(request, "valuation_effort_export", form=form, owner=owner),
        "versions": parameter_versions(actor, KEY, 5) if actor.may("scheme.edit") else [], "reason": request.POST.get("reason", ""),
    }  # fmt: skip
    if context["has_run"] and run is not None:
        context |= _found(request, run, known, form, owner)
    return frame.show(request, "effort.html", PLACE, context, status=status)


def _found(request: ActorRequest, run: Run, known: dict[str, Any], form: str, owner: str) -> dict[str, Any]:
    actor, target = request.actor, Decimal(known["target"])
    classes, people = reads.by_class(actor, run), reads.by_person(actor, run, target)
    start = _start(request)
    rows = list(reads.by_difference(actor, run, form, owner)[start : start + PAGE + 1])
    asked = {"form": form, "owner": owner}
    return {
        "classes": [{"s": each, "label": class_word(each.name)} for each in classes], "people": people, "target": known["target"],
        "neglect": reads.neglect(actor, run, int(known["neglect_days"])), "rows": [_cells(row) for row in rows[:PAGE]],
        "first": start + 1, "last": start + min(len(rows), PAGE), "next": _address(asked, start + PAGE) if len(rows) > PAGE else None,
        "previous": _address(asked, max(start - PAGE, 0)) if start else None,
        "ways": [
            {"label": _("按金额"), "href": _address({"form": "money", "owner": owner}), "current": form != "points"},
            {"label": _("按份额"), "href": _address({"form": "points", "owner": owner}), "current": form == "points"},
        ],
        "untimed": sum(each.untimed for each in people),
    }  # fmt: skip


def _cells(row: EffortRow) -> dict[str, Any]:
    why = {
        "missing_profit": _("没有毛利"),
        "no_hours": _("这些客户都没记工时"),
        "no_sales": _("没有销售可分"),
    }
    return {
        "name": row.customer.short_name or row.customer.name, "href": path_of("customer", row.customer.code),
        "why_href": reverse("customer_why", args=[row.customer.code, "effort"]), "label": row.label, "minutes": row.minutes,
        "owner": row.customer.owner.name if row.customer.owner else "", "profit_fen": row.profit_fen, "net_fen": row.net_fen,
        "points": None if row.points_centi is None else row.points_centi / 100,
        "why": _("有毛利，没记过工时") if row.flag else why.get(row.reason or "", ""),
    }  # fmt: skip


def _start(request: ActorRequest) -> int:
    text = request.GET.get("start", "0")
    return min(int(text), MOST) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _address(asked: dict[str, str], start: int = 0) -> str:
    from urllib.parse import urlencode

    given = {**asked, "start": str(start) if start else ""}
    return f"{reverse(PLACE)}?{urlencode({key: text for key, text in given.items() if text})}"
