"""Step 2, 对列: which column is which field, what only a person can settle, rows as they will be read."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.doors.web.pages.imports.card import acted, base, kind_label
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.oversight.exchange import actions, queries
from kemai.oversight.exchange.decisions import Choices, decisions, first_choices, with_pick
from kemai.oversight.exchange.planning.request import ImportRefused
from kemai.oversight.exchange.sample import read_sample

CUSTOMER = {"customer", "customer_code", "customer_name"}


@page
def settle(request: ActorRequest, pk: int) -> HttpResponse:
    """The columns: shown again, or settled by a POST."""
    detail = queries.import_detail(request.actor, pk)
    if request.method != "POST":
        return columns_page(request, detail)
    choices = _posted(request.POST, detail.item, request.headers.get("HX-Trigger-Name", ""))
    sheet = request.POST.get("sheet", "")
    try:
        if sheet and sheet != (detail.item.layout.get("sheet") or detail.item.sheet):
            actions.choose_sheet(actor=request.actor, import_id=pk, sheet=sheet)
        else:
            actions.map_columns(
                actor=request.actor, import_id=pk, fields=choices.fields, options=choices.options,
                remember=bool(request.POST.get("remember")),
            )  # fmt: skip
    except ImportRefused as refused:
        return columns_page(request, detail, choices, [str(refused)])
    return HttpResponseRedirect(reverse("import", args=[pk]))


@page
def attempt(request: ActorRequest, pk: int) -> HttpResponse:
    """The page under choices that are not settled: nothing is kept."""
    detail = queries.import_detail(request.actor, pk)
    if request.method != "POST":
        return columns_page(request, detail)
    choices = _posted(request.POST, detail.item, request.headers.get("HX-Trigger-Name", ""))
    return columns_page(request, detail, choices, part="imports/columns.html")


@page
def kind(request: ActorRequest, pk: int) -> HttpResponse:
    """The header was taken for the wrong kind: read again as another."""
    chosen = request.POST.get("kind", "")
    return acted(request, pk, lambda: actions.choose_kind(actor=request.actor, import_id=pk, kind=chosen))


def columns_page(
    request: ActorRequest,
    detail: Any,
    choices: Choices | None = None,
    problems: list[str] | None = None,
    part: str = "imports/map.html",
) -> HttpResponse:
    """The whole page, or with `part` the form's body alone."""
    item, layout = detail.item, detail.item.layout
    problems = problems or ([item.refusal] if item.refusal else [])
    chosen = choices or first_choices(layout, item.mapping, item.options)
    columns = _columns(layout, chosen)
    used, guesses = sum(bool(c["field"]) for c in columns), sum(c["is_guess"] for c in columns)
    sample = (
        read_sample(layout, item.kind, chosen.fields, chosen.options, request.actor.today)
        if item.kind
        else None
    )
    context = {
        **base(item), "step": 2, "errors": problems, "columns": columns, "is_mine": detail.is_mine,
        "fields": [{"key": k, "label": label, "needed": needed} for k, label, needed in detail.fields],
        "file_note": _file_note(item),
        "map_note": _("认出 %(a)s，要确认 %(b)s，不导入 %(c)s") % {"a": used - guesses, "b": guesses, "c": len(columns) - used},
        "decisions": _decisions(request, item, chosen), "sample": sample,
        "sheets": [(s, s) for s in layout.get("sheets", [])], "asks_sheet": layout.get("asks_sheet"),
        "strict": chosen.options.get("strict", False), "key_rule": _key_rule(item.kind), "skipped": _skipped(layout),
        "no_customer": item.kind == "sales" and not CUSTOMER & set(chosen.fields.values()),
        "kinds": [k for k in queries.kinds_for(request.actor) if k[0] != item.kind],
        "remembered_by": layout.get("remembered_by") if layout.get("is_remembered") else "",
    }  # fmt: skip
    return render(request, part, context, status=422 if problems and choices else 200)


def _decisions(request: ActorRequest, item: Any, chosen: Choices) -> list[Any]:
    may_create = request.actor.may("customer.create")
    return decisions(item.layout, item.kind, chosen, may_create=may_create) if item.kind else []


