"""People on the customer's side."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models.customer import Customer


class Contact(models.Model):
    """A person at a customer, reachable by phone or mail."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contacts")
    name = models.CharField(_("姓名"), max_length=60)
    title = models.CharField(_("职务"), max_length=60, default="", blank=True)
    mobile = models.CharField(_("手机"), max_length=20, default="", blank=True)
    phone = models.CharField(_("电话"), max_length=40, default="", blank=True)
    email = models.CharField(_("电子邮件"), max_length=120, default="", blank=True)
    decision_role = models.CharField(_("决策角色"), max_length=20, default="", blank=True)
    birthday = models.DateField(_("生日"), null=True, blank=True)
    is_lunar = models.BooleanField(_("农历"), default=False)
    is_primary = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    inactive_reason = models.CharField(max_length=120, default="", blank=True)
    batch_id = models.BigIntegerField(null=True, editable=False)  # of the import that made it
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-is_active", "-is_primary", "id"]
        indexes = [
            models.Index(
                fields=["batch_id"], name="contact_batch", condition=models.Q(batch_id__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.name
