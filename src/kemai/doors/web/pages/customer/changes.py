"""The trail of a customer in sentences: who, when, what, from what to what."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localtime

from kemai.business.archives import queries
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.pages.customer.sentences import field_label, sentence, shown
from kemai.doors.web.pages.customer.words import number
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
    return tab(request, customer, "changes", {"entries": [_entry(e) for e in found[:SHOWN]], "older": older})


def _entry(entry: trail.TrailLine) -> dict[str, Any]:
    return {
        "when": f"{localtime(entry.at):%Y-%m-%d %H:%M}", "who": entry.actor_name, "what": sentence(entry.verb), "reason": entry.reason,
        "erased": entry.changes is None,
        "changes": [
            {"field": field_label(k), "old": shown(k, v[0]), "new": shown(k, v[1])} for k, v in (entry.changes or {}).items()
        ],
    }  # fmt: skip
