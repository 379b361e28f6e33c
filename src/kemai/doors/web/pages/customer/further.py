"""What the parts of the run found for a customer, in lines of its page: value class, time, the company's own measures."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.valuation.effort.reading import effort_of
from kemai.business.valuation.models import Run
from kemai.business.valuation.own.cards import card_text
from kemai.business.valuation.own.reading import own_measures, values_of
from kemai.business.valuation.value_classes.exclusions import value_class_of
from kemai.business.valuation.value_classes.part import WORDS
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import short_text


def further_rows(actor: Actor, customer: Customer, run: Run | None) -> list[dict[str, str]]:
    """Lines with a label, a text and the address of the reason; without what the actor may not see."""
    if run is None:
        return []
    return [*_parts(actor, customer, run), *_own(actor, customer)]


def _parts(actor: Actor, customer: Customer, run: Run) -> list[dict[str, str]]:
    found = []
    classed = value_class_of(actor, customer)
    if classed is not None:
        found.append(_row(customer, "value_class", _("价值类"), str(WORDS[classed.label])))
    effort = effort_of(actor, run, customer)
    if effort is not None:
        text = _("没有毛利") if effort.net_fen is None else short_text(effort.net_fen)
        found.append(_row(customer, "effort", _("毛利减工时"), text))
    return found


def _own(actor: Actor, customer: Customer) -> list[dict[str, str]]:
    mine = [each for each in own_measures() if not each.lacks(actor, customer.owner_id)]
    values = values_of(actor, [customer.pk], [each.key for each in mine]).get(customer.pk, {})
    return [
        _row(customer, each.key, each.name, card_text(each, values[each.key]) or _("算不出"))
        for each in mine
        if each.key in values
    ]


def _row(customer: Customer, key: str, label: str, text: str) -> dict[str, str]:
    return {"label": label, "text": text, "href": reverse("customer_why", args=[customer.code, key])}
