"""The chart of relations: who reports to whom at a customer, drawn as a tree that can be dragged or filled in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, code_lists, queries
from kemai.business.archives.models import Contact
from kemai.doors.web.pages.customer.words import number
from kemai.doors.web.requests import ActorRequest, page

TONES = 5


@dataclass(frozen=True)
class Box:
    """A person with those below; `tone` tells decision roles apart beside their word, "" for none."""

    person: Contact
    tone: str
    below: tuple[Box, ...]
    above: tuple[tuple[Any, str], ...]  # whom the form offers


@page
def superior(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Puts a person below another, or below nobody."""
    customer = queries.customer_by_code(request.actor, code)
    contact = queries.contact_by_id(request.actor, customer, pk)
    wanted = request.POST.get("superior", "")
    actions.report_to(
        actor=request.actor, contact=contact, version=number(request.POST.get("version")),
        superior=number(wanted) if wanted else None,
    )  # fmt: skip
    messages.success(request, _("上下级改好了"))
    return HttpResponseRedirect(f"{reverse('customer_contacts', args=[code])}?view=chart")


def chart_of(people: Sequence[Contact]) -> dict[str, Any]:
    """The trees of those who have somebody above or below them, and the others beside. A line that leads out of the
    list is none."""
    known = {p.pk for p in people}
    below: dict[int | None, list[Contact]] = defaultdict(list)
    for person in people:
        below[person.reports_to_id if person.reports_to_id in known else None].append(person)
    tones = {role: str(n) for n, role in enumerate(code_lists.values("decision_role")[:TONES])}
    offered = tuple((p.pk, p.name) for p in people if p.is_active)

    def box(person: Contact) -> Box:
        others = tuple(each for each in offered if each[0] != person.pk)
        return Box(
            person,
            tones.get(person.decision_role, ""),
            tuple(map(box, below[person.pk])),
            (("", _("没有上级")), *others),
        )

    tops = [box(person) for person in below[None]]
    return {"trees": [b for b in tops if b.below], "alone": [b for b in tops if not b.below]}
