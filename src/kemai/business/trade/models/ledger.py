"""Sale lines in versions: a row counts from the landing of its batch until a later landed batch ends it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models import Customer
from kemai.business.trade.models.product import Product


class SaleLine(models.Model):
    """One line of an order, a return, or a month's total. Never updated in place: a changed line is a new
    row, and `ended_by` names the batch that replaced the old one. So an import lands, and is undone, by
    changing the status of one batch."""

    class Kind(models.TextChoices):
        SALE = "sale", _("销售")
        RETURN = "return", _("退货")
        MONTHLY = "monthly", _("月合计")

    class Status(models.TextChoices):
        ORDERED = "ordered", _("已下单")
        DELIVERED = "delivered", _("已交货")
        CANCELLED = "cancelled", _("已取消")

    line_key = models.CharField(max_length=140)
    order_no = models.CharField(_("单号"), max_length=60, default="")
    line_no = models.CharField(_("行号"), max_length=20, default="")
    day = models.DateField(_("日期"))
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="sale_lines")
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+", db_index=False)
    quantity_milli = models.BigIntegerField(null=True)
    amount_fen = models.BigIntegerField()
    cost_fen = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.SALE)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DELIVERED)
    batch_id = models.BigIntegerField()
    ended_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line_key", "batch_id"], name="sale_line_once_per_batch")]
        indexes = [
            models.Index(fields=["day"], name="sale_line_day"),
            models.Index(fields=["batch_id"], name="sale_line_batch"),
            models.Index(fields=["ended_by"], name="sale_line_ended", condition=models.Q(ended_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.line_key


class DirtyMonth(models.Model):
    """A month whose Parquet partition is older than the ledger."""

    month = models.DateField(unique=True)
    noted_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
