"""设置 · 分级方案: each scheme in words, its history, and new lines with who would move before they are kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.valuation import queries
from kemai.business.valuation.actions import save_scheme_version
from kemai.business.valuation.definitions import SchemeView, measures_for, scheme_view, scheme_views
from kemai.business.valuation.leading import leading_scheme
from kemai.business.valuation.own.reading import own_measure, unit_word
from kemai.business.valuation.ranking.what_if import cumulative, cuts_from, try_cuts
from kemai.business.valuation.ranking.wording import class_word
from kemai.business.valuation.scheme_problems import problem_of_scheme
from kemai.business.valuation.schemes import measure_name
from kemai.doors.web.pages.ranking.trial import shown_trial
from kemai.doors.web.pages.settings.frame import attempted, show
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Refused
from kemai.value import SchemeError
from kemai.value.measures.registry import MEASURES
from kemai.value.schemes.definition import OWN


@page
def index(request: ActorRequest) -> HttpResponse:
    """All schemes."""
    run, leading = queries.published_run(), leading_scheme()
    rows = [
        {
            "name": view.name, "href": reverse("settings_scheme", args=[view.key]), "number": view.number, "words": view.words,
            "is_leading": view.key == leading, "waits": _waits(run, view),
        }
        for view in scheme_views(request.actor)
    ]  # fmt: skip
    context = {
        "rows": rows,
        "may_revalue": request.actor.may("revalue"),
        "waiting": any(r["waits"] for r in rows),
    }
    return show(request, "schemes.html", "settings_schemes", context)


@page
def scheme(request: ActorRequest, key: str) -> HttpResponse:
    """One scheme; with lines in the address who would move by them; a POST keeps them with a reason."""
    view = scheme_view(request.actor, key)
    if request.method == "POST":
        return attempted(
            lambda: _saved(request, view), lambda text, status: _page(request, view, text, status)
        )
    return _page(request, view)


def _saved(request: ActorRequest, view: SchemeView) -> HttpResponse:
    try:
        version = save_scheme_version(
            actor=request.actor, scheme_key=view.key, cuts=_cuts(request.POST, view), measure=request.POST.get("measure", ""),
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
    except SchemeError as wrong:
        raise Refused(problem_of_scheme(wrong)) from wrong
    messages.success(request, _("存成第 %(n)s 版，下次估值起用") % {"n": version.number})
    return HttpResponseRedirect(reverse("settings_scheme", args=[view.key]))


def _page(request: ActorRequest, view: SchemeView, problem: str = "", status: int = 200) -> HttpResponse:
    data = request.POST if request.method == "POST" else request.GET
    given, trial = any(name.startswith("cut") for name in data), None
    measure, run = data.get("measure", view.definition.measure), queries.published_run()
    unknown = ""
    if given and not problem and run and view.key in run.schemes:
        try:
            trial = try_cuts(request.actor, run, view.key, _cuts(data, view), measure)
        except SchemeError as wrong:
            if wrong.code == "not_worked_out":
                unknown = problem_of_scheme(wrong)
            else:
                problem, status = problem_of_scheme(wrong), 422
    context = {
        "scheme": view, "problem": problem, "fields": _fields(data, view, measure), "measure": measure, "given": given and not problem,
        "measures": [(m, measure_name(m)) for m in measures_for(view)], "trial": shown_trial(trial, whole=True) if trial else None,
        "unknown": unknown, "waits": _waits(run, view), "may_revalue": request.actor.may("revalue"),
        "trial_heads": _heads(run, view.key, measure) if trial else [],
        "used_version": run.schemes.get(view.key, {}).get("version") if run else None, "reason": data.get("reason", ""),
    }  # fmt: skip
    return show(request, "scheme.html", "settings_schemes", context, status=status)


def _heads(run: Any, key: str, measure: str) -> list[dict[str, Any]]:
    """The columns of values: that of the measure in force, and of the other where another is tried."""
    now = queries.definition(run, key).measure
    return [{"label": measure_name(m), "num": True} for m in dict.fromkeys((now, measure or now))]


def _fields(data: Any, view: SchemeView, measure: str) -> list[dict[str, Any]]:
    """A number a line: a cumulative percent, or the least value of the class in the unit of the measure."""
    definition = view.definition
    if definition.method == "score":
        return []
    names = [class_word(label) for label in definition.classes]
    is_share = definition.method != "thresholds"
    words = {"yuan": _("元"), "point": _("分")}
    own = own_measure(measure.removeprefix(OWN)) if measure.startswith(OWN) else None
    spec = MEASURES.get(measure, definition.measure_spec)
    unit = "%" if is_share else unit_word(own.unit) if own else words.get(spec.unit, "")
    return [
        {
            "name": f"cut{i}", "value": data.get(f"cut{i}", f"{now:f}".rstrip("0").rstrip(".")), "unit": unit,
            "label": (_("%(c)s 取前") if is_share else _("%(c)s 至少")) % {"c": " + ".join(names[: i + 1]) if is_share else names[i]},
        }
        for i, now in enumerate(cumulative(definition))
    ]  # fmt: skip


def _cuts(data: Any, view: SchemeView) -> list[str]:
    now = [f"{line:f}" for line in cumulative(view.definition)]
    return cuts_from(view.definition, [data.get(f"cut{i}", line) for i, line in enumerate(now)])


def _waits(run: Any, view: SchemeView) -> bool:
    """Whether the pages still show an older version."""
    return run is not None and run.schemes.get(view.key, {}).get("version") != view.number
