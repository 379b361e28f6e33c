"""The company's own changes to the official calendar."""

from django.db import models


class DayOverride(models.Model):
    """A day that is worked or free against the official calendar, with the reason."""

    day = models.DateField(unique=True)
    is_workday = models.BooleanField()
    name = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
