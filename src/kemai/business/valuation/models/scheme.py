"""A scheme turns a measure into classes; each change is a version with author and reason."""

from django.db import models


class Scheme(models.Model):
    """One way to class customers. `current` is the number of the version that the next run uses."""

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    current = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class SchemeVersion(models.Model):
    """The definition as `kemai.value` reads it, who wrote it, and why."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    author = models.CharField(max_length=60)
    reason = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["scheme", "number"], name="scheme_version_once")]

    def __str__(self) -> str:
        return f"{self.scheme_id} v{self.number}"
