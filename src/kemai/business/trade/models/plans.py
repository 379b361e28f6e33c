"""What a customer is meant to buy, and what stands on its shelves."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models import Customer
from kemai.business.trade.models.product import Product
from kemai.business.trade.models.versions import Version
from kemai.foundation.access.models import OrgUnit, Person


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


class StaffTarget(Version):
    """Sales that a person or a unit is to bring in a period; what its customers are to buy stands beside it."""

    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+", db_index=False)
    period = models.CharField(_("期间"), max_length=7)
    amount_fen = models.BigIntegerField()

    class Meta(Version.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=True) ^ models.Q(unit__isnull=True), name="staff_target_of_one"
            ),
            models.UniqueConstraint(
                fields=["period", "person", "batch_id"], name="staff_target_person_once",
                condition=models.Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["period", "unit", "batch_id"], name="staff_target_unit_once",
                condition=models.Q(unit__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person_id or ''}/{self.unit_id or ''} {self.period}"


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
