"""留存: who came when, and how many of them order again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.valuation.pictures import cohorts
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.pages.valuation.asked import choice, note_of, run_of, tabs
from kemai.doors.web.requests import ActorRequest, page


@page
def show(request: ActorRequest) -> HttpResponse | FileResponse:
    """Retention by heads or by net sales, by month or quarter."""
    run, actor = run_of(request), request.actor
    by = choice(request, "by", ("quarter", "month"), "quarter")
    of = choice(request, "of", ("customers", "sales"), "customers")
    found = cohorts.cohorts(actor, run, by) if run else []
    if found and "format" in request.GET:
        return _file(request, found, by)
    path, oldest = reverse("valuation_cohorts"), max((len(each.active) for each in found), default=0)
    context = {
        "run": run, "note": note_of(run), "cohorts": found, "columns": [_age(n, by) for n in range(oldest)], "rows": [_name(each.first_day, by) for each in found],
        "cells": _cells(found, of), "table": [_line(each, by, of, oldest) for each in found], "of": of, "means": _means(found, oldest),
        "by_tabs": tabs(path, "by", {"quarter": _("按季"), "month": _("按月")}, by, of=of),
        "of_tabs": tabs(path, "of", {"customers": _("按客户"), "sales": _("按净销售")}, of, by=by), "most": 100,
        "export_href": frame.export_href(request, "valuation_cohorts", by=by) if found else "",
    }  # fmt: skip
    return frame.show(request, "cohorts.html", "valuation_cohorts", context)


def _shares(cohort: cohorts.Cohort, of: str) -> list[float | None]:
    return list(cohort.retention) if of == "customers" else list(cohort.sales_share)


def _cells(found: list[cohorts.Cohort], of: str) -> list[dict[str, Any]]:
    return [
        {
            "x": x, "y": y, "value": round(share, 2), "text": f"{share:.0f}%",
            "told": _("%(p)s%%，%(n)s / %(all)s 名") % {"p": f"{share:.1f}", "n": f"{each.active[x]:,}", "all": f"{each.customers:,}"},
        }
        for y, each in enumerate(found)
        for x, share in enumerate(_shares(each, of))
        if share is not None
    ]  # fmt: skip


def _line(cohort: cohorts.Cohort, by: str, of: str, oldest: int) -> list[str]:
    shares = ["—" if share is None else f"{share:.1f}%" for share in _shares(cohort, of)]
    return [_name(cohort.first_day, by), f"{cohort.customers:,}", *shares, *[""] * (oldest - len(shares))]


def _means(found: list[cohorts.Cohort], oldest: int) -> list[float | None]:
    """Retention over all cohorts that have reached an age, each customer counting once."""
    made: list[float | None] = []
    for age in range(oldest):
        old = [each for each in found if len(each.active) > age]
        made.append(
            round(sum(e.active[age] for e in old) * 100 / sum(e.customers for e in old), 1) if old else None
        )
    return made


def _name(day: date, by: str) -> str:
    return f"{day:%Y-%m}" if by == "month" else f"{day.year}-Q{(day.month + 2) // 3}"


def _age(n: int, by: str) -> str:
    if n == 0:
        return _("首单")
    return (_("%(n)s 月后") if by == "month" else _("%(n)s 季后")) % {"n": n}


def _file(request: ActorRequest, found: list[cohorts.Cohort], by: str) -> FileResponse:
    header = (
        _("首单在"),
        _("过了几期"),
        _("客户数"),
        _("又下单的"),
        _("留存 %%") % (),
        _("净销售（元）"),
        _("占首期销售 %%") % (),
    )
    rows = (
        (_name(each.first_day, by), age, each.customers, active, round(each.retention[age], 2), each.sales[age],
         "" if each.sales_share[age] is None else round(each.sales_share[age] or 0, 2))
        for each in found
        for age, active in enumerate(each.active)
    )  # fmt: skip
    return frame.table_file(request, f"cohorts-{by}", header, rows)
