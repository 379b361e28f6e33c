"""A duplicate is found, held against the customer at hand, merged into it, and taken out again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, queries
from kemai.business.archives.duplicates import duplicates
from kemai.business.archives.merging import children
from kemai.business.archives.merging.columns import Choice, choices
from kemai.business.archives.models import Customer
from kemai.doors.web.pages.customer.sentences import field_label, shown
from kemai.doors.web.pages.customer.words import number
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor


@page
def merge(request: ActorRequest, code: str) -> HttpResponse:
    """Who might be the same; with one chosen, both side by side; then the merge itself."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    actor.require("customer.merge", _("合并客户由主管、领导或档案专员来做。"))
    given = request.POST if request.method == "POST" else request.GET
    asked = given.get("with", "").strip()
    if not asked:
        return _page(request, customer, None)
    try:
        other = queries.customer_by_code(actor, asked)
    except LookupError as missing:
        return _page(request, customer, None, error=str(missing), asked=asked, status=422)
    if other.pk == customer.pk:
        said = _("这就是它自己，请选另一家。")
        return _page(request, customer, None, error=said, asked=asked, status=422)
    if request.method != "POST":
        return _page(request, customer, other)
    return _merged(request, customer, other)


@page
def unmerge(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Both again."""
    customer = queries.customer_by_code(request.actor, code)
    back, kept = actions.unmerge_customers(
        actor=request.actor, merge=queries.merge_by_id(request.actor, customer, pk)
    )
    said = _("拆开了，%(name)s 又是单独一家") % {"name": back.name}
    if kept:
        fields = _("、").join(field_label(name) for name in kept)
        said = _("%(said)s；合并以后改过的留给了 %(name)s：%(fields)s") % {
            "said": said, "name": customer.name, "fields": fields
        }  # fmt: skip
    messages.success(request, said)
    return HttpResponseRedirect(reverse("customer", args=[back.code]))


def _merged(request: ActorRequest, customer: Customer, other: Customer) -> HttpResponse:
    take = [c.key for c in choices(customer, other) if request.POST.get(f"take-{c.key}") == "theirs"]
    seen = (number(request.POST.get("version")), number(request.POST.get("other_version")))
    try:
        actions.merge_customers(
            actor=request.actor, survivor=customer, absorbed=other, take=take, versions=seen,
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
    except actions.Conflict:
        said = _("没合并：两家里有一家刚被人改过，请再看一遍。")
        return _page(request, customer, other, error=said, status=409)
    except actions.Invalid as wrong:
        return _page(request, customer, other, error=str(wrong), status=wrong.status)
    messages.success(request, _("%(name)s 已经并进来了，在变更里可以拆开") % {"name": other.name})
    return HttpResponseRedirect(reverse("customer", args=[customer.code]))


def _page(
    request: ActorRequest, customer: Customer, other: Customer | None, *, error: str = "", asked: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    actor = request.actor
    here = reverse("customer_merge", args=[customer.code])
    context: dict[str, Any] = {
        "title": _("合并重复客户"), "me": _side(actor, customer), "error": error, "asked": asked, "here": here,
        "back": reverse("customer", args=[customer.code]), "other": _side(actor, other) if other else None,
        "found": [] if other else _candidates(actor, customer, here),
    }  # fmt: skip
    if other:
        context |= {
            "choices": [_choice(c, request.POST.get(f"take-{c.key}", "mine")) for c in choices(customer, other)],
            "rows": _rows(actor, other), "turned": f"{reverse('customer_merge', args=[other.code])}?with={customer.code}",
            "reason": request.POST.get("reason", ""),
        }  # fmt: skip
    return render(request, "customer/merge.html", context, status=status)


def _side(actor: Actor, customer: Customer) -> dict[str, Any]:
    return {
        "code": customer.code, "name": customer.name, "version": customer.version, "href": reverse("customer", args=[customer.code]),
        "owner": customer.owner.name if customer.owner else _("没人负责"),
        "state": str(customer.get_stage_display() if customer.stage else customer.get_state_display()),
        "place": " · ".join(filter(None, (customer.region, customer.address))),
    }  # fmt: skip


def _candidates(actor: Actor, customer: Customer, here: str) -> list[dict[str, Any]]:
    found = duplicates(actor, name=customer.name, uscc=customer.uscc, phone=customer.phone, but=customer.pk)
    return [
        {**_side(actor, c.customer), "why": c.why, "with": f"{here}?with={c.customer.code}"} for c in found
    ]


def _choice(choice: Choice, taken: str) -> dict[str, Any]:
    return {
        "key": choice.key, "label": choice.label, "mine": shown(choice.key, choice.mine), "taken": taken,
        "theirs": shown(choice.key, choice.theirs),
    }  # fmt: skip


def _rows(actor: Actor, customer: Customer) -> list[tuple[str, int]]:
    """What comes along, as far as there is any and the actor may know of it: a word and a number."""
    words = _words()
    known = [(words[child.label], child) for child in children() if child.label in words]
    counted = [
        (word, child.of(customer.pk).count())
        for (word, group), child in known
        if actor.sees(group, customer.owner_id)
    ]
    return [(word, n) for word, n in counted if n]


def _words() -> dict[str, tuple[str, str]]:
    """What people call the rows of a table, and the field group they belong to; other tables come along silently."""
    return {
        "archives.contact": (_("联系人"), "contacts"), "archives.deliveryaddress": (_("送货地点"), "basics"),
        "archives.competingproduct": (_("竞争产品"), "basics"), "archives.customer": (_("下级单位"), "basics"),
        "archives.teammember": (_("团队成员"), "basics"), "archives.supplylink": (_("渠道关系"), "basics"),
        "trade.invoice": (_("发票"), "credit"), "trade.receipt": (_("收款"), "credit"), "trade.target": (_("目标"), "sales"),
        "trade.stockcount": (_("库存盘点"), "sales"), "agenda.contactlog": (_("联系记录"), "agenda"),
        "agenda.task": (_("任务"), "agenda"), "trade.saleline": (_("销售行"), "sales"),
        "prospects.potential": (_("潜力估计"), "potential"),
    }  # fmt: skip
