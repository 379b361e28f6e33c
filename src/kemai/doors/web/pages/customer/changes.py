"""The trail of a customer."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.timezone import localtime

from kemai.business.archives import queries
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation import trail


@page
def changes(request: ActorRequest, code: str) -> HttpResponse:
    """The trail of the customer."""
    customer = queries.customer_by_code(request.actor, code)
    entries = [_entry(e) for e in list(trail.entries_of_customer(request.actor, customer.pk))[:100]]
    return tab(request, customer, "changes", {"entries": entries})


def _entry(entry: Any) -> dict[str, Any]:
    return {
        "when": f"{localtime(entry.at):%Y-%m-%d %H:%M}", "who": entry.actor_name, "what": entry.verb, "reason": entry.reason,
        "changes": [{"field": k, "old": v[0], "new": v[1]} for k, v in (entry.changes or {}).items()],
    }  # fmt: skip
