"""Two runs side by side: from which class to which, and who moved most."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.valuation import queries, schemes
from kemai.business.valuation.leading import leading_scheme
from kemai.business.valuation.models import Run
from kemai.business.valuation.ranking.wording import class_word
from kemai.doors.web.pages.ranking.cards import depth_of
from kemai.doors.web.pages.ranking.page import value_text
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.money import unit_word


@page
def compare(request: ActorRequest) -> HttpResponse:
    """The older of the two is 上次."""
    actor = request.actor
    actor.require("ranking.view", _("你的岗位看不到估值。"))
    ids = sorted({int(x) for x in request.GET.getlist("run") if x.isdigit() and len(x) < 12})
    if len(ids) != 2:
        messages.warning(request, _("请选两次估值来比较"))
        return HttpResponseRedirect(reverse("valuation"))
    old, new = (queries.run_by_id(actor, pk) for pk in ids)
    known = [
        k
        for k in new.schemes
        if k in old.schemes and not any(queries.lacks_for_scheme(actor, k, run) for run in (old, new))
    ]
    key = request.GET.get("scheme") or leading_scheme()
    if key not in known:
        raise LookupError(key)
    scheme = queries.definition(new, key)
    labels, unit = list(scheme.classes), scheme.measure_spec.unit
    try:
        counts, movers = queries.compare(actor, old, new, key)
    except LookupError as gone:
        messages.warning(request, str(gone))
        return HttpResponseRedirect(reverse("valuation"))
    context = {
        "old": old, "new": new, "unit": unit_word() if unit == "yuan" else None, "matrix": _matrix(counts, labels),
        "schemes": [{"name": schemes.scheme_name(k), "href": _address(old, new, k), "current": k == key} for k in known],
        "scheme_name": schemes.scheme_name(key), "movers": [_mover(m, key, labels, unit) for m in movers],
        "moved": sum(n for (a, b), n in counts.items() if a != b), "stayed": sum(n for (a, b), n in counts.items() if a == b),
    }  # fmt: skip
    return render(request, "valuation/compare.html", context)


def _matrix(counts: dict[tuple[str, str], int], labels: list[str]) -> dict[str, Any]:
    """Rows are the classes of the older run, columns those of the newer; the last of each is no class."""
    names = [*labels, ""]
    rows = [
        {
            "label": class_word(a) or _("未分级"),
            "cells": [{"count": counts.get((a, b), 0), "moved": a != b} for b in names],
        }
        for a in names
    ]
    return {"columns": [{"label": class_word(x) or _("未分级")} for x in names], "rows": rows}


def _mover(move: dict[str, Any], key: str, labels: list[str], unit: str) -> dict[str, Any]:
    old_rank, new_rank = move["old_rank"], move["new_rank"]
    return {
        "href": reverse("customer", args=[move["code"]]), "name": move["name"], "is_new": not old_rank, "is_gone": not new_rank,
        "before": class_word(move["old_class"]) if move["old_class"] != move["new_class"] else "", "after": move["new_class"],
        "after_label": class_word(move["new_class"]), "depth": depth_of(key, labels, move["new_class"]),
        "change": old_rank - new_rank if old_rank and new_rank else 0, "ranks": f"{_rank(old_rank)} → {_rank(new_rank)}",
        "old_value": value_text(move["old_value"], unit), "new_value": value_text(move["new_value"], unit),
    }  # fmt: skip


def _rank(rank: int | None) -> str:
    return f"{rank:,}" if rank else "—"


def _address(old: Run, new: Run, key: str) -> str:
    return f"{reverse('valuation_compare')}?run={old.pk}&run={new.pk}&scheme={key}"
