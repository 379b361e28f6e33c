"""矩阵: two sides at once as dots with cuts that one can move, cells with what to do, and the customers of each."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kemai.business.valuation.actions import save_parameters
from kemai.business.valuation.models import Run
from kemai.business.valuation.parameter_groups import parameters_of
from kemai.business.valuation.pictures import cuts, matrices
from kemai.business.valuation.pictures.rows import named
from kemai.business.valuation.ranking.labels import missing_word
from kemai.business.valuation.scheme_problems import problem_of_scheme
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.pages.valuation.asked import address, choice, note_of, paged, run_of, tabs
from kemai.doors.web.pages.valuation.plot import plot
from kemai.doors.web.pages.valuation.words import axis_words, cell_words, group_words, matrix_words
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.money import amount_text
from kemai.value.errors import SchemeError
from kemai.value.schemes.matrix import Matrix


@page
def show(request: ActorRequest) -> HttpResponse | FileResponse:
    """A GET shows the matrix with the cuts in force or, as a preview, those of the address; a POST saves them."""
    run = run_of(request)
    data = request.POST if request.method == "POST" else request.GET
    kind = data.get("kind", "") or "performance_loyalty"
    if kind not in cuts.KINDS:
        raise LookupError(kind)
    wanted = {name: data[name].strip() for name in cuts.KINDS[kind] if name in data}
    error = ""
    if request.method == "POST":
        try:
            return _saved(request, kind, wanted)
        except (SchemeError, Refused) as odd:
            if isinstance(odd, Refused) and not request.actor.may("scheme.edit"):
                raise
            error = problem_of_scheme(odd) if isinstance(odd, SchemeError) else str(odd)
    return _page(request, run, kind, wanted, error)


def _saved(request: ActorRequest, kind: str, wanted: dict[str, str]) -> HttpResponse:
    version = save_parameters(
        actor=request.actor, key=cuts.KEY, values=wanted, reason=request.POST.get("reason", "")
    )
    said = (
        _("分界存成第 %(n)s 版，大家现在看的就是它") % {"n": version.number}
        if version
        else _("和现在用的一样，没有新版本")
    )
    messages.success(request, said)
    return HttpResponseRedirect(address(reverse("valuation_matrix"), kind=kind))


def _page(
    request: ActorRequest, run: Run | None, kind: str, wanted: dict[str, str], error: str
) -> HttpResponse | FileResponse:
    actor, path = request.actor, reverse("valuation_matrix")
    context: dict[str, Any] = {
        "run": run if run and matrices.has_positions(run) else None, "stale": run is not None and not matrices.has_positions(run),
        "note": note_of(run), "kind": kind, "kinds": tabs(path, "kind", {key: matrix_words()[key] for key in matrices.kinds(actor)}, kind), "may_save": actor.may("scheme.edit"), "reason": request.POST.get("reason", ""),
    }  # fmt: skip
    if context["run"] is None or run is None:
        return frame.show(request, "matrix.html", "valuation_matrix", context)
    try:
        placed = matrices.matrix(run, kind, wanted)
    except SchemeError as odd:
        placed, error = matrices.matrix(run, kind), error or problem_of_scheme(odd)
        wanted = {}
    cell = choice(request, "cell", ("*", *placed.cells.values(), "-"), "*")
    if "format" in request.GET:
        return frame.table_file(request, f"matrix-{kind}", _header(kind), _lines(actor, run, placed))
    current = {name: parameters_of(cuts.KEY)[name] for name in cuts.KINDS[kind]}
    differs = {name: text for name, text in wanted.items() if text != current[name]}
    context |= {
        "error": error, "is_try": bool(differs), "fields": _fields(placed, kind, current, wanted), "cells": _cells(actor, run, placed, kind, differs, cell),
        "chart": plot(actor, run, placed, kind), "reasons": [(axis_words()[name], n) for name, n in matrices.reasons(actor, run, placed) if n],
        "missing": [(axis_words()[name], missing_word(why), n) for name, why, n in matrices.missing_worth(actor, run, placed)],
        "people": _people(request, run, placed, kind, cell, differs), "plain_href": address(path, kind=kind),
        "export_href": frame.export_href(request, "valuation_matrix", kind=kind, **differs),
    }  # fmt: skip
    return frame.show(
        request,
        "matrix.html",
        "valuation_matrix",
        context,
        status=422 if error and request.method == "POST" else 200,
    )


def _fields(
    placed: Matrix, kind: str, current: dict[str, str], wanted: dict[str, str]
) -> list[dict[str, Any]]:
    """A number field a cut, with the value it has now; an empty one in force is the median."""
    lines = [*placed.first.cuts, *placed.second.cuts]
    labels = {
        "performance": _("业绩线"), "loyalty": _("忠诚线"), "performance_high": _("业绩高线"), "performance_medium": _("业绩中线"),
        "value": _("价值线（元）"), "growth": _("潜力线（元）"),
    }  # fmt: skip
    return [
        {
            "name": name, "label": labels[name], "value": f"{Decimal(line):f}", "in_force": current[name] or _("中位数"),
            "step": 1 if name in cuts.HIGHEST else 1000, "most": cuts.HIGHEST.get(name),
        }
        for name, line in zip(cuts.KINDS[kind], lines, strict=True)
    ]  # fmt: skip


def _cells(
    actor: Actor, run: Run, placed: Matrix, kind: str, differs: dict[str, str], current: str
) -> list[dict[str, Any]]:
    words, groups, path = cell_words(), group_words(), reverse("valuation_matrix")
    sides = {cell: f"{groups[a]} × {groups[b]}" for (a, b), cell in placed.cells.items()}
    found = matrices.cells(actor, run, placed)
    total = sum(each.sales_fen for each in found)
    return [
        {
            "label": words[each.key][0], "do": words[each.key][1], "sides": sides.get(each.key, ""), "customers": each.customers, "sales_fen": each.sales_fen,
            "share": each.sales_fen / total if total > 0 else None, "current": current == (each.key or "-"),
            "href": address(path, kind=kind, cell=each.key or "-", **differs) + "#who",
        }
        for each in found
    ]  # fmt: skip


def _people(
    request: ActorRequest, run: Run, placed: Matrix, kind: str, cell: str, differs: dict[str, str]
) -> dict[str, Any]:
    asked = {"kind": kind, "cell": cell, **differs}
    wanted = None if cell == "*" else cell.removesuffix("-")
    rows = matrices.in_cell(request.actor, run, placed, wanted)
    part = paged(request, rows, reverse("valuation_matrix"), **asked)
    names, words = named(request.actor, [each.customer_id for each in part["found"]]), cell_words()
    part["rows"] = [
        {
            "place": at, "name": who.name, "owner": who.owner, "href": reverse("customer", args=[who.code]), "cell": words[each.cell][0],
            "sales_fen": each.sales_12m_fen, "sides": [_side(each, axis) for axis in (placed.first.name, placed.second.name)],
            "attitude_href": reverse("customer_attitude", args=[who.code]), "expected_fen": each.expected_fen,
        }
        for at, each in enumerate(part.pop("found"), part["first"])
        if (who := names.get(each.customer_id)) is not None
    ]  # fmt: skip
    part["title"] = _("所有进了格子的") if cell == "*" else words[wanted or ""][0]
    part["axes"] = [axis_words()[placed.first.name], axis_words()[placed.second.name]]
    return part


def _side(position: Any, axis: str) -> dict[str, Any]:
    stored = getattr(position, matrices.COLUMNS[axis])
    if axis in ("av", "gap"):
        return {"fen": stored}
    return {"text": "—" if stored is None else stored if axis == "grade" else f"{stored / 100:.1f}"}


def _header(kind: str) -> tuple[str, ...]:
    shared = (
        _("次序"),
        _("客户编号"),
        pgettext("column", "客户"),
        _("负责人"),
        _("格子"),
        _("近 12 月销售（元）"),
    )
    if kind == matrices.OVER_WORTH:
        return (*shared, _("现实价值（元）"), _("潜在价值（元）"))
    return (*shared, _("业绩指数"), _("忠诚指数"), _("信用等级"))


def _lines(actor: Actor, run: Run, placed: Matrix) -> Iterator[tuple[Any, ...]]:
    """Everybody in a cell, in their order, in pieces."""
    words, places = cell_words(), count(1)
    for found in matrices.in_cell(actor, run, placed, None).pieces():
        names = named(actor, [each.customer_id for each in found])
        for each in found:
            if (who := names.get(each.customer_id)) is None:  # merged since the run
                continue
            yield (
                next(places), who.code, who.name, who.owner, words[each.cell][0], amount_text(each.sales_12m_fen) or "",
                *_sides_of(each, placed.key),
            )  # fmt: skip


def _sides_of(position: Any, kind: str) -> tuple[str, ...]:
    if kind == matrices.OVER_WORTH:
        return amount_text(position.current_fen) or "", amount_text(position.gap_fen) or ""
    return _index(position.performance_centi), _index(position.loyalty_centi), position.grade or ""


def _index(centi: int | None) -> str:
    return "" if centi is None else f"{centi / 100:.2f}"
