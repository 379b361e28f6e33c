"""What happened with a customer, newest first, each at its own date."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from kemai.business.archives import queries
from kemai.business.archives.models import Customer
from kemai.business.valuation import queries as valuation
from kemai.doors.web.pages.customer.head import LEADING, tab
from kemai.doors.web.pages.customer.words import day_word
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor


@page
def timeline(request: ActorRequest, code: str) -> HttpResponse:
    """What happened, newest first."""
    customer = queries.customer_by_code(request.actor, code)
    return tab(request, customer, "timeline", {"events": events_of(request.actor, customer)})


def events_of(actor: Actor, customer: Customer) -> list[dict[str, Any]]:
    made: list[tuple[date, dict[str, Any]]] = []
    for change in queries.state_history(actor, customer)[:30]:
        title = _("状态变为 %(state)s") % {"state": change.get_to_state_display()}
        text = {"order": _("由订单决定"), "won_back": _("挽回")}.get(change.reason, change.reason)
        made.append((change.on, {"icon": "arrows-sort", "title": title, "text": text}))
    for move in valuation.class_history(actor, customer, LEADING):
        title = _("级别 %(old)s → %(new)s") % {
            "old": move.old_class or _("未分级"),
            "new": move.new_class or _("未分级"),
        }
        ranks = _("排名 %(a)s → %(b)s") % {"a": move.old_rank or "—", "b": move.new_rank or "—"}
        made.append((move.run.as_of, {"icon": "arrow-up-right", "title": title, "text": ranks}))
    made += [
        (
            s.starts_on,
            {"icon": "user", "title": _("由 %(name)s 负责") % {"name": s.person.name}, "text": s.reason},
        )
        for s in queries.ownership_history(actor, customer)[:20]
    ]
    made.sort(key=lambda pair: pair[0], reverse=True)
    return [{"when": day_word(day, actor.today), **event} for day, event in made]
