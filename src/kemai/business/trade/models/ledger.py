"""Sale lines in versions: a row counts from the landing of its batch until a later landed batch ends it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models import Customer
from kemai.business.trade.models.product import Product
from kemai.foundation.batches.models import unlanded_ids


def landed(prefix: str = "", hidden: Collection[int] | None = None) -> models.Q:
    """The condition that a line is seen: its batch has landed, and no landed batch has ended it.

    `hidden` are the batches that have not landed (read now when not given); `prefix` is a path to the line.
    """
    hidden = unlanded_ids() if hidden is None else hidden
    stands = models.Q(**{f"{prefix}ended_by__isnull": True})
    if not hidden:
        return stands
    return ~models.Q(**{f"{prefix}batch_id__in": hidden}) & (
        stands | models.Q(**{f"{prefix}ended_by__in": hidden})
    )


class SaleLines(models.QuerySet["SaleLine"]):
    """Sale lines as readers see them."""

    def landed(self) -> SaleLines:
        """The lines of the ledger as it stands; every read starts here."""
        return self.filter(landed())

    def counted(self, statuses: Collection[str]) -> SaleLines:
        """The lines whose status counts as sales."""
        return self.filter(status__in=statuses)

    def between(self, start: date, end: date) -> SaleLines:
        """The lines from `start` up to but not including `end`."""
        return self.filter(day__gte=start, day__lt=end)


class SaleLine(models.Model):
    """One line of an order, a return, or a month's total. Never updated in place: a changed line is a new
    row, and `ended_by` names the batch that replaced the old one. So an import lands, and is undone, by
    changing the status of one batch; the lines of an undone one end with themselves afterwards."""

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
    # The database does not look up the customer and the product of each of ten million lines: they are written
    # by one statement from rows that are there, neither is ever deleted under them, and the doctor counts strays.
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, related_name="sale_lines", db_index=False, db_constraint=False
    )
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    quantity_milli = models.BigIntegerField(null=True)
    amount_fen = models.BigIntegerField()
    cost_fen = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.SALE)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DELIVERED)
    batch_id = models.BigIntegerField()
    ended_by = models.BigIntegerField(null=True)

    objects = SaleLines.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line_key", "batch_id"], name="sale_line_once_per_batch")
        ]
        indexes = [
            models.Index(fields=["customer", "day"], name="sale_line_customer"),
            models.Index(fields=["day"], name="sale_line_day"),
            models.Index(fields=["batch_id"], name="sale_line_batch"),
            models.Index(
                fields=["ended_by"], name="sale_line_ended", condition=models.Q(ended_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.line_key


class DirtyDay(models.Model):
    """A day whose Parquet file is older than the ledger."""

    day = models.DateField(unique=True)
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class FactsMark(models.Model):
    """Which set of Parquet files was read from this database last; one row."""

    mark = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.mark
