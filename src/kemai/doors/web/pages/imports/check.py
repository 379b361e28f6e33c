"""Step 3, 核对: what will be created, changed, left or refused, before anything is written."""

from __future__ import annotations

import textwrap
from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.doors.web.pages.imports.card import acted, base
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import figure, short_text
from kemai.oversight.exchange import actions, queries
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.planning.request import ImportRefused

SHOWN = 60
FEW = 12  # Chinese characters of a cause without a short name
CONTEXT = {
    "sales": ("order_no", "day", "customer", "quantity", "amount"),
    "customers": ("code", "name", "region"),
    "products": ("code", "name", "line"),
    "contacts": ("customer", "name", "mobile", "phone"),
    "links": ("dealer", "customer", "product_line", "share", "from", "to"),
    "potentials": ("customer", "mp", "es", "p"),
    "invoices": ("invoice_no", "customer", "issued_on", "due_on", "amount"),
    "receipts": ("receipt_no", "customer", "received_on", "amount"),
    "targets": ("customer", "period", "amount"),
    "stock": ("customer", "counted_on", "product_code", "quantity"),
}
CUSTOMER = ("customer_code", "customer", "customer_name")
NO_CELL = ("ragged", "key_twice", "customer_foreign", "field_forbidden")
NUMBERS = ("money", "quantity", "fraction", "integer")


@page
def back(request: ActorRequest, pk: int) -> HttpResponse:
    """To the columns again; what was mended stays."""
    return acted(request, pk, lambda: actions.back_to_columns(actor=request.actor, import_id=pk))


@page
def mend(request: ActorRequest, pk: int) -> HttpResponse:
    """One mend for all rows of a cause; the check runs again."""
    what = request.POST.get("mend", "")
    options: dict[str, Any] = {}
    if what == "create_customers":
        options = {"create_customers": request.POST.get("create") == "1"}
    elif what.startswith("fill_down:"):
        filled = queries.import_by_id(request.actor, pk).options.get("fill_down") or []
        options = {"fill_down": [*filled, what.partition(":")[2]]}
    elif what in ("date_order:dmy", "date_order:mdy"):
        options = {"date_order": what[-3:]}
    elif what == "round_money":
        options = {"round_money": True}
    return acted(request, pk, lambda: actions.mend_import(actor=request.actor, import_id=pk, **options))


@page
def repair(request: ActorRequest, pk: int) -> HttpResponse:
    """The right values that were typed beside refused cells; all of them at once."""

    def act() -> None:
        item, repairs = queries.import_by_id(request.actor, pk), _typed(request.POST)
        if not repairs:
            raise ImportRefused(_("一格都没有填。"))
        actions.repair_cells(actor=request.actor, import_id=item.pk, repairs=repairs)

    return acted(request, pk, act)


@page
def totals(request: ActorRequest, pk: int) -> HttpResponse:
    """The accounting program's own totals, held against those read."""
    typed = {k[4:]: str(v) for k, v in request.POST.items() if k.startswith("erp-")}
    error = ""
    if request.method == "POST":
        try:
            actions.hold_against(actor=request.actor, import_id=pk, totals=typed)
        except ImportRefused as refused:
            error = str(refused)
    detail = queries.import_detail(request.actor, pk)
    if not request.htmx and not error:
        return acted(request, pk, lambda: None)
    context = {**base(detail.item), **months(detail.item), "months_error": error, "may_hold": detail.is_mine}
    return render(request, "imports/months.html", context)


@page
def effects(request: ActorRequest, pk: int) -> HttpResponse:
    """Who would change class: the panel alone, asked for again while it is worked out."""
    item = queries.import_by_id(request.actor, pk)
    return render(request, "imports/effects.html", {**base(item), "effects": _effects(item, request.actor)})


def check_page(request: ActorRequest, detail: Any) -> HttpResponse:
    """All of step 3."""
    item, preview, actor = detail.item, detail.item.preview, request.actor
    cause = request.GET.get("cause", "")
    groups = [g for g in preview.get("groups", []) if not cause or g["code"] == cause]
    columns = _context_columns(item, groups)
    context = {
        **base(item), "p": counts(preview), "can_land": detail.can_land and detail.is_mine, "is_mine": detail.is_mine,
        "already": _already(preview), "columns": columns, "causes": _causes(item, cause),
        "fixes": [_fix(actor, item, place, g, columns) for place, g in enumerate(groups[:SHOWN])],
        "more": max(len(groups) - SHOWN, 0), "mends": _mends(item, cause), "repaired": _repaired(item),
        "warnings": _warnings(preview), "unknown": _unknown(actor, item), "effects": _effects(item, actor), "months_error": "",
        "may_hold": detail.is_mine, "strict": item.options.get("strict"), **months(item),
    }  # fmt: skip
    return render(request, "imports/check.html", context)


