"""Step 4, 入账: what has come into the books, and when the ranking holds it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kemai.doors.web.pages.imports.card import base, kind_label, person_word
from kemai.doors.web.pages.imports.check import counts, months
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.oversight.exchange import queries
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.parsing.kinds import KINDS

SHOWN = 100


@page
def valued(request: ActorRequest, pk: int) -> HttpResponse:
    """The panel that says whether the ranking holds this import yet."""
    item = queries.import_by_id(request.actor, pk)
    return render(request, "imports/valued.html", {**base(item), **_valued(request.actor, item)})


def landed_page(request: ActorRequest, detail: Any) -> HttpResponse:
    """The result: counts, refused rows as CSV, the customers created, the way to the ranking."""
    item, actor = detail.item, request.actor
    created = queries.created_customers(actor, item)
    shown = [
        {"code": code, "name": name, "href": reverse("customer", args=[code])}
        for code, name in created.values_list("code", "name")[:SHOWN]
    ]
    batch = item.batch
    facts = [
        (_("批号"), str(item.batch_id or "—")), (_("谁"), person_word(item.person_name)), (_("文件"), item.file_name),
        (_("何时"), f"{localtime(batch.landed_at):%Y-%m-%d %H:%M}" if batch and batch.landed_at else "—"),
    ]  # fmt: skip
    context = {
        **base(item), "p": counts(item.preview), "landed_text": _told(item), "created": shown,
        "created_count": created.count() if len(shown) == SHOWN else len(shown), "batch_facts": facts, "months_error": "",
        "may_hold": detail.is_mine, "is_read_by_valuation": KINDS.fixed(item.kind).is_valued or shown,
        "has_errors": queries.has_errors(item), **_valued(actor, item), **months(item),
        "undone": undone_text(actor, item), "may_undo": queries.may_undo(actor, item),
    }  # fmt: skip
    return render(request, "imports/landed.html", context)


def undone_text(actor: Actor, item: Import) -> str:
    """Who took the import back, when and why; "" for one that stands."""
    carrier = queries.undo_of(actor, item)
    if carrier is None or carrier.landed_at is None:
        return ""
    return _("%(who)s 在 %(when)s 撤销了：%(why)s") % {
        "who": carrier.person_name, "when": f"{localtime(carrier.landed_at):%Y-%m-%d %H:%M}", "why": carrier.source
    }  # fmt: skip


def _told(item: Import) -> str:
    found = counts(item.preview)
    if not found["created"] and not found["updated"]:
        return _("已导入：账本里都有了，什么都没有变。")
    counted = {"a": f"{found['created']:,}", "b": f"{found['updated']:,}", "kind": kind_label(item.kind)}
    return _("%(kind)s：新增 %(a)s 行，改动 %(b)s 行。") % counted


def _valued(actor: Actor, item: Import) -> dict[str, Any]:
    from kemai.doors.web.pages.valuation import running

    undone = queries.undo_of(actor, item) is not None
    changed = item.preview.get("created", 0) + item.preview.get("updated", 0)
    return {
        "is_valued": not changed or queries.is_valued(actor, item),
        "running": running(),
        "is_undone": undone,
    }
