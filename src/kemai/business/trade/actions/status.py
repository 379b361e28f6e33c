"""An order is delivered or cancelled: a new version of its line, and the customer's state follows."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.trade.actions.posting import InvalidSale, known_customer, own_batch, settle
from kemai.business.trade.models import SaleLine
from kemai.foundation.access.actor import Actor

KEPT = ("line_key", "order_no", "line_no", "day", "customer_id", "product_id", "quantity_milli", "amount_fen",
        "cost_fen", "kind")  # fmt: skip


def deliver_sale(*, actor: Actor, line: SaleLine) -> SaleLine:
    """An ordered line becomes delivered. Raises InvalidSale for any other line."""
    return _change(actor, line, SaleLine.Status.DELIVERED, "trade.sale.delivered", "")


def cancel_sale(*, actor: Actor, line: SaleLine, reason: str) -> SaleLine:
    """An ordered line is cancelled before delivery; it needs a reason. What was delivered is returned instead."""
    if not reason.strip():
        raise InvalidSale(_("取消要写原因。"))
    return _change(actor, line, SaleLine.Status.CANCELLED, "trade.sale.cancelled", reason)


@transaction.atomic
def _change(actor: Actor, line: SaleLine, status: str, verb: str, reason: str) -> SaleLine:
    known_customer(actor, line)
    if line.status != SaleLine.Status.ORDERED:
        raise InvalidSale(_("只有还没交货的订单可以这样改。"))
    batch = own_batch(actor, verb)
    if not SaleLine.objects.landed().filter(pk=line.pk).update(ended_by=batch.pk):
        raise InvalidSale(_("这一行刚被别人改过，请刷新再看。"))
    new = SaleLine.objects.create(
        **{name: getattr(line, name) for name in KEPT}, status=status, batch_id=batch.pk
    )
    settle(actor, batch, new, verb, {"status": [line.status, status]}, reason)
    return new
