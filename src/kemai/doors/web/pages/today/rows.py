"""Work as rows: when, what, why, and the money at the right edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.business.agenda.actions.reminding import due_instant
from kemai.business.agenda.models import ContactLog, Task
from kemai.business.agenda.queries import Work, timeline_of
from kemai.business.valuation import queries as valuation
from kemai.business.valuation.leading import fell, leading_definition, leading_scheme
from kemai.business.valuation.ranking.labels import class_word
from kemai.business.valuation.runs.moved import changes_among, may_see_moves
from kemai.foundation.access.actor import Actor

QUIET_DAYS = 30
NOTE = 42
ICONS = {
    "visit": "walk",
    "wechat": "brand-wechat",
    "message": "message-2",
    "mail": "mail",
    "meeting": "users",
}


@dataclass(frozen=True)
class Facts:
    """What the second line and the right edge need, by customer id."""

    standings: dict[int, Any]
    moves: dict[int, tuple[str, str]]
    logs: dict[int, ContactLog]


def facts_of(actor: Actor, ids: Sequence[int]) -> Facts:
    """A constant number of statements for however many customers."""
    run = valuation.published_run() if ids else None
    standings, moves = {}, {}
    if run is not None:
        names = ("customer_id", "sales_12m_fen", "ev_fen", "orders_12m", "last_order_on")
        leads = F(f"{leading_scheme()}_class")
        found = valuation.standings_among(actor, run, ids).values(*names, lead_class=leads)
        standings = {row["customer_id"]: row for row in found}
    if run is not None and may_see_moves(actor):
        rows = changes_among(actor, run, ids).exclude(old_class="")
        moves = {m.customer_id: (m.old_class, m.new_class) for m in rows}
    last = timeline_of(actor, ids).filter(on=F("customer__last_contact_on"))
    newest = last.order_by().values("customer_id").annotate(last=Max("pk")).values("last")
    logs = {log.customer_id: log for log in ContactLog.objects.filter(pk__in=newest)} if ids else {}
    return Facts(standings, moves, logs)


def rows_of(actor: Actor, works: Sequence[Work]) -> list[dict[str, Any]]:
    """One dict a row, as today/item.html reads it."""
    facts = facts_of(actor, [w.customer.pk for w in works if w.customer])
    return [row_of(actor, work, facts) for work in works]


def row_of(actor: Actor, work: Work, facts: Facts) -> dict[str, Any]:
    """A single row; `state` is open, done, moved or passed."""
    task, customer = work.task, work.customer
    when, is_time, is_late = when_of(actor, work)
    return {
        "key": task.pk, "task_id": task.pk, "why_href": reverse("task", args=[task.pk]), "title": task.title,
        "href": reverse("customer", args=[customer.code]) if customer else reverse("task", args=[task.pk]),
        "when": when, "is_time": is_time, "is_now": is_time and is_due_now(task), "late": is_late, "due": _due(task, is_time), "icon": _icon(task, facts),
        "customer": (customer.short_name or customer.name) if customer else "",
        "more_count": len(work.others), "more": _("、").join(t.title for t in work.others[:2]),
        "person": "" if task.person_id == actor.person_id else task.person.name,
        "because": _("；").join(reasons(actor, work, facts)), "state": "open", "said": "", "undo": "", "days": choices(actor.today),
        "may": actor.may("agenda.log") and (task.person_id == actor.person_id or actor.may("team.view")),
        **_class(actor, work, facts), **_amount(actor, work, facts),
    }  # fmt: skip


def when_of(actor: Actor, work: Work) -> tuple[str, bool, bool]:
    """The words in the first column; whether it is a time; whether it is late."""
    if work.is_timed and work.task.due_at:
        return f"{work.task.due_at:%H:%M}", True, False
    if work.waits_since:
        return waited(work.waits_since), False, False
    if work.days_late:
        return _("晚 %(n)s 天") % {"n": work.days_late}, False, True
    return day_word(work.task.due_on, actor.today), False, False


def is_due_now(task: Task) -> bool:
    """Whether the time of a task of today has come."""
    return task.due_at is not None and task.due_at <= timezone.localtime().time()


def _due(task: Task, is_time: bool) -> str:
    """The instant at which the open page raises it; nothing once it has come."""
    due = due_instant(task) if is_time and not is_due_now(task) else None
    return due.isoformat() if due else ""


def waited(since: datetime) -> str:
    """How long somebody has been waiting."""
    hours = max(0, int((timezone.now() - since).total_seconds() // 3600))
    return _("等 %(n)s 小时") % {"n": max(1, hours)} if hours < 48 else _("等 %(n)s 天") % {"n": hours // 24}


def day_word(day: date, today: date) -> str:
    """今天, 明天, or the date."""
    near = {0: _("今天"), 1: _("明天"), 2: _("后天")}.get((day - today).days)
    return near or (f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}")


def choices(today: date) -> list[tuple[str, str]]:
    """The days one usually moves a task to."""
    monday = today + timedelta(7 - today.weekday())
    days = [(_("明天"), today + timedelta(1)), (_("后天"), today + timedelta(2)), (_("下周一"), monday)]
    return [(label, day.isoformat()) for label, day in days]


def reasons(actor: Actor, work: Work, facts: Facts) -> list[str]:
    """Why it stands there, the weightiest first."""
    task, customer = work.task, work.customer
    if customer is None:
        return (
            [_("%(name)s 交给的") % {"name": task.asked_by.name}]
            if work.waits_since and task.asked_by
            else []
        )
    moved, log = facts.moves.get(customer.pk), facts.logs.get(customer.pk)
    said = [_("%(name)s 在等") % {"name": task.asked_by.name}] if work.waits_since and task.asked_by else []
    if moved:
        said.append(_move_words(*moved))
    said += _quiet(actor, work, facts)
    if log:
        note = log.note[:NOTE] + ("…" if len(log.note) > NOTE else "")
        words = {"day": f"{log.on:%m-%d}", "channel": log.get_channel_display(), "note": note}
        said.append(
            _("%(day)s %(channel)s：%(note)s") % words if note else _("上次 %(day)s %(channel)s") % words
        )
    else:
        said.append(_("还没联系过"))
    if task.moves > 1:
        said.append(_("挪过 %(n)s 次") % {"n": task.moves})
    return said  # fmt: skip


def _move_words(old: str, new: str) -> str:
    if not new:
        return _("由 %(old)s 掉出排名") % {"old": class_word(old)}
    classes = leading_definition(valuation.published_run()).classes
    said = _("由 %(old)s 降到 %(new)s") if fell(classes, old, new) else _("由 %(old)s 升到 %(new)s")
    return said % {"old": class_word(old), "new": class_word(new)}


def _quiet(actor: Actor, work: Work, facts: Facts) -> list[str]:
    customer = work.customer
    if customer is None or customer.last_order_on is None or not actor.sees("sales", customer.owner_id):
        return []
    days = (actor.today - customer.last_order_on).days
    if days < QUIET_DAYS:
        return []
    orders = (facts.standings.get(customer.pk) or {}).get("orders_12m")
    quiet = _("%(n)s 天没下单") % {"n": days}
    return [_("%(quiet)s，近 12 月 %(orders)s 单") % {"quiet": quiet, "orders": orders} if orders else quiet]


def _class(actor: Actor, work: Work, facts: Facts) -> dict[str, Any]:
    customer = work.customer
    if customer is None or not actor.sees("value", customer.owner_id):
        return {"class_key": None, "class_was": None}
    row = facts.standings.get(customer.pk)
    label = row["lead_class"] if row else None
    if label is None and customer.state in ("potential", "target"):
        label = "潜"
    was = facts.moves.get(customer.pk)
    return {"class_key": label, "class_was": was[0] if was and label else None}


def _amount(actor: Actor, work: Work, facts: Facts) -> dict[str, Any]:
    """Money at risk, else sales of 12 months, else expected value; nothing where none may be seen."""
    customer = work.customer
    nothing = {"amount_fen": None, "amount_label": "", "amount_tone": ""}
    if customer is None:
        return nothing
    if work.at_risk_fen and actor.sees("value", customer.owner_id):
        return {"amount_fen": work.at_risk_fen, "amount_label": _("比上次少"), "amount_tone": "warn"}
    row = facts.standings.get(customer.pk) or {}
    for key, group, label in (("sales_12m_fen", "sales", _("年销售")), ("ev_fen", "value", _("期望价值"))):
        if row.get(key) and actor.sees(group, customer.owner_id):
            return {"amount_fen": row[key], "amount_label": label, "amount_tone": ""}
    return nothing


def _icon(task: Task, facts: Facts) -> str:
    if task.kind != "contact":
        return "checklist"
    log = facts.logs.get(task.customer_id or 0)
    return ICONS.get(log.channel, "phone-call") if log else "phone-call"
