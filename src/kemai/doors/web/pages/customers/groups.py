"""客户 · 分组: how many customers, and what they bought, by one or two dimensions of the list at hand."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives.directory.facets import NOT_FILLED
from kemai.business.archives.directory.grouping import Group, dimensions, grouped
from kemai.business.archives.models import Customer
from kemai.doors.web.pages.customers.asking import asked, labels, plain, words
from kemai.doors.web.pages.customers.chips import told
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, customers_page
from kemai.doors.web.tables import TYPES
from kemai.foundation.access.actor import Actor
from kemai.oversight.exchange.export.groups import groups_file

WIDEST = 12


@customers_page
def show(request: ActorRequest) -> HttpResponse:
    """The groups with links to their customers; as a file where one is asked for."""
    actor, data = request.actor, request.GET
    by, across = data.get("by") or "region", data.get("across") or ""
    query = asked(data, actor).query
    amounts = actor.sees("sales") and not across
    groups = grouped(actor, query, [by, *([across] if across and across != by else [])], amounts=amounts)
    table = _table(groups, by, amounts) if not across or across == by else _matrix(groups, by, across)
    if data.get("format") in TYPES:
        return _file(actor, table, str(data["format"]))
    named = names(actor)
    context = {
        "table": table, "by": by, "across": across, "dimensions": list(named.items()), "label": named.get(by, by),
        "across_label": named.get(across, ""), "kept": asked(data, actor).kept,
        "told": _told(actor, data), "back": f"{reverse('customers')}?{_base(data)}", "may_export": actor.may("export"),
        "here": f"{reverse('customers_groups')}?{plain(data)}",
    }  # fmt: skip
    return render(request, "customers/groups.html", context)


def names(actor: Actor) -> dict[str, str]:
    """The dimensions by what they are called."""
    known = labels() | {"ownership": str(Customer._meta.get_field("ownership").verbose_name)}  # type: ignore[union-attr]
    return {key: known[key] for key in dimensions(actor)}


def _base(data: QueryDict) -> str:
    kept = data.copy()
    for key in ("by", "across", "format"):
        kept.pop(key, None)
    return plain(kept)


def _told(actor: Actor, data: QueryDict) -> str:
    return told(actor, asked(data, actor))


def _said(key: str, value: str | None) -> str:
    return _("未填") if value is None else words({key: (value,)})[key][0]


def _table(groups: list[Group], by: str, amounts: bool) -> dict[str, Any]:
    total, money = sum(g.count for g in groups), sum(g.amount_fen or 0 for g in groups)
    rows = [
        {
            "label": _said(by, g.values[0]), "value": g.values[0] or NOT_FILLED, "count": g.count, "is_blank": g.values[0] is None,
            "share": g.count * 100 / total if total else None, "amount_fen": g.amount_fen,
            "amount_share": (g.amount_fen or 0) * 100 / money if money > 0 else None,
        }
        for g in groups
    ]  # fmt: skip
    return {
        "rows": rows,
        "total": total,
        "amount_fen": money if amounts else None,
        "amounts": amounts,
        "columns": None,
    }


def _matrix(groups: list[Group], by: str, across: str) -> dict[str, Any]:
    """Rows by columns; what is beyond the widest table is the last column."""
    columns: dict[str | None, int] = {}
    for g in groups:
        columns[g.values[1]] = columns.get(g.values[1], 0) + g.count
    shown = sorted(columns, key=lambda v: (v is None, -columns[v]))[:WIDEST]
    cells: dict[str | None, dict[str | None, int]] = {}
    for g in groups:
        row = cells.setdefault(g.values[0], {})
        key = g.values[1] if g.values[1] in shown else "…"
        row[key] = row.get(key, 0) + g.count
    more = len(columns) > len(shown)
    keys = [*shown, *(["…"] if more else [])]
    order = sorted(cells, key=lambda v: (v is None, -sum(cells[v].values())))
    rows = [
        {
            "label": _said(by, v), "value": v or NOT_FILLED, "count": sum(cells[v].values()), "is_blank": v is None,
            "cells": [{"n": cells[v].get(k, 0), "value": None if k == "…" else k or NOT_FILLED} for k in keys],
        }
        for v in order
    ]  # fmt: skip
    heads = [
        {
            "label": _("其余") if k == "…" else _said(across, k),
            "total": sum(cells[v].get(k, 0) for v in order),
        }
        for k in keys
    ]
    return {
        "rows": rows,
        "total": sum(columns.values()),
        "columns": heads,
        "amounts": False,
        "amount_fen": None,
    }


def _file(actor: Actor, table: dict[str, Any], kind: str) -> HttpResponse:
    head = [_("分组"), *([c["label"] for c in table["columns"]] if table["columns"] else []), _("家数")]
    head += [_("12 月销售")] if table["amounts"] else []
    rows = [
        [
            r["label"], *(str(c["n"]) for c in r.get("cells", [])), str(r["count"]),
            *([r["amount_fen"]] if table["amounts"] else []),
        ]
        for r in table["rows"]
    ]  # fmt: skip
    answer = HttpResponse(
        groups_file(actor=actor, header=head, rows=rows, format=kind), content_type=TYPES[kind]
    )
    answer["Content-Disposition"] = f'attachment; filename="groups-{actor.today:%Y%m%d}.{kind}"'
    return answer
