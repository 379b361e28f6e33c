"""撤销这次导入: what goes, what comes back, what stands in its way; and the undo itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kemai.doors.web.pages.customer.sentences import field_label, names_in, sentence, shown
from kemai.doors.web.pages.imports.card import base, kind_label
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.money import exact_text
from kemai.oversight.exchange import actions, queries
from kemai.oversight.exchange.errors_file import safe_cell
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.planning.request import ImportRefused
from kemai.oversight.exchange.undoing.plan import Conflict
from kemai.oversight.exchange.undoing.preview import Preview, kind_sentence, undo_preview

SHOWN = 30


@page
def undo(request: ActorRequest, pk: int) -> HttpResponse:
    """GET shows what would happen; POST does it, or says with 422 what is missing and with 409 what changed."""
    item = queries.import_by_id(request.actor, pk)
    if item.step not in ("landed",):
        return HttpResponseRedirect(reverse("import", args=[pk]))
    problem, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            actions.start_undo(
                actor=request.actor, import_id=pk, reason=reason, keep=request.POST.get("keep", "")
            )
        except ImportRefused as refused:
            problem = str(refused)
        else:
            return _done(request, pk)
    return _preview_page(request, item, problem, reason)


@page
def conflicts(request: ActorRequest, pk: int) -> HttpResponse:
    """Every conflict as CSV."""
    found = _preview(request, queries.import_by_id(request.actor, pk))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        [
            _("客户编号"),
            _("名称"),
            _("哪一项"),
            _("导入前"),
            _("导入的"),
            _("现在"),
            _("谁"),
            _("何时"),
            _("怎么了"),
        ]
    )
    for row in _rows(request.actor, found):
        names = ("code", "name", "field", "before", "imported", "now", "by", "at", "what")
        writer.writerow([safe_cell(str(row[name])) for name in names])
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="conflicts-{pk}.csv"'
    return answer


def _done(request: ActorRequest, pk: int) -> HttpResponse:
    if queries.import_by_id(request.actor, pk).step == "undone":
        messages.success(request, _("撤销了，账和资料都回到导入之前。"))
    return HttpResponseRedirect(reverse("import", args=[pk]))


def _preview(request: ActorRequest, item: Import) -> Preview:
    if item.batch_id is None:
        raise LookupError(item.pk)
    try:
        return undo_preview(request.actor, item.batch_id)
    except ImportRefused as refused:
        raise Refused(str(refused)) from refused


def _preview_page(request: ActorRequest, item: Import, problem: str, reason: str) -> HttpResponse:
    found = _preview(request, item)
    short = bool(problem) and not reason.strip()
    context = {
        **base(item), "counts": list(_counts(found.counts, kind_label(item.kind))), "conflicts": [r for r, _n in zip(_rows(request.actor, found), range(SHOWN), strict=False)],
        "rows": found.rows, "count": len(found.conflicts), "token": found.token, "too_many": found.too_many,
        "later": found.later, "reason": reason, "reason_error": problem if short else "", "problem": "" if short else problem,
        "more": max(len(found.conflicts) - SHOWN, 0), "refusal": item.refusal,
    }  # fmt: skip
    return render(request, "imports/undo.html", context, status=(422 if short else 409) if problem else 200)


def _counts(counts: dict[str, int], kind: str) -> Iterator[dict[str, Any]]:
    """The figures that are not nought, in words."""
    words = {
        "contact_go": (_("新来的联系人去掉"), _("位")), "contact_back": (_("联系人改回"), _("位")),
        "supply_link_go": (_("新的渠道关系去掉"), _("条")), "supply_link_back": (_("渠道关系改回"), _("条")),
        "book_go": (_("这一批的%(kind)s去掉") % {"kind": kind}, _("行")), "book_back": (_("原来的%(kind)s回来") % {"kind": kind}, _("行")),
        "staff_go": (_("人员和单位的目标去掉"), _("行")), "staff_back": (_("人员和单位原来的目标回来"), _("行")),
        "lines_go": (_("销售去掉"), _("行")), "lines_back": (_("原来的销售回来"), _("行")), "customers_go": (_("新建的客户撤掉"), _("家")),
        "basics_back": (_("客户资料改回"), _("家")), "credit_back": (_("信用资料改回"), _("家")),
        "operations_back": (_("经营资料改回"), _("家")), "custom_back": (_("自己的字段改回"), _("家")),
        "delivery_address_go": (_("新来的送货地点去掉"), _("处")), "competing_product_go": (_("新来的竞争产品去掉"), _("条")),
        "products_go": (_("新建的产品撤掉"), _("个")),
        "products_back": (_("产品改回"), _("个")), "estimates_go": (_("潜力估计去掉"), _("条")),
        "estimates_back": (_("原来的估计回来"), _("条")), "customers_follow": (_("客户的状态跟着账走"), _("家")),
    }  # fmt: skip
    for name, (label, unit) in words.items():
        if counts.get(name):
            yield {"label": label, "unit": unit, "n": counts[name]}
    if counts.get("fen"):
        yield {"label": _("销售额变动"), "text": exact_text(counts["fen"])}


def _rows(actor: Actor, found: Preview) -> Iterator[dict[str, Any]]:
    named = names_in(actor, [{c.field: [c.before, c.imported, c.now]} for c in found.conflicts])
    for c in found.conflicts:
        yield {
            "code": c.code, "href": reverse("customer", args=[c.code]) if c.code and c.customer_id else "",
            "name": c.name or _("没有客户"), "line": c.kind if c.part in ("lines", "book") else "", "field": _field(c),
            "before": _value(c, c.before, named), "imported": _value(c, c.imported, named), "now": _value(c, c.now, named),
            "by": c.by, "at": f"{localtime(c.at):%Y-%m-%d %H:%M}" if c.at else "", "what": _what(c),
        }  # fmt: skip


def _field(c: Conflict) -> str:
    known = {
        "customer": _("客户"), "product": _("产品编号"), "quantity_milli": _("数量"), "cost_fen": _("成本"), "kind": _("类型"),
        "issued_on": _("开票日期"), "due_on": _("到期日"), "received_on": _("日期"), "invoice_no": _("发票号"), "customer_id": _("客户"),
        "status": _("状态"), "line": _("产品线"), "grade": _("档次"), "launched_on": _("上市日期"),
    }  # fmt: skip
    return known.get(c.field) or (field_label(c.field) if c.field else "")


def _value(c: Conflict, value: Any, named: Any) -> str:
    if value is None and c.part in ("lines", "book"):
        return _("没有")
    if c.field.endswith("_milli") and isinstance(value, int):
        return f"{Decimal(value) / 1000:f}".rstrip("0").rstrip(".") if value % 1000 else f"{value // 1000}"
    if isinstance(value, date):
        return value.isoformat()
    return shown(c.field, value, named) if c.field else ""


def _what(c: Conflict) -> str:
    if c.verb:
        return sentence(c.verb)
    if said := kind_sentence(c.kind):
        return said
    return _("第 %(n)s 批导入改了") % {"n": c.later} if c.later else ""
