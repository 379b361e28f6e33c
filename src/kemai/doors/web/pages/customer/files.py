"""The files of a customer: the list, what is put in, one file with its story, and its bytes for who may have them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kemai.business.archives import queries
from kemai.business.archives.models import Customer
from kemai.doors.web.pages.customer.head import head_of, tab
from kemai.doors.web.pages.customer.words import group_word, number, said_by, size_word
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Refused
from kemai.foundation.files import actions
from kemai.foundation.files.content import ENDINGS
from kemai.foundation.files.models import DocumentKind, StoredFile
from kemai.foundation.files.names import disposition
from kemai.foundation.files.queries import content_of, counts_by_kind, file_by_id, files_of
from kemai.foundation.files.refusals import FileConflict, FileRefused, StoreFull
from kemai.foundation.files.rights import groups_kept
from kemai.foundation.files.store import MIB

SHOWN = 50
FEW = 6  # up to here nobody needs to narrow the list down
AT_ONCE = 20
ACCEPT = ",".join(f".{ending}" for ending in sorted(ENDINGS))
ALONE = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""The policy of a file's bytes: whatever they are, they run nothing and load nothing from our address."""


@page
def files(request: ActorRequest, code: str) -> HttpResponse:
    """The list, newest first."""
    return _listed(request, queries.customer_by_code(request.actor, code), [])


@page
def add(request: ActorRequest, code: str) -> HttpResponse:
    """Puts in what was chosen, each by itself: what is wrong with one does not keep the others out."""
    customer = queries.customer_by_code(request.actor, code)
    if not groups_kept(request.actor, customer.owner_id):
        raise Refused(_("你的岗位不能往这里放文件。"))
    kept, problems, status = _kept(request, customer)
    if not kept:
        return _listed(request, customer, problems, status)
    messages.success(request, _("放进了 %(n)s 个文件") % {"n": kept})
    for problem in problems:
        messages.error(request, problem)
    there = reverse("customer_files", args=[code])
    return HttpResponse(headers={"HX-Redirect": there}) if request.htmx else HttpResponseRedirect(there)


