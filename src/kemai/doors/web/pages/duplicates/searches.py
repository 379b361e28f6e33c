"""A search on demand with its progress, and stopping it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kemai.doors.web.pages.running import progress_part, running_job, stop_job
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation import jobs
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
    return progress_part(request, running(request.actor.may(DUTY)), "duplicates/progress.html")


@require_POST
@page
def cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Stops a search that waits or goes on; the list stays as it is."""
    request.actor.require(DUTY, _("查重由主管、领导或档案专员来停。"))
    return stop_job(request, NAME, pk, said=_("在停，名单仍是上一次的"), back="duplicates")


def running(may_cancel: bool = False) -> dict[str, Any] | None:
    """The search that waits or runs now."""
    return running_job(NAME, "duplicates_cancel" if may_cancel else None)
