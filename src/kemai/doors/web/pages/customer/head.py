"""The head of a customer: the answers on the first screen, the tabs, and what may be done."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import fields
from kemai.business.archives.actions.states import allowed_moves
from kemai.business.archives.models import Customer, CustomerType, State
from kemai.business.valuation import queries as valuation
from kemai.business.valuation import wording
from kemai.doors.web.pages.customer.words import card
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import Person

LEADING = "ev_abc"


def tab(
    request: ActorRequest, customer: Customer, name: str, extra: dict[str, Any], status: int = 200
) -> HttpResponse:
    head = head_of(request, customer, name)
    return render(request, f"customer/{name}.html", {**head, **extra}, status=status)


def head_of(request: ActorRequest, customer: Customer, current: str) -> dict[str, Any]:
    actor, run = request.actor, valuation.published_run()
    row = valuation.standing_of(actor, customer)
    sees = {g: actor.sees(g, customer.owner_id) for g in ("sales", "value", "margin", "agenda", "contacts")}
    may = {
        "log": False, "edit": actor.may("customer.edit"), "potential": False, "assign": actor.may("customer.assign"),
        "propose": actor.may("customer.propose"), "confirm": actor.may("customer.confirm"), "contacts": actor.may("contact.edit"),
    }  # fmt: skip
    people = [(p.pk, p.name) for p in Person.objects.filter(is_active=True)[:200]] if may["assign"] else []
    return {
        "c": card(customer), "h": _answers(actor, customer, run, row), "sees": sees, "may": may, "run": run, "standing": row,
        "tabs": _tabs(customer, current), "people": people, "client_key": "", "channels": [],
        "state_moves": [(s, State(s).label) for s in allowed_moves(customer)],
    }  # fmt: skip


def _answers(actor: Actor, customer: Customer, run: Any, row: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "class_key": None, "is_prospect": customer.state in (State.POTENTIAL, State.TARGET),
        "state_label": _state_label(customer), "type_label": str(CustomerType(customer.type).label),
        "place": _("，").join(x for x in (customer.region, customer.address, str(customer.since or "")) if x),
        "owner_name": customer.owner.name if customer.owner else "", "sales_12m_fen": None,
        "sales_missing": _("还没有估值") if run is None else _("没有订单"), "yoy": None, "profit_12m_fen": None, "margin": None,
        "rank": None, "class_missing": _("还没有估值") if run is None else "", "ranked": 0, "rank_change": 0,
        "scheme_key": LEADING, "class_story": "", "to_next": "", "last_contact_days": None, "last_contact_text": "",
        "next_on": None, "next_late": 0, "next_title": "", "ev_fen": None, "ev_missing": "", "ev_formula": "",
        "wrong": _wrong(actor, customer, row),
    }  # fmt: skip
    if customer.last_contact_on and actor.sees("agenda", customer.owner_id):
        made |= {
            "last_contact_days": (actor.today - customer.last_contact_on).days,
            "last_contact_text": customer.last_contact_by,
        }
    if customer.next_step_on and actor.sees("agenda", customer.owner_id):
        made |= {
            "next_on": customer.next_step_on,
            "next_late": (actor.today - customer.next_step_on).days,
            "next_title": customer.next_step,
        }
    return made | (_figures(actor, customer, run, row) if row is not None else {})


def _state_label(customer: Customer) -> str:
    return str(customer.get_stage_display() if customer.stage else customer.get_state_display())


def _figures(actor: Actor, customer: Customer, run: Any, row: Any) -> dict[str, Any]:
    found = valuation.explanation(run, row, customer.code, LEADING)
    moves = valuation.class_history(actor, customer, LEADING, 1)
    now, before = row.sales_12m_fen, row.sales_prior_12m_fen
    moved = moves and moves[0].run_id == run.pk
    return {
        "class_key": row.ev_abc_class, "rank": row.ev_abc_rank, "ranked": found.n, "sales_12m_fen": now,
        "class_missing": valuation.reason_text(row.ev_abc_reason), "ev_fen": row.ev_fen,
        "rank_change": (moves[0].old_rank or 0) - (moves[0].new_rank or 0) if moved and moves[0].old_rank and moves[0].new_rank else 0,
        "yoy": (now - before) / before * 100 if now is not None and before and before > 0 else None,
        "profit_12m_fen": row.profit_12m_fen, "margin": row.profit_12m_fen / now * 100 if row.profit_12m_fen is not None and now else None,
        "class_story": _("由 %(old)s 变为 %(new)s") % {"old": moves[0].old_class or _("未分级"), "new": moves[0].new_class} if moved else _("级别没变"),
        "to_next": wording.move_line(found), "ev_missing": valuation.reason_text(row.ev_reason),
        "ev_formula": wording.formula_line(row, LEADING, found) if row.ev_fen is not None else "",
    }  # fmt: skip


def _wrong(actor: Actor, customer: Customer, row: Any) -> list[dict[str, str]]:
    here = reverse("customer_basics", args=[customer.code])
    found = []
    if (
        row is not None
        and row.recency_days is not None
        and row.orders_12m
        and row.recency_days > 2 * 365 / row.orders_12m
    ):
        text = _("%(days)s 天没下单，平常 %(usual)s 天") % {
            "days": row.recency_days,
            "usual": round(365 / row.orders_12m),
        }
        found.append({"tone": "o", "text": text, "href": reverse("customer_sales", args=[customer.code])})
    if customer.owner_id is None:
        found.append({"tone": "r", "text": _("没人负责"), "href": here})
    share = fields.filled_share(customer)
    if share.percent < 60:
        found.append({"tone": "y", "text": _("基础资料只填了 %(n)s%%") % {"n": share.percent}, "href": here})
    return found


def _tabs(customer: Customer, current: str) -> list[dict[str, Any]]:
    share = f"{fields.filled_share(customer).percent}%"
    named = [("overview", "customer", _("总览"), None), ("basics", "customer_basics", _("基础"), share),
             ("sales", "customer_sales", _("销售"), None), ("contacts", "customer_contacts", _("联系人"), None),
             ("timeline", "customer_timeline", _("时间线"), None), ("changes", "customer_changes", _("变更"), None)]  # fmt: skip
    return [
        {"label": label, "href": reverse(url, args=[customer.code]), "current": key == current, "count": n}
        for key, url, label, n in named
    ]
