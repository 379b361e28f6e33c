"""A job that people may watch and stop: how far it is, the part of the page that asks for it, and the stop."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest
from kemai.foundation import jobs
from kemai.foundation.jobs.models import Job


def running_job(name: str, stop: str | None) -> dict[str, Any] | None:
    """The job of this name that waits or runs now; `stop` is the route that stops it, None for who may not."""
    going = Job.objects.filter(name=name, state__in=[Job.State.WAITING, Job.State.RUNNING])
    job = going.order_by("state", "pk").first()  # running before waiting
    if job is None:
        return None
    waits = job.state == Job.State.WAITING
    cancel = reverse(stop, args=[job.pk]) if stop and not job.cancel_requested else None
    return {
        "percent": None if waits else percent_of(job),
        "note": _("在排队") if waits else job.progress_note,
        "cancel": cancel,
    }


def percent_of(job: Job) -> int | None:
    """How far it is; None while nobody knows how far it goes."""
    return 100 * job.progress_done // job.progress_total if job.progress_total else None


def progress_part(request: ActorRequest, now: dict[str, Any] | None, template: str) -> HttpResponse:
    """The part that tells how far it is; when it has ended the page is loaded anew."""
    if now is None:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, template, {"running": now})


def stop_job(request: ActorRequest, name: str, pk: int, *, said: str, back: str) -> HttpResponse:
    """Asks the job to stop. Raises LookupError for one of another name."""
    if not Job.objects.filter(pk=pk, name=name).exists():
        raise LookupError(pk)
    jobs.request_cancel(pk, request.actor)
    messages.success(request, said)
    return HttpResponseRedirect(reverse(back))
