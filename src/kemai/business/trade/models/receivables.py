"""Invoices and receipts: what a customer owes and what it has paid."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models import Customer
from kemai.business.trade.models.versions import Version


class Invoice(Version):
    """One invoice; below zero it is a red letter that takes another back. Without `due_on` it is due by the
    customer's terms."""

    invoice_no = models.CharField(_("发票号"), max_length=60)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="invoices", db_index=False)
    issued_on = models.DateField(_("开票日期"))
    due_on = models.DateField(_("到期日"), null=True)
    amount_fen = models.BigIntegerField()

    class Meta(Version.Meta):
        constraints = [
            models.UniqueConstraint(fields=["invoice_no", "batch_id"], name="invoice_once_per_batch")
        ]
        indexes = [
            *Version.Meta.indexes,
            models.Index(fields=["customer", "issued_on"], name="invoice_customer"),
            models.Index(fields=["issued_on"], name="invoice_day"),
        ]

    def __str__(self) -> str:
        return self.invoice_no


class Receipt(Version):
    """Money that came in, or below zero went back; `invoice_no` is what the payer said it is for."""

    receipt_no = models.CharField(_("收款单号"), max_length=60)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="receipts", db_index=False)
    received_on = models.DateField(_("日期"))
    amount_fen = models.BigIntegerField()
    invoice_no = models.CharField(_("发票号"), max_length=60, default="")

    class Meta(Version.Meta):
        constraints = [
            models.UniqueConstraint(fields=["receipt_no", "batch_id"], name="receipt_once_per_batch")
        ]
        indexes = [
            *Version.Meta.indexes,
            models.Index(fields=["customer", "received_on"], name="receipt_customer"),
            models.Index(fields=["received_on"], name="receipt_day"),
        ]

    def __str__(self) -> str:
        return self.receipt_no
