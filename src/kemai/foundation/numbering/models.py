"""One counter for each series of numbers."""

from django.db import models


class Counter(models.Model):
    """The last number given in a series such as "BJ-E"; numbers are never given twice."""

    series = models.CharField(max_length=60, unique=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}:{self.last}"
