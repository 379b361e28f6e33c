"""Two records of one customer became one: what was there before, so that they can be taken apart again."""

from django.db import models

from kemai.business.archives.models.customer import Customer


class Merge(models.Model):
    """One record went into another. The absorbed row itself left the table and is kept here whole; its code
    still leads to the survivor."""

    survivor = models.ForeignKey(Customer, models.PROTECT, related_name="merges")
    absorbed_id = models.BigIntegerField()
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    snapshot = models.JSONField()  # every column of the absorbed row
    changed = models.JSONField(default=dict)  # {column of the survivor: [before, after]}
    reason = models.CharField(max_length=200, default="", blank=True)
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=60, default="")
    on = models.DateField()
    merged_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], name="merged_code_once", condition=models.Q(undone_at__isnull=True)
            )
        ]
        indexes = [models.Index(fields=["merged_at"], name="merge_by_time")]

    def __str__(self) -> str:
        return f"{self.code} -> {self.survivor_id}"


class MergedRows(models.Model):
    """Rows of one table that a merge moved, changed or made."""

    class What(models.TextChoices):
        MOVED = "moved", "moved"  # `column` named the absorbed customer
        CHANGED = "changed", "changed"  # `before` is {id: {column: value}}
        MADE = "made", "made"
        GONE = "gone", "gone"  # the survivor has the same: `before` is {"rows": [...]}
        JOINED = "joined", "joined"  # two layers became one: `before` is {"theirs", "mine", "after"}

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="rows")
    model = models.CharField(max_length=60)
    column = models.CharField(max_length=40, default="", blank=True)
    what = models.CharField(max_length=8, choices=What.choices)
    ids = models.JSONField(default=list)
    before = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.merge_id} {self.model} {self.what}"
