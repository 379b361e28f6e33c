"""Classes that moved in the last run: the panel beside the work, and the whole list."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.valuation.leading import leading_definition, leading_scheme
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.runs.moved import Moved, may_see_moves, move_counts, moves
from kemai.business.valuation.schemes import measure_name
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor

PER_PAGE = 50
SHOWN = 3


def panel(actor: Actor) -> dict[str, Any] | None:
    """Counts, the dearest few, and the way to all; None where there is nothing to see."""
    run = published_run() if may_see_moves(actor) else None
    if run is None:
        return None
    counts = move_counts(actor, run)
    shown = [
        *(moves(actor, run, "down", 0, SHOWN) if counts.down else []),
        *(moves(actor, run, "up", 0, SHOWN) if counts.up else []),
    ]
    return {
        "up": counts.up, "down": counts.down, "new": counts.new, "shown": [_row(m) for m in shown],
        "any": counts.up + counts.down + counts.new, "as_of": run.as_of,
    }  # fmt: skip


@page
def moved(request: ActorRequest) -> HttpResponse:
    """Everybody who moved that the person may see, falls first."""
    actor = request.actor
    actor.require("ranking.view", _("你的岗位看不到级别。"))
    run = published_run() if may_see_moves(actor) else None
    way = request.GET.get("way", "")
    number = int(request.GET["page"]) if request.GET.get("page", "").isdigit() else 1
    start = (max(number, 1) - 1) * PER_PAGE
    found = moves(actor, run, way, start, PER_PAGE + 1) if run else []
    counts = move_counts(actor, run) if run else None
    here = f"{reverse('today_moves')}?way={way}"
    return render(
        request, "today/moves.html",
        {
            "rows": [_row(m) for m in found[:PER_PAGE]], "run": run, "ways": _ways(counts, way), "first": start + 1,
            "next": f"{here}&page={number + 1}" if len(found) > PER_PAGE else None,
            "previous": f"{here}&page={number - 1}" if number > 1 else None, **_ranked_by(run),
        },
    )  # fmt: skip


def _ranked_by(run: Any) -> dict[str, str]:
    scheme = leading_definition(run)
    return {"value_name": measure_name(scheme.measure), "value_unit": scheme.measure_spec.unit}


def _ways(counts: Any, way: str) -> list[dict[str, Any]]:
    n = (
        {"": counts.up + counts.down + counts.new, "down": counts.down, "up": counts.up, "new": counts.new}
        if counts
        else {}
    )
    labels = (("", _("全部")), ("down", _("降级")), ("up", _("升级")), ("new", _("新进榜")))
    here = reverse("today_moves")
    return [
        {"label": label, "href": f"{here}?way={key}" if key else here, "current": key == way, "count": n.get(key)}
        for key, label in labels
    ]  # fmt: skip


def _row(move: Moved) -> dict[str, Any]:
    difference = None if move.old_value is None or move.new_value is None else move.new_value - move.old_value
    return {
        "href": reverse("customer", args=[move.code]), "why": reverse("customer_why", args=[move.code, leading_scheme()]),
        "name": move.name, "owner": move.owner, "before": move.old_class or None, "after": move.new_class or None,
        "old_rank": move.old_rank, "new_rank": move.new_rank, "value": move.new_value, "difference": difference,
    }  # fmt: skip
