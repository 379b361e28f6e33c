"""设置 · 自定指标: formulas over measures that are there, checked while one writes, tried on the published run."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kemai.business.valuation import queries
from kemai.business.valuation.actions import restore_measure, retire_measure, save_measure
from kemai.business.valuation.models import Measure
from kemai.business.valuation.own import reading as reads
from kemai.business.valuation.own.chains import links_of_the_page, read_formula
from kemai.business.valuation.own.nameable import Nameable, nameables
from kemai.business.valuation.own.problems import problem_of
from kemai.business.valuation.runs.parts import part_summary
from kemai.doors.web.addresses import address as path_of
from kemai.doors.web.pages.settings.frame import attempted, show
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Refused
from kemai.value.formulas import FormulaError, Name


@page
def index(request: ActorRequest) -> HttpResponse:
    """All measures of the company's own; a POST defines one more."""
    if request.method == "POST" and "try" not in request.POST:
        return attempted(lambda: _saved(request, None), lambda text, status: _index(request, text, status))
    return _index(request)


@page
def one(request: ActorRequest, key: str) -> HttpResponse:
    """One measure with its versions; a POST keeps another formula as the next version."""
    measure, _versions = reads.measure_by_key(request.actor, key)
    if request.method == "POST" and "try" not in request.POST:
        return attempted(
            lambda: _saved(request, measure), lambda text, status: _one(request, key, text, status)
        )
    return _one(request, key)


@page
def check(request: ActorRequest) -> HttpResponse:
    """What a formula would find, as one writes it."""
    request.actor.require("scheme.edit", _("自定指标由领导来定。"))
    return render(
        request,
        "settings/measure_tried.html",
        _tried(request, request.GET.get("formula", ""), request.GET.get("of", "")),
    )


@require_POST
@page
def turn(request: ActorRequest, key: str) -> HttpResponse:
    """Retires a measure or takes it up again."""
    measure, _versions = reads.measure_by_key(request.actor, key)
    act = retire_measure if measure.is_active else restore_measure
    act(actor=request.actor, measure=measure, reason=request.POST.get("reason", ""))
    messages.success(request, _("停用了，列表里不再出现") if measure.is_active else _("启用了，下次估值起算"))
    return HttpResponseRedirect(reverse("settings_measures"))


def _saved(request: ActorRequest, measure: Measure | None) -> HttpResponse:
    data = request.POST
    try:
        made = save_measure(
            actor=request.actor, measure=measure, name=data.get("name", ""), formula=data.get("formula", ""),
            reason=data.get("reason", ""),
        )  # fmt: skip
    except FormulaError as wrong:
        raise Refused(problem_of(wrong, data.get("formula", "").strip())) from wrong
    messages.success(request, _("存成第 %(n)s 版，下次估值起算") % {"n": made.current})
    return HttpResponseRedirect(reverse("settings_measure", args=[made.key]))


def _index(request: ActorRequest, problem: str = "", status: int = 200) -> HttpResponse:
    run = queries.published_run()
    told = (part_summary(run, "measures") or {}) if run else {}
    rows = [
        {
            "key": own.key, "name": own.name, "formula": own.formula, "unit": reads.unit_word(own.unit) or _("没有单位"),
            "number": own.number, "is_active": own.is_active, "author": version.author, "href": reverse("settings_measure", args=[own.key]),
            "count": told.get(own.key, {}).get("values"), "error": told.get(own.key, {}).get("error", ""),
            "waits": own.is_active and own.key not in told,
        }
        for own, version in reads.measure_list(request.actor)
    ]  # fmt: skip
    context = {
        "rows": rows, "problem": problem, "waiting": any(r["waits"] for r in rows), "may_revalue": request.actor.may("revalue"),
        **_form(request, "", ""),
    }  # fmt: skip
    return show(request, "measures.html", "settings_measures", context, status=status)


def _one(request: ActorRequest, key: str, problem: str = "", status: int = 200) -> HttpResponse:
    measure, versions = reads.measure_by_key(request.actor, key)
    now = next((v for v in versions if v.number == measure.current), versions[0])
    context = {
        "measure": measure, "now": now, "versions": versions, "problem": problem, "unit": reads.unit_word(now.unit) or _("没有单位"),
        **_form(request, measure.name, now.formula, key),
    }  # fmt: skip
    return show(request, "measure.html", "settings_measures", context, status=status)


def _form(request: ActorRequest, name: str, formula: str, key: str = "") -> dict[str, Any]:
    data = request.POST if request.method == "POST" else request.GET
    text = data.get("formula", formula)
    usable: list[Nameable | Name] = [*nameables().values(), *_others(key)]
    return {
        "name": data.get("name", name), "formula": text, "reason": data.get("reason", ""), **_tried(request, text, key),
        "known": [
            {"label": str(each.label), "key": each.key, "unit": reads.unit_word(each.unit) or _("没有单位")}
            for each in usable
        ],
    }  # fmt: skip


def _others(key: str) -> list[Name]:
    """The own measures in use that the formula of this one may name, circles aside."""
    return [each.as_name for each in links_of_the_page().values() if each.is_active and each.key != key]


def _tried(request: ActorRequest, text: str, key: str = "") -> dict[str, Any]:
    """Unit, top rows and reasons; or what is wrong, with the piece of the text that is."""
    empty = {
        "tried": None,
        "wrong": "",
        "wrong_before": "",
        "wrong_piece": "",
        "wrong_after": "",
        "tried_unit": "",
    }
    if not (text := text.strip()):
        return empty
    try:
        formula = read_formula(text, key=key)
        found = reads.tried(request.actor, formula)
    except FormulaError as wrong:
        end = wrong.at + max(wrong.length, 1)
        pieces = {
            "wrong_before": text[: wrong.at],
            "wrong_piece": text[wrong.at : end],
            "wrong_after": text[end:],
        }
        return {**empty, "wrong": problem_of(wrong, text), **pieces}
    except LookupError:
        return {**empty, "tried_unit": reads.unit_word(formula.unit.key) or _("没有单位")}
    unit, factor = formula.unit.key, formula.unit.factor
    rows = [
        {
            "code": code,
            "name": name,
            "href": path_of("customer", code),
            "text": reads.in_unit(value, unit, factor),
        }
        for code, name, value in (found.top if found else [])
    ]
    return {
        **empty, "tried_unit": reads.unit_word(unit) or _("没有单位"), "tried": found and {"rows": rows, "count": found.values, "reasons": found.reasons},
    }  # fmt: skip
