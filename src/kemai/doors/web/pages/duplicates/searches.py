"""A search on demand with its progress, and stopping it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation import jobs
from kemai.foundation.jobs.models import Job
from kemai.oversight.dedupe.jobs import NAME
from kemai.oversight.dedupe.queries import last_search

DUTY = "customer.merge"


@require_POST
@page
def start(request: ActorRequest) -> HttpResponse:
    """Asks for a search."""
    actor = request.actor
    actor.require(DUTY, _("查重由主管、领导或档案专员来做。"))
    jobs.enqueue(
        NAME, unique_key="dedupe.on_demand", priority=5, person_id=actor.person_id, trigger="person", person_name=actor.name
    )  # fmt: skip
    messages.success(request, _("已排队，查完会更新"))
    return HttpResponseRedirect(reverse("duplicates"))


@page
def progress(request: ActorRequest) -> HttpResponse:
    """How far the search is; when it has ended the page is loaded anew."""
    last_search(request.actor)
    now = running(request.actor.may(DUTY))
    if now is None:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "duplicates/progress.html", {"running": now})


@require_POST
@page
def cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Stops a search that waits or goes on; the list stays as it is."""
    request.actor.require(DUTY, _("查重由主管、领导或档案专员来停。"))
    if not Job.objects.filter(pk=pk, name=NAME).exists():
        raise LookupError(pk)
    jobs.request_cancel(pk, request.actor)
    messages.success(request, _("在停，名单仍是上一次的"))
    return HttpResponseRedirect(reverse("duplicates"))


def running(may_cancel: bool = False) -> dict[str, Any] | None:
    """The search that waits or runs now."""
    going = Job.objects.filter(name=NAME, state__in=[Job.State.WAITING, Job.State.RUNNING])
    job = going.order_by("state", "pk").first()  # running before waiting
    if job is None:
        return None
    waits = job.state == Job.State.WAITING
    percent = 100 * job.progress_done // job.progress_total if job.progress_total else None
    stop = reverse("duplicates_cancel", args=[job.pk]) if may_cancel and not job.cancel_requested else None
    return {"percent": None if waits else percent, "note": _("在排队") if waits else job.progress_note, "cancel": stop}  # fmt: skip
