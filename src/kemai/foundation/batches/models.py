"""A batch: rows that arrive together become visible together, by one change of one row."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kemai.foundation.moments import bring_ids_along, kept_for_a_moment


class Batch(models.Model):
    """One import (or one bulk load). Its rows are seen once it is landed, and no longer once undone."""

    class Status(models.TextChoices):
        PENDING = "pending", _("在入账")
        LANDED = "landed", _("已入账")
        UNDONE = "undone", _("已撤回")
        DEAD = "dead", _("已取消")

    kind = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING, db_index=True)
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=60, default="")
    source = models.CharField(max_length=255, default="")
    content_hash = models.CharField(max_length=64, default="", db_index=True)
    counts = models.JSONField(default=dict)
    started_at = models.DateTimeField(auto_now_add=True)
    landed_at = models.DateTimeField(null=True)
    is_settled = models.BooleanField(
        default=True
    )  # false: landed or undone, and what follows from that is being written
    undone_by = models.BigIntegerField(null=True)  # the batch of the undo: who, when, why (its source)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


def unlanded_ids() -> list[int]:
    """Batches whose rows nobody may see; few, so that they fit into a NOT IN list.

    One that was undone stays in it only until its rows are out of the way.
    """
    return list(_unlanded())


@kept_for_a_moment
def _unlanded() -> tuple[int, ...]:
    seen = Q(status=Batch.Status.LANDED) | Q(
        status=Batch.Status.UNDONE, is_settled=True, undone_by__isnull=False
    )
    return tuple(Batch.objects.exclude(seen).values_list("pk", flat=True))


bring_ids_along(
    _unlanded,
    "b.id",
    "FROM batches_batch b WHERE b.status <> 'landed' AND NOT (b.status = 'undone' AND b.is_settled"
    " AND b.undone_by IS NOT NULL)",
)
