"""The record of a kept file; its bytes lie in the store under `stored_name`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    """What a paper is to the archive: the lines of its document list."""

    LICENCE = "licence", _("营业执照")
    CONTRACT = "contract", _("合同")
    STATEMENT = "statement", _("对账单")
    PHOTO = "photo", _("照片")
    OTHER = "other", _("其他")


class StoredFile(models.Model):
    """One file of one customer. Its bytes never change and are never deleted: it goes out of use, and back."""

    customer_id = models.BigIntegerField()
    group = models.CharField(max_length=20)  # the field group (access.roles.FIELD_GROUPS) that guards it
    kind = models.CharField(max_length=12, choices=DocumentKind.choices, default=DocumentKind.OTHER)
    name = models.CharField(max_length=120)  # cleaned, for showing and for the download; never a path
    note = models.CharField(max_length=120, default="", blank=True)
    media_type = models.CharField(max_length=100)  # by content, from the list in `content`
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_name = models.CharField(max_length=32, unique=True)
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=60, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    is_active = models.BooleanField(default=True)
    retired_reason = models.CharField(max_length=120, default="", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["customer_id", "group", "sha256"], name="file_content_once")
        ]
        indexes = [models.Index(fields=["customer_id", "-id"], name="files_of_customer")]

    def __str__(self) -> str:
        return self.name
