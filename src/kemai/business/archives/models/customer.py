"""The customer: identity, the fifteen basic fields, state, owner, and the live facets lists sort by."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kemai.foundation.access.models import OrgUnit, Person


class CustomerType(models.TextChoices):
    RETAIL = "retail", _("零售消费")
    ENTERPRISE = "enterprise", _("企业")
    DISTRIBUTOR = "distributor", _("经销商")
    INTERNAL = "internal", _("内部")


class State(models.TextChoices):
    POTENTIAL = "potential", _("潜在")
    TARGET = "target", _("目标")
    ACTUAL = "actual", _("现实")
    LOST = "lost", _("流失")
    NON = "non", _("非客户")


class Stage(models.TextChoices):
    """The sub-states of an actual customer."""

    FIRST = "first_time", _("初次购买")
    REPEAT = "repeat", _("重复购买")
    LOYAL = "loyal", _("忠诚")


class Customer(models.Model):
    """One customer, and at the same time its row in the directory: every column a list shows is here or
    in a table that an upper app switches by pointer (see `archives.directory`)."""

    code = models.CharField(_("客户编号"), max_length=40)
    name = models.CharField(_("客户名称"), max_length=200)
    name_key = models.CharField(max_length=200, editable=False)
    short_name = models.CharField(_("简称"), max_length=60, default="", blank=True)
    type = models.CharField(
        _("类型"), max_length=12, choices=CustomerType.choices, default=CustomerType.ENTERPRISE
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.POTENTIAL)
    stage = models.CharField(_("购买阶段"), max_length=12, choices=Stage.choices, default="", blank=True)
    state_since = models.DateField(null=True)
    state_before_order = models.CharField(max_length=10, default="", blank=True)

    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="subsidiaries", db_index=False
    )

    uscc = models.CharField(_("统一社会信用代码"), max_length=18, default="", blank=True)
    region = models.CharField(_("地区"), max_length=60, default="", blank=True)
    category = models.CharField(_("类别"), max_length=40, default="", blank=True)
    size = models.CharField(_("规模"), max_length=20, default="", blank=True)
    ownership = models.CharField(_("所有制性质"), max_length=40, default="", blank=True)
    address = models.CharField(_("地址"), max_length=300, default="", blank=True)
    postcode = models.CharField(_("邮编"), max_length=6, default="", blank=True)
    phone = models.CharField(_("电话"), max_length=40, default="", blank=True)
    fax = models.CharField(_("传真"), max_length=40, default="", blank=True)
    email = models.CharField(_("电子邮件"), max_length=120, default="", blank=True)
    website = models.CharField(_("网址"), max_length=200, default="", blank=True)
    principal = models.CharField(pgettext_lazy("archive", "负责人"), max_length=60, default="", blank=True)
    bank_account_sealed = models.BinaryField(null=True, editable=False)
    bank_account_index = models.BinaryField(max_length=16, null=True, editable=False)
    tax_number = models.CharField(_("税号"), max_length=30, default="", blank=True)
    registration_number = models.CharField(_("工商登记号"), max_length=30, default="", blank=True)
    since = models.DateField(_("开始合作日期"), null=True, blank=True)

    # Live facets: trade and agenda publish them through archives' actions.
    first_order_on = models.DateField(null=True, editable=False)
    last_order_on = models.DateField(null=True, editable=False)
    last_contact_on = models.DateField(null=True, editable=False)
    last_contact_by = models.CharField(max_length=20, default="", blank=True, editable=False)
    next_step_on = models.DateField(null=True, editable=False)
    next_step = models.CharField(max_length=120, default="", blank=True, editable=False)

    batch_id = models.BigIntegerField(
        null=True, editable=False
    )  # set while the import that made it is pending
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        # Keys and constraints are named here, not on the fields: a text field's own index comes twice on
        # PostgreSQL, and an owner's or a unit's would repeat the head of those below. Each costs every import.
        constraints = [
            models.UniqueConstraint(fields=["code"], name="customer_code_once"),
            models.UniqueConstraint(fields=["uscc"], name="customer_uscc_once", condition=~models.Q(uscc="")),
        ]
        indexes = [
            models.Index(fields=["owner", "region", "id"], name="customer_owner_region"),
            models.Index(fields=["owner", "name", "id"], name="customer_owner_name"),
            models.Index(fields=["owner", "id"], name="customer_owner"),
            # One index for each sort the list offers; with the unit in front where a region's customers lie
            # together in that order, so that its manager does not read past all others.
            models.Index(
                fields=["unit", "code", "owner"], name="customer_unit_code_owner"
            ),  # with the owner: counted without a row
            models.Index(fields=["unit", "name", "id"], name="customer_unit_name"),
            models.Index(fields=["unit", "region", "id"], name="customer_unit_region"),
            models.Index(fields=["name", "id"], name="customer_name"),
            models.Index(fields=["last_contact_on", "id"], name="customer_last_contact"),
            models.Index(fields=["category", "id"], name="customer_category"),
            models.Index(fields=["size", "id"], name="customer_size"),
            models.Index(fields=["state", "id"], name="customer_state"),
            models.Index(fields=["region", "id"], name="customer_region"),
            models.Index(fields=["next_step_on", "id"], name="customer_next_step"),
            models.Index(fields=["last_order_on", "id"], name="customer_last_order"),
            models.Index(fields=["name_key"], name="customer_name_key"),
            models.Index(fields=["parent"], name="customer_parent", condition=models.Q(parent__isnull=False)),
            models.Index(
                fields=["batch_id"], name="customer_batch", condition=models.Q(batch_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


class CodeValue(models.Model):
    """A value of a code list: ownership, category or size."""

    list_key = models.CharField(max_length=20)
    value = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["list_key", "position", "value"]
        constraints = [models.UniqueConstraint(fields=["list_key", "value"], name="code_value_once")]

    def __str__(self) -> str:
        return self.value
