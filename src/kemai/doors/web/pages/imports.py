"""导入: upload, columns, check, landing, and what was imported before."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Refused
from kemai.oversight.exchange import actions, queries
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.planning.request import ImportRefused

STEPS = {"reading": 1, "mapping": 2, "checking": 3, "checked": 3, "landing": 4, "landed": 4}


@page
def index(request: ActorRequest) -> HttpResponse:
    """The drop zone and the history; a POST starts an import."""
    error = ""
    _must_import(request)
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            error = _("请选一个文件。")
        else:
            try:
                item = actions.start_import(
                    actor=request.actor,
                    kind=request.POST.get("kind", ""),
                    file_name=file.name or "",
                    chunks=file.chunks(),
                )
                return HttpResponseRedirect(reverse("import", args=[item.pk]))
            except ImportRefused as refused:
                error = str(refused)
    kinds = queries.kinds_for(request.actor)
    rows = [_history(i) for i in queries.imports(request.actor).select_related("batch").order_by("-pk")[:50]]
    context = {"kinds": kinds, "kind": request.POST.get("kind", "sales"), "error": error, "imports": rows}
    return render(request, "imports/list.html", context, status=422 if error else 200)


@page
def show(request: ActorRequest, pk: int) -> HttpResponse:
    """The step the import is at."""
    detail = queries.import_detail(request.actor, pk)
    item = detail.item
    if detail.is_busy:
        label = {"reading": _("在读文件"), "checking": _("在核对"), "landing": _("在入账")}[item.step]
        context = {
            **_base(item),
            "label": label,
            "percent": detail.percent or None,
            "note": detail.note,
            "cancel": reverse("import_cancel", args=[pk]),
        }
        return render(request, "imports/waiting.html", context)
    if request.htmx and (
        item.step != "landed" or "waiting" in request.headers.get("HX-Trigger", "")
    ):  # the work is done: the whole page changes, its bar included
        return HttpResponse(headers={"HX-Refresh": "true"})
    if item.step in ("refused", "cancelled"):
        sentence = item.refusal or detail.error or _("这份导入已取消。")
        return render(
            request, "imports/refused.html", {**_base(item), "i": {**_card(item), "refusal": sentence}}
        )
    if item.step == "mapping":
        return _mapping(request, detail, [])
    return _checked(request, detail) if item.step == "checked" else _landed(request, detail)


@page
def settle(request: ActorRequest, pk: int) -> HttpResponse:
    """The columns: shown again, or settled by a POST."""
    detail = queries.import_detail(request.actor, pk)
    if request.method != "POST":
        return _mapping(request, detail, [])
    sheet = request.POST.get("sheet", "")
    try:
        if sheet and sheet != (detail.item.layout.get("sheet") or detail.item.sheet):
            actions.choose_sheet(actor=request.actor, import_id=pk, sheet=sheet)
        else:
            fields = {
                int(k[4:]): v
                for k, v in request.POST.items()
                if k.startswith("col-") and k[4:].isdigit() and v
            }
            options = {
                "create_customers": request.POST.get("unknown") == "create",
                "strict": bool(request.POST.get("strict")),
            }
            actions.map_columns(
                actor=request.actor,
                import_id=pk,
                fields=fields,  # type: ignore[arg-type]
                options=options,
                remember=bool(request.POST.get("remember")),
            )
    except ImportRefused as refused:
        return _mapping(request, detail, [str(refused)])
    return HttpResponseRedirect(reverse("import", args=[pk]))


@page
def land(request: ActorRequest, pk: int) -> HttpResponse:
    """Into the books."""
    return _done(request, pk, lambda: actions.land_import(actor=request.actor, import_id=pk))


@page
def cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Not at all."""
    _done(request, pk, lambda: actions.cancel_import(actor=request.actor, import_id=pk))
    return HttpResponseRedirect(reverse("imports"))


