"""Fields that the company defines itself, what customers have in them, and edits of many customers at once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models.customer import Customer


class CustomField(models.Model):
    """One field: how it is written, for which types of customer, in which states it has to be filled."""

    class Kind(models.TextChoices):
        TEXT = "text", _("文字")
        CHOICE = "choice", _("选一个")
        CHOICES = "choices", _("选几个")
        NUMBER = "number", _("数字")
        MONEY = "money", _("金额")
        DAY = "day", _("日期")
        FLAG = "flag", _("是或否")

    builtin = models.CharField(max_length=20, default="", blank=True)  # comes with the product
    label = models.CharField(_("名称"), max_length=30)
    kind = models.CharField(_("怎么填"), max_length=8, choices=Kind.choices)
    options = models.JSONField(default=list)
    types = models.JSONField(default=list)  # of customers; none means all
    required_in = models.JSONField(default=list)  # states
    is_unique = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=100)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["builtin"], name="custom_field_builtin", condition=~models.Q(builtin="")
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        """Its name in addresses, forms and the trail."""
        return f"own{self.pk}"


class CustomValue(models.Model):
    """What a customer has in a field, one row a choice. `text` holds every kind as it is filtered by; numbers
    (thousandths, or fen) and days stand beside it as such."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="custom_values")
    field = models.ForeignKey(CustomField, models.PROTECT, related_name="values", db_index=False)
    text = models.CharField(max_length=200)
    number = models.BigIntegerField(null=True)
    day = models.DateField(null=True)
    unique_key = models.CharField(max_length=240, null=True, unique=True)  # set where the field is unique

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "field", "text"], name="custom_value_once"),
        ]
        indexes = [
            models.Index(fields=["field", "text", "customer"], name="custom_value_by_text"),
            models.Index(
                fields=["field", "number", "customer"],
                name="custom_value_by_number",
                condition=models.Q(number__isnull=False),
            ),
            models.Index(
                fields=["field", "day", "customer"],
                name="custom_value_by_day",
                condition=models.Q(day__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class FieldSet(models.Model):
    """All fields in use at a moment, published as a version: each change of a definition makes the next."""

    number = models.PositiveIntegerField(unique=True)
    fields = models.JSONField()  # [{key, label, kind, options, types, required_in, is_unique, version}]
    combinations = models.JSONField(default=list)  # [[field name or key, …]]
    person_name = models.CharField(max_length=60, default="")
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)


class UniqueTogether(models.Model):
    """Fields, basic ones by name and own ones by key, whose values no two customers may share as a whole."""

    fields = models.JSONField()
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return "+".join(self.fields)


class BulkEdit(models.Model):
    """One field changed for many customers by one person, so that it can be taken back."""

    field = models.CharField(max_length=40)
    before = models.JSONField()  # {customer id: [texts]}
    after = models.JSONField()
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=60, default="")
    made_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.field} #{self.pk}"
