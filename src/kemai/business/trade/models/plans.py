"""What a customer is meant to buy, and what stands on its shelves."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models import Customer
from kemai.business.trade.models.product import Product
from kemai.business.trade.models.versions import Version


class Target(Version):
    """Sales that are aimed at in a year (2026), a quarter (2026-Q1) or a month (2026-01)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="targets", db_index=False)
    period = models.CharField(_("期间"), max_length=7)
    amount_fen = models.BigIntegerField()

    class Meta(Version.Meta):
        constraints = [
            models.UniqueConstraint(fields=["customer", "period", "batch_id"], name="target_once_per_batch")
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.period}"


class StockCount(Version):
    """What was counted at a customer's on a day, of one product or (without one) of all."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="stock_counts", db_index=False)
    counted_on = models.DateField(_("盘点日"))
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+", db_index=False)
    quantity_milli = models.BigIntegerField()

    class Meta(Version.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "counted_on", "product", "batch_id"], name="stock_count_once_per_batch"
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.counted_on}"
