"""设置 · 评分卡: criteria over measures with bands and weights, tried on the published run before they are kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kemai.business.valuation import queries
from kemai.business.valuation.actions import restore_measure, retire_measure, save_scorecard
from kemai.business.valuation.models import Measure
from kemai.business.valuation.own import reading as reads
from kemai.business.valuation.own.cards import card_words, missing_words
from kemai.business.valuation.own.chains import links_of_the_page
from kemai.business.valuation.own.nameable import nameables
from kemai.business.valuation.own.part import CARD_UNIT
from kemai.business.valuation.runs.parts import part_summary
from kemai.business.valuation.scheme_problems import problem_of_scheme
from kemai.doors.web.addresses import address as path_of
from kemai.doors.web.pages.settings.frame import attempted, show
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Refused
from kemai.value import SchemeError
from kemai.value.scorecards.card import FACTOR, MOST_BANDS, MOST_CRITERIA, MOST_GRADES, Card

CARD = Measure.Kind.CARD
FIRST_ROWS = FIRST_LINES = 3


@page
def index(request: ActorRequest) -> HttpResponse:
    """All scorecards."""
    run = queries.published_run()
    told = (part_summary(run, "measures") or {}) if run else {}
    rows = [
        {
            "name": own.name, "words": card_words(own.card), "number": own.number, "is_active": own.is_active,
            "href": reverse("settings_scorecard", args=[own.key]), "count": told.get(own.key, {}).get("values"),
            "error": told.get(own.key, {}).get("error", ""), "waits": own.is_active and own.key not in told,
        }
        for own, _version in reads.measure_list(request.actor, CARD) if own.card
    ]  # fmt: skip
    context = {
        "rows": rows,
        "waiting": any(r["waits"] for r in rows),
        "may_revalue": request.actor.may("revalue"),
    }
    return show(request, "scorecards.html", "settings_scorecards", context)


@page
def new(request: ActorRequest) -> HttpResponse:
    """A new card: its form, with a preview for what the address says; a POST keeps it."""
    request.actor.require("scheme.edit", _("自定指标由领导来定。"))
    if request.method == "POST" and "try" not in request.POST:
        return attempted(
            lambda: _saved(request, None), lambda text, status: _page(request, None, text, status)
        )
    return _page(request, None)


@page
def one(request: ActorRequest, key: str) -> HttpResponse:
    """One card with its versions; a POST keeps the next version."""
    measure, _versions = reads.measure_by_key(request.actor, key, CARD)
    if request.method == "POST" and "try" not in request.POST:
        return attempted(
            lambda: _saved(request, measure), lambda text, status: _page(request, measure, text, status)
        )
    return _page(request, measure)


@require_POST
@page
def turn(request: ActorRequest, key: str) -> HttpResponse:
    """Retires a card or takes it up again."""
    measure, _versions = reads.measure_by_key(request.actor, key, CARD)
    act = retire_measure if measure.is_active else restore_measure

    def turned() -> HttpResponse:
        act(actor=request.actor, measure=measure, reason=request.POST.get("reason", ""))
        messages.success(
            request, _("停用了，列表里不再出现") if measure.is_active else _("启用了，下次估值起算")
        )
        return HttpResponseRedirect(reverse("settings_scorecards"))

    return attempted(turned, lambda text, status: _page(request, measure, text, status, is_sent=False))


def _saved(request: ActorRequest, measure: Measure | None) -> HttpResponse:
    data = request.POST
    try:
        made = save_scorecard(
            actor=request.actor, measure=measure, name=data.get("name", ""), definition=_definition(data),
            reason=data.get("reason", ""),
        )  # fmt: skip
    except SchemeError as wrong:
        raise Refused(problem_of_scheme(wrong)) from wrong
    messages.success(request, _("存成第 %(n)s 版，下次估值起算") % {"n": made.current})
    return HttpResponseRedirect(reverse("settings_scorecard", args=[made.key]))


def _page(
    request: ActorRequest, measure: Measure | None, problem: str = "", status: int = 200, *, is_sent: bool = True
) -> HttpResponse:  # fmt: skip
    data = request.POST if request.method == "POST" and is_sent else request.GET
    versions = list(measure.versions.all()[:50]) if measure else []
    now = next((v for v in versions if measure and v.number == measure.current), None)
    given = "weight0" in data
    definition = _definition(data) if given else dict(now.definition or {}) if now else {}
    found, card = None, None
    try:
        card = Card.from_json(definition) if definition else None
        found = reads.tried(request.actor, card) if card and not problem else None
    except SchemeError as wrong:
        problem, status = problem or problem_of_scheme(wrong), max(status, 422)
    except LookupError:
        found = None
    context = {
        "measure": measure, "now": now and now.definition and card_words(Card.from_json(now.definition)), "problem": problem,
        "name": data.get("name", measure.name if measure else ""), "reason": data.get("reason", ""), "rows": _rows(definition),
        "grades": _grades(definition), "measures": _choices(measure), "ways": list(missing_words().items()), "given": given,
        "tried": found and _shown(found), "is_whole": card is not None,
        "versions": [(v, card_words(Card.from_json(v.definition))) for v in versions if v.definition],
    }  # fmt: skip
    return show(request, "scorecard.html", "settings_scorecards", context, status=status)


def _shown(found: reads.Tried) -> dict[str, Any]:
    most = max((n for _name, n in found.grades), default=0)
    return {
        "count": found.values, "reasons": found.reasons,
        "grades": [{"name": name, "count": n, "share": round(n * 100 / most) if most else 0} for name, n in found.grades],
        "rows": [
            {"name": name, "href": path_of("customer", code), "text": reads.in_unit(value, CARD_UNIT, FACTOR)}
            for code, name, value in found.top
        ],
    }  # fmt: skip


def _choices(measure: Measure | None) -> list[tuple[str, str]]:
    """The measures that a criterion may look at, the unit behind each."""
    own = [
        each.as_name
        for each in links_of_the_page().values()
        if each.is_active and (measure is None or each.key != measure.key)
    ]
    known = [(each.key, str(each.label), each.unit) for each in nameables().values()]
    named = [*known, *((each.key, each.label, each.unit) for each in own)]
    return [("", _("没选"))] + [
        (key, label + (_("（%(text)s）") % {"text": word} if (word := reads.unit_word(unit)) else ""))
        for key, label, unit in named
    ]


def _rows(definition: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each criterion and an empty one behind them."""
    criteria = list(definition.get("criteria", []))
    count = min(max(FIRST_ROWS, len(criteria) + 1), MOST_CRITERIA)
    made = []
    for each in [*criteria, *[{}] * (count - len(criteria))]:
        bands = [b for b in each.get("bands", []) if b["from"] is not None]
        rest = next((b["points"] for b in each.get("bands", []) if b["from"] is None), "")
        shown = _with_one_more(bands, {"from": "", "points": ""}, MOST_BANDS - 1)
        made.append(
            {
                "measure": each.get("measure", ""), "weight": each.get("weight", ""), "missing": each.get("missing", "skip"),
                "bands": shown, "rest": rest,
            }
        )  # fmt: skip
    return made