@page
def create_unknown(request: ActorRequest, pk: int) -> HttpResponse:
    """All unknown customers become new ones; the check runs again."""
    return _done(
        request, pk, lambda: actions.mend_import(actor=request.actor, import_id=pk, create_customers=True)
    )


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
    from io import BytesIO

    from kemai.oversight.exchange.export.template import write_template

    _must_import(request)
    if kind not in dict(queries.kinds_for(request.actor)):
        raise LookupError(kind)
    sheet = BytesIO()
    write_template(kind, sheet)
    sheet.seek(0)
    return FileResponse(sheet, as_attachment=True, filename=f"{kind}.xlsx")


def _done(request: ActorRequest, pk: int, act: Any) -> HttpResponse:
    if request.method != "POST":
        raise LookupError(pk)
    try:
        act()
    except ImportRefused as refused:
        raise Refused(str(refused)) from refused
    return HttpResponseRedirect(reverse("import", args=[pk]))


def _must_import(request: ActorRequest) -> None:
    if not queries.kinds_for(request.actor):
        raise Refused(_("你的岗位不能导入。"))


def _kind_label(kind: str) -> str:
    from kemai.oversight.exchange.parsing.kinds import KINDS

    return str(KINDS[kind].heading)


def _card(item: Import) -> dict[str, Any]:
    return {
        "pk": item.pk,
        "file_name": item.file_name,
        "kind": item.kind,
        "kind_label": _kind_label(item.kind),
        "sheet": item.layout.get("sheet") or item.sheet,
        "refusal": item.refusal,
    }


def _base(item: Import) -> dict[str, Any]:
    return {"i": _card(item), "step": STEPS.get(item.step, 1)}


def _history(item: Import) -> dict[str, Any]:
    counts = item.preview if item.step in ("checked", "landed", "landing") else {}
    return {
        "href": reverse("import", args=[item.pk]), "file_name": item.file_name, "kind_label": _kind_label(item.kind),
        "person_name": item.person_name, "when": f"{localtime(item.created_at):%m-%d %H:%M}", "created": counts.get("created"),
        "updated": counts.get("updated"), "rejected": counts.get("rejected"), "step_label": item.get_step_display(),
        "is_open": item.step in ("mapping", "checked"),
    }  # fmt: skip


def _mapping(request: ActorRequest, detail: Any, problems: list[str]) -> HttpResponse:
    item, layout = detail.item, detail.item.layout
    asked = {p for q in layout.get("questions", []) for p in q["places"]}
    columns = [
        {
            **c,
            "header": c["name"],
            "is_guess": (c["confidence"] != "sure" and bool(c["field"])) or c["position"] in asked,
        }
        for c in layout.get("columns", [])
    ]
    labels = {key: heading for key, heading, _needed in detail.fields}
    chosen = [c for c in columns if c["field"]]
    guesses = sum(c["is_guess"] for c in columns)
    head = [{"label": labels.get(c["field"], c["field"])} for c in chosen]
    sample = [
        [{"text": row[c["position"]] or "", "num": False, "bad": False} for c in chosen]
        for row in layout.get("sample_rows", [])
    ]
    skipped = _("标题行 %(t)s 行、小计合计 %(s)s 行") % {
        "t": len(layout.get("titles", [])),
        "s": layout.get("totals_count", 0),
    }
    context = {
        **_base(item), "step": 2, "errors": problems, "columns": columns,
        "fields": [{"key": k, "label": label, "needed": needed} for k, label, needed in detail.fields],
        "file_note": _("%(kind)s，%(rows)s 行，%(cols)s 列") % {"kind": _kind_label(item.kind), "rows": f"{layout.get('rows', 0):,}", "cols": len(columns)},
        "map_note": _("认出 %(a)s，要确认 %(b)s，不导入 %(c)s") % {"a": len(chosen) - guesses, "b": guesses, "c": len(columns) - len(chosen)},
        "sample_head": head, "sample_rows": sample, "sheets": [(s, s) for s in layout.get("sheets", [])],
        "asks_unknown": item.kind in ("sales", "potentials"), "unknown": "create" if item.options.get("create_customers", True) else "refuse",
        "strict": item.options.get("strict", False), "key_rule": _key_rule(item.kind),
        "skipped_note": skipped if layout.get("titles") or layout.get("totals_count") else "",
    }  # fmt: skip
    return render(request, "imports/map.html", context, status=422 if problems else 200)


