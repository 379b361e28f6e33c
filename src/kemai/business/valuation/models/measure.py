"""A measure of the company's own: a formula or a scorecard with versions, and its values of a run."""

from django.db import models

from kemai.business.archives.models import Customer
from kemai.business.valuation.models.rows import RunRow


class Measure(models.Model):
    """One measure. It is retired and never deleted: old runs, views and filters still name it. A scorecard is one too:
    what it is worked out by differs, what it is used for does not (decision 0046)."""

    class Kind(models.TextChoices):
        FORMULA = "formula"
        CARD = "card"

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.FORMULA)
    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40, unique=True)
    current = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class MeasureVersion(models.Model):
    """The formula as it was written (or the definition of a scorecard), the unit and the measures that were read from it,
    who wrote it, and why."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    formula = models.CharField(max_length=500, blank=True)
    definition = models.JSONField(null=True)
    unit = models.CharField(max_length=20)
    uses = models.JSONField(default=list)
    author = models.CharField(max_length=60)
    reason = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["measure", "number"], name="measure_version_once")]

    def __str__(self) -> str:
        return f"{self.measure_id} v{self.number}"


class MeasureValue(RunRow):
    """A customer's value in whole units of the measure (and the grade that a scorecard gives it), or why there is none. One narrow row a measure: one index
    sorts and filters every measure there will ever be (decision 0044)."""

    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="measure_values", db_constraint=False, db_index=False
    )
    measure_id = models.BigIntegerField()
    value = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=80, null=True)
    label = models.CharField(max_length=20, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run_id", "measure_id", "customer"], name="measure_value_once")
        ]
        indexes = [
            models.Index(fields=["run_id", "measure_id", "value", "customer"], name="measure_value_order")
        ]
