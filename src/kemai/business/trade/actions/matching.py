"""Saying which invoice a receipt pays, and taking that back; what is not said is decided by the rule of the ageing."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from kemai.business.archives.actions import Invalid
from kemai.business.archives.actions.locking import locked_customer
from kemai.business.archives.models import Customer
from kemai.business.trade.models import Allocation, Invoice, Receipt
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict


def match_receipt(
    *, actor: Actor, customer: Customer, receipt_no: str, invoice_no: str, amount_fen: int
) -> Allocation:
    """So much of the receipt pays the invoice, whatever the receipt named; said again it replaces what was said.

    Needs the duty credit.edit. Raises Invalid for more than the receipt holds or the invoice asks, LookupError for a
    number that is not among the customer's.
    """
    _may(actor)
    with transaction.atomic():
        locked_customer(actor, customer)
        receipt = _one(
            restrict(Receipt.objects.filter(customer=customer, receipt_no=receipt_no), actor), receipt_no
        )
        invoice = _one(
            restrict(Invoice.objects.filter(customer=customer, invoice_no=invoice_no), actor), invoice_no
        )
        _sensible(receipt, invoice, amount_fen)
        old = Allocation.objects.filter(receipt_no=receipt_no, invoice_no=invoice_no).first()
        made, _new = Allocation.objects.update_or_create(
            receipt_no=receipt_no, invoice_no=invoice_no,
            defaults={"customer": customer, "amount_fen": amount_fen, "person_id": actor.person_id, "person_name": actor.name[:60]},
        )  # fmt: skip
        _told(actor, made, "matched", [old.amount_fen if old else None, amount_fen])
    return made


def unmatch_receipt(*, actor: Actor, customer: Customer, receipt_no: str, invoice_no: str) -> None:
    """What was said no longer counts; the rule decides again. LookupError where nothing was said."""
    _may(actor)
    with transaction.atomic():
        locked_customer(actor, customer)
        found = Allocation.objects.filter(
            customer=customer, receipt_no=receipt_no, invoice_no=invoice_no
        ).first()
        if found is None:
            raise LookupError(receipt_no)
        _told(actor, found, "unmatched", [found.amount_fen, None])
        found.delete()


def _may(actor: Actor) -> None:
    actor.require("credit.edit", _("收款对发票由信用/财务来做。"))


def _one(rows: Any, number: str) -> Any:
    found = rows.first()
    if found is None:
        raise LookupError(number)
    return found


def _sensible(receipt: Receipt, invoice: Invoice, amount_fen: int) -> None:
    if amount_fen <= 0:
        raise Invalid({"amount": _("对多少要大于 0。")})
    if receipt.amount_fen <= 0:
        raise Invalid({"receipt": _("退回去的钱不能用来付发票。")})
    if invoice.amount_fen <= 0:
        raise Invalid({"invoice": _("红字发票不用付，它自己会去抵最早的发票。")})
    said = Allocation.objects.exclude(receipt_no=receipt.receipt_no, invoice_no=invoice.invoice_no)
    used = _sum(said.filter(receipt_no=receipt.receipt_no))
    if used + amount_fen > receipt.amount_fen:
        left = _yuan(max(receipt.amount_fen - used, 0))
        raise Invalid({"amount": _("这笔收款只剩 %(left)s 元可以对。") % {"left": left}})
    asked = _sum(said.filter(invoice_no=invoice.invoice_no))
    if asked + amount_fen > invoice.amount_fen:
        left = _yuan(max(invoice.amount_fen - asked, 0))
        raise Invalid({"amount": _("这张发票只剩 %(left)s 元没对。") % {"left": left}})


def _sum(rows: Any) -> int:
    return int(rows.order_by().aggregate(sum=Sum("amount_fen", default=0))["sum"])


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"


def _told(actor: Actor, match: Allocation, what: str, amounts: list[int | None]) -> None:
    trail.record(
        actor=actor, verb=f"trade.allocation.{what}", subject_type="allocation", subject_id=match.pk,
        customer_id=match.customer_id,
        changes={"amount_fen": amounts, "receipt_no": [None, match.receipt_no], "invoice_no": [None, match.invoice_no]},
    )  # fmt: skip
