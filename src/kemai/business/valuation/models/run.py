"""A run: one valuation of everybody as of a date, kept as a file, published by pointer."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Run(models.Model):
    """Parameters, input hash and result file of one valuation; reopened as it was."""

    class Status(models.TextChoices):
        RUNNING = "running", _("在算")
        DONE = "done", _("算好")
        FAILED = "failed", _("没算成")
        CANCELLED = "cancelled", _("已取消")

    as_of = models.DateField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)
    trigger = models.CharField(max_length=20, default="person")
    person_name = models.CharField(max_length=60, default="")
    engine = models.CharField(max_length=10, default="duckdb")
    schemes = models.JSONField(default=dict)  # {key: {"version": n, "definition": {...}}}
    settings = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    input_hash = models.CharField(max_length=64, default="")
    result_hash = models.CharField(max_length=64, default="")
    file = models.CharField(max_length=120, default="")
    customers = models.BigIntegerField(default=0)
    facts = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    peak_mib = models.FloatField(default=0)
    error = models.CharField(max_length=500, default="", blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk} {self.as_of}"


class PublishedRun(models.Model):
    """The pointer: one row that names the run every page reads."""

    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="+")
    previous = models.ForeignKey(Run, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return str(self.run_id)


class ClassChange(models.Model):
    """A customer whose class differs from the run before."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="changes")
    scheme_key = models.CharField(max_length=40)
    customer_id = models.BigIntegerField()
    old_class = models.CharField(max_length=20, default="", blank=True)
    new_class = models.CharField(max_length=20, default="", blank=True)
    old_rank = models.IntegerField(null=True)
    new_rank = models.IntegerField(null=True)
    old_value = models.BigIntegerField(null=True)
    new_value = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["run", "scheme_key", "new_rank"], name="class_change_by_run"),
            models.Index(fields=["customer_id", "-run"], name="class_change_by_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.old_class}->{self.new_class}"
