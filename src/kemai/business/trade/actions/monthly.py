"""A month's total written by hand, for firms that keep no order lines (S0.11)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.trade.actions.posting import InvalidSale, check, own_batch, settle
from kemai.business.trade.line_keys import month_line_key
from kemai.business.trade.models import SaleLine
from kemai.foundation.access.actor import Actor


@transaction.atomic
def set_month_total(*, actor: Actor, customer: Customer, month: date, amount_fen: int) -> SaleLine:
    """The total of one month, returns already taken off; the same month again replaces it.

    Refused for a month to come and for one that has lines of its own.
    """
    check(actor, customer)
    first = month.replace(day=1)
    if first > actor.today:
        raise InvalidSale(_("这个月还没到。"))
    key = month_line_key(customer.pk, first)
    lines = SaleLine.objects.landed().filter(customer=customer)
    _no_lines(lines.between(first, _next(first)).exclude(line_key=key).exists())
    batch = own_batch(actor, "trade.month.totalled")
    old = lines.filter(line_key=key).first()
    if old is not None:
        SaleLine.objects.filter(pk=old.pk).update(ended_by=batch.pk)
    made = SaleLine.objects.create(
        line_key=key, customer=customer, day=first, amount_fen=amount_fen, kind=SaleLine.Kind.MONTHLY, batch_id=batch.pk
    )  # fmt: skip
    changes: dict[str, list[Any]] = {
        "amount_fen": [old.amount_fen if old else None, amount_fen],
        "day": [None, first],
    }
    settle(actor, batch, made, "trade.month.totalled", changes)
    return made


def _no_lines(there_are: bool) -> None:
    if there_are:
        raise InvalidSale(_("这个月已有销售明细，合计会算两遍；请改明细。"))


def _next(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
