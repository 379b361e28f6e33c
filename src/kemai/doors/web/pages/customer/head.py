"""The head of a customer: the answers on the first screen, the tabs, and what may be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.utils.translation import gettext as _

from kemai.business.agenda.models import ContactLog, Task
from kemai.business.agenda.queries import latest_logs, open_tasks_of
from kemai.business.archives import queries
from kemai.business.archives.actions.states import allowed_moves, may_move
from kemai.business.archives.models import Customer, CustomerType, State
from kemai.business.valuation import queries as valuation
from kemai.business.valuation.churn.reading import churn_of
from kemai.business.valuation.leading import fell, leading_definition, leading_scheme
from kemai.business.valuation.ranking import wording
from kemai.business.valuation.ranking.what_if import CADENCE_DAYS
from kemai.business.valuation.schemes import measure_name
from kemai.doors.web.pages.customer.problems import problems_of
from kemai.doors.web.pages.customer.tabs import tabs_of
from kemai.doors.web.pages.customer.words import ahead_word, card, class_word, day_word
from kemai.doors.web.pages.today.rows import choices
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest
from kemai.foundation.access.actor import Actor
from kemai.foundation.moments import kept_for_a_moment

GROUPS = ("sales", "value", "margin", "agenda", "contacts", "potential", "bank")


def tab(
    request: ActorRequest, customer: Customer, name: str, extra: dict[str, Any], status: int = 200
) -> HttpResponse:
    """One tab below the head."""
    return render(
        request, f"customer/{name}.html", {**head_of(request, customer, name), **extra}, status=status
    )


def head_of(request: ActorRequest, customer: Customer, current: str) -> dict[str, Any]:
    """Everything the frame shows."""
    actor, run = request.actor, valuation.published_run()
    row, churn = valuation.standing_of(actor, customer), churn_of(actor, customer)
    may = _rights(actor)
    return {
        "c": card(customer), "h": _answers(actor, customer, run, row, churn), "run": run, "standing": row, "may": may,
        "sees": {g: actor.sees(g, customer.owner_id) for g in GROUPS}, **tabs_of(actor, customer, current),
        "churn": churn, "people": _people(actor) if may["assign"] else [], "client_key": uuid4().hex, "channels": ContactLog.Channel.choices,
        "day_choices": choices(actor.today), "log_contacts": _contacts(actor, customer) if may["log"] else [], "proposal": _proposal(actor, customer, may),
        "state_moves": [(s, State(s).label) for s in allowed_moves(customer)] if may["move"] else [],
    }  # fmt: skip


def _rights(actor: Actor) -> dict[str, bool]:
    is_person = actor.person_id is not None
    return {
        "log": actor.may("agenda.log") and is_person, "edit": actor.may("customer.edit"), "move": may_move(actor),
        "potential": actor.may("potential.edit"), "assign": actor.may("customer.assign"), "confirm": actor.may("customer.confirm"),
        "contacts": actor.may("contact.edit"), "sell": actor.may("import.sales"), "bank": actor.may("credit.edit"), "merge": actor.may("customer.merge"), "export": actor.may("export"), "group": actor.may("customer.group"),
    }  # fmt: skip


def _people(actor: Actor) -> list[tuple[Any, str]]:
    return [("", _("选一个人")), *((p.pk, p.name) for p in queries.first_possible_owners(actor, 300))]


def _contacts(actor: Actor, customer: Customer) -> list[tuple[Any, str]]:
    people = queries.people_of(actor, customer)
    return [("", _("不记是谁")), *((p.pk, p.name) for p in people)]


def _proposal(actor: Actor, customer: Customer, may: dict[str, bool]) -> dict[str, Any] | None:
    found = queries.waiting_proposal(actor, customer)
    if found is None:
        return None
    return {
        "pk": found.pk, "who": found.person_name, "to": found.get_to_state_display(), "reason": found.reason,
        "may_decide": may["confirm"] and found.person_id != actor.person_id,
    }  # fmt: skip


def _answers(actor: Actor, customer: Customer, run: Any, row: Any, churn: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "class_key": None, "is_prospect": customer.state in (State.POTENTIAL, State.TARGET),
        "state_label": _state_label(customer), "type_label": str(CustomerType(customer.type).label),
        "place": _place(customer), "since": _since(actor, customer), "owner_name": customer.owner.name if customer.owner else "",
        "sales_12m_fen": None, "sales_missing": _("还没有估值") if run is None else _("没有订单"), "yoy": None,
        "profit_12m_fen": None, "margin": None, "rank": None, "class_missing": _("还没有估值") if run is None else "", "ranked": 0,
        "rank_change": 0, "rhythm": None, "scheme_key": leading_scheme(), "class_story": "", "to_next": "", "value_fen": None, "value_text": "",
        "value_missing": "", "value_formula": "", "value_label": "", "profit_missing": "", "wrong": problems_of(actor, customer, row, churn),
    }  # fmt: skip
    return (
        made | _contacted(actor, customer) | (_figures(actor, customer, run, row) if row is not None else {})
    )


def _place(customer: Customer) -> str:
    region = "" if customer.address.startswith(customer.region) else customer.region
    return _("，").join(x for x in (region, customer.address) if x)


def _since(actor: Actor, customer: Customer) -> str:
    on = customer.since or (customer.first_order_on if actor.sees("sales", customer.owner_id) else None)
    if on is None:
        return ""
    return _("%(month)s 起，第 %(n)s 年") % {
        "month": f"{on:%Y-%m}",
        "n": max((actor.today - on).days, 0) // 365 + 1,
    }


def _contacted(actor: Actor, customer: Customer) -> dict[str, Any]:
    made: dict[str, Any] = {
        "last_contact_days": None, "last_contact_text": "", "last_note": "", "next_on": None, "next_late": 0, "next_title": "",
        "next_more": 0, "next_at": None, "then": "",
    }  # fmt: skip
    if not actor.sees("agenda", customer.owner_id):
        return made
    log = next(iter(latest_logs(actor, 1, customer_id=customer.pk)), None)
    if log is not None:
        with_whom = log.contact.name if log.contact else log.person.name
        text = f"{day_word(log.on, actor.today)} {log.get_channel_display()} {with_whom}"
        made |= {
            "last_contact_days": (actor.today - log.on).days,
            "last_contact_text": text,
            "last_note": log.note,
        }
    elif customer.last_contact_on:
        made |= {"last_contact_days": (actor.today - customer.last_contact_on).days}
    tasks = open_tasks(actor, customer)
    if tasks:
        made |= {
            "next_on": tasks[0].due_on, "next_late": (actor.today - tasks[0].due_on).days, "next_title": tasks[0].title,
            "next_more": max(len(tasks) - 2, 0), "next_at": tasks[0].due_at,
            "then": f"{ahead_word(tasks[1].due_on, actor.today)} {tasks[1].title}" if len(tasks) > 1 else "",
        }  # fmt: skip
    return made


@kept_for_a_moment
def open_tasks(actor: Actor, customer: Customer) -> tuple[Task, ...]:
    """The twenty tasks to do next for the customer, read once for a page."""
    return tuple(open_tasks_of(actor, 20, customer_id=customer.pk))


def _state_label(customer: Customer) -> str:
    return str(customer.get_stage_display() if customer.stage else customer.get_state_display())


def _figures(actor: Actor, customer: Customer, run: Any, row: Any) -> dict[str, Any]:
    key, scheme = leading_scheme(), leading_definition(run)
    found = valuation.explanation(run, row, customer.code, key)
    moves = valuation.class_history(actor, customer, key, 1)
    now, before = row.sales_12m_fen, row.sales_prior_12m_fen
    label, rank = getattr(row, f"{key}_class"), getattr(row, f"{key}_rank")
    moved = bool(moves) and moves[0].run_id == run.pk
    old_rank = getattr(valuation.standing_before(actor, customer), f"{key}_rank", None)
    return {
        "class_key": label, "rank": rank, "ranked": found.n, "sales_12m_fen": now,
        "class_missing": valuation.reason_text(getattr(row, f"{key}_reason")), "value_label": measure_name(scheme.measure),
        "value_fen": found.value if found.unit == "yuan" else None, "value_text": wording.amount(found.value, found.unit),
        "rank_change": old_rank - rank if old_rank and rank else 0, "rhythm": _rhythm(label),
        "yoy": (now - before) / before * 100 if now is not None and before and before > 0 else None,
        "profit_12m_fen": row.profit_12m_fen, "margin": row.profit_12m_fen / now * 100 if row.profit_12m_fen is not None and now else None,
        "profit_missing": valuation.reason_text(row.profit_12m_reason) or _("没有成本"),
        "class_story": _class_story(actor, moves[0] if moves else None, moved, scheme.classes),
        "to_next": wording.move_line(found), "value_missing": valuation.reason_text(found.reason),
        "value_formula": wording.formula_line(row, key, found) if found.value is not None else "",
    }  # fmt: skip


def _rhythm(label: str | None) -> dict[str, Any] | None:
    """How often its class by the leading scheme is seen, where such classes have a rhythm: A, B and C, however cut."""
    days = CADENCE_DAYS.get(label or "")
    return {"days": days, "text": _("%(c)s 级 %(n)s 天一次") % {"c": label, "n": days}} if days else None


def _class_story(actor: Actor, move: Any, is_new: bool, classes: Sequence[str]) -> str:
    if move is None:
        return _("级别没变过")
    old, new = class_word(move.old_class) or _("未分级"), class_word(move.new_class) or _("未分级")
    day = day_word(move.run.as_of, actor.today)
    if not is_new:
        return _("%(day)s 起是 %(new)s") % {"day": day, "new": new}
    if not move.old_class or not move.new_class:
        return _("%(day)s 由 %(old)s 变为 %(new)s") % {"day": day, "old": old, "new": new}
    word = (
        _("%(day)s 由 %(old)s 降为 %(new)s")
        if fell(classes, move.old_class, move.new_class)
        else _("%(day)s 由 %(old)s 升为 %(new)s")
    )
    return word % {"day": day, "old": old, "new": new}
