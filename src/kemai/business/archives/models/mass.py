"""One change of all customers that a question finds, made in the background, and the rows it is prepared in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MassChange(models.Model):
    """What is to change, for whom, asked by whom; prepared row by row, and in force in one step or not at all."""

    class Status(models.TextChoices):
        PREPARING = "preparing", _("在准备")
        DONE = "done", _("改好了")
        REFUSED = "refused", _("没有改")
        CANCELLED = "cancelled", _("已取消")
        UNDONE = "undone", _("撤销了")

    what = models.CharField(max_length=12)
    question = models.JSONField()  # the list's question as data
    given = models.JSONField()  # field, value, person, reason: what the kind needs
    told = models.CharField(max_length=500, default="")  # the question in words
    address = models.CharField(max_length=4000, default="")
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="undone_by")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PREPARING)
    expected = models.PositiveIntegerField()
    changed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=500, default="")
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=60, default="")
    batch_id = models.BigIntegerField(null=True)
    job_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.what} #{self.pk}"


class MassRow(models.Model):
    """One customer of a change: the version that was looked at, what it had and what it gets, as texts."""

    change = models.ForeignKey(MassChange, models.CASCADE, related_name="rows", db_index=False)
    customer_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    before = models.JSONField()
    after = models.JSONField()
    plain = models.CharField(max_length=200, default="")  # what a column of the customer gets

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "customer_id"], name="mass_row_once")]

    def __str__(self) -> str:
        return f"{self.customer_id}"


class MassValue(models.Model):
    """A value that a customer of a change gets in a field of the company's own."""

    change = models.ForeignKey(MassChange, models.CASCADE, related_name="values")
    customer_id = models.BigIntegerField()
    text = models.CharField(max_length=200)
    number = models.BigIntegerField(null=True)
    day = models.DateField(null=True)

    def __str__(self) -> str:
        return self.text
