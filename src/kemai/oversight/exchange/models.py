"""An upload on its way through the wizard, and the column mappings that were confirmed before."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models import Customer
from kemai.foundation.batches.models import Batch


class Import(models.Model):
    """One file from upload to landing. The steps of the wizard are its states."""

    class Step(models.TextChoices):
        READING = "reading", _("在读")
        MAPPING = "mapping", _("对列")
        CHECKING = "checking", _("在核对")
        CHECKED = "checked", _("核对")
        LANDING = "landing", _("在入账")
        LANDED = "landed", _("已入账")
        UNDOING = "undoing", _("在撤销")
        UNDONE = "undone", _("已撤销")
        REFUSED = "refused", _("没读成")
        CANCELLED = "cancelled", _("已取消")

    kind = models.CharField(max_length=20, default="", blank=True)  # "" until the header has decided it
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.READING)
    file_name = models.CharField(max_length=255)
    stored_name = models.CharField(max_length=80)  # random, inside the data folder
    content_hash = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField(default=0)
    sheet = models.CharField(max_length=100, default="", blank=True)
    layout = models.JSONField(default=dict)  # sheets, header row, columns, sample rows, guesses, skipped rows
    mapping = models.JSONField(default=dict)  # {column position: field}
    options = models.JSONField(
        default=dict
    )  # create_customers, strict, fill_down, date_order, repairs, erp_totals
    preview = models.JSONField(default=dict)  # counts, totals by month, problems by cause
    effects = models.JSONField(default=dict)  # who would change class, worked out after the check
    refusal = models.CharField(max_length=500, default="", blank=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+")
    job_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=60, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class RememberedMapping(models.Model):
    """The mapping a person confirmed for a header, found again by the header's signature; others are offered it too."""

    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=60, default="", blank=True)
    kind = models.CharField(max_length=20)
    signature = models.CharField(max_length=64)
    mapping = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "kind", "signature"], name="mapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.signature[:8]}"


class ImportLease(models.Model):
    """Who imports a kind right now; a dead holder's lease runs out, or is taken over on the same machine."""

    kind = models.CharField(max_length=20, unique=True)
    holder = models.CharField(max_length=200, default="", blank=True)
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.kind


class OverwrittenAccount(models.Model):
    """The sealed bank account that an import wrote over: the trail holds no digits, and an undo needs them."""

    batch_id = models.BigIntegerField(db_index=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    sealed = models.BinaryField(null=True)
    index = models.BinaryField(max_length=16, null=True)

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.customer_id}"


class ListExport(models.Model):
    """A list too long to wait for: written in the background, kept for a few days for who asked."""

    class Status(models.TextChoices):
        WRITING = "writing", _("在写")
        DONE = "done", _("写好")
        REFUSED = "refused", _("没写成")
        CANCELLED = "cancelled", _("已取消")
        GONE = "gone", _("过期清掉")

    question = models.JSONField()  # q, filters, where, sort
    columns = models.JSONField()
    told = models.CharField(max_length=500)
    format = models.CharField(max_length=4)
    reason = models.CharField(max_length=500, default="", blank=True)
    address = models.CharField(max_length=2000, default="", blank=True)  # of the list that was asked from
    expected = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WRITING)
    problem = models.CharField(max_length=300, default="", blank=True)
    stored_name = models.CharField(max_length=80)  # random, inside the data folder
    job_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.told[:40]}"
