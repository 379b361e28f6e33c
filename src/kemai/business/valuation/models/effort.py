"""What a customer takes in hours, and what remains of it after they are paid."""

from django.db import models

from kemai.business.valuation.models.rows import RunRow


class EffortRow(RunRow):
    """Minutes of the window (at the customer and on the way), and contribution minus time in both forms (3.4)."""

    owner_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=20, null=True)  # class by the scheme that led when the run was made
    is_top = models.BooleanField(default=False)  # of the fifth of the owner's customers who buy most
    minutes = models.BigIntegerField(default=0)
    contacts = models.IntegerField(default=0)
    untimed = models.IntegerField(default=0)  # contacts without minutes
    sales_fen = models.BigIntegerField(null=True)
    profit_fen = models.BigIntegerField(null=True)
    net_fen = models.BigIntegerField(null=True)
    points_centi = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=30, null=True)
    flag = models.CharField(max_length=30, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_id", "customer"], name="effort_once_per_run")]
