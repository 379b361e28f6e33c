"""What Ctrl-K finds: customers, what can be done with the one at hand, and places."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.archives.names import folded
from kemai.business.archives.pinyin import initials, syllables
from kemai.business.archives.queries import customer_by_code, search
from kemai.business.valuation import queries as valuation
from kemai.business.valuation.leading import leading_definition, leading_scheme
from kemai.business.valuation.ranking.labels import class_word
from kemai.doors.web.pages.customers.recent import recent_customers
from kemai.doors.web.pages.palette_people import people
from kemai.doors.web.rendering import navigation, render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import Person

FOUND, RECENT = 8, 5
KEY_CUSTOMERS = (
    "大客户", "重点客户", "关键客户", "主要客户", "优质客户", "重要客户", "ka", "keyaccount", "keyclient", "keycustomer",
)  # fmt: skip
"""What people call the customers they live on: one word for the top class of the leading scheme (S1.12)."""


@page
def show(request: ActorRequest) -> HttpResponse:
    """Rows for the palette, or a page of its own without script. `at` is the customer whose page one is on."""
    actor, text = request.actor, request.GET.get("q", "").strip()[:60]
    found = search(actor, text, limit=FOUND) if text and actor.sees_customers else []
    at_hand = found[0] if found else None if text else _here(actor, request.GET.get("at", ""))
    places = [p for p in _places(request) if not text or _fits(text, p["label"], p["key"])]
    places = [*_key_customers(actor, text), *places]
    return render(
        request, "palette.html",
        {
            "customers": _rows(actor, found), "places": places, "q": text, "may_create": actor.may("customer.create"),
            "at_hand": (at_hand.short_name or at_hand.name) if at_hand else "",
            "deeds": _deeds(actor, at_hand) if at_hand else [], "people": people(actor, text) if text else [],
            "recent": [] if text else recent_customers(actor, RECENT),
        },
    )  # fmt: skip


def _here(actor: Actor, code: str) -> Customer | None:
    try:
        return customer_by_code(actor, code[:40]) if code else None
    except LookupError:
        return None


def _rows(actor: Actor, found: list[Customer]) -> list[dict[str, Any]]:
    run = valuation.published_run() if found else None
    ids = [c.pk for c in found]
    leads = F(f"{leading_scheme()}_class")
    few = valuation.standings_among(actor, run, ids) if run else None
    rows = few.values("customer_id", "sales_12m_fen", lead_class=leads) if few is not None else []
    standing: dict[int, Any] = {row["customer_id"]: row for row in rows}
    owners = dict(
        Person.objects.filter(pk__in=[c.owner_id for c in found if c.owner_id]).values_list("pk", "name")
    )
    return [
        {
            "href": reverse("customer", args=[c.code]), "name": c.short_name or c.name, "full_name": c.name, "code": c.code,
            "class_key": standing.get(c.pk, {}).get("lead_class") if actor.sees("value", c.owner_id) else None,
            "sales_fen": standing.get(c.pk, {}).get("sales_12m_fen") if actor.sees("sales", c.owner_id) else None,
            "owner": owners.get(c.owner_id or 0, ""),
        }
        for c in found
    ]  # fmt: skip


def _deeds(actor: Actor, customer: Customer) -> list[dict[str, Any]]:
    """What the actor may do with the customer; each leads to a page."""
    code, today = customer.code, reverse("today")
    deeds = [
        ("agenda.log", _("记一笔"), "pencil", f"{today}?log=1&customer={code}", "n"),
        ("agenda.log", _("安排下一步"), "calendar-plus", f"{reverse('task_new')}?customer={code}", ""),
        ("potential.edit", _("估潜力"), "chart-line", _address("customer_potential", code), ""),
        (
            "ranking.view",
            _("看为什么是这一级"),
            "help-circle",
            reverse("customer_why", args=[code, leading_scheme()]),
            "",
        ),
        ("customer.edit", _("改基础资料"), "edit", reverse("customer_edit", args=[code]), ""),
    ]
    return [
        {"label": label, "icon": icon, "href": href, "key": key}
        for duty, label, icon, href, key in deeds
        if actor.may(duty) and href
    ]  # fmt: skip


def _address(name: str, code: str) -> str:
    """The page's address, or nothing where that page does not exist."""
    try:
        return reverse(name, args=[code])
    except NoReverseMatch:
        return ""


def _places(request: ActorRequest) -> list[dict[str, Any]]:
    more = [
        ("notifications", _("消息"), "bell"),
        ("today_moves", _("级别变动"), "arrows-sort"),
        ("me", _("我的设置"), "user-circle"),
    ]
    shown = [
        (k, label, icon) for k, label, icon in more if k != "today_moves" or request.actor.may("ranking.view")
    ]
    extra = [
        {"key": k, "label": label, "icon": icon, "href": reverse(k), "current": False}
        for k, label, icon in shown
    ]
    return [*navigation(request, request.actor), *extra]  # fmt: skip


def _key_customers(actor: Actor, text: str) -> list[dict[str, Any]]:
    """The list of the top class, for any of the words that mean it."""
    typed = folded(text).replace(" ", "")
    if len(typed) < 2 or not any(typed in word for word in KEY_CUSTOMERS) or not actor.sees("value"):
        return []
    top = leading_definition(valuation.published_run()).classes[0]
    label = _("大客户：%(name)s 级") % {"name": class_word(top)}
    href = f"{reverse('customers')}?class={top}"
    return [{"key": "key_customers", "label": label, "icon": "list-numbers", "href": href, "current": False}]


def _fits(text: str, label: str, key: str) -> bool:
    """By its characters, its pinyin, its initials or its English key."""
    typed = text.lower().replace(" ", "")
    return (
        typed in label.lower()
        or key.startswith(typed)
        or "".join(syllables(label)).startswith(typed)
        or initials(label).startswith(typed)
    )
