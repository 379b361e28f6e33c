"""销售预测: what is ahead of all customers together, by person, unit and region, and how far such forecasts were off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.trade.periods import period_of
from kemai.business.valuation.forecasts import reading as forecasts
from kemai.business.valuation.forecasts.part import KEY
from kemai.business.valuation.forecasts.words import method_why, method_word, reason_word
from kemai.business.valuation.models import Run
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.runs.parts import part_summary
from kemai.business.valuation.targets import assessment
from kemai.doors.web.formats import amount_cell
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.pages.valuation.groups import names_of, views
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor

NAME = "valuation_forecast"


@page
def forecast(request: ActorRequest) -> HttpResponse:
    """Chart, sums, table, accuracy."""
    actor, by = request.actor, _asked(request)
    forecasts.check(actor)
    run = published_run()
    ahead = forecasts.ahead_of_all(actor, run) if run else None
    context: dict[str, Any] = {"ahead": ahead, "by": by, "by_label": views()[by], "whole": actor.sees_all}
    if run and ahead:
        rows, total = table_of(actor, run, by, ahead)
        context |= {
            "past": list(ahead.history), "band": list(zip(ahead.months, ahead.mean, ahead.low, ahead.high, strict=True)),
            "spans": [(_("未来 %(n)s 个月") % {"n": n}, *ahead.spans[n]) for n in forecasts.SPANS],
            "rows": rows, "total": total, "year": actor.today.year, **_accuracy(run),
            "tabs": [
                {"label": label, "href": f"{reverse(NAME)}?{urlencode({'by': key})}", "current": key == by}
                for key, label in views().items()
            ],
            "note": _("截至 %(day)s，从 %(month)s 起往后 12 个月") % {"day": run.as_of, "month": ahead.months[0]},
            "export_href": frame.export_href(request, "valuation_forecast_export", by=by),
        }  # fmt: skip
    return frame.show(request, "forecast.html", NAME, context)


@page
def export_forecast(request: ActorRequest) -> FileResponse:
    """The table as a file, in yuan."""
    actor, run, by = request.actor, published_run(), _asked(request)
    forecasts.check(actor)
    if run is None:
        raise LookupError(by)
    rows, total = table_of(actor, run, by, forecasts.ahead_of_all(actor, run))
    ahead = [_("未来 %(n)s 个月") % {"n": n} for n in forecasts.SPANS]
    edges = [text % {"what": span} for span in ahead for text in (_("%(what)s（低）"), _("%(what)s（高）"))]
    header = [
        views()[by], _("客户数"), _("有预测的"), _("近 12 个完整月"), *ahead, _("今年目标"), _("到年底预计"), _("差多少"), *edges,
    ]  # fmt: skip
    names = ("last_12", "next_3", "next_6", "next_12", "target", "outlook", "gap")
    lines = [
        [
            r["label"],
            r["customers"],
            r["known"],
            *(amount_cell(r[n]) for n in names),
            *map(amount_cell, _edges(r["bands"])),
        ]
        for r in [*rows, total]
    ]
    return frame.table_file(request, f"forecast-{by}-{run.pk}", header, lines)


def _edges(bands: Mapping[int, tuple[int, int]]) -> list[int | None]:
    """Low and high of each span in a row."""
    return [edge for span in forecasts.SPANS for edge in bands.get(span, (None, None))]


def table_of(
    actor: Actor, run: Run, by: str, ahead: forecasts.Ahead | None
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A row a key with this year's target beside it, and the total of them all, whose bands are those of `ahead`."""
    sums = {each.key or None: each for each in forecasts.roll_up(actor, run, by)}
    figures = assessment.figures(actor, period_of(str(actor.today.year)), by)
    keys = [*sums, *sorted((key for key in figures.keys if (key or None) not in sums), key=str)]
    names = names_of(by, keys)
    rows = [
        _row(
            sums.get(key or None),
            figures.line([key, *(["", None] if not key else [])], None, names.get(key, "")),
        )
        for key in keys
    ]
    figures_of = ("customers", "known", "last_12", "next_3", "next_6", "next_12", "target", "outlook", "gap")
    bands = {span: each[1:] for span, each in ahead.spans.items()} if ahead and rows else {}
    total: dict[str, Any] = {"label": _("合计"), "bands": bands}
    for name in figures_of:
        some = [row[name] for row in rows if row[name] is not None]
        total[name] = sum(some) if some else None
    total["gap"] = (
        None if total["target"] is None or total["outlook"] is None else total["outlook"] - total["target"]
    )
    return rows, total


def _row(sums: forecasts.GroupSum | None, line: assessment.Line) -> dict[str, Any]:
    names = ("customers", "known", "last_12", "next_3", "next_6", "next_12")
    found: dict[str, Any] = {name: getattr(sums, name) if sums else 0 for name in names}
    found["bands"] = sums.bands if sums else {}
    return {**found, "label": line.label, "target": line.aim, "outlook": line.outlook, "gap": line.gap}


def _accuracy(run: Run) -> dict[str, Any]:
    """How well each method did, how many use it now, and why others have no forecast."""
    said = part_summary(run, KEY) or {}
    lines = {line["method"]: line for line in said["accuracy"]}
    methods = sorted(said["methods"].items(), key=lambda item: -item[1])
    tried = [m for m in lines if m != "all" and m not in said["methods"]]
    return {
        "methods": [
            {"word": method_word(m), "why": method_why(m), "customers": n, **_tested(lines.get(m))}
            for m, n in [*methods, *((m, 0) for m in tried)]
        ],
        "all": _tested(lines.get("all")), "none": _none(said["reasons"]),
        "has_season": said["season"] is not None, "total_error": (lines.get("all") or {}).get("total_error"),
    }  # fmt: skip


def _none(reasons: dict[str, int]) -> str:
    """Why some have no forecast, and how many."""
    some = sorted(reasons.items(), key=lambda item: -item[1])
    return _("，").join(
        _("%(word)s %(n)s 名") % {"word": reason_word(reason), "n": f"{n:,}"} for reason, n in some
    )


def _tested(line: dict[str, Any] | None) -> dict[str, Any]:
    if line is None:
        return {"compared": 0, "wape": None, "naive": None, "is_beaten": False}
    return {
        "compared": line["customers"],
        "wape": line["wape"],
        "naive": line["naive_wape"],
        "is_beaten": line["is_beaten"],
    }


def _asked(request: ActorRequest) -> str:
    by = request.GET.get("by", "owner")
    if by not in views():
        raise LookupError(by)
    return by
