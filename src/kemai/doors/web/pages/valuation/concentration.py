"""集中度: how few carry most, quarter by quarter, and how far customers have become loyal ones."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from kemai.business.valuation.leading import leading_scheme
from kemai.business.valuation.pictures import concentration
from kemai.business.valuation.pictures.moves import by_month, runs_with
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.pages.valuation.asked import note_of, run_of
from kemai.doors.web.requests import ActorRequest, page

MONTHS = 8


@page
def show(request: ActorRequest) -> HttpResponse | FileResponse:
    """HHI and the best fifth at each quarter end, and the serialization degree of the latest runs."""
    run, actor = run_of(request), request.actor
    rows = concentration.over_time(actor, run) if run else []
    if rows and "format" in request.GET:
        return _file(request, rows)
    serial = (
        concentration.serial(actor, list(reversed(by_month(runs_with(actor, leading_scheme()), MONTHS))))
        if run
        else []
    )
    labels = [row["day"].isoformat()[:7] for row in rows]
    context = {
        "run": run, "note": note_of(run), "rows": rows, "labels": labels, "whole": actor.sees_all,
        "top": [_rounded(row["top20_share"]) for row in rows], "hhi": [_rounded(row["hhi"]) for row in rows],
        "table": [[label, f"{row['n']:,}", _text(row["top20_share"], "%"), _text(row["hhi"])] for label, row in zip(labels, rows, strict=True)],
        "change": _change(rows), "serial": serial, "latest": serial[-1] if serial else None,
        "serial_table": [[s.as_of.isoformat(), f"{s.loyal:,} / {s.rated:,}", _text(s.by_count, "%"), _text(s.by_sales, "%"), _text(s.loyal_or_a, "%"), _text(s.unrated, "%")] for s in serial],
        "export_href": frame.export_href(request, "valuation_concentration") if rows else "",
    }  # fmt: skip
    return frame.show(request, "concentration.html", "valuation_concentration", context)


def _change(rows: list[dict[str, Any]]) -> str:
    """The last year in words."""
    known = [row for row in rows if row["top20_share"] is not None]
    if len(known) < 5:
        return ""
    moved = known[-1]["top20_share"] - known[-5]["top20_share"]
    if abs(moved) < 1:
        return _("一年来差不多：前两成客户占 %(p)s%%。") % {"p": f"{known[-1]['top20_share']:.1f}"}
    word = (
        _("一年来更集中了：前两成客户从 %(a)s%% 到 %(b)s%%。")
        if moved > 0
        else _("一年来更分散了：前两成客户从 %(a)s%% 到 %(b)s%%。")
    )
    return word % {"a": f"{known[-5]['top20_share']:.1f}", "b": f"{known[-1]['top20_share']:.1f}"}


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 2)


def _text(number: float | None, behind: str = "") -> str:
    return "—" if number is None else f"{number:,.1f}{behind}"


def _file(request: ActorRequest, rows: list[dict[str, Any]]) -> FileResponse:
    header = (_("截至"), _("客户数"), _("12 个月净销售（元）"), _("前 20%% 占比 %%") % (), "HHI")
    lines = (
        (r["day"].isoformat(), r["n"], f"{r['total']:.2f}", _rounded(r["top20_share"]), _rounded(r["hhi"]))
        for r in rows
    )
    return frame.table_file(request, "concentration", header, lines)
