"""The step an import is at, and the moves from one to the next."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.doors.web.pages.imports.card import acted, base
from kemai.doors.web.pages.imports.check import check_page
from kemai.doors.web.pages.imports.columns import columns_page
from kemai.doors.web.pages.imports.landed import landed_page
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.oversight.exchange import actions, queries


@page
def show(request: ActorRequest, pk: int) -> HttpResponse:
    """The step the import is at."""
    detail = queries.import_detail(request.actor, pk)
    item = detail.item
    if detail.is_stuck:
        return _stopped(
            request, detail, _("做到一半出错了，什么都没有写进去。") if not detail.error else detail.error
        )
    if detail.is_busy:
        return _waiting(request, detail)
    if request.htmx and "waiting" in request.headers.get("HX-Trigger", ""):
        return HttpResponse(headers={"HX-Refresh": "true"})  # the work is done: the whole page changes
    if item.step in ("refused", "cancelled"):
        return _stopped(request, detail, item.refusal or detail.error or _("这份导入已取消。"))
    pages = {"mapping": columns_page, "checked": check_page, "landed": landed_page, "undone": landed_page}
    return pages[item.step](request, detail)


@page
def land(request: ActorRequest, pk: int) -> HttpResponse:
    """Into the books."""
    return acted(request, pk, lambda: actions.land_import(actor=request.actor, import_id=pk))


@page
def retry(request: ActorRequest, pk: int) -> HttpResponse:
    """The broken step once more."""
    return acted(request, pk, lambda: actions.retry_import(actor=request.actor, import_id=pk))


@page
def cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Not at all."""
    undoing = queries.import_by_id(request.actor, pk).step == "undoing"
    stop = actions.cancel_undo if undoing else actions.cancel_import
    acted(request, pk, lambda: stop(actor=request.actor, import_id=pk))
    landing = queries.import_by_id(request.actor, pk).step in ("landing", "undoing", "landed")
    return HttpResponseRedirect(reverse("import", args=[pk]) if landing else reverse("imports"))


def _waiting(request: ActorRequest, detail: Any) -> HttpResponse:
    item = detail.item
    labels = {
        "reading": _("在读文件"),
        "checking": _("在核对"),
        "landing": _("在入账"),
        "undoing": _("在撤销"),
    }
    context = {
        **base(item), "label": labels[item.step], "percent": detail.percent or None, "note": _done_so_far(detail),
        "cancel": reverse("import_cancel", args=[item.pk]) if detail.is_mine or item.step == "undoing" else None,
    }  # fmt: skip
    return render(request, "imports/waiting.html", context)


def _done_so_far(detail: Any) -> str:
    """How many rows the running work has seen; while it plans, each row is counted twice: read, compared."""
    total = detail.item.layout.get("rows", 0)
    done = f"{min(detail.done, total):,}"
    if detail.note == "read":
        return _("读了 %(n)s 行") % {"n": done}
    if detail.note == "compare":
        return _("和账本比了 %(n)s 行") % {"n": f"{max(detail.done - total, 0):,}"}
    if detail.note == "undo":
        return _("过了 %(n)s 行，共 %(all)s 行") % {"n": f"{detail.done:,}", "all": f"{detail.total:,}"}
    if detail.note == "write":
        return _("写了 %(n)s 行，共 %(all)s 行") % {"n": f"{detail.done:,}", "all": f"{detail.total:,}"}
    return ""


def _stopped(request: ActorRequest, detail: Any, sentence: str) -> HttpResponse:
    context = base(detail.item)
    context["i"]["refusal"] = sentence
    return render(
        request, "imports/refused.html", {**context, "may_retry": detail.is_stuck and detail.is_mine}
    )