def _grades(definition: dict[str, Any]) -> dict[str, Any]:
    grades = definition.get("grades", [])
    upper = [g for g in grades if g["from"] is not None]
    rest = next((g["name"] for g in grades if g["from"] is None), "")
    return {"rows": _with_one_more(upper, {"name": "", "from": ""}, MOST_GRADES - 1), "rest": rest}


def _with_one_more(lines: list[dict[str, Any]], empty: dict[str, Any], most: int) -> list[dict[str, Any]]:
    """The lines and an empty one behind them, three at first; the line of the rest comes on top of `most`."""
    count = min(max(FIRST_LINES, len(lines) + 1), most)
    return lines + [empty] * (count - len(lines))


def _definition(data: Any) -> dict[str, Any]:
    """The card that a form describes; rows without a measure are left out, as are bands without numbers."""
    criteria = []
    for at in range(MOST_CRITERIA):
        if not (measure := data.get(f"measure{at}", "")):
            continue
        bands = [
            (data.get(f"from{at}_{n}", "").strip(), data.get(f"points{at}_{n}", "").strip())
            for n in range(MOST_BANDS)
        ]
        found = [{"from": start, "points": points} for start, points in bands if start or points]
        rest = {"from": None, "points": data.get(f"rest{at}", "").strip()}
        criteria.append(
            {
                "measure": measure, "weight": data.get(f"weight{at}", "").strip(), "missing": data.get(f"missing{at}", "skip"),
                "bands": [*found, rest],
            }
        )  # fmt: skip
    upper = [
        (data.get(f"grade{n}", "").strip(), data.get(f"start{n}", "").strip()) for n in range(MOST_GRADES)
    ]
    grades: list[dict[str, Any]] = [{"name": name, "from": start} for name, start in upper if name or start]
    if grades or data.get("grade_rest", "").strip():
        grades.append({"name": data.get("grade_rest", "").strip(), "from": None})
    return {"criteria": criteria, "grades": grades}
