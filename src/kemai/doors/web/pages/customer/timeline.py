"""What happened with a customer in one stream, newest first, each at its own date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kemai.business.agenda.queries import latest_logs
from kemai.business.archives import queries
from kemai.business.archives.models import Customer
from kemai.business.prospects.queries import latest_potentials
from kemai.business.trade.queries import orders_of
from kemai.business.valuation import queries as valuation
from kemai.business.valuation.leading import fell, leading_definition, leading_scheme
from kemai.doors.web.pages.customer.agenda import done_tasks
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.pages.customer.words import class_word, day_of, day_word, said_by, state_word
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import exact_text, short_text
from kemai.oversight.exchange.of_customer import imports_of_customer

Found = tuple[date, dict[str, Any]]
ICONS = {
    "visit": "walk", "call": "phone-call", "wechat": "brand-wechat", "message": "message", "mail": "mail", "meeting": "users",
    "other": "pencil",
}  # fmt: skip
WAN = 1_000_000


@page
def timeline(request: ActorRequest, code: str) -> HttpResponse:
    """The whole stream, or one kind of it."""
    customer = queries.customer_by_code(request.actor, code)
    kind = request.GET.get("kind", "")
    events = events_of(request.actor, customer, kind if kind in kinds() else "")
    here = reverse("customer_timeline", args=[code])
    choices = [{"label": _("全部"), "href": here, "current": not kind}]
    choices += [
        {"label": label, "href": f"{here}?kind={key}", "current": key == kind}
        for key, label in kinds().items()
    ]
    return tab(
        request, customer, "timeline",
        {"events": events, "kinds": choices, "kind": kind, "on": request.GET.get("on", ""), "class_then": _class_then(request, customer)},
    )  # fmt: skip


def _class_then(request: ActorRequest, customer: Customer) -> str:
    """The class on a day that was asked for, in a sentence."""
    try:
        day = day_of(request.GET.get("on"))
    except ValueError as odd:
        return str(odd)
    if day is None:
        return ""
    found = valuation.class_on(request.actor, customer, leading_scheme(), day)
    if found is None:
        return _("%(day)s 以前没有估值。") % {"day": day}
    return _("%(day)s 是 %(c)s。") % {"day": day, "c": class_word(found) or _("未分级")}


def kinds() -> dict[str, str]:
    """What can be asked for."""
    return {
        "contact": _("联系"), "task": _("任务"), "order": _("订单"), "class": _("级别"), "state": _("状态"), "owner": _("负责人"),
        "potential": _("潜力"), "import": _("导入"),
    }  # fmt: skip


def events_of(actor: Actor, customer: Customer, kind: str = "") -> list[dict[str, Any]]:
    """Everything the actor may see of it, or one kind."""
    sources = {
        "contact": _contacts, "task": _tasks, "order": _orders, "class": _classes, "state": _states, "owner": _owners,
        "potential": _potentials, "import": _imports,
    }  # fmt: skip
    found = [pair for key, source in sources.items() if kind in ("", key) for pair in source(actor, customer)]
    found.sort(key=lambda pair: pair[0], reverse=True)
    return [{"when": day_word(day, actor.today), "day": day, **event} for day, event in found]


def _event(icon: str, title: str, text: str = "", tone: str = "", href: str = "") -> dict[str, Any]:
    return {"icon": icon, "title": title, "text": text, "tone": tone, "href": href}


def _contacts(actor: Actor, customer: Customer) -> Iterator[Found]:
    if not actor.sees("agenda", customer.owner_id):
        return
    for log in latest_logs(actor, 100, customer_id=customer.pk):
        whom = f" {log.contact.name}" if log.contact else ""
        took = _(" · %(n)s 分") % {"n": log.minutes} if log.minutes else ""
        took += _(" · 路上 %(n)s 分") % {"n": log.travel_minutes} if log.travel_minutes else ""
        said = (
            _("%(who)s：%(note)s") % {"who": log.person.name, "note": log.note}
            if log.note
            else log.person.name
        )
        yield (
            log.on,
            _event(ICONS.get(log.channel, "pencil"), f"{log.get_channel_display()}{whom}{took}", said),
        )


def _tasks(actor: Actor, customer: Customer) -> Iterator[Found]:
    if not actor.sees("agenda", customer.owner_id):
        return
    for task in done_tasks(actor, customer):
        yield (
            localtime(task.done_at).date(),
            _event("circle-check", _("做完 %(what)s") % {"what": task.title}, task.person.name),
        )


def _orders(actor: Actor, customer: Customer) -> Iterator[Found]:
    found = orders_of(actor, customer)
    marks = {
        (o.day, o.order_no): word
        for o, word in ((found.largest, _("最大一单")), (found.first, _("首单"))) if o is not None
    }  # fmt: skip
    shown = {(o.day, o.order_no): o for o in (*found.latest, *(o for o in (found.first, found.largest) if o))}
    for key, order in shown.items():
        amount = short_text(order.amount_fen) if order.amount_fen >= WAN else exact_text(order.amount_fen)
        text = (
            _("%(name)s 等 %(n)s 行") % {"name": order.product, "n": order.lines}
            if order.lines > 1
            else order.product
        )
        title = _("%(word)s %(amount)s") % {"word": marks.get(key, _("订单")), "amount": amount}
        yield order.day, _event("truck-delivery", title, text, "mark" if key in marks else "")


def _classes(actor: Actor, customer: Customer) -> Iterator[Found]:
    classes = leading_definition(valuation.published_run()).classes
    for move in valuation.class_history(actor, customer, leading_scheme(), 60):
        old, new = class_word(move.old_class) or _("未分级"), class_word(move.new_class) or _("未分级")
        icon = (
            "arrow-down-right"
            if move.old_class and fell(classes, move.old_class, move.new_class)
            else "arrow-up-right"
        )
        ranks = _("排名 %(a)s → %(b)s，第 %(n)s 次估值") % {
            "a": move.old_rank or "—",
            "b": move.new_rank or "—",
            "n": move.run_id,
        }
        yield move.run.as_of, _event(icon, _("级别 %(old)s → %(new)s") % {"old": old, "new": new}, ranks)


def _imports(actor: Actor, customer: Customer) -> Iterator[Found]:
    for each in imports_of_customer(actor, customer):
        said = _("第 %(n)s 次导入建了档") if each.is_new else _("第 %(n)s 次导入改了资料")
        said = _("第 %(n)s 次导入撤销了，资料改回原样") if each.is_undo else said
        href = reverse("import", args=[each.import_id]) if each.import_id else ""
        yield each.day, _event("file-import", said % {"n": each.number}, said_by(each.person_name), href=href)


def _states(actor: Actor, customer: Customer) -> Iterator[Found]:
    words = {"order": "", "won_back": _("挽回")}
    for change in queries.latest_states(actor, 60, customer_id=customer.pk):
        to = state_word(change)
        if change.status == "done":
            title = (
                _("成为%(state)s客户") % {"state": to}
                if change.from_state != change.to_state
                else _("%(state)s") % {"state": to}
            )
        else:
            title = _("提议改为%(state)s，%(status)s") % {"state": to, "status": change.get_status_display()}
        text = _("，").join(
            x for x in (words.get(change.reason, change.reason), said_by(change.person_name)) if x
        )
        yield change.on, _event("arrows-sort", title, text)


def _owners(actor: Actor, customer: Customer) -> Iterator[Found]:
    for spell in queries.latest_owners(actor, 30, customer_id=customer.pk):
        yield (
            spell.starts_on,
            _event("user", _("由 %(name)s 负责") % {"name": spell.person.name}, spell.reason),
        )


def _potentials(actor: Actor, customer: Customer) -> Iterator[Found]:
    for each in latest_potentials(actor, customer, 30):
        parts = [
            _("需求 %(n)s") % {"n": short_text(each.mp_fen)} if each.mp_fen is not None else "",
            _("份额 %(n)s%%") % {"n": f"{each.es_bp / 100:g}"} if each.es_bp is not None else "",
            _("增量 %(n)s") % {"n": short_text(each.av_fen)} if each.av_fen is not None else "",
            _("把握 %(n)s%%") % {"n": f"{each.p_bp / 100:g}"} if each.p_bp is not None else "",
        ]
        title = _("估潜力 %(what)s") % {"what": _("，").join(p for p in parts if p)}
        yield each.estimated_on, _event("target-arrow", title, said_by(each.person_name) or _("导入"))
