"""看板: the same question as the list, a column for each state; a card is moved where workflow and rights allow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, queries
from kemai.business.archives.actions.states import CONFIRMED, MOVES, may_move
from kemai.business.archives.directory import ListPage, ListQuery, list_customers
from kemai.business.archives.directory.grouping import grouped
from kemai.business.archives.models import State
from kemai.doors.web.pages.customers.asking import Asked, address
from kemai.doors.web.requests import ActorRequest, customers_page
from kemai.foundation.access.actor import Actor
from kemai.foundation.filters import Condition, Expression, Group

LOOK, FIRST = "board", 50


def lanes(request: ActorRequest, now: Asked) -> list[dict[str, Any]]:
    """A column a state: how many, what they bought where that may be seen, the first fifty cards."""
    actor, chosen = request.actor, now.query.filters.get("state")
    groups = {g.values[0]: g for g in grouped(actor, now.query, ["state"], amounts=actor.sees("sales"))}
    wanted = [s for s in State if not chosen or s.value in chosen]
    made = []
    for state in wanted:
        group = groups.get(state.value)
        rows, more = _cards(actor, now.query, state) if group else ([], False)
        made.append(
            {
                "key": state.value, "label": str(state.label), "count": group.count if group else 0,
                "amount_fen": group.amount_fen if group else None, "cards": [_card(actor, row) for row in rows],
                "needs_reason": state in CONFIRMED, "href": address(request.GET, lane=state.value),
                "more": address(request.GET, drop="look", state=state.value) if more else None,
            }
        )  # fmt: skip
    wished = [k["key"] for k in made if k["key"] == request.GET.get("lane")]
    at = [*wished, *(k["key"] for k in made if k["count"]), *(k["key"] for k in made), ""][0]
    return [lane | {"current": lane["key"] == at} for lane in made]


def _cards(actor: Actor, query: ListQuery, state: State) -> tuple[list[dict[str, Any]], bool]:
    here: Expression = Condition("state", "is", (state.value,))
    where = Group("and", (here, query.where)) if query.where else here
    rest = {k: v for k, v in query.filters.items() if k != "state"}
    asked = replace(query, where=where, filters=rest, page=1, after="", before="")
    found: ListPage = list_customers(actor, asked)
    rows = found.rows
    if found.has_more:
        found = list_customers(actor, replace(asked, after=found.next_after))
        rows = [*rows, *found.rows]
    return rows[:FIRST], found.has_more


def _card(actor: Actor, row: dict[str, Any]) -> dict[str, Any]:
    last = row["last_contact_on"]
    moves = MOVES.get(row["state"], ()) if may_move(actor) else ()
    return {
        "code": row["code"], "href": reverse("customer", args=[row["code"]]), "name": row["short_name"] or row["name"],
        "full_name": row["name"], "class_key": row.get("class"), "owner": row["owner__name"], "last_contact_on": last,
        "contact_days": (actor.today - last).days if last else None,
        "moves": [(m, str(State(m).label), m in CONFIRMED) for m in moves],
    }  # fmt: skip


@customers_page
def move(request: ActorRequest) -> HttpResponse:
    """One card to another column; a refusal carries its sentence and nothing moves."""
    given = request.POST
    customer = queries.customer_by_code(request.actor, given.get("code", "")[:40])
    to = given.get("to", "")
    if to not in State.values:
        raise LookupError(to)
    change = actions.change_state(
        actor=request.actor, customer=customer, to=to, reason=given.get("reason", "")[:200]
    )
    if change.status == "proposed":
        messages.info(request, _("已提出，等主管确认；确认前还在原来这一列"))
    else:
        said = _("%(name)s 改成了%(state)s") % {"name": customer, "state": State(to).label}
        messages.success(request, said)
    return HttpResponseRedirect(f"{reverse('customers')}?{given.get('query', '')}")