@page
def one(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """One file: what it is, who put it there, and the way out of use and back; a POST changes what is said about it."""
    customer = queries.customer_by_code(request.actor, code)
    file = file_by_id(request.actor, customer.pk, pk)
    if request.method != "POST":
        return _one(request, customer, file)
    given = {name: request.POST.get(name, "") for name in ("kind", "note")}
    try:
        actions.change_file(
            actor=request.actor, file=file, version=number(request.POST.get("version")),
            group=request.POST.get("group") or file.group, **given,
        )  # fmt: skip
    except (FileRefused, FileConflict) as refused:
        now = file_by_id(request.actor, customer.pk, pk)
        return _one(request, customer, now, {"": str(refused)}, refused.status)
    messages.success(request, _("已保存"))
    return HttpResponseRedirect(reverse("customer_files", args=[code]))


@page
def turn(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Out of use with a reason, or back."""
    customer = queries.customer_by_code(request.actor, code)
    file = file_by_id(request.actor, customer.pk, pk)
    try:
        if request.POST.get("active") == "1":
            actions.restore_file(actor=request.actor, file=file)
        else:
            actions.retire_file(actor=request.actor, file=file, reason=request.POST.get("reason", ""))
    except FileRefused as refused:
        return _one(request, customer, file, {"reason": str(refused)}, refused.status)
    messages.success(request, _("已保存"))
    return HttpResponseRedirect(reverse("customer_files", args=[code]))


def content(request: ActorRequest, code: str, pk: int) -> HttpResponse | FileResponse:
    """The bytes, whole and to be saved, after the same questions as the list; a visitor learns nothing (A16, C03, C04)."""
    if getattr(request, "actor", None) is None:
        raise Http404
    return _content(request, code, pk)  # type: ignore[no-any-return]


@page
def _content(request: ActorRequest, code: str, pk: int) -> FileResponse:
    customer = queries.customer_by_code(request.actor, code)
    file, opened = content_of(request.actor, customer.pk, pk)
    answer = FileResponse(opened, as_attachment=True, content_type=file.media_type)
    answer["Content-Disposition"] = disposition(file.name)
    answer["Content-Security-Policy"] = ALONE
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    answer["Accept-Ranges"] = (
        "none"  # a part is never asked for by itself, so it can't be had without the questions
    )
    return answer


def _kept(request: ActorRequest, customer: Customer) -> tuple[int, list[str], int]:
    """How many were kept, a sentence for each that was not, and the status of a page that kept none."""
    chosen = request.FILES.getlist("files")
    if not chosen:
        return 0, [_("请选一个文件。")], 422
    if len(chosen) > AT_ONCE:
        return 0, [_("一次最多放 %(n)s 个文件。") % {"n": AT_ONCE}], 422
    kept, problems, status = 0, list[str](), 422
    for upload in chosen:
        try:
            actions.add_file(
                actor=request.actor, customer_id=customer.pk, declared_name=upload.name or "", chunks=upload.chunks(),
                kind=request.POST.get("kind", ""), note=request.POST.get("note", ""), group=_group(request, customer),
            )  # fmt: skip
            kept += 1
        except (FileRefused, StoreFull) as refused:
            problems.append(_named(upload.name or "", str(refused), len(chosen)))
            status = refused.status
    return kept, problems, status


def _named(name: str, sentence: str, chosen: int) -> str:
    """Among several, which of them the sentence is about."""
    plain = "".join(c for c in name if c.isprintable())[-60:]
    return sentence if chosen == 1 or plain in sentence else f"{plain}：{sentence}"


def _group(request: ActorRequest, customer: Customer) -> str:
    return request.POST.get("group") or groups_kept(request.actor, customer.owner_id)[0]


def _listed(
    request: ActorRequest, customer: Customer, problems: list[str], status: int = 200
) -> HttpResponse:
    actor, kind = request.actor, request.GET.get("kind", "")
    counts = counts_by_kind(actor, customer.pk)
    rows = files_of(actor, customer.pk)
    rows = rows.filter(kind=kind) if kind in DocumentKind.values else rows
    before = number(request.GET["before"]) if "before" in request.GET else None
    found = list((rows.filter(pk__lt=before) if before else rows)[: SHOWN + 1])
    context = {
        "files": [_row(f) for f in found[:SHOWN]], "total": sum(counts.values()), "older": _older(customer, found, kind),
        "kinds": _kinds(customer, counts, kind) if sum(counts.values()) > FEW else [], "shows_group": actor.sees("credit", customer.owner_id),
        "problems": problems, **_form(request, customer),
    }  # fmt: skip
    return tab(request, customer, "files", context, status=status)


def _form(request: ActorRequest, customer: Customer) -> dict[str, Any]:
    limit = settings.FILE_LIMIT_BYTES
    sentence = _("文件超过上限 %(limit)s MiB。") % {"limit": limit // MIB}
    groups = groups_kept(request.actor, customer.owner_id)
    form = {name: request.POST.get(name, "") for name in ("kind", "group", "note")}
    return {
        "form": form | {"kind": form["kind"] or "other", "group": form["group"] or (groups or ("",))[0]},
        "groups": [(g, group_word(g)) for g in groups], "document_kinds": DocumentKind.choices, "accept": ACCEPT,
        "limit": limit, "limit_mib": limit // MIB, "too_large": sentence,
    }  # fmt: skip


def _kinds(customer: Customer, counts: dict[str, int], kind: str) -> list[dict[str, Any]]:
    here = reverse("customer_files", args=[customer.code])
    some = [(key, label) for key, label in DocumentKind.choices if key in counts]
    made = [{"label": _("全部"), "href": here, "current": not kind, "count": sum(counts.values())}]
    return made + [
        {"label": str(label), "href": f"{here}?kind={key}", "current": key == kind, "count": counts[key]}
        for key, label in some
    ]


def _older(customer: Customer, found: list[StoredFile], kind: str) -> str | None:
    if len(found) <= SHOWN:
        return None
    asked = urlencode({k: v for k, v in (("kind", kind), ("before", found[SHOWN - 1].pk)) if v})
    return f"{reverse('customer_files', args=[customer.code])}?{asked}"


def _row(file: StoredFile) -> dict[str, Any]:
    return {
        "pk": file.pk, "name": file.name, "kind": file.get_kind_display(), "size": size_word(file.size), "note": file.note,
        "who": said_by(file.person_name), "when": f"{localtime(file.created_at):%Y-%m-%d %H:%M}", "is_active": file.is_active,
        "reason": file.retired_reason, "is_credit": file.group == "credit",
    }  # fmt: skip


def _one(
    request: ActorRequest,
    customer: Customer,
    file: StoredFile,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    groups, stands = (
        groups_kept(request.actor, customer.owner_id),
        {"kind": file.kind, "group": file.group, "note": file.note},
    )
    context = {
        "file": _row(file), "seen_by": group_word(file.group), "media_type": file.media_type, "sha256": file.sha256,
        "may_keep": file.group in groups, "groups": [(g, group_word(g)) for g in groups], "document_kinds": DocumentKind.choices,
        "form": {name: request.POST.get(name, value) for name, value in stands.items()}, "version": file.version,
        "errors": errors or {}, "reason": request.POST.get("reason", ""),
    }  # fmt: skip
    return render(
        request, "customer/file.html", {**head_of(request, customer, "files"), **context}, status=status
    )
