"""What people enter beside the ledger: what a customer earns and costs in a period, what winning customers cost, and
what a customer could bring line by line."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kemai.business.archives.models import Customer


class Benefit(models.Model):
    """One amount of one customer in one period. Rebates, discounts, promotion and its own margin are what it earns with
    us (S0.15); service and investment are what we spend on it (S1.71, S1.166)."""

    class Kind(models.TextChoices):
        REBATE = "rebate", _("返利")
        DISCOUNT = "discount", _("折扣")
        PROMOTION = "promotion", _("促销支持")
        OWN_MARGIN = "own_margin", _("它卖我们货的毛利")
        SERVICE = "service", _("服务费用")
        INVESTMENT = "investment", _("专项投入")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="benefits")
    period = models.CharField(_("期间"), max_length=7)
    starts_on = models.DateField()
    ends_on = models.DateField()
    kind = models.CharField(pgettext_lazy("benefit", "类别"), max_length=12, choices=Kind.choices)
    amount_fen = models.BigIntegerField()
    note = models.CharField(max_length=200, default="", blank=True)
    person_name = models.CharField(max_length=60, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-starts_on", "kind", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "period", "kind"], name="benefit_once_a_period")
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.period} {self.kind}"


class MissingLine(models.Model):
    """What the customer could buy beyond today: a product line it does not buy yet, or whom it may recommend (S4.50).

    A line has demand_fen (a year), share_bp, margin_bp and p_bp; a recommendation has referrals_milli a year,
    conversion_bp and mean_fen, the value of who comes that way."""

    class Kind(models.TextChoices):
        LINE = "line", _("没买的产品线")
        REFERRAL = "referral", _("介绍别人来")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="missing_lines")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.LINE)
    name = models.CharField(max_length=60)
    demand_fen = models.BigIntegerField(null=True)
    share_bp = models.IntegerField(null=True)
    margin_bp = models.IntegerField(null=True)
    p_bp = models.IntegerField(null=True)
    referrals_milli = models.BigIntegerField(null=True)
    conversion_bp = models.IntegerField(null=True)
    mean_fen = models.BigIntegerField(null=True)
    worth_fen = models.BigIntegerField()
    person_name = models.CharField(max_length=60, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["customer", "kind", "name"], name="missing_line_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.name}"


class AcquisitionSpend(models.Model):
    """What was spent on winning customers in a period (S4.57); entering it again replaces it."""

    period = models.CharField(_("期间"), max_length=7, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    amount_fen = models.BigIntegerField()
    note = models.CharField(max_length=200, default="", blank=True)
    person_name = models.CharField(max_length=60, default="")
    created_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-starts_on"]

    def __str__(self) -> str:
        return self.period