def _posted(data: QueryDict, item: Any, changed: str) -> Choices:
    """The selects, then the radios of the panel where one of them was touched last or differs from the proposal."""
    fields = {int(k[4:]): str(v) for k, v in data.items() if k.startswith("col-") and k[4:].isdigit()}
    options: dict[str, Any] = {
        "strict": bool(data.get("strict")), "date_order": data.get("date_order") or None,
        "round_money": bool(data.get("round_money")),
        "fill_down": [k[5:] for k, v in data.items() if k.startswith("fill-") and v == "fill"],
        "create_customers": data.get("unknown") == "create",
    }  # fmt: skip
    choices = Choices(fields, options)
    first = first_choices(item.layout, item.mapping, item.options)
    for question in item.layout.get("questions", []):
        pick, places = data.get(f"pick-{question['field']}", ""), question["places"]
        untouched = all(fields.get(p, "") == first.fields.get(p, "") for p in places)
        wins = changed == f"pick-{question['field']}" or (not changed.startswith("col-") and untouched)
        if pick.isdigit() and int(pick) in places and wins:
            choices = with_pick(choices, question["field"], int(pick), places)
    return choices


def _columns(layout: dict[str, Any], chosen: Choices) -> list[dict[str, Any]]:
    asked = {place for question in layout.get("questions", []) for place in question["places"]}
    columns = []
    for column in layout.get("columns", []):
        field = chosen.fields.get(column["position"], "")
        as_guessed = field == (column["field"] or "")
        is_guess = (
            bool(field) and as_guessed and (column["confidence"] != "sure" or column["position"] in asked)
        )
        why = column["why"] if as_guessed else _("你选的")
        columns.append({**column, "field": field, "header": column["name"], "is_guess": is_guess, "why": why})
    return columns


def _file_note(item: Any) -> str:
    layout = item.layout
    parts = [kind_label(item.kind)]
    if len(layout.get("sheets", [])) > 1 and layout.get("sheet"):
        parts.append(_("工作表「%(sheet)s」") % {"sheet": layout["sheet"]})
    if layout.get("header_row"):
        parts.append(_("表头在第 %(n)s 行") % {"n": layout["header_row"]})
    parts.append(
        _("%(rows)s 行，%(cols)s 列")
        % {"rows": f"{layout.get('rows', 0):,}", "cols": len(layout.get("columns", []))}
    )
    return _("，").join(parts)


def _skipped(layout: dict[str, Any]) -> list[str]:
    counted = (
        (len(layout.get("titles", [])), _("表头上面的标题 %(n)s 行")),
        (layout.get("totals_count", 0), _("小计、合计 %(n)s 行")),
        (layout.get("repeated_headers", 0), _("又出现的表头 %(n)s 行")),
    )
    told = [text % {"n": f"{count:,}"} for count, text in counted if count]
    kept = (
        (layout.get("hidden_rows", 0), _("隐藏的行 %(n)s 行，照样读")),
        (len(layout.get("hidden_columns", [])), _("隐藏的列 %(n)s 列，照样读")),
        (len(layout.get("hidden_sheets", [])), _("隐藏的工作表 %(n)s 张，没有读")),
    )
    return told + [text % {"n": count} for count, text in kept if count]


def _key_rule(kind: str) -> str:
    if kind in ("invoices", "receipts"):
        return _("号码相同就是同一笔，只属于一个客户；内容没变跳过，变了算改动。")
    if kind == "targets":
        return _("一行是一家客户、一个人员或一个单位的；它加期间相同就是同一个，金额没变跳过，变了算改动。")
    if kind == "stock":
        return _("客户、盘点日、产品都相同就是同一笔；数量没变跳过，变了算改动。")
    if kind == "sales":
        return _(
            "单号加行号相同就是同一笔；内容没变跳过，变了算改动。没有单号行号的，按内容认。这份文件再导一次，什么都不会变。"
        )
    rules = {
        "contacts": _("同一家客户的同名人就是同一位；内容没变跳过，变了算改动，空格不改原来的。"),
        "links": _("两家、产品线和开始都相同就是同一条；内容没变跳过，变了算改动，空格不改原来的。"),
    }
    return rules.get(kind) or _("编号相同就是同一个；内容没变跳过，变了算改动。")
