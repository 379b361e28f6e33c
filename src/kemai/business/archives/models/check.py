"""Somebody held a part of an archive against the world."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models.customer import Customer


class Part(models.TextChoices):
    """Parts that are checked together, because they grow old at the same pace."""

    CONTACT = "contact", _("联系方式")
    OPERATIONS = "operations", _("经营")
    CREDIT = "credit", _("信用")
    BASICS = "basics", _("基础资料")


class ArchiveCheck(models.Model):
    """One check of one part on a day: which of its filled fields were right and which were not."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="checks")
    part = models.CharField(max_length=10, choices=Part.choices)
    on = models.DateField()
    right = models.JSONField(default=list)  # keys of fields
    wrong = models.JSONField(default=list)
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=60, default="")

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["customer", "part", "-on"], name="check_by_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.part} {self.on}"
