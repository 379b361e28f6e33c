"""消息: what a person was told; opening one marks it read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.notifications import mark_all_read, mark_read, news, unread_count
from kemai.foundation.notifications.models import Notification

PER_PAGE = 50
ICONS = {"task": "checklist", "class": "arrows-sort", "import": "file-import", "customer": "building-store"}


@page
def index(request: ActorRequest) -> HttpResponse:
    """The newest first, unread ones marked; `before` walks back."""
    before = request.GET.get("before", "")
    rows = news(request.actor)
    if before.isdigit():
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    return render(
        request, "notifications/list.html",
        {
            "lines": [_line(n) for n in shown], "newest": shown[0].pk if shown else 0, "unread": unread_count(request.actor),
            "older": f"{reverse('notifications')}?before={shown[-1].pk}" if len(found) > PER_PAGE else None,
        },
    )  # fmt: skip


@page
def bell(request: ActorRequest) -> HttpResponse:
    """The bell alone, for the page that stays open; a plain visit leads to the news."""
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(reverse("notifications"))
    return render(request, "components/bell.html", {"unread_news": unread_count(request.actor)})


@page
def open_one(request: ActorRequest, pk: int) -> HttpResponse:
    """Goes where it points; a POST marks it read. Another's, or one about a customer out of sight, is not there."""
    found = news(request.actor).filter(pk=pk).first()
    if found is None:
        raise LookupError(pk)
    if request.method == "POST":
        mark_read(request.actor, [found.pk])
    fits = url_has_allowed_host_and_scheme(found.link, None) and found.link.startswith("/")
    return HttpResponseRedirect(found.link if fits else reverse("notifications"))


@page
def read(request: ActorRequest) -> HttpResponse:
    """Marks one, or all that were on the page, as read without opening."""
    if request.method == "POST":
        one, newest = request.POST.get("one", ""), request.POST.get("newest", "")
        if one.isdigit():
            mark_read(request.actor, [int(one)])
        elif newest.isdigit():
            mark_all_read(request.actor, int(newest))
            messages.success(request, _("都读过了"))
    return HttpResponseRedirect(reverse("notifications"))


def _line(line: Notification) -> dict[str, Any]:
    return {
        "pk": line.pk, "title": line.title, "body": line.body, "icon": ICONS.get(line.kind, "bell"),
        "when": line.created_at, "unread": line.read_at is None,
    }  # fmt: skip
