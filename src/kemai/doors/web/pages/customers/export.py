"""The list as a file: the question and the columns at hand; a large one has to say what for."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kemai.business.archives.directory import ListQuery
from kemai.doors.web.pages.customer.cards import as_file
from kemai.doors.web.pages.customers.asking import asked
from kemai.doors.web.pages.customers.chips import told
from kemai.doors.web.pages.customers.columns import chosen
from kemai.doors.web.pages.customers.views import at_hand
from kemai.doors.web.pages.running import percent_of
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, customers_page, page
from kemai.doors.web.tables import TYPES
from kemai.foundation.jobs.models import Job
from kemai.oversight.exchange.actions.list_export import (
    BACKGROUND_FROM,
    KEPT_DAYS,
    cancel_list_export,
    start_list_export,
    stored_path,
)
from kemai.oversight.exchange.cards.writing import cards_of_list
from kemai.oversight.exchange.export.lists import REASON_FROM, count_of, list_file
from kemai.oversight.exchange.models import ListExport
from kemai.oversight.exchange.queries import list_export_by_id


@page
def show(request: ActorRequest) -> HttpResponse:
    """What would be exported, and then the file."""
    actor = request.actor
    actor.require("export", _("你没有导出的权限。"))
    now = asked(request.GET, actor)
    view = at_hand(actor, request.GET)
    columns = chosen(actor, view.columns if view else "")
    keys = [c.key for c in columns]
    said = told(actor, now)
    in_words = _("；").join(
        part for part in (f"{_('搜索')} {now.query.q}" if now.query.q else "", said) if part
    ) or _("全部客户")
    count = count_of(actor, now.query)
    if request.method == "POST":
        if count > BACKGROUND_FROM and request.POST.get("format") in TYPES:
            return _later(request, now.query, keys, in_words)
        return _file(request, now.query, keys, in_words)
    context: dict[str, Any] = {
        "count": count, "told": in_words, "names": [c.label for c in columns], "needs_reason": count > REASON_FROM,
        "back": f"{reverse('customers')}?{request.GET.urlencode()}",
    }  # fmt: skip
    return render(request, "customers/export.html", context)


@customers_page
def progress(request: ActorRequest, pk: int) -> HttpResponse:
    """How far a long list is; when it is written, the way to fetch it."""
    made = list_export_by_id(request.actor, pk)
    job = Job.objects.filter(pk=made.job_id or 0).first()
    is_dead = job is not None and job.state in (Job.State.FAILED, Job.State.CANCELLED)
    is_going = made.status == ListExport.Status.WRITING and not is_dead
    context = {
        "made": made, "going": is_going, "broken": made.status == ListExport.Status.WRITING and is_dead, "kept_days": KEPT_DAYS,
        "percent": percent_of(job) if job else None, "note": job.progress_note if job else "", "back": f"{reverse('customers')}?{made.address}",
    }  # fmt: skip
    return render(request, "customers/export_progress.html", context)


@require_POST
@customers_page
def cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Stops it."""
    cancel_list_export(actor=request.actor, export=list_export_by_id(request.actor, pk))
    return HttpResponseRedirect(reverse("customers_export_progress", args=[pk]))


@page
def fetch(request: ActorRequest, pk: int) -> FileResponse:
    """The written file, for who asked and still may export."""
    request.actor.require("export", _("你没有导出的权限。"))
    made = list_export_by_id(request.actor, pk)
    path = stored_path(made)
    if made.status != ListExport.Status.DONE or not path.is_file():
        raise LookupError(pk)
    name = f"customers-{made.created_at:%Y%m%d}.{made.format}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=TYPES[made.format])


def _later(request: ActorRequest, query: ListQuery, keys: list[str], told: str) -> HttpResponse:
    made = start_list_export(
        actor=request.actor, query=query, columns=keys, told=told, format=request.POST["format"],
        reason=request.POST.get("reason", ""), address=request.GET.urlencode(),
    )  # fmt: skip
    return HttpResponseRedirect(reverse("customers_export_progress", args=[made.pk]))


def _file(request: ActorRequest, query: ListQuery, keys: list[str], told: str) -> HttpResponse:
    """The list as a table, or its contacts as cards."""
    actor, reason = request.actor, request.POST.get("reason", "")
    if request.POST.get("format") == "vcf":
        cards = cards_of_list(actor=actor, query=query, told=told, reason=reason)
        return as_file(cards, f"contacts-{actor.today:%Y%m%d}")
    kind = str(request.POST.get("format") if request.POST.get("format") in TYPES else "xlsx")
    made = list_file(actor=actor, query=query, columns=keys, told=told, format=kind, reason=reason)
    answer = HttpResponse(made, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="customers-{actor.today:%Y%m%d}.{kind}"'
    return answer
