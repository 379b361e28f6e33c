"""Who supplies whom: a dealer and a customer behind it, over a spell of time, for all products or one line (S0.5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models.customer import Customer


class SupplyLink(models.Model):
    """One dated link. No beginning means ever since, no end means until further notice; both days count."""

    dealer = models.ForeignKey(Customer, models.PROTECT, related_name="supplies", verbose_name=_("经销商"))
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="suppliers", verbose_name=_("下级客户")
    )
    product_line = models.CharField(_("产品线"), max_length=60, default="", blank=True)
    share_bp = models.PositiveSmallIntegerField(_("份额"), null=True)
    from_on = models.DateField(_("开始"), null=True)
    to_on = models.DateField(_("结束"), null=True)
    batch_id = models.BigIntegerField(null=True, editable=False)  # of the import that made it
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-from_on", "-id"]
        indexes = [
            models.Index(fields=["batch_id"], name="supply_batch", condition=models.Q(batch_id__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.dealer_id}>{self.customer_id}"
