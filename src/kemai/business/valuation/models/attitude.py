"""What a customer thinks of us: loyal, switching between brands, or loyal to none (S1.133, S2.10); every record stays."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models import Customer


def _points(label: Any) -> Any:
    """Points of the loyalty index, null where nobody asked."""
    return models.PositiveSmallIntegerField(label, null=True, validators=[MaxValueValidator(100)])


class Attitude(models.Model):
    """One record by a person; the current one has no successor. The answers are points of the loyalty index, 0 to 100,
    null where nobody asked."""

    class Kind(models.TextChoices):
        LOYAL = "loyal", _("忠诚")
        SWITCHER = "switcher", _("品牌转移")
        NONE = "none", _("无品牌忠诚")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="attitudes")
    attitude = models.CharField(_("态度"), max_length=10, choices=Kind.choices)
    is_early_adopter = models.BooleanField(_("新产品的率先使用者"), default=False)
    share_of_wallet = _points(_("钱包份额"))
    referral = _points(_("推荐"))
    price_tolerance = _points(_("价格容忍"))
    fault_tolerance = _points(_("差错容忍"))
    rival_attitude = _points(_("对竞争者的态度"))
    note = models.CharField(_("依据"), max_length=200, default="", blank=True)
    on = models.DateField()
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=60, default="")
    is_current = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["customer", "-id"], name="attitude_by_customer")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_early_adopter=False) | models.Q(attitude="loyal"),
                name="early_adopter_is_loyal",
            ),
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(is_current=True), name="attitude_current_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.attitude}"
