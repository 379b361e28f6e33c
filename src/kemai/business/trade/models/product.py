"""What is sold."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Product(models.Model):
    """A product with its line and grade."""

    code = models.CharField(_("产品编号"), max_length=60, unique=True)
    name = models.CharField(_("名称"), max_length=200)
    line = models.CharField(_("产品线"), max_length=60, default="", blank=True)
    grade = models.CharField(_("档次"), max_length=20, default="", blank=True)
    launched_on = models.DateField(_("上市日期"), null=True, blank=True)
    batch_id = models.BigIntegerField(null=True, editable=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
