"""Company settings as versioned values, and saved views of lists."""

from django.db import models


class Setting(models.Model):
    """One company setting: a dotted key and a JSON value."""

    key = models.CharField(max_length=80, unique=True)
    value = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=60, default="")

    def __str__(self) -> str:
        return self.key


class SavedView(models.Model):
    """A named filter, sort, columns and density of a list, kept by one person or shared with a unit or with all."""

    person_id = models.BigIntegerField()
    screen = models.CharField(max_length=30, default="customers")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=4000)
    columns = models.CharField(max_length=1000, default="", blank=True)  # keys; none means the reader's own
    density = models.CharField(max_length=8, default="", blank=True)
    is_shared = models.BooleanField(default=False)
    unit_id = models.BigIntegerField(
        null=True
    )  # shared with this unit and what is below; none with everybody
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["person_id", "screen", "name"], name="view_name_once")]

    def __str__(self) -> str:
        return self.name
