"""One sale or one return, written by a person: a batch of its own that lands at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.business.archives.actions import refresh_states
from kemai.business.archives.models import Customer
from kemai.business.trade.facts import note_dirty
from kemai.business.trade.line_keys import order_line_key, posted_line_key
from kemai.business.trade.models import Product, SaleLine
from kemai.business.trade.order_facts import order_facts
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.batches.models import Batch


class InvalidSale(ValueError):
    """A sale that makes no sense; the message is a sentence for the person."""


def post_sale(
    *, actor: Actor, customer: Customer, day: date, amount_fen: int, order_no: str = "", line_no: str = "",
    product: Product | None = None, quantity_milli: int | None = None, cost_fen: int | None = None,
    status: str = SaleLine.Status.DELIVERED,
) -> SaleLine:  # fmt: skip
    """Adds one line to the ledger; the customer's state follows. Needs the duty import.sales.

    Raises InvalidSale for a negative amount, a day to come or a line that is there already, LookupError for a
    customer the actor does not see.
    """
    check(actor, customer)
    if amount_fen < 0:
        raise InvalidSale(_("销售金额不能是负数；退货请记退货。"))
    return write(
        actor, verb="trade.sale.posted", customer=customer, day=day, amount_fen=amount_fen, order_no=order_no,
        line_no=line_no, product=product, quantity_milli=quantity_milli, cost_fen=cost_fen, status=status,
    )  # fmt: skip


def return_sale(*, actor: Actor, line: SaleLine, day: date, amount_fen: int | None = None) -> SaleLine:
    """Takes a line back, in full or for `amount_fen` (positive), in the month of the return; same duty and errors.

    Quantity and cost go back in full with a full return and are unknown for a part.
    """
    customer = known_customer(actor, line)
    amount_fen = line.amount_fen if amount_fen is None else amount_fen
    if not 0 < amount_fen <= line.amount_fen:
        raise InvalidSale(_("退货金额要大于零，且不超过原来的金额。"))
    whole = amount_fen == line.amount_fen
    return write(
        actor, verb="trade.sale.returned", customer=customer, day=day, amount_fen=-amount_fen,
        order_no=line.order_no, line_no="", product=line.product, status=SaleLine.Status.DELIVERED,
        quantity_milli=-line.quantity_milli if whole and line.quantity_milli is not None else None,
        cost_fen=-line.cost_fen if whole and line.cost_fen is not None else None, kind=SaleLine.Kind.RETURN,
    )  # fmt: skip


def check(actor: Actor, customer: Customer) -> None:
    """Refused without the duty; LookupError where the actor does not see the customer."""
    actor.require("import.sales", _("销售要由主管或领导来记。"))
    if not restrict(Customer.objects.filter(pk=customer.pk), actor).exists():
        raise LookupError(customer.code)


def known_customer(actor: Actor, line: SaleLine) -> Customer:
    """The line's customer, once the actor may write for it."""
    if line.customer is None:
        raise InvalidSale(_("没有客户的销售不能在这里改。"))
    check(actor, line.customer)
    return line.customer


@transaction.atomic
def write(actor: Actor, *, verb: str, customer: Customer, day: date, **fields: Any) -> SaleLine:
    """The line in a landed batch of its own, its month noted, the state moved, the trail written."""
    if day > actor.today:
        raise InvalidSale(_("日期还没到。"))
    if not Customer.objects.select_for_update(of=("self",)).filter(pk=customer.pk).exists():
        raise LookupError(customer.code)  # merged into another a moment ago
    batch = own_batch(actor, verb)
    order_no, line_no = fields["order_no"], fields["line_no"]
    key = order_line_key(order_no, line_no) if order_no and line_no else posted_line_key(batch.pk)
    if SaleLine.objects.landed().filter(line_key=key).exists():
        raise InvalidSale(_("%(no)s 这一行已经在账上。") % {"no": key})
    line = SaleLine.objects.create(line_key=key, customer=customer, day=day, batch_id=batch.pk, **fields)
    settle(actor, batch, line, verb, {"amount_fen": [None, line.amount_fen], "day": [None, day]})
    return line


def own_batch(actor: Actor, verb: str) -> Batch:
    """A batch that has landed already: inside the transaction nobody sees it early."""
    return Batch.objects.create(
        kind="posting", status=Batch.Status.LANDED, person_id=actor.person_id, person_name=actor.name[:60],
        source=verb, landed_at=timezone.now(),
    )  # fmt: skip


def settle(
    actor: Actor, batch: Batch, line: SaleLine, verb: str, changes: dict[str, list[Any]], reason: str = ""
) -> None:
    """What every change of the ledger brings with it: facts, states, trail."""
    note_dirty([line.day])
    refresh_states(actor=actor, facts=order_facts(customer_ids=[line.customer_id]), batch_id=batch.pk)
    trail.record(
        actor=actor, verb=verb, subject_type="sale_line", subject_id=line.pk, customer_id=line.customer_id,
        changes=changes, reason=reason, batch_id=batch.pk,
    )  # fmt: skip
