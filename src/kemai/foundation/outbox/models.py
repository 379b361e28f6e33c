"""Events written with the change that caused them."""

from django.db import models


class Event(models.Model):
    """Delivered at least once to every handler registered for its name; handlers are idempotent."""

    name = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["delivered_at", "id"], name="outbox_waiting")]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"