def counts(preview: dict[str, Any]) -> dict[str, Any]:
    """The figures of the preview with a note in 万 under those that have an amount."""
    notes = {
        f"{name}_note": short_text(preview[f"{name}_fen"]) if preview.get(f"{name}_fen") else ""
        for name in ("created", "updated")
    }  # fmt: skip
    if notes["updated_note"]:
        notes["updated_note"] = _("金额差 %(n)s") % {"n": notes["updated_note"]}
    whole = (
        "rows",
        "created",
        "updated",
        "unchanged",
        "rejected",
        "anonymous",
        "new_customers",
        "new_products",
    )
    return {**{name: preview.get(name, 0) for name in whole}, **notes}


def months(item: Import) -> dict[str, Any]:
    """Totals by month as read, beside the accounting program's own and the difference."""
    held = item.options.get("erp_totals", {})
    rows = [
        _month(m["month"], m["rows"], m["amount_fen"], held.get(m["month"]))
        for m in item.preview.get("months", [])
    ]
    total = _month(
        "total", sum(r["rows"] for r in rows), sum(r["amount_fen"] for r in rows), held.get("total")
    )
    return {"month_rows": rows, "month_total": total}


def _month(key: str, rows: int, fen: int, held: int | None) -> dict[str, Any]:
    typed = "" if held is None else f"{held // 100 if held >= 0 else -(-held // 100)}.{abs(held) % 100:02d}"
    return {
        "key": key, "rows": rows, "amount_fen": fen, "typed": typed,
        "difference_fen": None if held is None else fen - held,
    }  # fmt: skip


def _already(preview: dict[str, Any]) -> str:
    if not preview.get("already"):
        return ""
    return _("第 %(n)s 批导入过同样的文件；再入账什么都不会多。") % {"n": preview["already"]}


def _causes(item: Import, cause: str) -> list[dict[str, Any]]:
    here, preview = reverse("import", args=[item.pk]), item.preview
    said = {g["code"]: _cause_label(g) for g in preview.get("groups", [])}
    found = [
        {"label": _("全部"), "href": here, "current": not cause, "count": f"{preview.get('rejected', 0):,}"}
    ]
    return found + [
        {
            "label": said.get(c["code"], c["code"]), "href": f"{here}?cause={c['code']}", "current": c["code"] == cause,
            "count": f"{c['rows']:,}",
        }
        for c in preview.get("causes", [])[:6]
    ]  # fmt: skip


def _cause_label(group: dict[str, Any]) -> str:
    """The cause in a few words."""
    labels = {
        "customer_unknown": _("客户不认识"), "customer_similar": _("客户名不准"), "customer_ambiguous": _("客户有重名"),
        "customer_foreign": _("不归你管"), "date_unreadable": _("日期读不懂"), "no_such_day": _("没有这一天"),
        "no_such_day_in_month": _("没有这一天"), "date_ambiguous": _("日月不明"), "date_in_future": _("日期在将来"),
        "key_twice": _("单号行号重复"), "missing": _("空着"), "merged": _("合并单元格"), "cell_error": _("错误值"),
        "uncomputed": _("公式没算"), "money_decimals": _("不止两位小数"), "letters_in_number": _("数里有字"),
        "not_a_number": _("不是数"), "month_only": _("只有年月"), "missing_customer": _("没写客户"), "missing_whose": _("没写是谁的"),
        "key_of_other": _("号码是别家的"), "key_of_foreign": _("号码是别家的"), "due_before_issued": _("到期早于开票"),
        "period_unreadable": _("期间读不懂"), "below_zero": _("小于零"),
        "person_unknown": _("没有这个人"), "person_ambiguous": _("人有重名"), "person_foreign": _("不归你管"),
        "unit_unknown": _("没有这个单位"), "unit_foreign": _("不归你管"),
    }  # fmt: skip
    return str(labels.get(group["code"], few_words(group["problem"])))


def few_words(sentence: str) -> str:
    """The head of a sentence, cut between words: a dozen Chinese characters, or about as wide in other letters."""
    text = sentence.rstrip("。. ")
    if not text.isascii():
        return text if len(text) <= FEW else f"{text[:FEW]}…"
    return textwrap.shorten(text, 2 * FEW + 1, placeholder="…")


