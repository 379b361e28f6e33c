"""Credit: where each customer stood in a run, its statements by year, and what was thought of it by the five Cs."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models import Customer
from kemai.business.valuation.models.rows import RunRow


class CreditStanding(RunRow):
    """Amounts in fen; `_centi` are hundredths of a day or of a percent; a missing number has its reason beside it."""

    not_due_fen = models.BigIntegerField()
    days_1_30_fen = models.BigIntegerField()
    days_31_60_fen = models.BigIntegerField()
    days_61_90_fen = models.BigIntegerField()
    days_91_180_fen = models.BigIntegerField()
    days_181_365_fen = models.BigIntegerField()
    over_365_fen = models.BigIntegerField()
    total_fen = models.BigIntegerField()
    overdue_fen = models.BigIntegerField()
    credit_fen = models.BigIntegerField()
    net_fen = models.BigIntegerField()
    undelivered_fen = models.BigIntegerField()
    exposure_fen = models.BigIntegerField()
    limit_fen = models.BigIntegerField(null=True)
    beyond_fen = models.BigIntegerField()  # exposure above the limit
    oldest_days = models.BigIntegerField(null=True)
    dso_simple_centi = models.BigIntegerField(null=True)
    dso_countback_centi = models.BigIntegerField(null=True)
    delinquent_centi = models.BigIntegerField(null=True)
    paid_on_time = models.BigIntegerField()
    paid_late = models.BigIntegerField()
    score_centi = models.BigIntegerField(null=True)
    use_centi = models.BigIntegerField(null=True)
    dso_reason = models.CharField(max_length=30, null=True)  # no_sales, or beyond_known_sales beside a number
    score_reason = models.CharField(max_length=30, null=True)
    use_reason = models.CharField(max_length=30, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_id", "customer"], name="credit_once_per_run")]
        indexes = [
            models.Index(fields=["run_id", "overdue_fen", "customer"], name="credit_overdue"),
            models.Index(fields=["run_id", "beyond_fen", "customer"], name="credit_beyond"),
        ]


class Statement(models.Model):
    """The figures of one year of a customer's books in fen, by the names of `value.credit.solvency.KNOWN`."""

    class Kind(models.TextChoices):
        ACTUAL = "actual", _("实际")
        FORECAST = "forecast", _("预测")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="statements")
    year = models.PositiveSmallIntegerField(_("年份"))
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ACTUAL)
    figures = models.JSONField(default=dict)
    person_name = models.CharField(max_length=60, default="")
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["year"]
        constraints = [models.UniqueConstraint(fields=["customer", "year"], name="statement_once_per_year")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.year}"


class CreditAssessment(models.Model):
    """Points for the five Cs, 0 to 100 each, and the grade they gave; the newest one is in force."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="credit_assessments")
    on = models.DateField()
    points = models.JSONField()
    score_centi = models.PositiveIntegerField()
    grade = models.CharField(max_length=4)
    note = models.CharField(max_length=300, default="")
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=60, default="")

    class Meta:
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.grade}"
