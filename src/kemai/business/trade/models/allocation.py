"""What a person said about which invoice a receipt pays; without a word the rule decides (named first, then the oldest)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models import Customer


class Allocation(models.Model):
    """A part of a receipt for an invoice, by their numbers: an import may bring both anew without losing what was said.
    Where the receipt was corrected to less, no more than it holds counts."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="allocations")
    receipt_no = models.CharField(_("收款单号"), max_length=60)
    invoice_no = models.CharField(_("发票号"), max_length=60)
    amount_fen = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=60, default="")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["receipt_no", "invoice_no"]
        constraints = [
            models.UniqueConstraint(fields=["receipt_no", "invoice_no"], name="allocation_once"),
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="allocation_is_money"),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_no}>{self.invoice_no}"
