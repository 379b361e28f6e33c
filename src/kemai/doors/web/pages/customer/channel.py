"""The channel tab: who stands behind the customer and who supplies it, on any day; links added, changed, ended (S0.5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, layers, queries, supply_links
from kemai.business.archives.models import Customer, SupplyLink
from kemai.business.valuation.channel.reading import exposure_of
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.pages.customer.words import day_of, number, title_of
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor

SHOWN = 100
FIELDS = ("product_line", "share_bp", "from_on", "to_on")


@page
def channel(request: ActorRequest, code: str) -> HttpResponse:
    """Both sides of it; a POST adds a link."""
    customer = queries.customer_by_code(request.actor, code)
    form, errors = dict[str, str](), dict[str, str]()
    if request.method == "POST":
        form = {name: request.POST.get(name, "") for name in ("side", "other", *FIELDS)}
        try:
            _add(request.actor, customer, form)
        except actions.Invalid as invalid:
            errors = invalid.problems
        else:
            messages.success(request, _("已保存"))
            return HttpResponseRedirect(reverse("customer_channel", args=[code]))
    return tab(
        request,
        customer,
        "channel",
        _shown(request, customer) | {"form": form, "errors": errors},
        status=422 if errors else 200,
    )


@page
def change(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """The line, the share and the days of one link."""
    customer = queries.customer_by_code(request.actor, code)
    request.actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    link = supply_links.link_of(request.actor, customer, pk)
    if request.method != "POST":
        return _form(request, customer, link)
    given = {name: request.POST.get(name, "") for name in FIELDS}
    return _kept(request, customer, link, lambda version: actions.change_link(
        actor=request.actor, link=link, version=version, **given
    ))  # fmt: skip


@page
def end(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """The last day of one link."""
    customer = queries.customer_by_code(request.actor, code)
    request.actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    link = supply_links.link_of(request.actor, customer, pk)

    return _kept(request, customer, link, lambda version: actions.end_link(
        actor=request.actor, link=link, version=version, to_on=_day(request.POST.get("to_on"))
    ))  # fmt: skip


def _add(actor: Actor, customer: Customer, form: dict[str, str]) -> None:
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    other = named_customer(actor, form["other"], "other")
    dealer, behind = (other, customer) if form["side"] == "dealer" else (customer, other)
    actions.add_link(
        actor=actor, dealer=dealer, customer=behind, **{name: form[name] for name in FIELDS}
    )  # fmt: skip


def named_customer(actor: Actor, text: str, field: str) -> Customer:
    """The customer that the text names. Raises Invalid for the field with whom it may mean."""
    found = queries.customers_called(actor, text)
    if len(found) == 1:
        return found[0]
    if not text.strip():
        raise actions.Invalid({field: _("写上是哪一家：编号或全称。")})
    if found:
        raise actions.Invalid({field: _("不止一家：%(names)s。请写编号。") % {"names": _listed(found)}})
    alike = queries.search(actor, text, limit=3)
    like = _("像：%(names)s。") % {"names": _listed(alike)} if alike else _("请写客户编号或全称。")
    raise actions.Invalid({field: _("没有找到「%(text)s」。") % {"text": text.strip()} + like})


def _listed(found: list[Customer]) -> str:
    return "、".join(f"{one.name} {one.code}" for one in found)


def _shown(request: ActorRequest, customer: Customer) -> dict[str, Any]:
    actor, at = request.actor, number(request.GET.get("page"))
    on = _asked(request.GET.get("on")) or actor.today
    behind = supply_links.in_order(supply_links.customers_behind(actor, customer), on)
    some = list(behind[(at - 1) * SHOWN : at * SHOWN + 1])
    files = supply_links.archives_of(actor, {link.customer_id for link in some})
    dealers = supply_links.in_order(supply_links.dealers_of(actor, customer), on)[:SHOWN]
    here = reverse("customer_channel", args=[customer.code])
    return {
        "exposure": exposure_of(actor, customer) if actor.sees("sales", customer.owner_id) else None,
        "on": on, "is_today": on == actor.today, "here": here,
        "behind_now": supply_links.customers_behind(actor, customer, on).values("customer").distinct().count(),
        "behind": [_row(link, link.customer, on) | _filled(actor, files[link.customer_id]) for link in some[:SHOWN]],
        "dealers": [_row(link, link.dealer, on) for link in dealers],
        "next": f"{here}?on={on}&page={at + 1}" if len(some) > SHOWN else None,
        "previous": f"{here}?on={on}&page={at - 1}" if at > 1 else None,
    }  # fmt: skip


def _row(link: SupplyLink, other: Customer, on: date) -> dict[str, Any]:
    state = (
        "past" if link.to_on and link.to_on < on else "future" if link.from_on and link.from_on > on else ""
    )
    return {
        "pk": link.pk, "code": other.code, "name": other.name, "title": title_of(other), "line": link.product_line,
        "share": percent(link.share_bp), "days": _days(link.from_on, link.to_on), "is_open": link.to_on is None, "state": state,
    }  # fmt: skip


def _filled(actor: Actor, file: Customer) -> dict[str, int]:
    return {"filled": layers.overall(file, credit=actor.sees("credit", file.owner_id)).percent}


def _days(first: date | None, last: date | None) -> str:
    """From when to when, both days counted."""
    if first and last:
        return _("%(a)s 到 %(b)s") % {"a": first, "b": last}
    if last:
        return _("到 %(b)s") % {"b": last}
    return _("%(a)s 起") % {"a": first} if first else _("一直")


def percent(bp: int | None) -> str:
    """33.33%; nothing where the share is not known."""
    return "" if bp is None else f"{Decimal(bp) / 100:g}%"


def _asked(text: str | None) -> date | None:
    """A day of the address; an odd one is none."""
    try:
        return day_of(text)
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        return day_of(text)
    except ValueError as odd:
        raise actions.Invalid({"to_on": str(odd)}) from odd


def _kept(request: ActorRequest, customer: Customer, link: SupplyLink, keep: Any) -> HttpResponse:
    try:
        keep(number(request.POST.get("version")))
    except actions.Invalid as invalid:
        return _form(request, customer, link, invalid.problems, 422)
    except actions.LinkConflict as conflict:
        now = supply_links.link_of(request.actor, customer, conflict.current.pk)
        return _form(request, customer, now, {"": str(conflict)}, 409)
    messages.success(request, _("已保存"))
    return HttpResponseRedirect(reverse("customer_channel", args=[customer.code]))


def _form(
    request: ActorRequest, customer: Customer, link: SupplyLink, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    stands = {
        "product_line": link.product_line, "share_bp": percent(link.share_bp).rstrip("%"),
        "from_on": link.from_on or "", "to_on": link.to_on or "",
    }  # fmt: skip
    wrong = errors or {}
    form = {name: request.POST.get(name, stands[name]) for name in FIELDS}
    context = {
        "customer": title_of(customer), "link": link, "form": form, "errors": wrong, "back": reverse("customer_channel", args=[customer.code]),
        "title": _("%(dealer)s 供 %(customer)s") % {"dealer": title_of(link.dealer), "customer": title_of(link.customer)},
        "ends_on": request.POST.get("to_on") or request.actor.today, "other_errors": [text for key, text in wrong.items() if key not in form],
        "code": customer.code, "is_open": link.to_on is None,
    }  # fmt: skip
    return render(request, "customer/link.html", context, status=status)
