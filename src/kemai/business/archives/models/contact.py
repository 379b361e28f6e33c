"""People on the customer's side."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models.customer import Customer
from kemai.business.archives.models.individual import Individual


class Contact(models.Model):
    """A person at a customer, reachable by phone or mail: his card there. Who works at several has a card at each, and
    the cards name the same individual. `is_self` is the card of a retail customer that is the person himself."""

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
    is_self = models.BooleanField(default=False)
    from_on = models.DateField(_("从哪天"), null=True, blank=True)
    to_on = models.DateField(_("到哪天"), null=True, blank=True)
    individual = models.ForeignKey(
        Individual, models.SET_NULL, null=True, related_name="contacts", db_index=False
    )
    reports_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="reports", db_index=False, verbose_name=_("上级")
    )
    is_active = models.BooleanField(default=True)
    inactive_reason = models.CharField(max_length=120, default="", blank=True)
    batch_id = models.BigIntegerField(null=True, editable=False)  # of the import that made it
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-is_active", "-is_primary", "id"]
        indexes = [
            models.Index(
                fields=["batch_id"], name="contact_batch", condition=models.Q(batch_id__isnull=False)
            ),
            models.Index(
                fields=["individual"], name="contact_individual", condition=models.Q(individual__isnull=False)
            ),
            models.Index(
                fields=["reports_to"], name="contact_reports_to", condition=models.Q(reports_to__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ContactNote(models.Model):
    """What one knows of a person beside the business: likings, days, what to avoid. A private one is for the
    account team alone."""

    class Kind(models.TextChoices):
        LIKING = "liking", _("喜好")
        DAY = "day", _("日子")
        OTHER = "other", _("其他")

    class Privacy(models.TextChoices):
        TEAM = "team", _("只给团队")
        ALL = "all", _("看得到客户的人")

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.OTHER)
    text = models.CharField(max_length=200)
    on = models.DateField(null=True)
    privacy = models.CharField(max_length=4, choices=Privacy.choices, default=Privacy.TEAM)
    is_active = models.BooleanField(default=True)
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=60, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
