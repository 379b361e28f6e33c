"""Who is worth most, who can grow most, who costs money for good; and what is proposed about the last."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.agenda.models import Task
from kemai.business.archives.models import Customer
from kemai.business.valuation.models.rows import RunRow
from kemai.foundation.access.models import Person


class ValueClassRow(RunRow):
    """Actual and potential value (3.5), growth and our share of what the customer needs, and the class."""

    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="value_classes", db_constraint=False, db_index=False
    )
    av_fen = models.BigIntegerField(null=True)
    pv_fen = models.BigIntegerField(null=True)
    gap_fen = models.BigIntegerField(null=True)
    growth_bp = models.BigIntegerField(null=True)
    wallet_bp = models.BigIntegerField(null=True)
    label = models.CharField(max_length=10)
    reason = models.CharField(max_length=30, null=True)
    may_grow = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_id", "customer"], name="value_class_once")]
        indexes = [models.Index(fields=["run_id", "label", "customer"], name="value_class_label")]


class Exclusion(models.Model):
    """A proposal about a customer that only costs: nothing happens before a manager has decided, and then only what
    people do."""

    class Way(models.TextChoices):
        PRICE = "price", _("提价")
        SERVICE = "service", _("减少服务")
        STOP = "stop", _("停止供货")

    class Status(models.TextChoices):
        OPEN = "open", _("等决定")
        AGREED = "agreed", _("同意")
        DECLINED = "declined", _("不同意")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="exclusions")
    way = models.CharField(max_length=10, choices=Way.choices)
    reason = models.CharField(max_length=300)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    proposer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    proposed_on = models.DateField()
    av_fen = models.BigIntegerField(null=True)  # as they were when it was proposed
    pv_fen = models.BigIntegerField(null=True)
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="+")  # on the desk of who decides
    decider = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    decision = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["status", "customer"], name="exclusion_status")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(status="open"), name="exclusion_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.way} {self.status}"
