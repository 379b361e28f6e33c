"""An estimate by a person on a date: potential, share, probability, growth, horizon, reasons."""

from django.db import models

from kemai.business.archives.models import Customer


class Potential(models.Model):
    """One version of the estimate; the current one has no successor, one taken back
    by the undo of its import names that import as its own successor. Shares are basis points (30 % = 3000)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="potentials")
    mp_fen = models.BigIntegerField(null=True)
    es_bp = models.IntegerField(null=True)
    p_bp = models.IntegerField(null=True)
    av_fen = models.BigIntegerField(null=True)
    horizon_months = models.PositiveSmallIntegerField(default=12)
    reason_product = models.CharField(max_length=200, default="", blank=True)
    reason_market = models.CharField(max_length=200, default="", blank=True)
    reason_relation = models.CharField(max_length=200, default="", blank=True)
    estimated_on = models.DateField()
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=60, default="")
    is_current = models.BooleanField(default=True)
    batch_id = models.BigIntegerField(null=True)
    replaced_by_batch_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["customer", "-id"], name="potential_by_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.estimated_on}"
