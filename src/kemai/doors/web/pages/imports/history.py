"""The drop zone and everything that was brought in before."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kemai.doors.web.pages.imports.card import kind_label, person_word
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused
from kemai.oversight.exchange import actions, queries
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.planning.request import KINDS_NOW, ImportRefused
from kemai.oversight.exchange.reading.limits import MIB

PAGE = 30
STATES = (
    ("open", gettext_lazy("没做完")),
    ("landed", gettext_lazy("已入账")),
    ("undone", gettext_lazy("已撤销")),
    ("refused", gettext_lazy("没读成")),
    ("cancelled", gettext_lazy("已取消")),
)
COUNTED = (
    Import.Step.CHECKED,
    Import.Step.LANDING,
    Import.Step.LANDED,
    Import.Step.UNDOING,
    Import.Step.UNDONE,
)


@page
def index(request: ActorRequest) -> HttpResponse:
    """The drop zone and the history; a POST starts an import."""
    error = ""
    _must_import(request)
    if request.method == "POST":
        item, error = _started(request)
        if item is not None:
            return HttpResponseRedirect(reverse("import", args=[item.pk]))
    kinds = queries.kinds_for(request.actor)
    limit = queries.upload_limit()
    context = {
        "kinds": [("", _("看表头认")), *kinds], "templates": kinds, "kind": request.POST.get("kind", ""), "error": error,
        "limit": limit, "limit_mib": f"{limit // MIB:,}", "too_large": _("文件超过上限 %(limit)s MiB；请按月拆成几份。") % {"limit": f"{limit // MIB:,}"},
        "may_import": bool(kinds), **_history(request),
    }  # fmt: skip
    return render(request, "imports/list.html", context, status=422 if error else 200)


@page
def errors(request: ActorRequest, pk: int) -> FileResponse:
    """The refused rows as CSV."""
    path = queries.error_file(request.actor, pk)
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"errors-{pk}.csv",
        content_type="text/csv; charset=utf-8",
    )


@page
def template(request: ActorRequest, kind: str) -> FileResponse:
    """An empty sheet with notes."""
    from kemai.oversight.exchange.export.template import write_template

    _must_import(request)
    if kind not in dict(queries.kinds_for(request.actor)):
        raise LookupError(kind)
    sheet = BytesIO()
    write_template(kind, sheet)
    sheet.seek(0)
    return FileResponse(sheet, as_attachment=True, filename=f"{kind}.xlsx")


def _must_import(request: ActorRequest) -> None:
    if not queries.kinds_for(request.actor):
        raise Refused(_("你的岗位不能导入。"))


def _started(request: ActorRequest) -> tuple[Import | None, str]:
    file = request.FILES.get("file")
    if file is None:
        return None, _("请选一个文件。")
    try:
        return actions.start_import(
            actor=request.actor, kind=request.POST.get("kind", ""), file_name=file.name or "", chunks=file.chunks()
        ), ""  # fmt: skip
    except (ImportRefused, Refused) as refused:
        return None, str(refused)


def _history(request: ActorRequest) -> dict[str, Any]:
    chosen = {name: request.GET.get(name, "") for name in ("kind", "person", "state")}
    found = queries.imports_like(
        request.actor, kind=chosen["kind"], person=chosen["person"], step=chosen["state"]
    )
    before = request.GET.get("before", "")
    rows = list(found.filter(pk__lt=int(before))[: PAGE + 1] if before.isdigit() else found[: PAGE + 1])
    older = (
        urlencode({**{k: v for k, v in chosen.items() if v}, "before": rows[PAGE - 1].pk})
        if len(rows) > PAGE
        else ""
    )
    people = queries.uploaders(request.actor)
    undone = queries.undone_by(request.actor, rows[:PAGE])
    return {
        "imports": [_row(request.actor, item, undone.get(item.batch_id, "")) for item in rows[:PAGE]], "chosen": chosen, "is_filtered": any(chosen.values()) or bool(before),
        "kind_choices": [("", _("全部内容")), *((k, kind_label(k)) for k in _kinds_shown())],
        "people": [("", _("所有人")), *((name, person_word(name)) for name in people)] if len(people) > 1 else [],
        "states": [("", _("各种状态")), *((key, str(label)) for key, label in STATES)],
        "older": f"{reverse('imports')}?{older}" if older else None,
    }  # fmt: skip


def _kinds_shown() -> list[str]:
    """All kinds, those that come most often first."""
    first = ("sales", "customers", "contacts", "links", "products")
    return [*first, *(key for key in KINDS_NOW if key not in first)]


def _row(actor: Actor, item: Import, undone: str) -> dict[str, Any]:
    counts = item.preview if item.step in COUNTED else {}
    months = counts.get("months") or []
    return {
        "href": reverse("import", args=[item.pk]), "pk": item.pk, "file_name": item.file_name,
        "kind_label": kind_label(item.kind), "person_name": person_word(item.person_name),
        "when": f"{localtime(item.created_at):%m-%d %H:%M}", "created": counts.get("created"),
        "updated": counts.get("updated"), "rejected": counts.get("rejected"), "has_errors": bool(counts) and queries.has_errors(item),
        "amount_fen": sum(month["amount_fen"] for month in months) if months else None,
        "step_label": item.get_step_display(), "is_open": item.step in ("mapping", "checked"),
        "undone": undone, "may_undo": queries.may_undo(actor, item),
    }  # fmt: skip
