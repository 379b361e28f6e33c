"""The queue: a job row is claimed by a conditional update, held by a lease, fenced by a token."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of background work. `fence` grows with each claim: a late worker's result is refused."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队")
        RUNNING = "running", _("在做")
        DONE = "done", _("完成")
        FAILED = "failed", _("没做成")
        CANCELLED = "cancelled", _("已取消")

    name = models.CharField(max_length=120)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    priority = models.SmallIntegerField(default=0)
    run_after = models.DateTimeField(db_index=True)
    lease_until = models.DateTimeField(null=True)
    holder = models.CharField(max_length=120, default="", blank=True)  # see foundation.processes
    fence = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    unique_key = models.CharField(max_length=120, null=True, unique=True)
    person_id = models.BigIntegerField(null=True)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(default=0)
    progress_note = models.CharField(max_length=200, default="", blank=True)
    cancel_requested = models.BooleanField(default=False)
    result = models.JSONField(null=True)
    error = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "run_after", "-priority", "id"], name="job_next")]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class Timetable(models.Model):
    """Work that recurs: a row per job name with the business date it last ran for."""

    name = models.CharField(max_length=120, unique=True)
    at = models.TimeField()
    last_for = models.DateField(null=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.name} {self.at}"


class WorkerBeat(models.Model):
    """When a worker was last alive."""

    host = models.CharField(max_length=80)
    pid = models.IntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "pid"], name="beat_once_per_worker")]

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"
