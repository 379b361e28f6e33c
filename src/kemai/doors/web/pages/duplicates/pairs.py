"""A pair as the page shows it: who, how likely and why, and what differs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor
from kemai.oversight.dedupe.labels import level_word, likelihood_word
from kemai.oversight.dedupe.models import Pair

BASICS = ("uscc", "tax_number", "region", "address", "phone", "principal", "email", "website")


def card(actor: Actor, pair: Pair, contacts: dict[int, list[str]]) -> dict[str, Any]:
    """Everything the template needs of a pair."""
    keep, other = _ordered(pair)
    return {
        "pk": pair.pk, "percent": percent(pair.probability), "word": likelihood_word(pair.probability), "why": reverse("duplicates_why", args=[pair.pk]),
        "reasons": [(level_word(key, level), bits > 0) for key, level, bits in sorted(pair.evidence, key=lambda each: -abs(each[2])) if bits],
        "left": _side(keep), "right": _side(other), "rows": _rows(actor, keep, other, contacts), "stake_fen": _stake(actor, pair),
        "merge": f"{reverse('customer_merge', args=[keep.code])}?with={other.code}", "state": pair.state,
        "decide": reverse("duplicates_decide", args=[pair.pk]), "decided_by": pair.decided_by, "decided_at": pair.decided_at,
        "later_until": pair.later_until,
    }  # fmt: skip


def percent(probability: float) -> str:
    """As sure as the program is, never a full hundred."""
    return f"{min(probability * 100, 99.9):.1f}%"


def _ordered(pair: Pair) -> tuple[Customer, Customer]:
    """The one that has been bought from longer, or was there first, is the one to keep."""
    both = [pair.left, pair.right]
    both.sort(key=lambda c: (c.first_order_on is None, str(c.first_order_on or ""), c.pk))
    return both[0], both[1]


def _side(customer: Customer) -> dict[str, str]:
    return {
        "name": customer.name,
        "code": customer.code,
        "href": reverse("customer", args=[customer.code]),
    }


def _rows(
    actor: Actor, left: Customer, right: Customer, contacts: dict[int, list[str]]
) -> list[dict[str, Any]]:
    """One line a field that one of them has filled: both values, and whether they differ."""
    made: list[tuple[str, Any, Any]] = [
        (str(Customer._meta.get_field(name).verbose_name), getattr(left, name), getattr(right, name))  # type: ignore[union-attr]
        for name in BASICS
    ]
    ours, theirs = (_beyond_basics(actor, customer, contacts) for customer in (left, right))
    made += [(label, value, theirs[label]) for label, value in ours.items()]
    return [
        {"label": label, "left": one, "right": two, "differs": bool(one and two and one != two), "same": bool(one and one == two)}
        for label, one, two in made
        if one or two
    ]  # fmt: skip


def _beyond_basics(actor: Actor, c: Customer, contacts: dict[int, list[str]]) -> dict[str, str]:
    """What hangs on a customer, as far as the actor may know of it."""
    return {
        _("联系人"): _("、").join(contacts.get(c.pk, [])) if actor.sees("contacts", c.owner_id) else "",
        _("我方负责人"): c.owner.name if c.owner else _("没人负责"),
        _("状态"): str(c.get_stage_display() if c.stage else c.get_state_display()),
        _("最近一单"): str(c.last_order_on or "") if actor.sees("sales", c.owner_id) else "",
    }  # fmt: skip


def _stake(actor: Actor, pair: Pair) -> int | None:
    """Sales of both, for those who may see those of both."""
    may = all(actor.sees("sales", c.owner_id) for c in (pair.left, pair.right))
    return pair.stake_fen if may and pair.stake_fen else None
