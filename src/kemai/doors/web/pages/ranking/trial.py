"""试一试: other cuts, who would move, what it costs; saved with a reason, never before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kemai.business.valuation import queries, schemes
from kemai.business.valuation.actions import save_scheme_version
from kemai.business.valuation.models import Run
from kemai.business.valuation.ranking.labels import PLACES, amount
from kemai.business.valuation.ranking.what_if import Trial, cumulative, cuts_from, try_cuts
from kemai.business.valuation.ranking.wording import class_word, worded
from kemai.business.valuation.reading import population_of
from kemai.business.valuation.scheme_problems import problem_of_scheme
from kemai.business.valuation.schemes import NAMES
from kemai.doors.web.formats import figure, short
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Refused
from kemai.foundation.money import counts_in_wan
from kemai.value import SchemeError

TRIED = ("count_share", "value_share")
CARRIERS = 3


@page
def attempt(request: ActorRequest) -> HttpResponse:
    """Who would move with other cuts; nothing is stored. A page of its own without htmx."""
    actor, run, key = request.actor, queries.published_run(), request.GET.get("scheme", "")
    queries.may_see_scheme(actor, key, run)
    if run is None or key not in NAMES:
        raise LookupError(key)
    problem, tried = "", None
    try:
        tried = try_cuts(actor, run, key, chosen_cuts(run, key, request.GET))
    except SchemeError as wrong:
        problem = problem_of_scheme(wrong)
    context = {
        "scheme": {"key": key, "name": schemes.scheme_name(key), "next": schemes.current_number(key) + 1},
        "trial": shown_trial(tried, whole=actor.sees_all) if tried else unsaved(run, key), "trial_problem": problem,
        "sliders": sliders(run, key, request.GET), "may_edit_scheme": actor.may("scheme.edit"),
    }  # fmt: skip
    template = "ranking/trial.html" if request.htmx else "ranking/trial_page.html"
    return render(request, template, context, status=422 if problem else 200)


@require_POST
@page
def save(request: ActorRequest) -> HttpResponse:
    """The tried cuts as the next version."""
    run, key = queries.published_run(), request.POST.get("scheme", "")
    request.actor.require("scheme.edit", _("改分级要领导来存。"))
    if run is None or key not in NAMES:
        raise LookupError(key)
    try:
        version = save_scheme_version(
            actor=request.actor, scheme_key=key, cuts=chosen_cuts(run, key, request.POST), reason=request.POST.get("reason", "")
        )  # fmt: skip
    except SchemeError as wrong:
        raise Refused(problem_of_scheme(wrong)) from wrong
    messages.success(request, _("存成第 %(n)s 版，下次估值起用") % {"n": version.number})
    return HttpResponseRedirect(f"{reverse('ranking')}?scheme={key}")


def unsaved(run: Run, key: str) -> dict[str, Any] | None:
    """The panel before anything is tried; None where the scheme has no cuts that can be tried here."""
    if queries.definition(run, key).method not in TRIED or population_of(run) != "all":
        return None
    return {"moved": 0}


def chosen_cuts(run: Run, key: str, data: QueryDict) -> list[str]:
    """The cuts that the sliders stand for."""
    scheme = queries.definition(run, key)
    return cuts_from(scheme, [data.get(f"cut{i}", f"{now:g}") for i, now in enumerate(cumulative(scheme))])


def sliders(run: Run, key: str, data: QueryDict) -> list[dict[str, Any]]:
    """One for each line, at the value that is tried or in force."""
    scheme = queries.definition(run, key)
    if scheme.method not in TRIED:
        return []
    names = [class_word(label) for label in scheme.classes]
    return [
        {
            "name": f"cut{i}", "label": _("%(c)s 取前") % {"c": " + ".join(names[: i + 1])}, "value": data.get(f"cut{i}", f"{now:g}"),
            "low": 0.5, "high": 99.5, "step": 0.5, "unit": "%", "now": int(now) if now == int(now) else now,
        }
        for i, now in enumerate(cumulative(scheme))
    ]  # fmt: skip


def shown_trial(tried: Trial, *, whole: bool) -> dict[str, Any]:
    """A trial as the panel shows it; `whole` says that the reader sees everybody."""
    movers = [
        {
            "name": m.name, "href": reverse("customer", args=[m.code]), "owner": m.owner, "value": _said(m.value, tried.unit, short),
            "before": class_word(m.old_class) or _("未分级"), "after": class_word(m.new_class) or _("未分级"), "way": m.way,
            "old_value": _said(m.old_value, tried.old_unit, short),
        }
        for m in tried.movers
    ]  # fmt: skip
    return {
        "moved": tried.seen, "elsewhere": 0 if whole else tried.moved - tried.seen, "movers": movers, "price": _price(tried),
        "ways": [
            (label, tried.ways[way], mine) for way, label in _ways() if (mine := [m for m in movers if m["way"] == way])
        ],
        "pairs": [{"before": a or None, "after": b or None, "count": n} for (a, b), n in tried.pairs.items()], "lines": _lines(tried),
    }  # fmt: skip


def _ways() -> list[tuple[str, str]]:
    return [("up", _("升级的")), ("down", _("降级的")), ("in", _("新有级别的")), ("out", _("没了级别的"))]


def _lines(tried: Trial) -> list[str]:
    """A 线 97.2 → 80.9 万, for lines that moved."""
    return [
        _("%(c)s 线 %(a)s → %(b)s")
        % {
            "c": class_word(c.label),
            "a": _said(old, tried.unit, figure if counts_in_wan() else short),
            "b": _said(new, tried.unit, short),
        }
        for c, (old, new) in zip(tried.classes, tried.lines, strict=False)
        if old != new
    ]


def _said(number: int | None, unit: str, money: Callable[[int], str]) -> str:
    """A value in its unit; an own measure's with the word for it."""
    if number is None:
        return "—"
    if unit == "yuan":
        return money(number) or "—"
    return str(amount(number, unit)) if unit in PLACES else worded(number, unit)


def _price(tried: Trial) -> list[dict[str, str]]:
    rows = []
    if round(tried.contacts):
        rows.append({"label": _("多出的联系"), "text": _("%(n)s 次 / 月") % {"n": _signed(tried.contacts)}})
    if tried.by_owner:
        busier = [(owner, n) for owner, n in tried.by_owner if n > 0]
        freer = [(owner, n) for owner, n in tried.by_owner if n < 0]
        rows += [
            {"label": label, "text": _named(group)}
            for label, group in ((_("要多跑的业务员"), busier), (_("能少跑的业务员"), freer)) if group
        ]  # fmt: skip
    for each in tried.classes:
        if (each.before, each.before_value) != (each.after, each.after_value):
            words = {"a": f"{each.before:,}", "b": f"{each.after:,}", "p": _percent(each.before_value, tried.total), "q": _percent(each.after_value, tried.after_total)}  # fmt: skip
            text = _("%(a)s → %(b)s 名，占 %(p)s → %(q)s") % words
            rows.append({"label": class_word(each.label), "text": text})
    return rows


def _named(carriers: list[tuple[str, float]]) -> str:
    """The first few with how many contacts a month more or less, and how many there are in all."""
    shown = _("，").join(f"{owner or _('没有负责人')} {_signed(n)}" for owner, n in carriers[:CARRIERS])
    return shown + (_(" 等 %(n)s 人") % {"n": len(carriers)} if len(carriers) > CARRIERS else "")


def _percent(part: int, total: int) -> str:
    return f"{part * 100 / total:.1f}%" if total else "—"


def _signed(number: float) -> str:
    return f"{round(number):+,d}".replace("-", "−")
