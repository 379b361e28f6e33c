"""今日: next contacts that are due, classes that moved, imports finished."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.valuation import queries as valuation
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.workdays import is_workday
from kemai.oversight.exchange import queries as exchange

SHOWN = 40


@page
def show(request: ActorRequest) -> HttpResponse:
    """The work list of the person."""
    actor = request.actor
    items = _due(actor) if actor.sees("agenda") else []
    run = valuation.published_run()
    nobody = actor.sees_customers and not restrict(Customer.objects.all(), actor).exists()
    return render(
        request, "today/page.html",
        {
            "day_text": f"{actor.today.month}月{actor.today.day}日" if actor.language != "en" else f"{actor.today:%-d %b}", "lunar_text": "",
            "run_text": _("估值截至 %(day)s") % {"day": run.as_of} if run and actor.may("ranking.view") else "", "whose_items": [],
            "may_log": False, "client_key": "", "log_text": "", "log_open": False, "log_chips": [], "log_error": "", "problems": [],
            "items": items, "more": len(items) == SHOWN, "done_today": 0, "nothing_title": _("今天没有到期的联系"),
            "nothing_text": _("从一份销售明细开始，一分钟后就看到谁撑起公司。") if nobody else _("看看谁的级别变了。"),
            "first_time": nobody and any(d.startswith("import.") for d in actor.duties), "may_customers": actor.sees_customers,
            "team_rows": [], "month": _month(actor.today), "moves": _moves(actor, run),
            "imports": [{"href": reverse("import", args=[i.pk]), "file_name": i.file_name, "step_label": i.get_step_display()} for i in exchange.imports(actor).order_by("-pk")[:4]],
        },
    )  # fmt: skip


def _due(actor: Actor) -> list[dict[str, Any]]:
    rows = restrict(Customer.objects.filter(next_step_on__lte=actor.today), actor).order_by(
        "next_step_on", "id"
    )
    names = (
        "pk",
        "code",
        "name",
        "short_name",
        "next_step_on",
        "next_step",
        "owner__name",
        "last_contact_on",
    )
    return [_item(actor.today, *row) for row in rows.values_list(*names)[:SHOWN]]


def _item(
    today: date, pk: int, code: str, name: str, short: str, on: date, step: str, owner: str, last: date | None
) -> dict[str, Any]:
    late = (today - on).days
    return {
        "key": pk, "task_id": None, "href": reverse("customer", args=[code]), "done": False, "is_time": False, "late": late > 0,
        "when": _("晚 %(n)s 天") % {"n": late} if late else _("今天"), "icon": "phone", "customer": short or name, "class_key": None,
        "title": step or _("联系"), "more": "", "more_count": 0, "person": owner or "", "amount_fen": None, "amount_label": "",
        "because": _("上次联系 %(day)s") % {"day": last} if last else "", "days": [],
    }  # fmt: skip


def _moves(actor: Actor, run: Any) -> dict[str, Any] | None:
    if run is None or not actor.may("ranking.view") or not actor.sees("value"):
        return None
    rows = list(valuation.class_changes(actor, run, "ev_abc").order_by("new_rank")[:500])
    order = ["A", "B", "C", ""]
    ups = [m for m in rows if m.old_class and order.index(m.new_class) < order.index(m.old_class)]
    downs = [m for m in rows if m.old_class and order.index(m.new_class) > order.index(m.old_class)]
    shown = [*downs[:3], *ups[:3]]
    names = {
        c.pk: c
        for c in Customer.objects.filter(pk__in=[m.customer_id for m in shown]).only(
            "id", "code", "name", "short_name"
        )
    }
    items = [
        {
            "href": reverse("customer", args=[names[m.customer_id].code]),
            "name": names[m.customer_id].short_name or names[m.customer_id].name,
            "before": m.old_class,
            "after": m.new_class or None,
        }
        for m in shown
    ]
    return {
        "up": len(ups),
        "down": len(downs),
        "new": len(rows) - len(ups) - len(downs),
        "shown": items,
        "link": None,
    }


def _month(today: date) -> dict[str, Any]:
    days: list[dict[str, Any] | None] = []
    for number in calendar.Calendar().itermonthdays(today.year, today.month):
        if not number:
            days.append(None)
            continue
        day = today.replace(day=number)
        days.append(
            {
                "number": number,
                "lunar": "",
                "off": not is_workday(day),
                "now": day == today,
                "title": "",
                "count": 0,
                "width": 0,
                "late": False,
            }
        )
    weekdays = [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")]
    return {"title": f"{today:%Y-%m}", "weekdays": weekdays, "days": days}