def _key_rule(kind: str) -> str:
    if kind == "sales":
        return _("单号加行号相同就是同一笔；内容没变跳过，变了算改动。没有单号行号的，按内容认。")
    return _("编号相同就是同一个；内容没变跳过，变了算改动。")


def _checked(request: ActorRequest, detail: Any) -> HttpResponse:
    item, preview = detail.item, detail.item.preview
    cause = request.GET.get("cause", "")
    problems = [p for p in preview.get("problems", []) if not cause or p["code"] == cause]
    here = reverse("import", args=[item.pk])
    causes = [{"label": _("全部"), "href": here, "current": not cause, "count": preview.get("rejected", 0)}]
    said = {p["code"]: p["problem"] for p in preview.get("problems", [])}
    causes += [
        {
            "label": said.get(c["code"], c["code"]),
            "href": f"{here}?cause={c['code']}",
            "current": c["code"] == cause,
            "count": c["rows"],
        }
        for c in preview.get("causes", [])[:5]
    ]
    months = preview.get("months", [])
    unknown = [
        {"name": u["name"], "rows": u.get("rows", 0), "similar": (u.get("similar") or [""])[0]}
        for u in preview.get("unknown", [])
    ]
    warned = {w["code"]: w["problem"] for w in preview.get("warnings_shown", [])}
    context = {
        **_base(item), "p": _counts(preview), "can_land": detail.can_land, "already": _already(preview), "problem_rows": [_problem(p) for p in problems[:200]],
        "causes": causes, "warnings": [{"text": warned.get(w["code"], w["code"]), "count": w["rows"]} for w in preview.get("warning_causes", [])],
        "month_rows": months, "month_total": {"rows": sum(m["rows"] for m in months), "amount_fen": sum(m["amount_fen"] for m in months)},
        "unknown": unknown, "unknown_note": str(len(unknown)), "may_create": not item.options.get("create_customers"),
    }  # fmt: skip
    return render(request, "imports/check.html", context)


def _problem(p: dict[str, Any]) -> dict[str, Any]:
    return {
        "row": p["row"],
        "field_label": p.get("heading") or p.get("field", ""),
        "raw": p.get("raw") or "",
        "problem": p["problem"],
        "mend": p.get("mend", ""),
    }


def _already(preview: dict[str, Any]) -> str:
    return (
        _("第 %(n)s 批导入过同样的文件；再入账什么都不会多。") % {"n": preview["already"]}
        if preview.get("already")
        else ""
    )


def _counts(preview: dict[str, Any]) -> dict[str, Any]:
    from kemai.foundation.money import wan_text

    fen = {k: preview.get(f"{k}_fen") for k in ("created", "updated")}
    notes = {f"{k}_note": _("%(n)s 万") % {"n": wan_text(v)} if v else "" for k, v in fen.items()}
    return {
        **{k: preview.get(k, 0) for k in ("created", "updated", "unchanged", "rejected")},
        **notes,
        "rejected_note": "",
    }


def _landed(request: ActorRequest, detail: Any) -> HttpResponse:
    item = detail.item
    counts = _counts(item.preview)
    text = _("新增 %(a)s 行，改动 %(b)s 行。估值会自己跟上。") % {
        "a": f"{counts['created']:,}",
        "b": f"{counts['updated']:,}",
    }
    facts = [(_("批号"), str(item.batch_id or "")), (_("谁"), item.person_name), (_("文件"), item.file_name)]
    context = {
        **_base(item),
        "p": counts,
        "landed_text": text,
        "running": _running(),
        "month_rows": item.preview.get("months", []),
        "batch_facts": facts,
    }
    return render(request, "imports/landed.html", context)


def _running() -> dict[str, Any] | None:
    from kemai.doors.web.pages.valuation import running

    return running()
