"""RFM 格子: five by five of two scores, each cell a list of customers."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.valuation.pictures import grid
from kemai.business.valuation.ranking.wording import class_word
from kemai.doors.web.formats import short
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.pages.valuation.asked import address, choice, note_of, run_of, tabs
from kemai.doors.web.pages.valuation.words import axis_words
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.filters import Condition, Group, written
from kemai.foundation.money import amount_text

AXES = {"rf": ("r", "f"), "rm": ("r", "m"), "fm": ("f", "m")}
SHADES = ("count", "sales", "mean")


@page
def show(request: ActorRequest) -> HttpResponse | FileResponse:
    """The grid, the eight segments, and the grid as a file."""
    run, actor = run_of(request), request.actor
    axes = choice(request, "axes", tuple(AXES), "rf")
    shade = choice(request, "shade", SHADES, "count")
    down, across = AXES[axes]
    cells = grid.grid(actor, run, down, across) if run else []
    words = axis_words()
    if "format" in request.GET:
        return _file(request, cells, words[down], words[across])
    path = reverse("valuation_rfm")
    context = {
        "run": run, "note": note_of(run), "cells": [_cell(each, down, across) for each in cells], "down": words[down], "across": words[across],
        "axes": tabs(path, "axes", {key: f"{words[a]} × {words[b]}" for key, (a, b) in AXES.items()}, axes, shade=shade),
        "shades": tabs(path, "shade", _shades(), shade, axes=axes), "shade": shade, "chart": [_drawn(each, down, across, shade) for each in cells],
        "segments": [_segment(*each) for each in grid.segments(actor, run)] if run else [], "columns": [f"{across.upper()} {n}" for n in grid.STEPS], "row_labels": [f"{down.upper()} {n}" for n in grid.STEPS], "any": any(each.customers for each in cells),
        "export_href": frame.export_href(request, "valuation_rfm", axes=axes) if run else "",
    }  # fmt: skip
    return frame.show(request, "rfm.html", "valuation_rfm", context)


def _shades() -> dict[str, str]:
    return {"count": _("客户数"), "sales": _("销售"), "mean": _("平均")}


def _where(**scores: Any) -> str:
    """The list of customers with these values."""
    asked = [Condition(key, "is", (str(value),)) for key, value in scores.items()]
    return address(
        reverse("customers"), where=written(Group("and", tuple(asked)) if len(asked) > 1 else asked[0])
    )


def _cell(cell: grid.Cell, down: str, across: str) -> dict[str, Any]:
    return {
        "down": cell.down, "across": cell.across, "customers": cell.customers, "sales_fen": cell.sales_fen, "mean_fen": cell.mean_fen,
        "href": _where(**{down: cell.down, across: cell.across}),
    }  # fmt: skip


def _drawn(cell: grid.Cell, down: str, across: str, shade: str) -> dict[str, Any]:
    shown = {"count": cell.customers, "sales": cell.sales_fen / 100, "mean": (cell.mean_fen or 0) / 100}[
        shade
    ]
    told = _("%(n)s 名，销售 %(s)s") % {"n": f"{cell.customers:,}", "s": short(cell.sales_fen)}
    text = {"count": f"{cell.customers:,}", "sales": short(cell.sales_fen), "mean": short(cell.mean_fen)}[
        shade
    ]
    return {
        "x": 5 - cell.across, "y": 5 - cell.down, "value": shown, "text": text if cell.customers else "", "told": told,
        "href": _where(**{down: cell.down, across: cell.across}) if cell.customers else "",
    }  # fmt: skip


def _segment(key: str, customers: int, fen: int) -> dict[str, Any]:
    return {
        "label": class_word(key),
        "customers": customers,
        "sales_fen": fen,
        "href": _where(rfm_segment=key),
    }


def _file(request: ActorRequest, cells: list[grid.Cell], down: str, across: str) -> FileResponse:
    header = (down, across, _("客户数"), _("近 12 月销售（元）"), _("平均（元）"))
    rows = (
        (c.down, c.across, c.customers, amount_text(c.sales_fen), amount_text(c.mean_fen) or "")
        for c in cells
    )
    return frame.table_file(request, "rfm", header, rows)
