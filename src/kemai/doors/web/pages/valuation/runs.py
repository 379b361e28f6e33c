"""The list of runs, one more on demand with its progress, and stopping it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kemai.business.valuation import queries
from kemai.business.valuation.jobs import NAME
from kemai.business.valuation.models import Run
from kemai.doors.web.pages.customer.words import said_by
from kemai.doors.web.pages.me import safe_next
from kemai.doors.web.pages.running import progress_part, running_job, stop_job
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation import jobs
from kemai.foundation.traditional import in_script


@page
def show(request: ActorRequest) -> HttpResponse:
    """The runs; a POST asks for one more."""
    actor = request.actor
    if request.method == "POST":
        actor.require("revalue", _("估值要主管或领导来发起。"))
        jobs.enqueue(
            NAME, unique_key="valuation.on_demand", priority=5, person_id=actor.person_id, trigger="person", person_name=actor.name
        )  # fmt: skip
        messages.success(request, _("已排队，算好会更新"))
        return HttpResponseRedirect(safe_next(request, reverse("valuation")))
    run, found = queries.published_run(), queries.runs(actor)
    context = {
        "note": _("在用第 %(n)s 次，截至 %(day)s") % {"n": run.pk, "day": run.as_of} if run else "",
        "may_revalue": actor.may("revalue"), "running": running(actor.may("revalue")), "runs": [run_row(r, run) for r in found],
        "can_compare": sum(r.status == Run.Status.DONE for r in found) > 1,
    }  # fmt: skip
    return frame.show(request, "page.html", "valuation", context)


@page
def progress(request: ActorRequest) -> HttpResponse:
    """How far the run is; when it has ended the page is loaded anew."""
    request.actor.require("ranking.view", _("你的岗位看不到估值。"))
    return progress_part(request, running(request.actor.may("revalue")), "valuation/progress.html")


@require_POST
@page
def cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Stops a run that waits or goes on; what is published stays."""
    request.actor.require("revalue", _("估值要主管或领导来停。"))
    return stop_job(request, NAME, pk, said=_("在停，各页仍是上一次的结果"), back="valuation")


def running(may_cancel: bool = False) -> dict[str, Any] | None:
    """The valuation that waits or runs now."""
    return running_job(NAME, "valuation_cancel" if may_cancel else None)


def run_row(run: Run, published: Run | None) -> dict[str, Any]:
    """One run as a line: who, when, what started it, how much, how long, how it ended."""
    return {
        "pk": run.pk, "href": reverse("valuation_run", args=[run.pk]), "as_of": run.as_of, "customers": run.customers, "facts": run.facts,
        "trigger_label": trigger_word(run), "started_at": run.started_at, "took": _("%(n)s 秒") % {"n": f"{run.seconds:.1f}"},
        "status_label": run.get_status_display(), "error": failure(run), "is_done": run.status == Run.Status.DONE,
        "is_failed": run.status == Run.Status.FAILED, "is_published": published is not None and run.pk == published.pk,
    }  # fmt: skip


def trigger_word(run: Run) -> str:
    """What started the run, and who where somebody did."""
    words = {
        "nightly": _("每夜"),
        "import": _("导入后"),
        "person": _("手动"),
        "command": _("命令行"),
        "demo": _("示范"),
    }
    word = words.get(run.trigger, run.trigger)
    return f"{word} · {said_by(run.person_name)}" if run.trigger == "person" and run.person_name else word


def failure(run: Run) -> str:
    """Why a run did not end well, in a sentence; what only a programmer would understand stays in the log."""
    if run.status == Run.Status.CANCELLED:
        return _("有人停了它，什么都没有改动。")
    if run.status != Run.Status.FAILED:
        return ""
    if any("\u4e00" <= letter <= "\u9fff" for letter in run.error):
        return in_script(run.error)
    return _("算到一半出了错，各页仍是上一次的结果。再算一次；还不行就请管理员看日志。")
