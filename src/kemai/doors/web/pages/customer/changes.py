"""The trail of a customer in sentences: who, when, what, from what to what."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localtime

from kemai.business.archives import queries
from kemai.business.archives.models import Merge
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
    found = trail.entries_of_customer(
        request.actor,
        customer.pk,
        before=before,
        limit=SHOWN + 1,
        also=queries.absorbed_ids(request.actor, customer),
    )
    here = reverse("customer_changes", args=[code])
    older = f"{here}?before={found[SHOWN - 1].id}" if len(found) > SHOWN else None
    named = names_in(request.actor, [e.changes for e in found[:SHOWN]])
    entries = [_entry(e, named) for e in found[:SHOWN]]
    merges = (
        [_merge(each) for each in queries.merges_of(request.actor, customer)[:SHOWN]] if not before else []
    )
    may_undo = request.actor.may("customer.merge")
    context = {"entries": entries, "older": older, "merges": merges, "may_unmerge": may_undo}
    return tab(request, customer, "changes", context)


def _merge(merge: Merge) -> dict[str, Any]:
    return {
        "pk": merge.pk, "code": merge.code, "name": merge.name, "on": merge.on, "who": said_by(merge.person_name),
        "reason": merge.reason,
    }  # fmt: skip


def _entry(entry: trail.TrailLine, named: Names) -> dict[str, Any]:
    return {
        "when": f"{localtime(entry.at):%Y-%m-%d %H:%M}", "who": said_by(entry.actor_name), "what": sentence(entry.verb), "reason": entry.reason,
        "erased": entry.changes is None,
        "changes": [
            {"field": field_label(k, entry.subject_type), "old": shown(k, v[0], named), "new": shown(k, v[1], named)} for k, v in (entry.changes or {}).items()
        ],
    }  # fmt: skip
