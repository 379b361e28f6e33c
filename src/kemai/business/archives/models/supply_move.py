"""A plan that gave a dealer's customers to other suppliers from a day on, with what it found, so that it can be taken back."""

from django.db import models

from kemai.business.archives.models.customer import Customer


class SupplyMove(models.Model):
    """One plan in force. `ended` are links that now end the day before ([key, last day before, version after]), `turned`
    those not begun yet that changed the dealer ([key, version after]), `made` the new ones."""

    dealer = models.ForeignKey(Customer, models.PROTECT, related_name="supply_moves")
    on = models.DateField()
    reason = models.CharField(max_length=200)
    customers = models.PositiveIntegerField()
    ended = models.JSONField(default=list)
    turned = models.JSONField(default=list)
    made = models.JSONField(default=list)
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=60, default="")
    made_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.dealer_id} {self.on}"
