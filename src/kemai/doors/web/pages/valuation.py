"""估值: runs, what they cost, two of them side by side, and who carries the company."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.valuation import queries
from kemai.business.valuation.jobs import NAME
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation import jobs
from kemai.foundation.jobs.models import Job


@page
def show(request: ActorRequest) -> HttpResponse:
    """The runs; a POST asks for one more."""
    actor = request.actor
    if request.method == "POST":
        actor.require("revalue", _("估值要主管或领导来发起。"))
        jobs.enqueue(
            NAME,
            unique_key="valuation.on_demand",
            priority=5,
            person_id=actor.person_id,
            trigger="person",
            person_name=actor.name,
        )
        messages.success(request, _("已排队，算好会更新"))
        return HttpResponseRedirect(reverse("valuation"))
    run = queries.published_run()
    found = queries.runs(actor)
    return render(
        request, "valuation/page.html",
        {
            "note": _("在用第 %(n)s 次，截至 %(day)s") % {"n": run.pk, "day": run.as_of} if run else "", "may_revalue": actor.may("revalue"),
            "running": running(), "composition": [], "concentration": [], "composition_by": [], "composition_label": "",
            "runs": [_row(r, run) for r in found],
        },
    )  # fmt: skip


@page
def compare(request: ActorRequest) -> HttpResponse:
    """Moves of class in a run against the one before it."""
    actor = request.actor
    actor.require("ranking.view", _("你的岗位看不到估值。"))
    ids = sorted({int(x) for x in request.GET.getlist("run") if x.isdigit()})
    if len(ids) < 2:
        messages.warning(request, _("请选两次估值来比较"))
        return HttpResponseRedirect(reverse("valuation"))
    old, new = queries.run_by_id(actor, ids[0]), queries.run_by_id(actor, ids[-1])
    key = "ev_abc"
    labels = [*queries.definition(new, key).classes, ""]
    counts, movers = queries.compare(actor, old, new, key)
    rows = [
        {
            "label": a or _("未分级"),
            "cells": [{"count": counts.get((a, b), 0), "moved": a != b} for b in labels],
        }
        for a in labels
    ]
    return render(
        request, "valuation/compare.html",
        {
            "old": old, "new": new, "schemes": [], "unit": _("万元"), "movers": [_mover(m) for m in movers],
            "matrix": {"columns": [{"label": x or _("未分级")} for x in labels], "rows": rows},
        },
    )  # fmt: skip


def running() -> dict[str, Any] | None:
    """The valuation that waits or runs now."""
    job = (
        Job.objects.filter(name=NAME, state__in=[Job.State.WAITING, Job.State.RUNNING])
        .order_by("-state")
        .first()
    )
    if job is None:
        return None
    percent = 100 * job.progress_done // job.progress_total if job.progress_total else None
    return {"percent": percent, "note": job.progress_note, "cancel": None}


def _row(run: Any, published: Any) -> dict[str, Any]:
    triggers = {"nightly": _("每夜"), "import": _("导入后"), "person": _("手动"), "command": _("命令行")}
    return {
        "pk": run.pk, "href": reverse("ranking"), "as_of": run.as_of, "customers": run.customers, "facts": run.facts,
        "trigger_label": triggers.get(run.trigger, run.trigger), "took": _("%(n)s 秒") % {"n": f"{run.seconds:.1f}"},
        "status_label": run.get_status_display(), "error": run.error, "is_done": run.status == "done",
        "is_failed": run.status == "failed", "is_published": published is not None and run.pk == published.pk,
    }  # fmt: skip


def _mover(move: dict[str, Any]) -> dict[str, Any]:
    from kemai.doors.web.formats import wan

    return {
        "href": reverse("customer", args=[move["code"]]), "name": move["name"], "before": move["old_class"], "after": move["new_class"],
        "change": (move["old_rank"] or 0) - (move["new_rank"] or 0) if move["old_rank"] and move["new_rank"] else 0,
        "is_new": not move["old_rank"], "old_value": wan(move["old_value"]) or "—", "new_value": wan(move["new_value"]) or "—",
    }  # fmt: skip