def _context_columns(item: Import, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The fields shown beside each refused cell: those by which people know a row."""
    used = {key for group in groups for key in group["cells"]} | {group["field"] for group in groups}
    kind, found = KINDS[item.kind], []
    for key in CONTEXT.get(item.kind, ()):
        if key in used or (key == "customer" and used & set(CUSTOMER)):
            one = kind.field(key)
            found.append({"key": key, "label": one.label, "num": one.type in NUMBERS})
    return found


def _fix(
    actor: Actor, item: Import, place: int, group: dict[str, Any], columns: list[dict[str, Any]]
) -> dict[str, Any]:
    field = (
        "customer"
        if group["field"] in CUSTOMER and "customer" in CONTEXT.get(item.kind, ())
        else group["field"]
    )
    cells = [_context_cell(column, field, group) for column in columns]
    can_mend = bool(group["field"]) and group["code"] not in NO_CELL
    return {
        "place": place, "row": group["row"], "rows": group["rows"], "field": group["field"], "raw": group["raw"],
        "label": group["field_label"], "problem": group["problem"], "mend": group["mend"], "cells": cells,
        "is_shown": any(cell["bad"] for cell in cells), "can_mend": can_mend and len(group["raw"]) < 200,
        "choices": _choices(actor, group), "can_all": group["rows"] > 1,
    }  # fmt: skip


def _context_cell(column: dict[str, Any], field: str, group: dict[str, Any]) -> dict[str, Any]:
    keys = CUSTOMER if column["key"] == "customer" else (column["key"],)
    text = next((group["cells"][key] for key in keys if group["cells"].get(key)), "")
    bad = column["key"] == field
    return {"text": group["raw"] if bad else text, "bad": bad, "num": column["num"], "label": column["label"]}


def _choices(actor: Actor, group: dict[str, Any]) -> list[tuple[str, str]]:
    """Whom a refused customer may mean: (code, name)."""
    params = group.get("params") or {}
    if group["code"] == "customer_ambiguous":
        return queries.customers_called(actor, params.get("matches", "").split("、"), [])
    if group["code"] == "customer_similar":
        return queries.customers_called(actor, [], params.get("similar", "").split("、"))
    return []


def _typed(data: QueryDict) -> list[actions.Repair]:
    """Form names are fix-N (the value), row-N, field-N, raw-N, and same-N for all equal cells."""
    repairs = []
    for name in data:
        place = name.removeprefix("fix-")
        text = data.get(name, "")
        row, field = data.get(f"row-{place}", ""), data.get(f"field-{place}", "")
        if place == name or not row.isdigit() or not (text.strip() or data.get("undo") == place):
            continue
        same_as = data.get(f"raw-{place}", "") if data.get(f"same-{place}") else None
        value = "" if data.get("undo") == place else text
        repairs.append(actions.Repair(int(row), field, value, same_as))
    return repairs


def _mends(item: Import, cause: str) -> list[dict[str, str]]:
    """What mends a whole cause at one tap."""
    found = []
    for group in item.preview.get("groups", []):
        code, label = group["code"], group["field_label"]
        if code == "merged":
            found.append((f"fill_down:{group['field']}", _("「%(field)s」空着的跟上一行") % {"field": label}))
        elif code == "money_decimals":
            found.append(("round_money", _("金额都四舍五入到分")))
        elif code == "date_ambiguous":
            found += [
                ("date_order:dmy", _("日期都按日/月/年读")),
                ("date_order:mdy", _("日期都按月/日/年读")),
            ]
    return [{"value": value, "label": str(label)} for value, label in dict.fromkeys(found)]


def _repaired(item: Import) -> list[dict[str, Any]]:
    """What was mended by hand, each to be taken back."""
    known, found = item.options.get("repairs", {}), []
    kind = KINDS[item.kind]
    for row, fields in known.get("cells", {}).items():
        found += [
            {"row": int(row), "field": key, "label": kind.field(key).label, "value": value, "raw": None}
            for key, value in fields.items()
        ]
    for key, texts in known.get("values", {}).items():
        found += [
            {"row": 0, "field": key, "label": kind.field(key).label, "value": value, "raw": raw}
            for raw, value in texts.items()
        ]
    return found


def _warnings(preview: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows that will land all the same, by cause, with a few examples."""
    found = []
    for cause in preview.get("warning_causes", []):
        examples = [w for w in preview.get("warnings_shown", []) if w["code"] == cause["code"]]
        text = examples[0]["problem"] if examples else cause["code"]
        shown = [{"row": w["row"], "raw": w["raw"]} for w in examples[:3]]
        found.append({"text": text, "count": cause["rows"], "examples": shown})
    return found


def _unknown(actor: Actor, item: Import) -> dict[str, Any]:
    """Customers nobody knows: those to be created when that is chosen, else those whose rows are refused."""
    preview = item.preview
    creates = bool(item.options.get("create_customers"))
    if creates:
        rows = [{"name": name, "rows": None, "similar": ""} for name in preview.get("new_names", [])]
        count = preview.get("new_customers", 0)
    else:
        rows = [
            {"name": u["name"], "rows": u.get("rows"), "similar": u.get("similar", "")}
            for u in preview.get("unknown", [])
        ]
        count = len(rows)
    return {
        "creates": creates,
        "rows": rows[:200],
        "count": count,
        "asks": item.kind in KINDS and KINDS[item.kind].names_customers,
        "may_create": actor.may("customer.create"),
    }


def _effects(item: Import, actor: Actor) -> dict[str, Any]:
    found = item.effects if actor.sees("value") else {}
    moves = [{**move, "href": reverse("customer", args=[move["code"]])} for move in found.get("moves", [])]
    months_read = item.preview.get("months", []) if item.kind == "sales" else []
    rows = [m for m in months_read if m.get("after_fen") != m.get("before_fen")]
    changed = [
        {**m, "before": figure(m["before_fen"]), "after": short_text(m["after_fen"])} for m in rows[-3:]
    ]
    return {**found, "moves": moves, "months": changed, "state": found.get("state", "")}
