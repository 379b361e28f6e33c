"""The trail of a customer in sentences: who, when, what, from what to what."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localtime

from kemai.business.archives import queries
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.pages.customer.sentences import Names, field_label, names_in, sentence, shown
from kemai.doors.web.pages.customer.words import number, said_by
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation import trail

SHOWN = 50


@page
def changes(request: ActorRequest, code: str) -> HttpResponse:
    """Fifty entries, then older ones."""
    customer = queries.customer_by_code(request.actor, code)
    before = number(request.GET["before"]) if "before" in request.GET else None
    found = trail.entries_of_customer(request.actor, customer.pk, before=before, limit=SHOWN + 1)
    here = reverse("customer_changes", args=[code])
    older = f"{here}?before={found[SHOWN - 1].id}" if len(found) > SHOWN else None
    named = names_in(request.actor, [e.changes for e in found[:SHOWN]])
    entries = [_entry(e, named) for e in found[:SHOWN]]
    return tab(request, customer, "changes", {"entries": entries, "older": older})


def _entry(entry: trail.TrailLine, named: Names) -> dict[str, Any]:
    return {
        "when": f"{localtime(entry.at):%Y-%m-%d %H:%M}", "who": said_by(entry.actor_name), "what": sentence(entry.verb), "reason": entry.reason,
        "erased": entry.changes is None,
        "changes": [
            {"field": field_label(k), "old": shown(k, v[0], named), "new": shown(k, v[1], named)} for k, v in (entry.changes or {}).items()
        ],
    }  # fmt: skip
