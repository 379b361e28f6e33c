"""What the company has decided about a group of measures; each change is a version with author and reason."""

from django.db import models


class ParameterVersion(models.Model):
    """The values of one group (see `parameter_groups`); the newest version is in force."""

    group = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    values = models.JSONField()
    author = models.CharField(max_length=60)
    reason = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["group", "number"], name="parameter_version_once")]

    def __str__(self) -> str:
        return f"{self.group} v{self.number}"
