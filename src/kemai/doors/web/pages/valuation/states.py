"""状态预测: how customers move between states from quarter to quarter, and where that leads."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.valuation.models import Run
from kemai.business.valuation.parameter_groups import parameter_versions, parameters_of
from kemai.business.valuation.pictures import states
from kemai.business.valuation.pictures.rows import named
from kemai.business.valuation.runs.shelf import QUARTERS
from kemai.doors.web.pages.settings.frame import attempted
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.pages.valuation.asked import address, note_of, number, paged, run_of
from kemai.doors.web.pages.valuation.words import state_words
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.foundation.traditional import in_script
from kemai.value.errors import SchemeError

PLACE = "valuation_states"


@page
def show(request: ActorRequest) -> HttpResponse | FileResponse:
    """The matrix, the forecast, the values, and the customers of one move; `discount` in the address is a trial, a POST
    keeps it with a reason."""
    if request.method == "POST":
        return attempted(
            lambda: frame.saved_parameters(request, states.KEY, states.DEFAULTS, PLACE, at_once=True),
            lambda text, status: _page(request, text, 422 if request.actor.may("scheme.edit") else status),
        )
    if "format" in request.GET and (run := run_of(request)):
        model = states.model(request.actor, run, *_spans(request), _wanted(request))
        return _file(request, model) if model else _page(request)
    return _page(request)


def _spans(request: ActorRequest) -> tuple[int, int]:
    """Quarters to look back over and ahead."""
    return number(request, "quarters", 1, QUARTERS, 4), number(request, "ahead", 1, states.LONGEST, 4)


def _wanted(request: ActorRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in states.DEFAULTS if name in request.GET}


def _page(request: ActorRequest, problem: str = "", status: int = 200) -> HttpResponse:
    run, actor = run_of(request), request.actor
    (quarters, ahead), wanted = _spans(request), _wanted(request)
    try:
        model = states.model(actor, run, quarters, ahead, wanted) if run else None
    except SchemeError as odd:
        wanted, problem, status = {}, in_script(str(odd)), 422
        model = states.model(actor, run, quarters, ahead) if run else None
    context = {
        "run": run, "note": note_of(run), "quarters": quarters, "ahead": ahead, "most": QUARTERS, "longest": states.LONGEST,
        **(_told(model, quarters, ahead) if model else {"model": None}), **_moved(request, run, quarters, ahead),
        "export_href": frame.export_href(request, PLACE, quarters=str(quarters), ahead=str(ahead), **wanted) if model else "",
        **_discount(request, model, quarters, ahead), "problem": problem,
    }  # fmt: skip
    return frame.show(request, "states.html", PLACE, context, status=status)


def _discount(request: ActorRequest, model: states.Model | None, quarters: int, ahead: int) -> dict[str, Any]:
    """What the form of the discount shows, what is in force, and what was decided before."""
    may_edit = request.actor.may("scheme.edit")
    in_force = parameters_of(states.KEY)["discount"]
    shown = request.POST.get("discount") or (model.discount if model else in_force)
    return {
        "may_edit": may_edit, "in_force": in_force, "discount": shown, "reason": request.POST.get("reason", ""),
        "is_try": model is not None and model.discount != in_force, "factor": 1 + float(model.discount if model else in_force) / 100,
        "plain_href": address(reverse(PLACE), quarters=quarters, ahead=ahead),
        "versions": parameter_versions(request.actor, states.KEY, 5) if may_edit else [],
    }  # fmt: skip


def _told(model: states.Model, quarters: int, ahead: int) -> dict[str, Any]:
    words, path = state_words(), reverse("valuation_states")
    names = [words[state] for state in model.states]
    cells = [
        {
            "x": x, "y": y, "value": round(share, 4), "text": f"{share * 100:.0f}%",
            "told": _("%(p)s%%，%(n)s 次") % {"p": f"{share * 100:.1f}", "n": f"{model.moves.get((a, b), 0):,}"},
            "href": address(path, quarters=quarters, ahead=ahead, start=a, end=b),
        }
        for y, (a, row) in enumerate(zip(model.states, model.matrix, strict=True))
        for x, (b, share) in enumerate(zip(model.states, row, strict=True))
    ]  # fmt: skip
    labels = [_("现在"), *(_("%(n)s 季后") % {"n": n} for n in range(1, ahead + 1))]
    series = [
        {"name": words[s], "values": [model.now[s], *(round(step[s], 1) for step in model.forecast)]}
        for s in model.states
    ]
    return {
        "model": model, "names": names, "cells": cells, "labels": labels, "series": series,
        "shares": [[words[a], *(f"{share * 100:.1f}%" for share in row)] for a, row in zip(model.states, model.matrix, strict=True)],
        "ahead_rows": [[label, *(f"{line['values'][at]:,.1f}".removesuffix(".0") for line in series)] for at, label in enumerate(labels)],
        "worth": [(words[s], model.now[s], round(model.rewards[s] * 100), round(model.values[s] * 100)) for s in model.states],
        "without": [words[state] for state in model.without],
    }  # fmt: skip


def _moved(request: ActorRequest, run: Run | None, quarters: int, ahead: int) -> dict[str, Any]:
    """The customers of the move that was asked for."""
    start, end = request.GET.get("start", ""), request.GET.get("end", "")
    if run is None or not (start and end):
        return {"moved": None}
    found = states.moved(request.actor, run, start, end)
    path = reverse("valuation_states")
    part = paged(request, found, path, quarters=quarters, ahead=ahead, start=start, end=end)
    words = state_words()
    return {
        "moved": {
            **part, "rows": _people(request.actor, part.pop("found")),
            "title": _("上个季度从%(a)s到%(b)s") % {"a": words[start], "b": words[end]},
        }
    }  # fmt: skip


def _people(actor: Actor, found: list[Any]) -> list[dict[str, Any]]:
    people = named(actor, [each.customer_id for each in found])
    return [
        {
            "name": who.name,
            "owner": who.owner,
            "href": reverse("customer", args=[who.code]),
            "quarter_fen": each.quarter_fen,
        }
        for each in found
        if (who := people.get(each.customer_id)) is not None
    ]


def _file(request: ActorRequest, model: states.Model) -> FileResponse:
    words = state_words()
    header = (_("状态"), *(_("到%(s)s") % {"s": words[s]} for s in model.states), _("现在"),
              *(_("%(n)s 季后") % {"n": n} for n in range(1, len(model.forecast) + 1)), _("每季净销售（元）"), _("价值（元）"))  # fmt: skip
    rows = (
        (
            words[s],
            *row,
            model.now[s],
            *(round(step[s], 2) for step in model.forecast),
            model.rewards[s],
            round(model.values[s], 2),
        )
        for s, row in zip(model.states, model.matrix, strict=True)
    )
    return frame.table_file(request, "states", header, rows)
