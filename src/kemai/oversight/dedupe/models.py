"""Searches for duplicates, and the pairs they found with what people said of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models import Customer


class Search(models.Model):
    """One look through the whole base: what it took, and the numbers it weighed by."""

    class Status(models.TextChoices):
        RUNNING = "running", _("在查")
        DONE = "done", _("查完")
        FAILED = "failed", _("没查成")
        CANCELLED = "cancelled", _("已取消")

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)
    trigger = models.CharField(max_length=20, default="person")
    person_name = models.CharField(max_length=60, default="", blank=True)
    threshold = models.FloatField(default=0)
    customers = models.BigIntegerField(default=0)
    compared = models.BigIntegerField(default=0)
    pairs = models.BigIntegerField(default=0)
    learnt_from = models.BigIntegerField(default=0)
    weights = models.JSONField(default=dict)  # {"prior": bits, comparison: {level: bits}}
    seconds = models.FloatField(default=0)
    peak_mib = models.FloatField(default=0)
    error = models.CharField(max_length=500, default="", blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Pair(models.Model):
    """Two customers that may be one. No foreign key constraint: a merge takes one of them away, and the pair leaves
    every list with it, because readers join from both."""

    class State(models.TextChoices):
        OPEN = "open", _("待看")
        LATER = "later", _("以后再看")
        APART = "apart", _("不是同一家")

    left = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    right = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    group = models.BigIntegerField()  # smallest customer id among all that hang together
    probability = models.FloatField()
    prior = models.FloatField(default=0)  # bits before any evidence
    evidence = models.JSONField(default=list)  # [[comparison, level, bits], …]
    signs = models.CharField(max_length=200, default="", blank=True)  # ",name,phone," what speaks for it
    speaks_for = models.CharField(max_length=64)  # hash of it: another one asks people anew
    stake_fen = models.BigIntegerField(default=0)  # sales of twelve months of both
    search = models.ForeignKey(Search, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    later_until = models.DateField(null=True)
    decided_by = models.CharField(max_length=60, default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["left", "right"], name="duplicate_pair_once")]
        indexes = [
            models.Index(fields=["right"], name="duplicate_pair_right"),
            models.Index(fields=["state", "group"], name="duplicate_pair_group"),
        ]

    def __str__(self) -> str:
        return f"{self.left_id} ~ {self.right_id}"
